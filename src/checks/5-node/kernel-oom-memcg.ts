import { entryOf } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { besideHits, timing } from '../../snapshot/logs/hits.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { POD_UID, podByUid } from '../../snapshot/pods/pods-by-uid.ts';
import { defineCheck } from '../check.ts';

/** What the kernel prints of a cgroup below its name: what it used, and its limit. */
const USAGE = /memory: usage \d{1,15}kB, limit \d{1,15}kB/;

export default defineCheck({
  id: 'kernel-oom-memcg',
  layer: 5,
  title: 'The kernel killed no process at its memory limit',
  failureTitle: 'The kernel killed processes at the memory limit of their cgroup',
  why: 'A container reached its memory limit. When the victim is not process 1 of the container, Kubernetes shows no OOMKilled: the application just loses a worker. A limit on kubepods itself means that all pods together exceeded what the node allots them.',
  fix: [
    'Raise the memory limit of the container to about 1.3 times its observed peak, or find what makes it grow',
    'Size the heap of managed run-times (JVM, Node.js, Go) to at most three quarters of the limit',
  ],
  next: [
    "journalctl -k --no-pager | grep -B 2 -A 20 'invoked oom-killer' | tail -n 100",
    'kubectl top pods -A --containers --sort-by=memory',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['kernelLogs', 'hostLogs'],
  reads: ['kernel-oom-memcg', 'kernel-oom-memcg-cgroup'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kernel-oom-memcg-cgroup'))) {
      const perPod = new Map<string, { pod: Pod | undefined; scope: string; hits: LogHit[] }>();
      for (const hit of hits) {
        const cgroup = hit.groups['cgroup'] ?? hit.groups['taskCgroup'] ?? '';
        const limit = hit.groups['limit'] ?? hit.groups['oldLimit'] ?? '';
        const uid = POD_UID.exec(limit)?.[1] ?? POD_UID.exec(cgroup)?.[1];
        const allotted = /\/kubepods(?:\.slice)?$/.test(limit);
        const key = allotted ? 'kubepods' : (uid ?? limit);
        const place = entryOf(perPod, key, () => ({
          pod: uid === undefined || allotted ? undefined : podByUid(snapshot, uid),
          scope: allotted ? 'kubepods' : uid === undefined ? limit : `pod ${uid.replaceAll('_', '-')}`,
          hits: [],
        }));
        place.hits.push(hit);
      }
      for (const { pod, scope, hits: mine } of perPod.values()) {
        const said = mine.flatMap((hit) => hit.groups['task'] ?? []);
        // Before kernel 5.0 the line with the cgroup does not name the victim; with one cgroup it is that of the others.
        const others =
          said.length > 0 || perPod.size > 1
            ? []
            : snapshot.hits('kernel-oom-memcg').filter(({ origin }) => origin.file === mine[0]?.origin.file);
        const tasks = [...new Set([...said, ...others.flatMap((hit) => hit.groups['task'] ?? [])])];
        const count = mine.reduce((sum, hit) => sum + hit.count, 0);
        const [hit] = mine;
        if (hit === undefined) continue;
        const since = hit.first.time;
        const victims = tasks.length === 0 ? 'a process' : tasks.slice(0, 4).join(', ');
        yield {
          subject: pod === undefined ? snapshot.named('Node', node, { node }) : snapshot.subject(pod),
          variant:
            scope === 'kubepods'
              ? 'node-allocatable'
              : pod !== undefined
                ? 'container-limit'
                : isEtcd(tasks)
                  ? 'etcd'
                  : scope,
          message:
            scope === 'kubepods'
              ? `On ${node} all pods together exceeded the memory that the node allots them (limit of kubepods): the kernel killed ${victims}${times(count)}`
              : `On ${node} the kernel killed ${victims}${times(count)} at the memory limit of ${pod === undefined ? scope : `pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`}${besideHits(mine, USAGE)}`,
          evidence: [...snapshot.evidenceOf(hit), ...mine.slice(1, 2).flatMap((one) => snapshot.evidenceOf(one))],
          related: [{ kind: 'Node', name: node }],
          ...(since === undefined ? {} : { since }),
          ...timing(snapshot, mine),
        };
      }
    }
    // Lines without the cgroup (before kernel 5.0 they stand apart, or the log is cut).
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kernel-oom-memcg'))) {
      const known = snapshot.hits('kernel-oom-memcg-cgroup').some((hit) => hit.origin.file === hits[0]?.origin.file);
      const [hit] = hits;
      if (known || hit === undefined) continue;
      const tasks = [...new Set(hits.flatMap((one) => one.groups['task'] ?? []))];
      const count = hits.reduce((sum, one) => sum + one.count, 0);
      const since = hit.first.time;
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: isEtcd(tasks) ? 'etcd' : 'container-limit',
        message: `On ${node} the kernel killed ${tasks.slice(0, 4).join(', ')}${times(count)} at the memory limit of their cgroup (Memory cgroup out of memory)`,
        evidence: [...snapshot.evidenceOf(hit), ...hits.slice(1, 4).flatMap((one) => snapshot.evidenceOf(one))],
        ...(since === undefined ? {} : { since }),
        ...timing(snapshot, hits),
      };
    }
  },
});

const times = (count: number): string => (count > 1 ? ` (${count} times)` : '');

/** The store of the cluster, as far as the kernel tells; links say what its end does to the cluster. */
const isEtcd = (tasks: readonly string[]): boolean => tasks.length === 1 && tasks[0] === 'etcd';
