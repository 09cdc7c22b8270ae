import { onlyOne } from '../../lib/only-one.ts';
import { pointerTo } from '../../lib/json-pointer.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, ObjectOf } from '../../snapshot/kinds/index.ts';
import { ageOf, isLaterEvent } from '../../snapshot/ages.ts';
import { connections, type Connection } from '../../snapshot/network/connections.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Events of load balancer controllers (AWS, GKE, Azure) on what they cannot build. */
const REASONS =
  /^(?:FailedBuildModel|FailedDeployModel|FailedReconcile|FailedNetworkReconcile|BackendNotFound|Translate|NoValidIngress|SyncNetworkEndpointGroupFailed|AttachFailed)$/;
/** GCE's controller gives its steps as reasons (Sync, GCE, Service); only its words tell a failure. */
const GCE = /^(?:Error syncing to GCP|Error during sync|Translation failed): /;
/** And on what they have built. */
const BUILT = /^(?:SuccessfullyReconciled|EnsuredLoadBalancer|UpdatedLoadBalancer)$/;
const KINDS = new Set(['Ingress', 'Service', 'Gateway', 'TargetGroupBinding', 'HTTPRoute']);

/** Controllers of the AWS Load Balancer Controller, by what they reconcile. */
const KIND_OF: Readonly<Record<string, string>> = {
  ingress: 'Ingress',
  'alb-ingress-controller': 'Ingress',
  service: 'Service',
  targetgroupbinding: 'TargetGroupBinding',
  gateway: 'Gateway',
};

/** What GKE's controller writes on an Ingress: `{"k8s-be-30450--79":"UNHEALTHY"}`. */
const BACKENDS = 'ingress.kubernetes.io/backends';
const UNHEALTHY = /"([\w.-]{1,128})": ?"UNHEALTHY"/g;
/** What pods behind the Ingress answered to somebody inside the cluster: the health check asks the same of them. */
function insideAnswer(snapshot: Snapshot, ingress: ObjectOf<'ingresses'>): Connection | undefined {
  const { metadata, spec } = ingress;
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const services = [spec?.defaultBackend, spec?.backend, ...paths.map(({ backend }) => backend)].flatMap((backend) => {
    const name = backend?.service?.name ?? backend?.serviceName ?? '';
    // A table that was made without -A says nothing of the namespace.
    return snapshot.get('services', metadata.namespace, name) ?? onlyOne(snapshot.servicesNamed(name)) ?? [];
  });
  const pods = new Set(services.flatMap((service) => snapshot.backendsOf(service).addresses.map(({ ip }) => ip)));
  const asked = connections(snapshot).filter(
    ({ to, probe }) =>
      (probe.httpStatus !== undefined || probe.outcome === 'ok') &&
      ((to.service !== undefined && services.includes(to.service)) ||
        pods.has(probe.address ?? probe.target) ||
        // Where nobody shows the Services, a pod of the namespace.
        (services.length === 0 && to.pod !== undefined && to.pod.metadata.namespace === metadata.namespace)),
  );
  // An answer that the health check takes for sick says more than one that it would have liked.
  return asked.find(({ probe }) => probe.httpStatus !== undefined && probe.httpStatus !== 200) ?? asked[0];
}

/** What is left of the reasons, after somebody has asked the pods. */
function reasonOf({ probe }: Connection): string {
  const status = probe.httpStatus ?? 200;
  return status === 200
    ? `; inside the cluster ${probe.target} answers, so what is left are a firewall that keeps out the ranges of the health checks (130.211.0.0/22, 35.191.0.0/16) and a health check that asks for another path`
    : `; inside the cluster ${probe.target} answers with HTTP ${status}, which the health check holds for sick (it asks for / where no readiness probe or BackendConfig names a path)`;
}

/** A new backend is unhealthy until its first checks have passed, ms. */
const FIRST_CHECKS_MS = 10 * 60 * 1000;

interface Refusal {
  readonly about: Ref;
  readonly reason: string;
  readonly message: string;
}

/** What the controller's own log says of an object: `"logger":"controller.ingress" … "name":"web","namespace":"shop"`. */
function refusalOf(hit: LogHit): Refusal | undefined {
  const text = hit.last.text.replace(/\\{1,8}"/g, '"');
  const field = (key: string): string | undefined =>
    new RegExp(String.raw`"${key}"[:=]"([^"]{1,253})"`, 'i').exec(text)?.[1];
  const told =
    field('kind') ?? KIND_OF[(field('controller') ?? field('logger')?.split('.').at(-1) ?? '').toLowerCase()];
  const name = field('name');
  if (told === undefined || name === undefined || !KINDS.has(told)) return undefined;
  const namespace = field('namespace');
  const said = hit.groups['message'] ?? hit.groups['error'] ?? '';
  return {
    about: { kind: told, ...(namespace === undefined ? {} : { namespace }), name },
    reason: field('reason') ?? 'Reconciler error',
    message: said.replace(/\\n(?:\\t)?/g, ' ').replace(/,? ?(?:request id|RequestID): \S{1,60}$/, ''),
  };
}

export default defineCheck({
  id: 'ingress-lb-failed',
  layer: 3,
  title: 'Load balancers of Ingresses and Services are built',
  failureTitle: 'The load balancer of an Ingress or Service cannot be built',
  why: 'The controller of the cloud turns the object into a load balancer. It says in an event what stands in the way: subnets without tags, a certificate or Service that does not exist, a wrong annotation.',
  fix: ['Mend what the message names: tags of subnets, annotations, the Service, the certificate.'],
  next: ['kubectl describe {kind} {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs', 'ingresses'],
  wants: ['probes', 'services', 'endpoints', 'endpointSlices'],
  reads: ['lb-controller-line'],
  *run({ events, ingresses }, { snapshot }) {
    for (const ingress of ingresses) {
      const said = ingress.metadata.annotations?.[BACKENDS] ?? '';
      const sick = [...said.matchAll(UNHEALTHY)].flatMap(([, backend]) => backend ?? []);
      if (sick.length === 0) continue;
      const { name } = ingress.metadata;
      const addresses = (ingress.status?.loadBalancer?.ingress ?? []).flatMap(
        ({ ip, hostname }) => ip ?? hostname ?? [],
      );
      const hosts = (ingress.spec?.rules ?? []).flatMap(({ host }) => host ?? []);
      const failed = connections(snapshot).find(
        ({ probe }) =>
          [...addresses, ...hosts].includes(probe.target) && probe.outcome !== 'ok' && (probe.httpStatus ?? 500) >= 500,
      );
      const inside = insideAnswer(snapshot, ingress);
      const all = !/:"HEALTHY"/.test(said);
      const young = (ageOf(snapshot, ingress) ?? FIRST_CHECKS_MS) < FIRST_CHECKS_MS;
      yield {
        subject: snapshot.subject(ingress),
        variant: 'unhealthy',
        title: 'The health check of the load balancer finds no healthy backend behind the Ingress',
        ...(young || (!all && failed === undefined)
          ? { severity: 'info' as const }
          : failed === undefined
            ? { severity: 'warning' as const }
            : {}),
        message: `The load balancer of Ingress ${name} holds ${sick.slice(0, 3).join(', ')} for UNHEALTHY and sends nothing there${failed === undefined ? '' : `: ${failed.probe.target} ${outcomeText(failed.probe)}`}${inside === undefined ? '' : reasonOf(inside)}`,
        fix: [
          'The health check must get HTTP 200 from the serving port (neither a redirect nor 204 nor 401): give the container a readiness probe on a path that answers so, or set the path in a BackendConfig; let the ranges of the health checks (130.211.0.0/22, 35.191.0.0/16) in.',
        ],
        evidence: [
          snapshot.quote(ingress, pointerTo('metadata', 'annotations', BACKENDS)),
          ...(failed === undefined ? [] : [failed.probe.source]),
          ...(inside === undefined ? [] : [inside.probe.source]),
        ],
        params: { kind: 'ingress' },
        related: [...addresses, ...hosts].slice(0, 10).map((host) => ({ kind: 'Host', name: host })),
      };
    }
    const last = new Map<string, { event: KubeEvent; about: Ref }>();
    for (const event of events) {
      const about = event.involvedObject;
      if (event.type === 'Normal' || !(REASONS.test(event.reason ?? '') || GCE.test(eventMessage(event)))) continue;
      if (about?.kind === undefined || about.name === undefined || !KINDS.has(about.kind)) continue;
      const namespace = about.namespace ?? event.metadata.namespace;
      const ref = { kind: about.kind, ...(namespace === undefined ? {} : { namespace }), name: about.name };
      last.set(`${ref.kind}/${namespace ?? ''}/${ref.name}`, { event, about: ref });
    }
    const built = new Map<string, KubeEvent>();
    for (const event of events) {
      const about = event.involvedObject;
      if (event.type !== 'Normal' || !BUILT.test(event.reason ?? '') || about?.kind === undefined) continue;
      const at = `${about.kind}/${about.namespace ?? event.metadata.namespace ?? ''}/${about.name ?? ''}`;
      const known = built.get(at);
      if (known === undefined || isLaterEvent(event, known)) built.set(at, event);
    }
    const told = new Set(last.keys());
    for (const hit of snapshot.hits('lb-controller-line')) {
      const refusal = refusalOf(hit);
      if (refusal === undefined) continue;
      const { about, reason, message } = refusal;
      const at = `${about.kind}/${about.namespace ?? ''}/${about.name}`;
      if (told.has(at)) continue;
      told.add(at);
      yield {
        subject: snapshot.named(about.kind, about.name, about),
        variant: reason === 'Reconciler error' ? 'reconcile' : reason,
        message: `The load balancer of ${about.kind} ${about.name} is not built (${reason}): ${headAndTail(message, 600)}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
        params: { kind: about.kind.toLowerCase() },
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
      };
    }
    for (const [at, { event, about }] of last) {
      const since = eventFirstTime(event);
      const success = built.get(at);
      const over = success !== undefined && isLaterEvent(success, event);
      yield {
        subject: snapshot.named(about.kind, about.name, { namespace: about.namespace }),
        variant: event.reason ?? '',
        message: `The load balancer of ${about.kind} ${about.name} is not built (${event.reason ?? ''}): ${headAndTail(eventMessage(event), 600)}`,
        evidence: [snapshot.quoteEvent(event)],
        params: { kind: about.kind.toLowerCase() },
        ...(over ? { state: 'recovered' as const } : {}),
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
