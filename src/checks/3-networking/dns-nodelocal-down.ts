import { NODELOCAL_ADDRESS } from '../../snapshot/network/dns.ts';
import { isOnLostNode } from '../../snapshot/nodes/node-health.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { lastWordsOfPod } from '../../snapshot/pods/crashes.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { endOfLog } from '../log-end.ts';

/** The add-on of Kubernetes and of Kubespray, and RKE2's. */
const LABELS = new Set(['node-local-dns', 'nodelocaldns']);
const NAME = /^(?:node-local-dns|nodelocaldns|rke2-coredns-node-local-dns)-[a-z0-9]{5}$/;

export default defineCheck({
  id: 'dns-nodelocal-down',
  layer: 3,
  title: 'NodeLocal DNSCache is ready on every node',
  failureTitle: 'NodeLocal DNSCache is not ready on the node',
  why: `Pods of the node ask ${NODELOCAL_ADDRESS} on their own node first. While nothing answers there, names do not resolve in them, and elsewhere all is well.`,
  fix: ['Bring up the pod on {node}: read its log and events, and restart it.'],
  next: [
    'kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide',
    'kubectl -n kube-system logs {name} --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const { name, namespace, labels } = pod.metadata;
      if (namespace !== 'kube-system' || !(LABELS.has(labels?.['k8s-app'] ?? '') || NAME.test(name))) continue;
      const node = pod.spec?.nodeName;
      if (node === undefined || podReady(pod) !== false || isOnLostNode(snapshot, pod)) continue;
      const end = endOfLog(lastWordsOfPod(snapshot, pod));
      yield {
        subject: snapshot.subject(pod),
        message: `NodeLocal DNSCache pod ${name} on node ${node} is not ready: names do not resolve in the pods of this node that ask it (${NODELOCAL_ADDRESS} by default)${end.words}`,
        evidence: [quoteReadiness(snapshot, pod), ...end.evidence],
        related: [{ kind: 'Node', name: node }],
      };
    }
  },
});
