import { spellDuration } from '../../lib/duration.ts';
import type { LogHit } from '../../parsers/records.ts';
import { ageOf } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { databaseOf, databasesOfClient, serverBeside } from '../../snapshot/logs/databases.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { isServerSide } from './database-findings.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';
import { refOf } from '../../snapshot/ref.ts';

const SIGNATURES = ['app-db-access-denied', 'app-server-access-denied'];

/** That a Redis was started before its client: it takes its password when it starts, and learns of no change since. */
function olderRedis(snapshot: Snapshot, server: Pod, client: Pod | undefined, line: string): string {
  const [own, other] = [ageOf(snapshot, server), client === undefined ? undefined : ageOf(snapshot, client)];
  if (databaseOf(line) !== 'redis' || own === undefined || other === undefined || own <= other) return '';
  return ` (${server.metadata.name} has run for ${spellDuration(own / 1000)}, the client for ${spellDuration(other / 1000)}: a password that was changed in the Secret between is known to the client alone, until Redis is restarted)`;
}

const LOCAL = /^(?:localhost|127\.|::1|%|\/)/;

/** The account that was refused. */
const userOf = (hit: LogHit): string | undefined => hit.groups['user'] ?? hit.groups['pguser'] ?? hit.groups['msuser'];

/** In a server's log: lines of health checks without a password on the machine itself are noise of the probes. */
function isProbe(hit: LogHit): boolean {
  return hit.groups['password'] === 'NO' && LOCAL.test(hit.groups['client'] ?? '');
}

/** The pod that a server names by its address, unless it is the server itself. */
function clientOf(snapshot: Snapshot, hit: LogHit) {
  const pod = snapshot.resolve(hit.groups['client'] ?? '').pod;
  return pod === podOfLog(snapshot, hit) ? undefined : pod;
}

export default defineCheck({
  id: 'log-db-access-denied',
  layer: 1,
  title: 'Databases accept the credentials of their clients',
  failureTitle: 'The database refuses the credentials of the client',
  why: 'User or password is wrong, or the user may not connect from there: a Secret that was changed on one side only, a variable that is not set, or a password that was rotated in the database.',
  fix: [
    'Compare user and password in the Secret of {workload} with those of the database; restart the pods after the Secret was changed.',
  ],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].envFrom} {.spec.containers[*].env}'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    const all = gradedHits(snapshot, SIGNATURES, (hit) => (isProbe(hit) ? undefined : (userOf(hit) ?? '')));
    for (const hits of all) {
      if (isServerSide(hits)) continue;
      const hit = hits.hits[0];
      if (hit === undefined) continue;
      told.add(`${hits.subject.namespace ?? ''}/${hits.subject.workload?.name ?? hits.subject.name}`);
      const user = userOf(hit);
      const other = hit.signature === 'app-server-access-denied';
      const database = databasesOfClient(snapshot, hits.subject, hits.line);
      const beside = database.length === 0 ? serverBeside(snapshot, hits.subject, hits.line) : undefined;
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          ...(other ? { title: 'A server refuses the credentials of its client' } : {}),
          message: `${speaker(hits)} is refused by ${database.length === 1 ? `database ${database[0]?.service.metadata.name}` : beside !== undefined ? `${beside.metadata.name}` : other ? 'the server that it calls' : 'its database'}: access denied${
            user === undefined ? '' : ` for user ${user}`
          }${hit.groups['password'] === 'NO' ? ' (no password was sent)' : ''}${times(hits.count)}${beside === undefined ? '' : olderRedis(snapshot, beside, hits.pod, hits.line)}: ${hits.line}`,
          related: [...database.map(({ service }) => refOf(service)), ...(beside === undefined ? [] : [refOf(beside)])],
        },
      );
    }
    // The server's side of it, where the client's own log is not in the bundle.
    for (const hits of all) {
      if (!isServerSide(hits) || hits.grade === 'past') continue;
      for (const hit of hits.hits) {
        const pod = clientOf(snapshot, hit);
        if (pod === undefined) continue;
        const subject = snapshot.subject(pod);
        const id = `${subject.namespace ?? ''}/${subject.workload?.name ?? subject.name}`;
        if (told.has(id)) continue;
        told.add(id);
        yield {
          subject,
          confidence: 'medium',
          severity: 'warning',
          message: `Database ${hits.subject.workload?.name ?? hits.subject.name} refuses the credentials of ${pod.metadata.name} (${hit.groups['client'] ?? ''})${times(hit.count)}: ${hits.line}`,
          evidence: hits.evidence,
          related: hits.pod === undefined ? [] : [refOf(hits.pod)],
        };
      }
    }
    if (told.size > 0) return;
    // Nothing of any client: the end of the server's own log that somebody pasted.
    for (const hits of all) {
      const user = hits.hits[0] === undefined ? undefined : userOf(hits.hits[0]);
      if (!isServerSide(hits) || hits.grade !== 'failing') continue;
      yield {
        subject: hits.subject,
        confidence: 'medium',
        severity: 'warning',
        message: `Database ${hits.subject.workload?.name ?? hits.subject.name} refuses the credentials of ${user === undefined ? 'a client' : `user ${user}`}${times(hits.count)}: ${hits.line}`,
        evidence: hits.evidence,
        related: hits.pod === undefined ? [] : [refOf(hits.pod)],
      };
    }
  },
});
