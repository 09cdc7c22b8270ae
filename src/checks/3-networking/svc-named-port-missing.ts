import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { endpointsLackPort, knowsPortNames, portsBehind, portText, servingPods } from '../../snapshot/network/ports.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf } from '../../snapshot/ref.ts';
import { plural } from '../../lib/in-words.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Pods that are Ready and selected are not among the endpoints: only a port that they do not have keeps them out. */
function isLeftOut(snapshot: Snapshot, service: Service, pods: readonly Pod[]): boolean {
  const backends = snapshot.backendsOf(service);
  return (
    pods.length > 0 &&
    backends.known &&
    (backends.addresses.length === 0 || endpointsLackPort(snapshot, service) === true) &&
    pods.every((pod) => podReady(pod) === true)
  );
}

export default defineCheck({
  id: 'svc-named-port-missing',
  layer: 3,
  title: 'Named target ports exist in the pods',
  failureTitle: 'The Service names a target port that its pods do not have',
  why: 'A targetPort given by name is looked up among the named ports of each pod. A pod without that name gets no port in the endpoints, so nothing listens behind the Service.',
  fix: ['Name the container port as the Service expects it, or give the Service the right name or number.'],
  next: ["kubectl get pods -n {namespace} -o jsonpath='{..ports}'", 'kubectl describe service {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['services', 'pods'],
  wants: ['endpoints', 'endpointSlices', 'deployments'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const pods = servingPods(snapshot, service);
      // Neither descriptions nor manifests show a port: then nobody knows that there is none.
      if (!pods.some((pod) => knowsPortNames(snapshot, pod)) && portsBehind(snapshot, service).length === 0) {
        yield* fromRows(snapshot, service);
        continue;
      }
      for (const [i, port] of (service.spec?.ports ?? []).entries()) {
        const wanted = port.targetPort;
        if (typeof wanted !== 'string' || /^\d+$/.test(wanted)) continue;
        // With another protocol it is svc-protocol-mismatch.
        const declared = portsBehind(snapshot, service);
        // Ports with other names: svc-target-port-mismatch tells which.
        if (declared.some((p) => p.name !== undefined)) continue;
        // Older descriptions do not print names: then a Ready pod that is behind the Service and no endpoint tells.
        if (!pods.some((pod) => knowsPortNames(snapshot, pod)) && !isLeftOut(snapshot, service, pods)) continue;
        if (endpointsLackPort(snapshot, service) === false && (service.spec?.ports ?? []).length === 1) continue;
        const [pod] = pods;
        if (pod === undefined) continue;
        const names = [...new Set(declared.map((p) => `${p.name ?? 'unnamed'} (${p.port}/${p.protocol})`))];
        yield {
          subject: snapshot.subject(service),
          message: `Service ${service.metadata.name} port ${portText(port)} has targetPort "${wanted}", but its pods have ${names.length === 0 ? 'no ports' : `only ${names.join(', ')}`}`,
          evidence: [
            snapshot.quote(service, `/spec/ports/${i}`),
            snapshot.quote(
              pod,
              declared.length === 0 ? '/spec/containers' : (declared[0]?.pointer ?? '/spec/containers'),
            ),
          ],
          related: [refOf(pod)],
        };
      }
    }
  },
});

/** Of the pods there are rows alone: that they are Ready and no endpoint has them says that the name was not found. */
function* fromRows(snapshot: Snapshot, service: Service): Generator<FindingDraft> {
  const named = (service.spec?.ports ?? []).findIndex(
    ({ targetPort }) => typeof targetPort === 'string' && !/^\d+$/.test(targetPort),
  );
  const port = service.spec?.ports?.[named];
  const pods = snapshot
    .podsSelectedBy(service)
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const [pod] = pods;
  const [object] = snapshot.backendsOf(service).objects;
  if (port === undefined || pod === undefined || object === undefined || service.spec?.ports?.length !== 1) return;
  if (!isLeftOut(snapshot, service, pods)) return;
  yield {
    subject: snapshot.subject(service),
    confidence: 'medium',
    message: `Service ${service.metadata.name} port ${portText(port)} has targetPort "${port.targetPort ?? ''}", and it has no endpoint although ${plural(pods.length, 'pod')} that it selects ${pods.length === 1 ? 'is' : 'are'} Ready: none of them has a port of that name`,
    evidence: [
      snapshot.quote(service, `/spec/ports/${named}`),
      quoteBackends(snapshot, object),
      quoteReadiness(snapshot, pod),
    ],
    related: pods.slice(0, 5).map(refOf),
  };
}
