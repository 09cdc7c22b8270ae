import type { Evidence } from '../../parsers/records.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { serviceGraph, workloadsSelectedBy } from '../../snapshot/network/service-graph.ts';
import { refOf } from '../../snapshot/ref.ts';
import { labelsKnown } from '../../snapshot/pods/pod-labels.ts';
import { isRow } from '../../snapshot/rows.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Leader election of old releases kept its lock on an Endpoints object without subsets. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** More Services than people paste: the bundle is a dump, and this one is not the one in question (HEUR). */
const PICKED = 5;

/** `no endpoints available for service "https:web:"`; of webhooks another check tells. */
function askedFor(message: string, source: Evidence): readonly (readonly [string, Evidence])[] {
  const name = /no endpoints available for service "(?:https?:)?([a-z0-9][a-z0-9-]{0,62})/.exec(message)?.[1];
  return name === undefined || message.includes('webhook') ? [] : [[name, source]];
}

/** A row without the column of selectors (`-o wide`). */
const isBare = (snapshot: Snapshot, service: Service): boolean =>
  service.spec?.type !== 'ExternalName' &&
  Object.keys(service.spec?.selector ?? {}).length === 0 &&
  isRow(snapshot, service);

interface Likely {
  readonly all: readonly Pod[];
  /** Those that get no requests: not ready, or being deleted. */
  readonly ill: readonly Pod[];
}
const NONE: Likely = { all: [], ill: [] };

/** Pods that the name of a Service fits, where nothing tells what it selects. */
function namedAfter(snapshot: Snapshot, { namespace, name }: Service['metadata']): Likely {
  const all = snapshot.podsIn(namespace ?? '').filter((pod) => pod.metadata.name.startsWith(`${name}-`));
  return { all, ill: all.filter((pod) => podReady(pod) === false || isBeingDeleted(pod)) };
}

const inWords = (ill: readonly Pod[]): string =>
  `${ill
    .map((pod) => pod.metadata.name)
    .slice(0, 3)
    .join(', ')} ${ill.length === 1 ? 'is' : 'are'} ${ill.every(isBeingDeleted) ? 'being deleted' : 'not ready'}`;

export default defineCheck({
  id: 'svc-no-endpoints',
  layer: 3,
  title: 'Every Service has endpoints',
  failureTitle: 'The Service has no endpoints',
  why: 'A Service without endpoints refuses every connection. Either its selector matches no pod, the pods are not ready, or they do not exist.',
  fix: [
    "Compare the Service's selector with the labels of the pods it is meant for, and see whether those pods are Ready.",
  ],
  next: [
    "kubectl get service {name} -n {namespace} -o jsonpath='{.spec.selector}'",
    'kubectl get pods -n {namespace} --show-labels',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: [],
  needsAny: ['endpoints', 'endpointSlices', 'hostValues', 'commandFailures'],
  wants: ['services', 'pods', 'deployments', 'statefulSets', 'daemonSets'],
  *run({ services, commandFailures }, { snapshot }) {
    const asked = new Map(commandFailures.flatMap(({ message, source }) => askedFor(message, source)));
    yield* withSelector(snapshot);
    const loose = [...withoutSelector(snapshot, asked)];
    yield* loose;
    // Somebody asked the API server for the Service, and it found nobody to send the request to.
    const told = new Set([
      ...loose.map(({ subject }) => subject.name),
      ...services.map(({ metadata }) => metadata.name),
    ]);
    for (const [name, source] of asked)
      if (!told.has(name))
        yield {
          subject: snapshot.named('Service', name),
          variant: 'asked',
          message: `The API server finds no endpoints available for Service ${name}: its selector matches no pod, or none of them is ready`,
          evidence: [source],
        };
    yield* rejected(snapshot);
  },
});

/** Services whose selector is known, and that have no pod, or failed ones alone. */
function* withSelector(snapshot: Snapshot): Iterable<FindingDraft> {
  const services = snapshot.list('services');
  for (const service of services) {
    const { namespace, name } = service.metadata;
    const selector = Object.entries(service.spec?.selector ?? {});
    if (selector.length === 0 || service.spec?.type === 'ExternalName') continue;
    const backends = snapshot.backendsOf(service);
    const [object] = backends.objects;
    if (!backends.known || object === undefined || backends.addresses.some((address) => address.ready)) continue;
    // Pods that match and are not ready: svc-endpoints-all-unready says it with their names.
    const pods = snapshot.podsSelectedBy(service);
    if (pods.some((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')) continue;
    const failed = pods.filter((pod) => pod.status?.phase === 'Failed');
    const [owner] = workloadsSelectedBy(snapshot, service);
    // No such pod in a full listing, and no workload that could make one: svc-selector-matches-nothing says it.
    const listed = snapshot.listed('pods', namespace);
    const labelled = labelsKnown(snapshot, namespace);
    const none = listed && labelled;
    if (none && failed.length === 0 && owner === undefined) continue;
    // Rows of pods show no labels; those of its name are the likely ones.
    const own = labelled || pods.length > 0 || owner !== undefined ? NONE : namedAfter(snapshot, service.metadata);
    const waits = own.ill.length > 0 && own.ill.length === own.all.length;
    const zero = owner?.spec !== undefined && 'replicas' in owner.spec && owner.spec.replicas === 0;
    const callers = serviceGraph(snapshot).callsTo(service).length;
    const ends = failed
      .slice(0, 3)
      .map(({ metadata, status }) => `${metadata.name}${status?.reason === undefined ? '' : ` ${status.reason}`}`);
    const why = zero
      ? `: ${owner.kind} ${owner.metadata.name} behind it is scaled to 0 replicas`
      : ends.length > 0
        ? `: all pods that it selects have failed (${ends.join(', ')}${failed.length > 3 ? ' …' : ''})`
        : none
          ? ': no pod with these labels exists'
          : waits
            ? `: ${inWords(own.ill)}`
            : '';
    const text = selector.map(([key, value]) => `${key}=${value}`).join(',');
    yield {
      subject: snapshot.subject(service),
      ...(zero ? { variant: 'scaled-to-zero' } : waits ? { variant: 'unready' } : {}),
      // In a listing of everything nobody may miss it; a Service that somebody picked out is the one in question.
      severity: zero || listed || services.length > PICKED ? (callers > 0 ? 'warning' : 'info') : 'critical',
      message: `Service ${name} (selector ${text}) has no endpoints${why}`,
      evidence: [quoteBackends(snapshot, object), snapshot.quote(service, '/spec/selector')],
      related: [
        ...(owner === undefined ? [] : [refOf(owner)]),
        ...[...failed, ...(waits ? own.ill : [])].slice(0, 10).map(refOf),
      ],
    };
  }
}

/**
 * Endpoints that came without their Service (pasted into a ticket), or with a row that does not show its selector. The
 * endpoints controller makes none for a Service that has no selector.
 */
function* withoutSelector(snapshot: Snapshot, asked: ReadonlyMap<string, Evidence>): Iterable<FindingDraft> {
  const endpoints = snapshot.list('endpoints');
  for (const object of endpoints) {
    const { namespace, name, annotations } = object.metadata;
    const row = snapshot.get('services', namespace, name);
    if (row === undefined ? snapshot.listed('services', namespace) : !isBare(snapshot, row)) continue;
    // Of the platform's own, dns-coredns-down tells.
    if (annotations?.[LEADER] !== undefined || namespace === 'kube-system') continue;
    if ((object.subsets ?? []).some((subset) => (subset.addresses ?? []).length > 0)) continue;
    // A subset has addresses, ready or not; rows show the ready ones alone.
    const unready = (object.subsets ?? []).length > 0;
    // Without the Service nobody knows its selector; pods of its name are the likely ones.
    const { all, ill } = namedAfter(snapshot, object.metadata);
    const waits = unready || (all.length > 0 && ill.length === all.length);
    // A workload of its name without a ready pod: there is nothing that the selector could match.
    const idle = (['deployments', 'statefulSets'] as const)
      .map((area) => snapshot.get(area, namespace, name))
      .find((workload) => workload !== undefined && (workload.status?.readyReplicas ?? 0) === 0);
    const running = snapshot.list('pods').filter((pod) => pod.status?.phase === 'Running').length;
    const question = asked.get(name);
    yield {
      subject: snapshot.named('Service', name, { namespace }),
      variant: waits ? 'unready' : 'empty',
      ...(endpoints.length > PICKED ? { severity: 'warning' as const } : {}),
      confidence: 'medium',
      message: waits
        ? `Service ${name} has no ready endpoint: ${ill.length === 0 ? 'its selector matches pods, and none of them is ready' : inWords(ill)}`
        : idle !== undefined
          ? `Endpoints ${name} is empty: ${idle.kind ?? 'workload'} ${name} has no ready pod`
          : `Endpoints ${name} is empty: the selector of Service ${name} matches the labels of no ready pod${running > 0 ? `, although ${running} running ${running === 1 ? 'pod is' : 'pods are'} in the bundle` : ''}`,
      evidence: [quoteBackends(snapshot, object), ...(question === undefined ? [] : [question])],
      related: [...ill.slice(0, 10).map(refOf), ...(idle === undefined ? [] : [refOf(idle)])],
    };
  }
}

/** What kube-proxy wrote down on a machine whose rules somebody pasted. */
function* rejected(snapshot: Snapshot): Iterable<FindingDraft> {
  const rules = snapshot
    .facts('hostValues')
    .filter((value) => value.topic === 'iptables' && value.key === 'service.empty');
  const distinct = new Map(rules.map((value) => [value.value, value]));
  for (const [service, { source }] of distinct) {
    const [namespace = '', name = ''] = service.split('/');
    if (snapshot.listed('services', namespace) || snapshot.get('endpoints', namespace, name) !== undefined) continue;
    yield {
      subject: snapshot.named('Service', name, { namespace }),
      variant: 'rejected',
      severity: distinct.size > PICKED ? 'info' : 'warning',
      message: `kube-proxy rejects all connections to Service ${name}: it "has no endpoints"`,
      evidence: [source],
    };
  }
}
