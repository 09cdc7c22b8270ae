import { netems } from '../../snapshot/network/netem.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pod-netem-active',
  layer: 3,
  title: 'Nobody has the kernel harm packets of pods',
  failureTitle: 'The kernel is told to harm the packets of a pod',
  why: 'netem delays, loses or damages packets on purpose. Chaos tests set it in the network of a pod, and it stays there until somebody takes it away or the pod is replaced.',
  fix: [
    'Take it away (tc qdisc del dev DEVICE root in the network namespace of the pod, or replace the pod), and end the experiment that sets it.',
  ],
  next: [
    'kubectl exec -n {namespace} {name} -- tc -s qdisc show',
    'kubectl get networkchaos -A',
    'kubectl get podnetworkchaos -A',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['hostValues'],
  wants: ['pods', 'services'],
  *run(_facts, { snapshot }) {
    for (const { device, does, variant, pod: place, value } of netems(snapshot)) {
      if (place === undefined) continue;
      const pod = snapshot
        .list('pods')
        .find(
          ({ metadata: { name, namespace } }) =>
            name === place.name && (namespace ?? place.namespace) === (place.namespace ?? namespace),
        );
      const services = pod === undefined ? [] : snapshot.servicesSelecting(pod);
      yield {
        subject: snapshot.subject(pod ?? { kind: 'Pod', metadata: place }),
        variant,
        message: `Somebody has the kernel harm the packets of pod ${place.name} on ${device} (netem): ${does}; whoever it calls, and whoever calls it, waits`,
        evidence: [value.source],
        related: services.flatMap((service) => [
          refOf(service),
          ...serviceGraph(snapshot)
            .callsTo(service)
            .map(({ address }) => address.workload),
        ]),
      };
    }
  },
});
