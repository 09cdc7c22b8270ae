import { ageOf } from '../../snapshot/ages.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { defineCheck } from '../check.ts';

/** Agents without which a node does not serve pods: network, proxy, storage, devices. */
const ESSENTIAL =
  /(?:^|-)(?:kube-proxy|calico|cilium|flannel|weave|aws-node|azure-cni|kindnet|kube-router|antrea|ovn|csi|device-plugin|nvidia|node-local-dns|nodelocaldns)/;
/** A DaemonSet that was just made or a node that just joined is still filling up. */
const PATIENCE_MS = 300_000;

export default defineCheck({
  id: 'daemonset-incomplete',
  layer: 1,
  title: 'DaemonSets run on all their nodes',
  failureTitle: 'The DaemonSet is not ready on all its nodes',
  why: 'The nodes without its pod lack what it provides: network, storage, metrics, devices.',
  fix: ['Look at the pods that are missing or not ready, node by node'],
  next: ['kubectl get pods -n {namespace} -o wide; kubectl describe daemonset {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['daemonSets'],
  wants: ['pods', 'nodes'],
  *run({ daemonSets }, { snapshot }) {
    for (const set of daemonSets) {
      const { namespace = '', name } = set.metadata;
      const status = set.status;
      const desired = status?.desiredNumberScheduled;
      if (desired === undefined || desired === 0) continue;
      const ready = status?.numberReady;
      const current = status?.currentNumberScheduled;
      const missing = current === undefined ? 0 : Math.max(0, desired - current);
      const unready = ready === undefined ? 0 : Math.max(0, desired - ready);
      if (missing + unready === 0) continue;
      if ((ageOf(snapshot, set) ?? PATIENCE_MS) < PATIENCE_MS) continue;
      const pods = snapshot.podsOf({ kind: 'DaemonSet', namespace, name });
      const bad = pods.filter((pod) => podReady(pod) === false);
      const nodes = [...new Set(bad.flatMap((pod) => pod.spec?.nodeName ?? []))].slice(0, 5);
      const essential = ESSENTIAL.test(name);
      yield {
        subject: snapshot.subject(set),
        ...(essential ? { severity: 'critical' as const } : {}),
        message: `DaemonSet ${name} is ready on ${ready ?? current ?? 0} of ${desired} nodes${missing > 0 ? `; ${missing} nodes have no pod of it` : ''}${nodes.length === 0 ? '' : `; not ready on ${nodes.join(', ')}`}`,
        evidence: [snapshot.quote(set, '/status/numberReady'), snapshot.quote(set, '/status/desiredNumberScheduled')],
        related: nodes.map((node) => ({ kind: 'Node', name: node })),
      };
    }
  },
});
