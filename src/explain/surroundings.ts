/** What stands around an object: who owns it, what it needs, and who needs it. */
import { nameOf } from '../result.ts';
import {
  areaOfKind,
  type AnyObject,
  type NetworkPolicy,
  type ObjectOf,
  type PersistentVolume,
  type Pod,
  type Service,
} from '../snapshot/kinds/index.ts';
import { claimNames, classNameOf, consumersOf } from '../snapshot/scheduling/claims.ts';
import { configRefsOf } from '../snapshot/pods/config-refs.ts';
import { policyPod } from '../snapshot/network/policies.ts';
import { podSpecOf } from '../snapshot/pods/pod-spec.ts';
import { isWell } from '../snapshot/pods/pods-seen.ts';
import { serviceGraph, workloadsBehind } from '../snapshot/network/service-graph.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { directionsOf, isolates } from '../simulation/network-policy/evaluate.ts';
import { refOf, type Ref } from '../snapshot/ref.ts';
import { scoped, type Target } from './target.ts';

export interface Neighbour {
  /** `owner`, `node`, `claim`, `pod`, `called Service` … */
  readonly relation: string;
  readonly ref: Ref;
  /** The object cannot work without it: its trouble is the object's trouble. */
  readonly needed: boolean;
  /** Not in the bundle although a full listing of its kind is. */
  readonly absent: boolean;
}

/** Pods of a big workload or node that are looked at: those in trouble first. */
const PODS = 50;

const namespaceOf = (ref: Ref): { readonly namespace?: string } =>
  ref.namespace === undefined ? {} : { namespace: ref.namespace };

/** Pods in trouble first, then by name; finished ones are last. */
function worstFirst(pods: readonly Pod[]): readonly Pod[] {
  const rank = (pod: Pod): number => {
    if (pod.status?.phase === 'Succeeded') return 3;
    if (pod.status?.phase === undefined && pod.status?.containerStatuses === undefined) return 2;
    return isWell(pod) ? 1 : 0;
  };
  return pods.toSorted((a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, PODS);
}

/** The pods that a controller made, directly or through another controller. */
export function podsBelow(snapshot: Snapshot, ref: Ref): readonly Pod[] {
  const top = snapshot.podsOf(ref);
  if (top.length > 0 || ref.namespace === undefined) return top;
  return snapshot.podsIn(ref.namespace).filter((pod) => {
    const owner = snapshot.controllerOf(pod);
    return owner?.kind === ref.kind && owner.name === ref.name;
  });
}

/** Every controller above an object, the nearest first; a ReplicaSet that the bundle lacks still tells its Deployment. */
export function ownersOf(snapshot: Snapshot, object: AnyObject): readonly Ref[] {
  const out: Ref[] = [];
  for (let at: AnyObject | undefined = object; at !== undefined && out.length < 5;) {
    const owner = snapshot.controllerOf(at);
    if (owner === undefined) break;
    out.push(owner);
    at = snapshot.find(owner);
  }
  const top = snapshot.workloadOf(object);
  if (top !== undefined && !out.some((ref) => ref.kind === top.kind && ref.name === top.name)) out.push(top);
  return out;
}

/** Collects neighbours, each once, and knows which of them a full listing lacks. */
function collector(snapshot: Snapshot) {
  const out = new Map<string, Neighbour>();
  return {
    add(relation: string, named: Ref, needed: boolean): void {
      const ref = scoped(named);
      const area = areaOfKind(ref.kind);
      const absent = snapshot.find(ref) === undefined && area !== undefined && snapshot.listed(area, ref.namespace);
      const key = nameOf(ref);
      if (!out.has(key)) out.set(key, { relation, ref, needed, absent });
    },
    all: (): readonly Neighbour[] => [...out.values()],
  };
}
type Collector = ReturnType<typeof collector>;

function aroundVolume(snapshot: Snapshot, claim: Ref, to: Collector): void {
  const object = snapshot.get('persistentVolumeClaims', claim.namespace, claim.name);
  if (object === undefined) return;
  const volume = object.spec?.volumeName;
  if (volume !== undefined && volume !== '') to.add('volume', { kind: 'PersistentVolume', name: volume }, true);
  const storageClass = classNameOf(object);
  if (storageClass !== undefined && storageClass !== '')
    to.add('storage class', { kind: 'StorageClass', name: storageClass }, true);
}

function aroundPod(snapshot: Snapshot, pod: Pod, to: Collector): void {
  const object = pod;
  const ref = refOf(pod);
  const here = namespaceOf(ref);
  for (const owner of ownersOf(snapshot, object)) to.add('owner', owner, false);
  if (pod.spec?.nodeName !== undefined && pod.spec.nodeName !== '')
    to.add('node', { kind: 'Node', name: pod.spec.nodeName }, true);
  const spec = podSpecOf(snapshot, pod);
  for (const name of claimNames(spec, pod.metadata.name)) {
    const claim = { kind: 'PersistentVolumeClaim', ...here, name };
    to.add('claim', claim, true);
    aroundVolume(snapshot, claim, to);
  }
  for (const { kind, name } of configRefsOf(spec)) to.add('configuration', { kind, ...here, name }, true);
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account !== undefined && account !== 'default')
    to.add('service account', { kind: 'ServiceAccount', ...here, name: account }, true);
  for (const service of snapshot.servicesSelecting(pod)) to.add('selected by', refOf(service), false);
  const workload = snapshot.workloadOf(object) ?? ref;
  callees(snapshot, workload, to);
}

/** The Services that a workload is told to call, and who serves them. */
function callees(snapshot: Snapshot, workload: Ref, to: Collector): void {
  for (const { address, service } of serviceGraph(snapshot).calls) {
    const caller = address.workload;
    if (caller.kind !== workload.kind || caller.name !== workload.name || caller.namespace !== workload.namespace)
      continue;
    to.add('calls', refOf(service), true);
    for (const behind of workloadsBehind(snapshot, service))
      if (nameOf(behind) !== nameOf(workload)) to.add(`serves ${service.metadata.name}`, behind, true);
  }
}

function aroundWorkload(snapshot: Snapshot, { ref, object }: Target, to: Collector): void {
  if (object !== undefined) for (const owner of ownersOf(snapshot, object)) to.add('owner', owner, false);
  const pods = podsBelow(snapshot, ref);
  for (const area of ['replicaSets', 'jobs'] as const)
    for (const child of snapshot.list(area)) {
      const owner = snapshot.controllerOf(child);
      const spec = (child as ObjectOf<'replicaSets'>).spec;
      // Old revisions stay behind with no replicas.
      if (
        owner?.kind === ref.kind &&
        owner.name === ref.name &&
        child.metadata.namespace === ref.namespace &&
        spec?.replicas !== 0
      )
        to.add('made', refOf(child), false);
    }
  const worst = worstFirst(pods);
  for (const pod of worst) to.add('pod', refOf(pod), false);
  const [first] = worst;
  if (first === undefined) return;
  const own = collector(snapshot);
  for (const pod of worst) aroundPod(snapshot, pod, own);
  for (const { relation, ref: other, needed } of own.all())
    if (relation !== 'owner' && nameOf(other) !== nameOf(ref)) to.add(relation, other, needed);
}

function aroundService(snapshot: Snapshot, service: Service, to: Collector): void {
  for (const workload of workloadsBehind(snapshot, service)) to.add('serves it', workload, true);
  for (const pod of worstFirst(snapshot.podsSelectedBy(service))) to.add('pod', refOf(pod), true);
  for (const endpoints of snapshot.backendsOf(service).objects) to.add('endpoints', refOf(endpoints), true);
  for (const { address } of serviceGraph(snapshot).callsTo(service)) to.add('called by', address.workload, false);
  for (const ingress of snapshot.list('ingresses')) {
    if (ingress.metadata.namespace !== service.metadata.namespace) continue;
    const backends = [
      ingress.spec?.defaultBackend,
      ...(ingress.spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
    ];
    if (backends.some((backend) => (backend?.service?.name ?? backend?.serviceName) === service.metadata.name))
      to.add('routed by', refOf(ingress), false);
  }
}

function aroundIngress(snapshot: Snapshot, ingress: ObjectOf<'ingresses'>, to: Collector): void {
  const here = namespaceOf(refOf(ingress));
  if (ingress.spec?.ingressClassName !== undefined)
    to.add('class', { kind: 'IngressClass', name: ingress.spec.ingressClassName }, true);
  const backends = [
    ingress.spec?.defaultBackend,
    ...(ingress.spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  for (const backend of backends) {
    const name = backend?.service?.name ?? backend?.serviceName;
    if (name === undefined) continue;
    to.add('routes to', { kind: 'Service', ...here, name }, true);
    const service = snapshot.get('services', ingress.metadata.namespace, name);
    if (service !== undefined)
      for (const workload of workloadsBehind(snapshot, service)) to.add(`serves ${name}`, workload, true);
  }
  for (const { secretName } of ingress.spec?.tls ?? [])
    if (secretName !== undefined) to.add('certificate', { kind: 'Secret', ...here, name: secretName }, true);
}

/** The pods that a policy surely restricts, in either direction. */
function isolatedBy(snapshot: Snapshot, policy: NetworkPolicy, to: Collector): void {
  const selected = snapshot
    .podsIn(policy.metadata.namespace ?? '')
    .filter((pod) =>
      directionsOf(policy).some((direction) => isolates(policy, policyPod(snapshot, pod), direction) === 'yes'),
    );
  for (const pod of worstFirst(selected)) to.add('isolates', refOf(pod), false);
}

/** The neighbours of an object, in the order of interest. */
export function surroundingsOf(snapshot: Snapshot, target: Target): readonly Neighbour[] {
  const { ref, object } = target;
  const to = collector(snapshot);
  switch (ref.kind) {
    case 'Pod':
      if (object !== undefined) aroundPod(snapshot, object, to);
      break;
    case 'Node':
      for (const pod of worstFirst(snapshot.podsOnNode(ref.name))) to.add('pod', refOf(pod), false);
      break;
    case 'Service':
      if (object !== undefined) aroundService(snapshot, object, to);
      break;
    case 'Ingress':
      if (object !== undefined) aroundIngress(snapshot, object, to);
      break;
    case 'PersistentVolumeClaim':
      aroundVolume(snapshot, ref, to);
      if (object !== undefined)
        for (const pod of consumersOf(snapshot, object)) to.add('mounted by', refOf(pod), false);
      break;
    case 'PersistentVolume': {
      const claim = (object as PersistentVolume | undefined)?.spec?.claimRef;
      if (claim?.name !== undefined)
        to.add(
          'claim',
          {
            kind: 'PersistentVolumeClaim',
            ...(claim.namespace === undefined ? {} : { namespace: claim.namespace }),
            name: claim.name,
          },
          false,
        );
      break;
    }
    case 'NetworkPolicy':
      if (object !== undefined) isolatedBy(snapshot, object, to);
      break;
    case 'ConfigMap':
    case 'Secret':
      for (const pod of snapshot.podsIn(ref.namespace ?? ''))
        if (configRefsOf(podSpecOf(snapshot, pod)).some((one) => one.kind === ref.kind && one.name === ref.name))
          to.add('used by', refOf(pod), false);
      break;
    default:
      aroundWorkload(snapshot, target, to);
  }
  return to.all();
}
