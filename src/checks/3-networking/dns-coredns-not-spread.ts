import { clusterDns } from '../../snapshot/network/dns.ts';
import { isReady } from '../../snapshot/nodes/node-health.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'dns-coredns-not-spread',
  layer: 3,
  title: 'The cluster DNS runs on more than one node',
  failureTitle: 'All pods of the cluster DNS are on one node',
  why: 'When that node goes, no name resolves in the cluster until its pods start elsewhere.',
  fix: ['Run two or more replicas, with anti-affinity or topology spread over nodes.'],
  next: ['kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods', 'nodes'],
  *run({ nodes }, { snapshot }) {
    const ready = clusterDns(snapshot).pods.filter((pod) => podReady(pod) === true);
    const places = new Set(ready.map((pod) => pod.spec?.nodeName));
    const [pod] = ready;
    const [node] = places;
    // With a single node there is no other place.
    if (pod === undefined || node === undefined || places.size > 1) return;
    if (nodes.filter((one) => isReady(one) === true).length < 2) return;
    yield {
      subject: snapshot.subject(pod),
      variant: ready.length === 1 ? 'single' : 'one-node',
      message: `${ready.length === 1 ? 'The only ready pod' : `All ${ready.length} ready pods`} of the cluster DNS ${ready.length === 1 ? 'is' : 'are'} on node ${node}, of ${nodes.length} nodes`,
      evidence: [snapshot.quote(pod, '/spec/nodeName')],
      related: [{ kind: 'Node', name: node }],
    };
  },
});
