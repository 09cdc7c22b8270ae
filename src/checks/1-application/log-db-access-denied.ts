import type { LogHit } from '../../parsers/records.ts';
import { databasesOfClient } from '../../snapshot/logs/databases.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { isServerSide } from './database-findings.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';
import { refOf } from '../../snapshot/ref.ts';

const SIGNATURES = ['app-db-access-denied', 'app-server-access-denied'];

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
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          ...(other ? { title: 'A server refuses the credentials of its client' } : {}),
          message: `${speaker(hits)} is refused by ${database.length === 1 ? `database ${database[0]?.service.metadata.name}` : other ? 'the server that it calls' : 'its database'}: access denied${
            user === undefined ? '' : ` for user ${user}`
          }${hit.groups['password'] === 'NO' ? ' (no password was sent)' : ''}${times(hits.count)}: ${hits.line}`,
          related: database.map(({ service }) => refOf(service)),
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
