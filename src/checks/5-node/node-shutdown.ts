import { append } from '../../lib/group-by.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

const SHUTDOWN =
  /Pod was (?:terminated in response to imminent node shutdown|rejected as the node is shutting down)|node is shutting\b/i;

export default defineCheck({
  id: 'node-shutdown',
  layer: 5,
  title: 'No pod was ended by the shutdown of its node',
  failureTitle: 'A planned shutdown of the node ended its pods',
  why: 'With graceful node shutdown the kubelet ends the pods and marks them Failed; that is intended, and the rows stay until they are deleted.',
  fix: ['Nothing, if the shutdown was planned; delete the Failed pods'],
  next: ['kubectl get pods -A --field-selector status.phase=Failed -o wide'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    const byNode = new Map<string, Pod[]>();
    for (const pod of unsteadyPods(snapshot)) {
      const { reason, message } = pod.status ?? {};
      const ended =
        (reason === 'NodeShutdown' || reason === 'Terminated' || reason === 'Shutdown') &&
        (message === undefined || SHUTDOWN.test(message));
      const node = pod.spec?.nodeName;
      if (!(ended || SHUTDOWN.test(message ?? '')) || node === undefined) continue;
      append(byNode, node, pod);
    }
    for (const [name, list] of byNode) {
      const [first] = list;
      if (first === undefined) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `${list.length} pods were ended by a graceful shutdown of node ${name}, such as ${first.metadata.namespace ?? ''}/${first.metadata.name}: ${first.status?.message ?? first.status?.reason ?? ''}`,
        evidence: [snapshot.quote(first, first.status?.message === undefined ? '/status/reason' : '/status/message')],
        related: list.slice(0, 20).map((pod) => ({ kind: 'Pod', ...pod.metadata })),
      };
    }
  },
});
