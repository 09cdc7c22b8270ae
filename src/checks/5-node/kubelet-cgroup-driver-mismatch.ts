import type { LogHit } from '../../parsers/records.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { byMachine, machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'kubelet-cgroup-driver-mismatch',
  layer: 5,
  title: 'Kubelet and container runtime use the same cgroup driver',
  failureTitle: 'Kubelet and container runtime use different cgroup drivers',
  why: 'With one on systemd and the other on cgroupfs the kubelet exits at start (Docker), or containers cannot be created, or both managers fight over the cgroups under memory pressure.',
  fix: [
    'Use systemd on both: cgroupDriver: systemd in the kubelet configuration of {node} and SystemdCgroup = true in containerd’s config.toml ("exec-opts": ["native.cgroupdriver=systemd"] for Docker); then restart both',
  ],
  next: [
    'grep cgroupDriver /var/lib/kubelet/config.yaml',
    'containerd config dump | grep SystemdCgroup',
    'docker info | grep -i "cgroup driver"',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostLogs', 'events'],
  wants: ['hostValues'],
  reads: ['kubelet-cgroup-driver-mismatch', 'cgroup-path-of-other-driver'],
  *run({ hostValues }, { snapshot }) {
    const all = [...snapshot.hits('kubelet-cgroup-driver-mismatch'), ...snapshot.hits('cgroup-path-of-other-driver')];
    for (const [node, hits] of byMachine<LogHit>(snapshot, all)) {
      const [first, ...more] = hits;
      if (first === undefined) continue;
      const named = hits.find((hit) => hit.groups['kubelet'] !== undefined) ?? first;
      const { kubelet, runtime, stray, manager, parent } = named.groups;
      const flag = hostValues.find(
        (value) =>
          value.topic === 'kubelet-flag' && value.key === 'cgroup-driver' && machineOf(snapshot, value) === node,
      );
      yield {
        subject: machineSubject(snapshot, named),
        message:
          stray !== undefined
            ? `The kubelet of ${node} uses the cgroup driver systemd and containerd does not (SystemdCgroup is not true): the cgroup ${stray}:cri-containerd:… is a plain directory, and its containers are killed sooner or later`
            : manager !== undefined
              ? `The container runtime of ${node} is configured with the ${manager} cgroup manager and gets ${parent ?? 'a path'} from the kubelet (cgroup driver mismatch; systemd wants a slice, cgroupfs a path): sandboxes cannot be created`
              : kubelet === undefined
                ? `The container runtime of ${node} uses systemd cgroups and the kubelet hands it cgroupfs paths (cgroup driver mismatch): containers cannot be created`
                : `The kubelet of ${node} uses the cgroup driver ${kubelet}, the container runtime ${runtime ?? 'another'}: the kubelet exits`,
        evidence: [
          ...snapshot.evidenceOf(first),
          ...more.flatMap((hit) => snapshot.evidenceOf(hit)),
          ...(flag === undefined ? [] : [flag.source]),
        ],
        ...timing(snapshot, hits),
      };
    }
  },
});
