import { containersOf, lastTermination } from '../../snapshot/containers.ts';
import { evidenceOf } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

const POD_UID = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})/;

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
  needs: ['pods', 'kernelLogs'],
  *run({ pods }, { snapshot, now }) {
    const told = new Set<unknown>();
    for (const hit of snapshot.hits('kernel-oom-memcg-cgroup')) {
      const path = hit.groups['cgroup'] ?? hit.groups['taskCgroup'] ?? hit.first.text;
      const uid = POD_UID.exec(path)?.[1]?.replaceAll('_', '-');
      const pod = uid === undefined ? undefined : pods.find((one) => one.metadata.uid === uid);
      if (pod === undefined || told.has(pod)) continue;
      const containers = containersOf(pod);
      if (containers.some((c) => lastTermination(c)?.reason === 'OOMKilled')) continue;
      told.add(pod);
      const missed = containers.some((c) => lastTermination(c)?.exitCode === 137);
      const old = now !== undefined && hit.last.time !== undefined && now - hit.last.time > 86_400_000;
      yield {
        subject: snapshot.subject(pod as never),
        variant: missed ? 'missed' : 'child',
        message: `The kernel killed a process of pod ${pod.metadata.name} at its memory limit${hit.count > 1 ? ` (${hit.count} times)` : ''}; Kubernetes shows ${missed ? 'only exit code 137' : 'nothing of it'}`,
        evidence: evidenceOf(hit),
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
        ...(old ? { state: 'historic' as const } : {}),
      };
    }
  },
});
