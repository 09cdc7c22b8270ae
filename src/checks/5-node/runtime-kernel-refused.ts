import { headAndTail } from '../../lib/excerpt.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { isWell, podsWithEvent } from '../../snapshot/pods/pods-seen.ts';
import { kernelRefusal } from '../../snapshot/pods/kernel-refusal.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { startErrorFindings } from '../1-application/start-errors.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'runtime-kernel-refused',
  layer: 5,
  title: 'The kernels of the nodes take what the runtimes set for containers',
  failureTitle: 'The kernel of the node refuses what the runtime sets for a container',
  why: 'Before the first process of a container starts, runc gives it its cgroup, capabilities, filters, labels and mounts. Here the kernel of the node says no: neither image nor command is at fault, and the same pod may run on another node.',
  fix: [
    'Mend on the node what the message names: update kernel, runc, libseccomp, container-selinux or (for nodes in containers) the outer runtime; load the profile; raise the limit',
    'Where a quota is refused (cpu.cfs_quota_us): look at the limits of pod and container, then at the kernel (before 5.4 a rounding error)',
  ],
  next: [
    'journalctl -u kubelet -u containerd -u docker -n 100 --no-pager | grep -iE "oci|runc"',
    'uname -r; runc --version; docker version',
    'cat /proc/cgroups; aa-status; getenforce',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-kernel-refused'],
  needsAny: ['pods', 'events', 'hostLogs', 'containerLogs'],
  *run(_facts, { snapshot }) {
    let told = false;
    for (const finding of startErrorFindings(
      snapshot,
      ({ message, reason }) => reason !== 'FailedCreatePodSandBox' && kernelRefusal(message) !== undefined,
      ({ message, seen }, who) => {
        const { kind = 'other', meaning = '' } = kernelRefusal(message) ?? {};
        return {
          variant: kind,
          message: `The kernel refuses ${who} of pod ${seen.ref.name}: ${meaning}: ${headAndTail(message, 400)}`,
        };
      },
    )) {
      told = true;
      yield finding;
    }
    // The kubelet itself looks for the profile (until 1.29), and sets the reason also of pods that run already.
    for (const pod of unsteadyPods(snapshot)) {
      if (pod.status?.reason !== 'AppArmor') continue;
      told = true;
      const words = pod.status.message;
      yield {
        subject: snapshot.subject(pod),
        variant: 'apparmor',
        message: `The kubelet${pod.spec?.nodeName === undefined ? '' : ` of ${pod.spec.nodeName}`} cannot confine pod ${pod.metadata.name}: ${words ?? 'its AppArmor profile is not loaded on the node, or AppArmor is off'}`,
        evidence: [snapshot.quote(pod, words === undefined ? '/status/reason' : '/status/message')],
        related: pod.spec?.nodeName === undefined ? [] : [{ kind: 'Node', name: pod.spec.nodeName }],
      };
    }
    for (const seen of podsWithEvent(snapshot, ['AppArmor'])) {
      const event = seen.events.findLast(({ reason }) => reason === 'AppArmor');
      if (event === undefined || seen.pod?.status?.reason === 'AppArmor') continue;
      told = true;
      yield {
        subject: seen.subject(),
        variant: 'apparmor',
        message: `The kubelet cannot confine pod ${seen.ref.name}: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(seen.gone
          ? { state: 'historic' as const }
          : seen.pod !== undefined && isWell(seen.pod)
            ? { state: 'recovered' as const }
            : {}),
      };
    }
    // The journal repeats what events say.
    if (told) return;
    const seen = new Set<string>();
    for (const hit of snapshot.hits('runtime-kernel-refused')) {
      const refusal = kernelRefusal(hit.first.text);
      if (refusal === undefined) continue;
      const subject = machineSubject(snapshot, hit);
      const key = `${subject.name}\u0000${refusal.kind}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield {
        subject,
        variant: refusal.kind,
        message: `The kernel of ${subject.name} refuses a container: ${refusal.meaning}: ${headAndTail(hit.groups['why'] ?? hit.first.text, 300)}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
