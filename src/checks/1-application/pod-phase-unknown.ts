import { refOf } from '../../snapshot/ref.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pod-phase-unknown',
  layer: 1,
  title: 'The state of every pod is known',
  failureTitle: 'The state of the pods is not known: their node does not answer',
  why: 'Nobody reports for the pods of a node that is not Ready: "Running" is only the last known state. Their Services drop them once they are marked not ready.',
  fix: ['Recover node {node}.'],
  next: ['kubectl get pods -A -o wide --field-selector spec.nodeName={node}', 'kubectl describe node {node}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['nodes'],
  *run({ nodes }, { snapshot }) {
    const told = new Set<string>();
    for (const pod of unsteadyPods(snapshot)) {
      if (pod.status?.phase !== 'Unknown' && pod.status?.reason !== 'NodeLost') continue;
      told.add(pod.spec?.nodeName ?? '');
      yield {
        subject: snapshot.subject(pod),
        message: `The state of pod ${pod.metadata.name} is not known${pod.spec?.nodeName === undefined ? '' : `: its node ${pod.spec.nodeName} does not report`}`,
        evidence: [snapshot.quote(pod, pod.status.reason === 'NodeLost' ? '/status/reason' : '/status/phase')],
        params: { node: pod.spec?.nodeName ?? 'NODE' },
      };
    }
    for (const node of nodes) {
      const index = node.status?.conditions?.findIndex((c) => c.type === 'Ready' && c.status === 'Unknown') ?? -1;
      const mine = snapshot
        .podsOnNode(node.metadata.name)
        .filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));
      if (index < 0 || mine.length === 0 || told.has(node.metadata.name)) continue;
      const running = mine.filter((pod) => pod.status?.phase === 'Running').length;
      yield {
        subject: snapshot.named('Node', node.metadata.name, { node: node.metadata.name }),
        severity: 'warning',
        message: `${mine.length} pods are on node ${node.metadata.name}, which does not report; ${running} of them still show as Running, which is only their last known state`,
        evidence: [snapshot.quote(node, `/status/conditions/${index}`)],
        params: { node: node.metadata.name },
        related: mine.slice(0, 20).map((pod) => refOf(pod)),
      };
    }
  },
});
