import { firstFew } from '../../lib/in-words.ts';
import { defineCheck } from '../check.ts';
import { databaseFindings } from './database-findings.ts';

export default defineCheck({
  id: 'log-db-read-only',
  layer: 1,
  title: 'Databases accept writes',
  failureTitle: 'The database is read-only',
  why: 'Writes reach a replica, or a server that was set read-only: a failover, a full disk, or a switch that was left on. Reads go on working, so clients stay ready.',
  fix: [
    'Send writes to the primary; when {name} should be the primary, find out why it is read-only and end it (MySQL: SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF).',
  ],
  next: ["kubectl exec {name}-0 -n {namespace} -- mysql -e 'SELECT @@read_only, @@super_read_only'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services'],
  reads: ['app-db-read-only'],
  *run(_facts, { snapshot }) {
    yield* databaseFindings(
      snapshot,
      'app-db-read-only',
      (database, clients, count, line) =>
        `Database ${database} is read-only and refuses writes${clients.length === 0 ? '' : ` of ${firstFew(clients, 4)}`} (${count} lines): ${line}`,
    );
  },
});
