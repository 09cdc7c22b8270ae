import { plural } from '../../lib/in-words.ts';
import { memoryCgroups } from '../../snapshot/nodes/cgroups.ts';
import { containersOf, memoryLimit } from '../../snapshot/pods/containers.ts';
import { podByUid } from '../../snapshot/pods/pods-by-uid.ts';
import { defineCheck } from '../check.ts';

/** Share of the limit above which the next peak is an OOM kill (our judgement). */
const NEAR = 0.9;

/** Bytes as people write limits: 768Mi, 1.5Gi. */
function inUnits(bytes: number): string {
  const unit = bytes >= 2 ** 30 ? ([2 ** 30, 'Gi'] as const) : ([2 ** 20, 'Mi'] as const);
  return `${Number((bytes / unit[0]).toFixed(1))}${unit[1]}`;
}

export default defineCheck({
  id: 'memory-near-limit',
  layer: 1,
  title: 'Containers keep away from their memory limit',
  failureTitle: 'Memory use is at the memory limit',
  why: 'At the limit the kernel first reclaims, which makes the program slow, then kills a process of the container (OOMKilled).',
  fix: ['Raise the memory limit to about 1.3 times the peak, or find what the memory is used for.'],
  next: ['kubectl top pod {name} -n {namespace} --containers', 'cat /sys/fs/cgroup/memory.events'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['podUsage', 'hostValues'],
  wants: ['pods'],
  *run({ podUsage }, { snapshot }) {
    for (const usage of podUsage) {
      const pod =
        snapshot.get('pods', usage.namespace, usage.pod) ??
        (usage.namespace === undefined ? snapshot.list('pods').find((p) => p.metadata.name === usage.pod) : undefined);
      if (pod === undefined || usage.memoryBytes === undefined) continue;
      const containers = containersOf(pod).filter((c) => c.role !== 'init' && c.spec !== undefined);
      const container =
        usage.container === undefined
          ? containers.length === 1
            ? containers[0]
            : undefined
          : containers.find((c) => c.name === usage.container);
      const limit = container === undefined ? undefined : memoryLimit(container);
      if (container === undefined || limit === undefined || usage.memoryBytes < NEAR * limit.bytes) continue;
      yield {
        subject: snapshot.subject(pod, { container: container.name }),
        message: `Container ${container.name} uses ${inUnits(usage.memoryBytes)} of its memory limit of ${limit.text} (${Math.round((usage.memoryBytes / limit.bytes) * 100)} %)`,
        evidence: [usage.source, snapshot.quote(pod, `${limit.at}/memory`)],
      };
    }
    for (const cgroup of memoryCgroups(snapshot)) {
      const { limit, peak, current, failures, kills } = cgroup;
      if (limit === undefined) continue;
      const hitLimit = (failures?.value ?? 0) > 0 || (kills?.value ?? 0) > 0;
      const highest = Math.max(peak?.value ?? 0, current?.value ?? 0);
      if (!(highest >= NEAR * limit.value) || !(hitLimit || (current?.value ?? 0) >= NEAR * limit.value)) continue;
      const pod = podByUid(snapshot, cgroup.podUid);
      const evidence = [
        limit,
        ...(peak === undefined ? [] : [peak]),
        ...(failures === undefined ? [] : [failures]),
        ...(kills === undefined ? [] : [kills]),
        ...(current === undefined ? [] : [current]),
      ].map((one) => one.evidence);
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject:
          pod !== undefined
            ? snapshot.subject(pod)
            : snapshot.named('Pod', cgroup.podUid ?? cgroup.scope ?? 'cgroup', { node: cgroup.node }),
        variant: 'cgroup',
        title: 'The memory of the container is at its limit: it is OOM-killed',
        // A limit that was hit over and over is not near, it is the fault.
        severity: hitLimit ? 'critical' : 'warning',
        message: `The memory cgroup${cgroup.podUid === undefined ? '' : ` of pod ${pod?.metadata.name ?? cgroup.podUid}`} stands at its memory limit of ${inUnits(limit.value)} (${limit.key} ${limit.value} bytes)${
          peak === undefined ? '' : `; the highest use was ${peak.value} bytes`
        }${failures === undefined ? '' : `; the limit was hit ${plural(failures.value, 'time')} (failcnt)`}${kills === undefined || kills.value === 0 ? '' : `; ${plural(kills.value, 'OOM kill')}`}`,
        evidence: [first, ...rest],
        fix: [
          `Raise the memory limit above ${inUnits(limit.value)}, or find what the memory is used for: at the limit the container is OOM-killed (OOMKilled, exit code 137).`,
        ],
      };
    }
  },
});
