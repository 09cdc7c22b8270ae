import type { Evidence } from '../../parsers/records.ts';
import { etcdSubject, latestStatus } from '../../snapshot/control-plane/etcd.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'etcd-corrupt-alarm',
  layer: 4,
  title: 'The etcd members hold the same data',
  failureTitle: 'The etcd members hold different data (CORRUPT)',
  why: "A member's database differs from the others'. Depending on which member answers, the cluster sees different objects.",
  fix: [
    'Do not restart members blindly. Find the one that differs (etcdctl endpoint hashkv --cluster), remove it, wipe its data directory and add it again; update etcd',
  ],
  next: ['etcdctl endpoint hashkv --cluster -w table', 'etcdctl alarm list'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['etcdAlarms', 'etcdEndpoints', 'containerLogs', 'hostLogs'],
  reads: ['etcd-corrupt-alarm'],
  *run({ etcdAlarms }, { snapshot }) {
    const alarms = etcdAlarms.filter((alarm) => /CORRUPT/i.test(alarm.alarm));
    const status = latestStatus(snapshot).filter((one) => one.errors.some((error) => /CORRUPT/i.test(error)));
    const hits = snapshot.hits('etcd-corrupt-alarm');
    const evidence: Evidence[] = [
      ...alarms.map((alarm) => alarm.source),
      ...status.map((one) => one.source),
      ...(quotesOf(hits) ?? []),
    ];
    const [first, ...rest] = evidence;
    if (first === undefined) return;
    const who = alarms.map((alarm) => alarm.memberId).filter((id) => id !== undefined);
    yield {
      subject: etcdSubject(snapshot),
      message:
        alarms.length + status.length > 0
          ? `etcd raised the CORRUPT alarm${who.length === 0 ? '' : ` for member ${who.join(', ')}`}: its data differs from the other members'`
          : "etcd found that a member's data differs from the others'",
      evidence: [first, ...rest],
    };
  },
});
