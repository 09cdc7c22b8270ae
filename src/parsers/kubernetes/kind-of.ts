/** Which kind an object is, also when it does not say so: typed lists, old bundles and pasted fragments leave it out. */
import { isGroupOf } from '../../snapshot/kinds/api-versions.ts';
import { areaOfKind, areaOfResource, KINDS } from '../../snapshot/kinds/index.ts';
import { kubectlRequest } from '../kubectl/request.ts';
import type { Origin } from '../records.ts';
import { objectOf, textOf, type Fields } from '../../lib/untyped.ts';

/** The kind that the object itself gives: its `kind`, or the resource in its `selfLink` (Kubernetes up to 1.19). */
export function statedKind(object: Fields): string | undefined {
  const stated = textOf(object['kind']);
  if (stated !== undefined) return stated;
  const link = textOf(objectOf(object['metadata'])?.['selfLink'])?.split('/');
  if (link === undefined) return undefined;
  // /api/v1/namespaces/NS/pods/NAME, /apis/GROUP/VERSION/RESOURCE/NAME
  const group = link[1] === 'apis' ? (link[2] ?? '') : '';
  const kind = kindInGroup(link.at(-2) ?? '', group);
  if (kind !== undefined) return kind;
  // Of a kind that is not kept: counted under the name of its resource.
  return group === '' || link.length < 6 ? undefined : `${link.at(-2) ?? ''}.${group}`;
}

/** The kind that the command, the file's name, its folder or unmistakable fields suggest. */
export function likelyKind(object: Fields, origin: Origin): string | undefined {
  return resourceKind(origin) ?? shapeKind(object);
}

/** The kind that `kubectl get RESOURCE` or a path like `core/pods.json`, `pods/shop.json` names. */
export function resourceKind(origin: Origin): string | undefined {
  const area = kubectlRequest(origin.command)?.area;
  if (area !== undefined) return KINDS[area].kind;
  const parts = origin.file.split('/');
  const base = (parts.at(-1) ?? '').replace(/\.[a-z]{2,5}$/i, '');
  return kindOfResource(base) ?? kindOfResource(parts.at(-2));
}

/** `pods`, `deployments.apps`, `pod-disruption-budgets`; not `endpoints.kubernetes.talos.dev`, which is somebody else's. */
export function kindOfResource(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const [resource = '', ...group] = name.split('.');
  return kindInGroup(resource.replaceAll('-', ''), group.length === 0 ? undefined : group.join('.'));
}

/** The kind of a resource that is kept, if the group, where it is given, is the kind's. */
function kindInGroup(resource: string, group: string | undefined): string | undefined {
  const area = areaOfResource(resource);
  if (area === undefined || (group !== undefined && !isGroupOf(area, group))) return undefined;
  return KINDS[area].kind;
}

/** Fields that only one kind has at its top. */
function shapeKind(object: Fields): string | undefined {
  const spec = objectOf(object['spec']);
  const status = objectOf(object['status']);
  if (status?.['nodeInfo'] !== undefined && status['allocatable'] !== undefined) return 'Node';
  if (Array.isArray(status?.['containerStatuses']) || Array.isArray(spec?.['containers'])) return 'Pod';
  if (status !== undefined && isPodStatus(status)) return 'Pod';
  if (objectOf(object['involvedObject']) !== undefined) return 'Event';
  // Insights keeps of an event when, why and what, and not about whom.
  if (['lastTimestamp', 'reason', 'message'].every((field) => textOf(object[field]) !== undefined)) return 'Event';
  if (Array.isArray(object['subsets'])) return 'Endpoints';
  if (Array.isArray(object['endpoints']) && object['addressType'] !== undefined) return 'EndpointSlice';
  return status === undefined ? undefined : controllerOfStatus(status);
}

/** A pod's status without its containers: one that was never placed, or that the kubelet did not take in. */
export function isPodStatus(status: Fields): boolean {
  const { conditions } = status;
  if (Array.isArray(conditions) && conditions.some((one) => objectOf(one)?.['type'] === 'PodScheduled')) return true;
  const phase = textOf(status['phase']);
  return (
    phase !== undefined &&
    /^(?:Pending|Running|Succeeded|Failed|Unknown)$/.test(phase) &&
    (textOf(status['qosClass']) !== undefined || status['startTime'] !== undefined)
  );
}

/** Reasons that one kind of controller alone gives for its conditions. */
const REASONS: Readonly<Record<string, RegExp>> = {
  Job: /^(?:BackoffLimitExceeded|DeadlineExceeded|PodFailurePolicy)$/,
  Deployment: /^(?:MinimumReplicas(?:Una|A)vailable|ProgressDeadlineExceeded|NewReplicaSetAvailable)$/,
};

/** The kind of workload that a status is of, by the conditions of its controller. */
export function controllerOfStatus({ conditions }: Fields): string | undefined {
  if (!Array.isArray(conditions)) return undefined;
  const given = conditions.map((one) => textOf(objectOf(one)?.['reason']) ?? '');
  return Object.keys(REASONS).find((kind) => given.some((reason) => REASONS[kind]?.test(reason)));
}

/**
 * The kind under which an object is kept. Knative's `Service` and OpenShift's `Ingress` are not Kubernetes': they get
 * their group as a suffix (`Service.serving.knative.dev`), so that nobody takes them for the kinds of the same name.
 */
export function qualifiedKind(kind: string, apiVersion: unknown): string {
  const version = textOf(apiVersion);
  const area = areaOfKind(kind);
  if (version === undefined || area === undefined) return kind;
  const slash = version.indexOf('/');
  const group = slash === -1 ? '' : version.slice(0, slash);
  return isGroupOf(area, group) ? kind : `${kind}.${group}`;
}

/** The kind as its API server calls it: a `Service.serving.knative.dev` (qualifiedKind) is a `Service` in its group. */
export function ownKind(kind: string, apiVersion: unknown): string {
  const group = textOf(apiVersion)?.replace(/\/.*$/, '') ?? '';
  return group !== '' && kind.endsWith(`.${group}`) ? kind.slice(0, -group.length - 1) : kind;
}
