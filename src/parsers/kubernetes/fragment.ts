/** Objects of which somebody pasted only a part: `status:` of a node, a pod without its metadata. */
import { onlyOne } from '../../lib/only-one.ts';
import { kindOfResource } from '../kubectl/custom-kinds.ts';
import { UNNAMED } from '../kubectl/nameless.ts';
import { firstPodIn } from '../pod-name.ts';
import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import type { Origin } from '../records.ts';
import { objectOf, textOf, type Fields } from '../../lib/untyped.ts';
import { controllerOfStatus, isPodStatus, likelyKind, statedKind } from './kind-of.ts';

/** The object with the kind and name that its command or its own fields give; unchanged when it needs nothing. */
export function completed(object: Fields, origin: Origin): Fields {
  const metadata = objectOf(object['metadata']);
  if (textOf(metadata?.['name']) !== undefined || Array.isArray(object['items'])) return object;
  const whole = isBareStatus(object) ? { status: object } : object;
  const kind = statedKind(whole) ?? likelyKind(whole, origin) ?? customKind(whole, origin);
  if (kind === undefined || kind === 'Status') return object;
  const names = kubectlRequest(origin.command)?.names ?? [];
  const name =
    onlyOne(names) ??
    (kind === 'Node' ? hostName(whole) : kind === 'Pod' ? podName(whole) : controllerName(whole, kind));
  if (name === undefined) return whole;
  const namespace = namespaceOf(origin);
  const scope = kind === 'Node' || namespace === undefined ? {} : { namespace };
  return { kind, ...whole, metadata: { ...scope, ...metadata, name } };
}

/** `kubectl get lamp desk -o yaml | sed -n '/^status/,$p'`: a status of a kind that nothing has a shape for. */
function customKind(object: Fields, origin: Origin): string | undefined {
  const request = kubectlRequest(origin.command);
  const resource = onlyOne(request?.resources ?? []);
  return request?.verb === 'get' && request.area === undefined && objectOf(object['status']) !== undefined
    ? resource && kindOfResource(resource)
    : undefined;
}

/** The body of a status without the word `status:` above it. */
function isBareStatus(object: Fields): boolean {
  return (
    (object['nodeInfo'] !== undefined && object['allocatable'] !== undefined) ||
    Array.isArray(object['containerStatuses']) ||
    (object['status'] === undefined && isPodStatus(object))
  );
}

/** The name in the kubelet's messages about the pod (`pod=web-0_shop(0f1c…)`); without one it is nobody in particular. */
function podName(pod: Fields): string | undefined {
  const status = objectOf(pod['status']);
  const states = status?.['containerStatuses'];
  if (!Array.isArray(states) || states.length === 0)
    return status !== undefined && isPodStatus(status) ? UNNAMED : undefined;
  const messages = states.map((one) => {
    const state = objectOf(objectOf(one)?.['state']);
    return textOf(objectOf(state?.['waiting'])?.['message']) ?? '';
  });
  return firstPodIn(messages)?.name ?? UNNAMED;
}

/** The name of a workload of which only the status is there: a Deployment's conditions name its newest ReplicaSet. */
function controllerName(object: Fields, kind: string): string | undefined {
  const status = objectOf(object['status']);
  if (status === undefined || object['spec'] !== undefined || controllerOfStatus(status) !== kind) return undefined;
  const conditions = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const made = conditions
    .map((one) => /^ReplicaSet "([^"]{1,253})-[a-z0-9]{5,10}" /.exec(textOf(objectOf(one)?.['message']) ?? '')?.[1])
    .find((name) => name !== undefined);
  return made ?? UNNAMED;
}

/** A node's own name for itself: its hostname label or address. */
function hostName(node: Fields): string | undefined {
  const label = textOf(objectOf(objectOf(node['metadata'])?.['labels'])?.['kubernetes.io/hostname']);
  if (label !== undefined) return label;
  const addresses = objectOf(node['status'])?.['addresses'];
  if (!Array.isArray(addresses)) return undefined;
  const host = addresses.map(objectOf).find((address) => address?.['type'] === 'Hostname');
  return textOf(host?.['address']);
}
