import { firstFew } from '../../lib/in-words.ts';
import { defineCheck } from '../check.ts';
import { databaseFindings } from './database-findings.ts';

/** A pool of the client that hands out no connection in time: the server may have many left. */
const POOL = /Connection is not available, request timed out|QueuePool limit of size/;
/** HikariCP 3.4 and later: none of its connections has come about. */
const NONE = /\(total=0, active=0, idle=0/;

function words(database: string, clients: readonly string[], count: number, line: string): string {
  const who = clients.length > 0 ? firstFew(clients, 4) : database.replace(/^of /, '');
  return POOL.test(line)
    ? `The connection pool of ${who} hands out no connection in time, ${NONE.test(line) ? 'as no connection to the database comes about' : 'all are in use or none comes about'} (${count} lines): ${line}`
    : `Database ${database} has no connection left (max_connections reached)${clients.length === 0 ? '' : `; refused: ${firstFew(clients, 4)}`} (${count} lines): ${line}`;
}

export default defineCheck({
  id: 'log-db-connections-exhausted',
  layer: 1,
  title: 'Databases have connections left',
  failureTitle: 'The database has no connection left',
  why: 'Every connection that the server (or the pool of the client) allows is in use: too many clients, pools that are too large, connections that are never given back, or a limit that was set too low.',
  fix: [
    'Lower the connection pools of the clients, raise max_connections of {name}, and look for connections that are never closed.',
  ],
  next: ["kubectl exec {name}-0 -n {namespace} -- mysql -e 'SHOW PROCESSLIST; SELECT @@max_connections'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services'],
  reads: ['app-db-connections-exhausted'],
  *run(_facts, { snapshot }) {
    yield* databaseFindings(snapshot, 'app-db-connections-exhausted', words);
  },
});
