import { parseDuration, spellDuration } from '../../lib/duration.ts';
import { subjectOfEtcdHit } from '../../snapshot/control-plane/etcd.ts';
import { defineCheck } from '../check.ts';

/** etcd warns above one second; leases and certificates are at stake long before an hour. */
const CRITICAL_SECONDS = 60;

export default defineCheck({
  id: 'etcd-clock-drift',
  layer: 4,
  title: 'The clocks of the etcd members agree',
  failureTitle: 'The clocks of the etcd members differ',
  why: 'etcd measures the clocks of its members against one another. A member whose clock is off refuses fresh certificates and expires leases at the wrong time.',
  fix: ['Repair the time synchronisation (chrony, systemd-timesyncd) of the node whose clock is off'],
  next: ['timedatectl', 'chronyc tracking', 'date -u'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostLogs'],
  reads: ['etcd-clock-drift'],
  *run(_facts, { snapshot }) {
    const worst = new Map<string, { seconds: number; hit: ReturnType<typeof snapshot.hits>[number] }>();
    for (const hit of snapshot.hits('etcd-clock-drift')) {
      const seconds = Math.abs(
        parseDuration((hit.groups['drift'] ?? hit.groups['oldDrift'] ?? '').split(' ')[0] ?? '') ?? 1,
      );
      const peer = hit.groups['peer'] ?? hit.groups['oldPeer'] ?? '';
      const known = worst.get(peer);
      if (known === undefined || known.seconds < seconds) worst.set(peer, { seconds, hit });
    }
    for (const [peer, { seconds, hit }] of worst)
      yield {
        subject: subjectOfEtcdHit(snapshot, hit),
        variant: peer === '' ? 'peer' : peer,
        ...(seconds >= CRITICAL_SECONDS ? { severity: 'critical' as const } : {}),
        message: `etcd measures a clock drift of ${spellDuration(seconds)} against member ${peer}`,
        evidence: snapshot.evidenceOf(hit),
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
      };
  },
});
