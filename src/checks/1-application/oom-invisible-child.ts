import { isHistoric } from '../../snapshot/ages.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf, lastTermination } from '../../snapshot/pods/containers.ts';
import { evidenceOf } from '../../snapshot/quote.ts';
import { POD_UID, podByUid } from '../../snapshot/pods/pods-by-uid.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'oom-invisible-child',
  layer: 1,
  title: 'Every OOM kill of a container is known to Kubernetes',
  failureTitle: 'The kernel killed a process of the pod for memory, and no container says OOMKilled',
  why: 'A child process was killed and the main process lived on (workers of gunicorn, uwsgi, PostgreSQL vanish), or the runtime missed the kill and reports a plain exit 137.',
  fix: [
    'Raise the memory limit or run fewer workers; on cgroup v2 the kubelet setting singleProcessOOMKill decides whether all processes die together.',
  ],
  next: ["journalctl -k | grep -i -E 'oom-kill|Killed process'"],
  severity: 'warning',
  confidence: 'medium',
  needs: ['pods'],
  needsAny: ['kernelLogs', 'hostLogs'],
  reads: ['runtime-task-oom'],
  *run({ pods }, { snapshot }) {
    const told = new Set<unknown>();
    const killed = (hit: LogHit): Pod | undefined => {
      const id = hit.groups['container'];
      if (hit.signature === 'runtime-task-oom')
        return pods.find((one) =>
          containersOf(one).some((c) => id !== undefined && c.status?.containerID?.endsWith(id)),
        );
      const path = hit.groups['cgroup'] ?? hit.groups['taskCgroup'] ?? hit.first.text;
      return podByUid(snapshot, POD_UID.exec(path)?.[1]);
    };
    for (const hit of [...snapshot.hits('kernel-oom-memcg-cgroup'), ...snapshot.hits('runtime-task-oom')]) {
      const pod = killed(hit);
      if (pod === undefined || told.has(pod)) continue;
      const containers = containersOf(pod);
      if (containers.some((c) => lastTermination(c)?.reason === 'OOMKilled')) continue;
      told.add(pod);
      const missed = containers.some((c) => lastTermination(c)?.exitCode === 137);
      const old = isHistoric(snapshot, hit.last.time);
      yield {
        subject: snapshot.subject(pod),
        variant: missed ? 'missed' : 'child',
        message: `The kernel killed a process of pod ${pod.metadata.name} at its memory limit${hit.count > 1 ? ` (${hit.count} times)` : ''}; Kubernetes shows ${missed ? 'only exit code 137' : 'nothing of it'}`,
        evidence: evidenceOf(hit),
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
        ...(old ? { state: 'historic' as const } : {}),
      };
    }
  },
});
