/**
 * The smallest change that would let the pod in: per node the changes that its rejections ask for; the fewest win, and
 * the filters run again with the change made before it is suggested.
 */
import { firstFew } from '../../lib/in-words.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import type { PodSpec, Toleration } from '../../snapshot/kinds/core.ts';
import type { AskingPod, ClusterView } from './cluster.ts';
import type { Rejection } from './filter.ts';
import { feasibleNodes, type NodeVerdict } from './simulate.ts';

/** More than this many changes at once are no advice. */
const MOST_CHANGES = 2;

/** What a rejection asks to change, or undefined when nothing about the pod or a label would help. */
function change(rejection: Rejection): string | undefined {
  switch (rejection.kind) {
    case 'resource':
      return `resource:${rejection.resource ?? ''}`;
    case 'taint':
      return `taint:${rejection.because ?? ''}`;
    case 'cordoned':
    case 'node-affinity':
    case 'host-ports':
    case 'topology-spread':
    case 'pod-affinity':
    case 'pod-anti-affinity':
    case 'node-name':
      return rejection.kind;
    default:
      return undefined;
  }
}

/** What all rejections of a node ask to change; undefined when there is none, or one that nothing helps. */
function changesFor({ rejections }: NodeVerdict): readonly string[] | undefined {
  const [only, another] = rejections;
  if (only === undefined) return undefined;
  const first = change(only);
  if (another === undefined) return first === undefined ? undefined : [first];
  const asked = rejections.map(change);
  return asked.includes(undefined) ? undefined : [...new Set(asked as string[])].sort();
}

function tolerationOf(taint: string): Toleration {
  const match = /^([^=:]{1,320})(?:=([^:]{0,64}))?:(\w{0,20})$/.exec(taint);
  const value = match?.[2];
  return {
    key: match?.[1] ?? '',
    effect: match?.[3] ?? '',
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
  };
}

/** A spec without what one change removes, or with the toleration that it adds. */
function relaxSpec(spec: PodSpec, change: string): PodSpec {
  const tolerating = (toleration: Toleration): PodSpec => ({
    ...spec,
    tolerations: [...(spec.tolerations ?? []), toleration],
  });
  if (change.startsWith('taint:')) return tolerating(tolerationOf(change.slice('taint:'.length)));
  switch (change) {
    case 'cordoned':
      return tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' });
    case 'node-affinity': {
      const { nodeSelector: _selector, affinity = {}, ...rest } = spec;
      const { nodeAffinity: _removed, ...kept } = affinity;
      return { ...rest, affinity: kept };
    }
    case 'pod-affinity':
    case 'pod-anti-affinity': {
      const { podAffinity: _near, podAntiAffinity: _far, ...kept } = spec.affinity ?? {};
      return { ...spec, affinity: kept };
    }
    case 'topology-spread': {
      const { topologySpreadConstraints: _removed, ...rest } = spec;
      return rest;
    }
    case 'node-name': {
      const { nodeName: _removed, ...rest } = spec;
      return rest;
    }
    case 'host-ports':
      return {
        ...spec,
        hostNetwork: false,
        containers: (spec.containers ?? []).map(({ ports: _ports, ...container }) => container),
      };
    default:
      return spec;
  }
}

/** The pod with the changes made; requests go down to what is free on the node of the verdict. */
function relaxed(pod: AskingPod, changes: readonly string[], verdict: NodeVerdict): AskingPod {
  const requests = new Map(pod.requests);
  for (const change of changes) {
    if (!change.startsWith('resource:')) continue;
    const resource = change.slice('resource:'.length);
    const rejection = verdict.rejections.find((one) => one.resource === resource);
    requests.set(resource, Math.max(0, rejection?.free ?? 0));
  }
  return { ...pod, spec: changes.reduce(relaxSpec, pod.spec), requests };
}

/** Rounded down, so that what is advised fits: bytes to whole mebibytes, cores to millicores. */
const atMost = (resource: string, amount: number): string =>
  amount >= 2 ** 20
    ? `${Math.floor(amount / 2 ** 20)}Mi`
    : formatAmount(resource, Math.floor(amount * 1000 + 1e-6) / 1000);

/** Labels that kubelets and clouds set themselves: a node's name or zone is not to be relabelled. */
const SET_BY_NODE =
  /^(?:(?:beta\.)?kubernetes\.io|node\.kubernetes\.io|topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\//;

/** The label a node would need, from nodeSelector or a single-valued In of the only affinity term. */
export function wantedLabels(pod: AskingPod): readonly (readonly [string, string])[] {
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const expressions = terms[0]?.matchExpressions ?? [];
  return [
    ...selector,
    ...expressions.flatMap((e) =>
      e.operator === 'In' && e.key !== undefined && e.values?.[0] !== undefined ? [[e.key, e.values[0]] as const] : [],
    ),
  ];
}

function sentence(one: string, pod: AskingPod, nodes: readonly NodeVerdict[]): string {
  const names = firstFew(nodes.map(({ node }) => node.name));
  if (one.startsWith('resource:')) {
    const resource = one.slice('resource:'.length);
    const most = Math.max(...nodes.map((v) => v.rejections.find((r) => r.resource === resource)?.free ?? 0), 0);
    return `lower the ${resource} request from ${formatAmount(resource, pod.requests.get(resource) ?? 0)} to at most ${atMost(resource, most)}`;
  }
  if (one.startsWith('taint:'))
    return `tolerate the taint ${one.slice('taint:'.length)} in the pod spec (or remove it from ${names})`;
  switch (one) {
    case 'cordoned':
      return `uncordon ${names} (kubectl uncordon ${nodes[0]?.node.name ?? ''})`;
    case 'node-affinity': {
      const labels = wantedLabels(pod)
        .filter(([key, value]) => nodes[0]?.node.labels?.[key] !== value)
        .map(([key, value]) => `${key}=${value}`);
      return labels.length === 0 || labels.some((label) => SET_BY_NODE.test(label))
        ? 'correct the nodeSelector or node affinity'
        : `label a node ${labels.join(' ')} (kubectl label node ${nodes[0]?.node.name ?? ''} ${labels.join(' ')}) or correct the nodeSelector or node affinity`;
    }
    case 'host-ports':
      return 'drop the hostPort';
    case 'topology-spread':
      return 'relax the topology spread constraint (whenUnsatisfiable: ScheduleAnyway)';
    case 'pod-anti-affinity':
      return 'make the pod anti-affinity preferred, or run fewer replicas';
    case 'node-name':
      return 'remove spec.nodeName';
    default:
      return 'make the pod affinity preferred, or start the pods it wants to be near';
  }
}

/**
 * Advice proved by running the filters again; empty when no small change helps or too little is known. With `about`,
 * changes that remove that reason are preferred: it is the one that decides.
 */
export function suggest(
  pod: AskingPod,
  cluster: ClusterView,
  verdicts: readonly NodeVerdict[],
  about?: Rejection,
): readonly string[] {
  const groups = new Map<string, { changes: readonly string[]; nodes: NodeVerdict[] }>();
  for (const verdict of verdicts) {
    // A control-plane node that keeps workloads away is not where the pod should go.
    if (verdict.node.controlPlane && verdict.rejections.some((r) => r.kind === 'taint' || r.kind === 'cordoned'))
      continue;
    const changes = changesFor(verdict);
    if (changes === undefined || changes.length > MOST_CHANGES) continue;
    const key = changes.length === 1 ? (changes[0] as string) : changes.join('\u0000');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { changes, nodes: [verdict] });
    else known.nodes.push(verdict);
  }
  const ranked = [...groups.values()].sort(
    (a, b) => a.changes.length - b.changes.length || b.nodes.length - a.nodes.length,
  );
  const wanted = about === undefined ? undefined : change(about);
  const removing = ranked.filter(({ changes }) => wanted !== undefined && changes.includes(wanted));
  const best = removing.length > 0 ? removing : ranked;
  const fewest = best[0]?.changes.length;
  return best
    .filter((group) => group.changes.length === fewest)
    .slice(0, 2)
    .flatMap(({ changes, nodes }) => {
      const [first, ...rest] = nodes;
      if (first === undefined) return [];
      const freest = rest.reduce((best, one) => (freeOf(one) > freeOf(best) ? one : best), first);
      // Only this node need fit: the others say how many more would.
      const again = feasibleNodes(relaxed(pod, changes, freest), cluster);
      if (again.length === 0) return [];
      const words = changes.map((one) => sentence(one, pod, nodes)).join(', and ');
      return [
        `${words.charAt(0).toUpperCase()}${words.slice(1)}: the pod then fits on ${firstFew(again.map(({ name }) => name))}`,
      ];
    });
}

const freeOf = (verdict: NodeVerdict): number =>
  verdict.rejections.reduce((most, { free = 0 }) => Math.max(most, free), 0);
