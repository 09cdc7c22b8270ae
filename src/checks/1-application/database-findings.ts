/** Findings that belong to the database, whoever wrote the line: one for each server, with its clients as witnesses. */
import { onlyOne } from '../../lib/only-one.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { databasesOfClient, databaseOf } from '../../snapshot/logs/databases.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';
import { gradedHits, type Grade, type GradedHits } from '../log-findings.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';

/** A server writes about its clients in its own log; drivers wrap the error into an exception. */
const SERVER_LINE =
  /\[(?:Note|Warning|ERROR|Error)\]|^\d{4}-\d\d-\d\d [\d:.]{8,15} \w{3,4} \[\d+\]|LOG: {2}|FATAL: {2}/;

/** True when the line stands in the log of the database itself. */
export function isServerSide(hits: GradedHits): boolean {
  const text = hits.hits[0]?.last.text ?? '';
  const named = `${hits.subject.workload?.name ?? ''} ${hits.subject.name} ${hits.subject.container ?? ''}`;
  const product = databaseOf(hits.line) ?? '';
  const looks =
    /mysql|maria|postgres|pgsql|\bpg\b|percona|redis|mongo|valkey/i.test(named) ||
    (product !== '' && named.includes(product));
  // CloudNativePG wraps what the server logs into JSON of its own; nobody else writes lines like those of ClickHouse.
  if (/"logger":"postgres"|\[ \d{1,10} \] \{[^}]{0,80}\} </.test(text)) return true;
  // A client on the machine of the database, or beside it.
  if (/\bpsql: |connection to server (?:at|on) |^ERROR \d{4} \(/.test(text)) return false;
  return looks && (SERVER_LINE.test(text) || !/Exception|Error: /.test(hits.line));
}

/** From the least on. */
const GRADES: readonly Grade[] = ['past', 'ongoing', 'failing'];
const isWorse = (one: Grade, other: Grade): boolean => GRADES.indexOf(one) > GRADES.indexOf(other);

interface Account {
  readonly subject: Subject;
  readonly clients: Set<string>;
  readonly evidence: Evidence[];
  readonly related: Ref[];
  /** The server wrote it, or it is known whose server the client calls. */
  readonly isDatabase: boolean;
  grade: Grade;
  count: number;
  line: string;
  since: number | undefined;
}

/** One finding for each database; lines whose database is not known are findings on the client that wrote them. */
export function* databaseFindings(
  snapshot: Snapshot,
  signature: string,
  words: (database: string, clients: readonly string[], count: number, line: string) => string,
): Iterable<FindingDraft> {
  const accounts = new Map<string, Account>();
  for (const hits of gradedHits(snapshot, [signature])) {
    const server = isServerSide(hits);
    const databases = server ? [] : databasesOfClient(snapshot, hits.subject, hits.line);
    const only = onlyOne(databases);
    const own = hits.subject.workload;
    const subject: Subject =
      only !== undefined
        ? (only.workload ?? refOf(only.service))
        : server && own !== undefined
          ? snapshot.named(own.kind, own.name, { namespace: hits.subject.namespace })
          : hits.subject;
    const at = `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
    const known = accounts.get(at);
    const account: Account = known ?? {
      subject,
      clients: new Set(),
      evidence: [],
      related: [],
      isDatabase: server || only !== undefined,
      grade: 'past',
      count: 0,
      line: '',
      since: undefined,
    };
    accounts.set(at, account);
    if (account.line === '' || isWorse(hits.grade, account.grade)) {
      account.grade = hits.grade;
      account.line = hits.line;
      account.evidence.unshift(hits.evidence[0]);
    } else account.evidence.push(hits.evidence[0]);
    account.count += hits.count;
    if (hits.since !== undefined && (account.since === undefined || hits.since < account.since))
      account.since = hits.since;
    if (!server) {
      account.clients.add(hits.subject.workload?.name ?? hits.subject.name);
      if (hits.pod !== undefined) account.related.push(refOf(hits.pod));
    }
    if (only !== undefined) account.related.push(refOf(only.service));
  }
  const servers = [...accounts.values()].filter(({ isDatabase }) => isDatabase);
  const [server, ...others] = servers;
  // Clients that do not name their server, beside the one server that says the same.
  if (server !== undefined && others.length === 0)
    for (const [at, account] of accounts) {
      if (account === server) continue;
      accounts.delete(at);
      if (isWorse(account.grade, server.grade)) server.grade = account.grade;
      server.count += account.count;
      for (const client of account.clients) server.clients.add(client);
      server.evidence.push(...account.evidence);
      server.related.push(...account.related);
    }
  for (const account of accounts.values()) {
    const [first, ...rest] = account.evidence;
    if (first === undefined) continue;
    const clients = [...account.clients].filter((client) => client !== account.subject.name).sort();
    yield {
      subject: account.subject,
      message: words(
        account.isDatabase ? account.subject.name : `of ${account.subject.name}`,
        clients,
        account.count,
        parseLogLine(account.line).message,
      ),
      evidence: [first, ...rest],
      related: account.related.slice(0, 40),
      ...(account.since === undefined ? {} : { since: account.since }),
      ...(account.grade === 'past' ? { state: 'recovered' as const } : {}),
    };
  }
}
