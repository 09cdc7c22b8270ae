import type { LogHit } from '../../parsers/records.ts';
import { byMachine, machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

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
  reads: ['kubelet-cgroup-driver-mismatch'],
  *run({ hostValues }, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-cgroup-driver-mismatch'))) {
      const named = hits.find((hit) => hit.groups['kubelet'] !== undefined) ?? hits[0];
      if (named === undefined) continue;
      const { kubelet, runtime } = named.groups;
      const flag = hostValues.find(
        (value) =>
          value.topic === 'kubelet-flag' && value.key === 'cgroup-driver' && machineOf(snapshot, value) === node,
      );
      yield {
        subject: machineSubject(snapshot, named),
        message:
          kubelet === undefined
            ? `The container runtime of ${node} uses systemd cgroups and the kubelet hands it cgroupfs paths (cgroup driver mismatch): containers cannot be created`
            : `The kubelet of ${node} uses the cgroup driver ${kubelet}, the container runtime ${runtime ?? 'another'}: the kubelet exits`,
        evidence: [
          ...hits.flatMap((hit) => snapshot.evidenceOf(hit)),
          ...(flag === undefined ? [] : [flag.source]),
        ] as unknown as FindingDraft['evidence'],
      };
    }
  },
});
