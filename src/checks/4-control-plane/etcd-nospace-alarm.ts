import type { Evidence } from '../../parsers/records.ts';
import { formatBytes } from '../../lib/bytes.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { etcdSubject, latestStatus } from '../../snapshot/control-plane/etcd.ts';
import { countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'etcd-nospace-alarm',
  layer: 4,
  title: 'The etcd database is within its quota',
  failureTitle: 'The etcd database is full (NOSPACE): the cluster is read-only',
  why: 'The database reached its quota (2 GiB unless set otherwise). etcd refuses every write until space is freed and the alarm is disarmed: leases, status and events are lost, nodes go NotReady.',
  fix: [
    'Compact to the current revision, defragment every member one after the other, then disarm the alarm: etcdctl compact REVISION; etcdctl defrag; etcdctl alarm disarm',
    'Find what filled it (events, leases, custom resources, Helm secrets); raise --quota-backend-bytes up to 8 GiB when the data is legitimate',
  ],
  next: [
    'etcdctl endpoint status --cluster -w table',
    'etcdctl alarm list',
    'kubectl get --raw /metrics | grep apiserver_storage_objects | sort -k2 -n -r | head',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['etcdAlarms', 'etcdEndpoints', 'containerLogs', 'hostLogs', 'commandFailures', 'toolFailures', 'events'],
  reads: ['etcd-nospace-alarm'],
  *run({ etcdAlarms, commandFailures, toolFailures, events }, { snapshot }) {
    const alarms = etcdAlarms.filter((alarm) => /NOSPACE/i.test(alarm.alarm));
    // `alarm list` and the errors of `endpoint status` name the same alarm.
    const members = new Set(alarms.flatMap((alarm) => alarm.memberId ?? []));
    const status = latestStatus(snapshot).filter((one) => one.errors.some((error) => /NOSPACE/i.test(error)));
    const refused = [...commandFailures, ...toolFailures].filter((failure) =>
      /database space exceeded/.test(failure.message),
    );
    const told = events.filter((event) => /database space exceeded/.test(eventMessage(event)));
    const hits = snapshot.hits('etcd-nospace-alarm');
    const writers = [...new Set(hits.flatMap((hit) => hit.program ?? hit.origin.program ?? hit.origin.pod ?? []))];
    const machines = [...new Set(hits.flatMap((hit) => hit.node ?? hit.origin.node ?? []))];
    const evidence: Evidence[] = [
      // The shortest says it best: a line of `alarm list` before the whole JSON of a status.
      ...alarms.map((alarm) => alarm.source).toSorted((a, b) => a.text.length - b.text.length),
      ...status.map((one) => one.source),
      ...refused.map((failure) => failure.source),
      ...(quotesOf(hits) ?? []),
      ...told.slice(0, 2).map((event) => snapshot.quoteEvent(event)),
    ];
    const [first, ...rest] = evidence;
    if (first === undefined) return;
    const [fullest] = latestStatus(snapshot).toSorted((a, b) => (b.dbSizeBytes ?? 0) - (a.dbSizeBytes ?? 0));
    const lines = countOf(hits);
    const raised =
      alarms.length > 0 || status.length > 0 || hits.some((hit) => /alarm\W{1,4}NOSPACE/.test(hit.last.text));
    const said = evidence.map(({ text }) => text);
    // An alarm list without alarms, asked at collection, says that it is over.
    const disarmed = alarms.length === 0 && status.length === 0 && snapshot.has('etcdAlarms');
    yield {
      subject: etcdSubject(snapshot),
      variant: raised ? 'alarm' : 'refused',
      message:
        (raised
          ? `etcd raised the NOSPACE alarm${members.size > 1 ? ` on ${members.size} members` : ''}: the database has reached its quota`
          : `etcd refuses every write with "${said.some((text) => /database space exceeded/.test(text)) ? 'mvcc: database space exceeded' : 'etcdserver: no space'}": the database has reached its quota`) +
        (fullest?.dbSizeBytes === undefined
          ? ''
          : ` (${formatBytes(fullest.dbSizeBytes)} at ${fullest.endpoint}${fullest.quotaBytes === undefined || fullest.quotaBytes === 0 ? '' : ` of ${formatBytes(fullest.quotaBytes)}`})`) +
        (lines === 0
          ? ''
          : `; ${writers.length === 0 ? 'the log' : writers.join(', ')}${machines.length === 0 ? '' : ` on ${machines.slice(0, 3).join(', ')}`} met it ${lines === 1 ? 'once' : `${lines} times`}`),
      evidence: [first, ...rest],
      ...(alarms.length > 0 || status.length > 0 ? {} : timing(snapshot, hits)),
      ...(disarmed ? { state: 'recovered' as const } : {}),
    };
  },
});
