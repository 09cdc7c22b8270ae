import { isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf, describeContainer, isInjected, isLooping } from '../../snapshot/pods/containers.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

/** Proxies need their control plane; that may take this long (ms) after a start. */
const START = 120_000;

export default defineCheck({
  id: 'sidecar-failing',
  layer: 1,
  title: 'Sidecars are ready',
  failureTitle: 'The sidecar is not ready, so the pod is not',
  why: 'A proxy or agent beside the program is not ready: the program is held back or cut off the network, though nothing is wrong with itself. Often the control plane of the sidecar cannot be reached.',
  fix: ['Look at the log of {container} and at its control plane (istiod, linkerd, vault …).'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot, now }) {
    for (const pod of unsteadyPods(snapshot)) {
      if (isBeingDeleted(pod) || ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')) continue;
      const containers = containersOf(pod);
      for (const container of containers) {
        if (container.role !== 'sidecar' && !isInjected(container.name)) continue;
        const { status } = container;
        const waits = status?.state?.waiting?.reason;
        const started = timeOf(status?.state?.running?.startedAt) ?? Number.NaN;
        const young = now !== undefined && !Number.isNaN(started) && now - started < START;
        const bad = isLooping(container) || (status?.ready === false && status.state?.running !== undefined && !young);
        // When the program itself fails the sidecar is a bystander; PodInitializing is its turn to wait.
        const others = containers.filter((c) => c.role === 'app' && c !== container);
        const programFails = others.some((c) => isLooping(c));
        if (!bad || programFails || status === undefined) continue;
        yield {
          subject: snapshot.subject(pod, { container: container.name }),
          message: `${describeContainer(container)} of pod ${pod.metadata.name} ${waits === undefined ? 'runs but is not ready' : `waits (${waits})`}${
            (status.restartCount ?? 0) > 0 ? `, ${status.restartCount} restarts` : ''
          }`,
          evidence: [
            snapshot.quote(pod, waits === undefined ? `${container.at}/ready` : `${container.at}/state/waiting/reason`),
          ],
          params: { container: container.name },
        };
      }
    }
  },
});
