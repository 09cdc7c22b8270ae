import type { LogHit } from '../../parsers/records.ts';
import { timing, weightOf } from '../../snapshot/logs/hits.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Until the API server has answered once the kubelet does not find its own Node; that passes within the first minute. */
const LEAST = 3;

export default defineCheck({
  id: 'node-not-registered',
  layer: 5,
  title: 'Every kubelet has registered its node',
  failureTitle: 'The kubelet runs but its node is not registered',
  why: 'The join failed: the kubelet has another identity than the name of its node, its bootstrap token has expired, or its certificate request was never approved.',
  fix: [
    'Give the kubelet the name in its certificate (--hostname-override, host name in lower case), or join {node} again with a new token',
  ],
  next: [
    'kubectl get nodes; kubectl get csr',
    'kubeadm token list',
    'journalctl -u kubelet --no-pager | grep -i regist | tail',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostLogs'],
  reads: ['node-not-registered', 'kubelet-node-registered'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('node-not-registered'))) {
      const count = hits.reduce((sum, hit) => sum + hit.count, 0);
      const [first] = hits;
      if (first === undefined) continue;
      const missing = first.groups['node'] ?? first.groups['missing'] ?? node;
      const last = hits.at(-1) ?? first;
      const registered =
        snapshot.get('nodes', undefined, missing) !== undefined ||
        snapshot
          .hits('kubelet-node-registered')
          .some((hit) => hit.origin.file === last.origin.file && hit.last.line > last.last.line);
      if (registered) continue;
      const identity = first.groups['identity'];
      const gone = snapshot.listed('nodes');
      yield {
        subject: snapshot.named('Node', missing, { node: missing }),
        variant: identity === undefined ? 'not-found' : 'forbidden',
        // Without the listing of nodes a handful of lines may be the start of a kubelet.
        severity:
          identity !== undefined || gone ? 'critical' : weightOf(snapshot, hits, LEAST) === 'few' ? 'info' : 'warning',
        confidence: identity !== undefined || gone ? 'high' : 'low',
        message:
          identity === undefined
            ? `The kubelet of ${node} does not find its own Node ${missing} in the API${gone ? ', and the listing of nodes has none of that name' : ''} (${count} lines)`
            : `The kubelet of ${node} signs in as node ${identity} and may not register or change Node ${missing}`,
        evidence: snapshot.evidenceOf(first),
        ...timing(snapshot, hits),
      };
    }
  },
});
