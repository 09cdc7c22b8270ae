import { defineCheck } from '../check.ts';

/** Namespaces of the platform, whose pods are protected by priority. */
const PLATFORM = /^(?:kube-|openshift|gpu-operator|calico-|cilium|tigera-|rook-|longhorn-)/;

export default defineCheck({
  id: 'resources-unset',
  layer: 1,
  title: 'Workloads say what resources they need',
  failureTitle: 'The workload sets neither requests nor limits',
  why: 'Its pods (BestEffort) are the first to be evicted, the scheduler cannot reckon with them, and they may starve the node.',
  fix: ['Set requests for CPU and memory, and a memory limit.'],
  next: ['kubectl get pods -n {namespace} -o custom-columns=NAME:.metadata.name,QOS:.status.qosClass'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run({ pods }, { snapshot }) {
    for (const pod of pods.filter(({ status }) => status?.qosClass === 'BestEffort' && status.phase === 'Running')) {
      if (PLATFORM.test(pod.metadata.namespace ?? '')) continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} sets neither requests nor limits (QoS class BestEffort)`,
        evidence: [snapshot.quote(pod, '/status/qosClass')],
      };
    }
  },
});
