import { entryOf } from '../../lib/group-by.ts';
import { inWords } from '../../lib/in-words.ts';
import { spellTime } from '../../lib/timestamp.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { conditionOf, isReady, nodeEvents, nodeSubject, timeOf, userPodsOn } from '../../snapshot/nodes/node-health.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

type ClusterOperator = ObjectOf<'clusterOperators'>;

/** Where the kubelet's own words point to. The message is a list in no fixed order; the first that fits decides. */
const ROUTES: readonly (readonly [RegExp, string, string])[] = [
  [
    /container runtime is down|container runtime status check may not have completed/i,
    'runtime',
    'the container runtime does not answer',
  ],
  [/PLEG is not healthy/, 'pleg', 'the kubelet cannot list the containers in time (PLEG)'],
  [
    /network plugin|NetworkPluginNotReady|cni (?:plugin|config)|container runtime network not ready|NetworkReady=false/i,
    'network',
    'the pod network (CNI) is not initialised',
  ],
  [/CSINode/, 'csi', 'CSI is not initialised yet'],
  [/node is shutting down/i, 'shutdown', 'the node is shutting down'],
  [/missing node capacity/i, 'capacity', 'the node reports no capacity'],
];

/**
 * Operators of OpenShift: `The master nodes not ready: node "x" not ready since 2023-11-03 16:28:43 +0000 UTC because
 * KubeletNotReady (…)`, one after the other.
 */
const OF_OPERATOR =
  /node "([^"]{1,253})" not ready(?: since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC))?(?: because ((?:(?!, node ")[^\n]){1,400}))?/g;

interface Named {
  readonly since: string | undefined;
  readonly why: string | undefined;
  readonly operator: ClusterOperator;
  /** Where the first operator says so. */
  readonly pointer: string;
  /** All operators that are degraded by it. */
  readonly operators: Set<string>;
}

/** Control-plane nodes that cluster operators call not ready. */
function namedByOperators(operators: readonly ClusterOperator[]): ReadonlyMap<string, Named> {
  const found = new Map<string, Named>();
  for (const operator of operators)
    for (const [i, condition] of (operator.status?.conditions ?? []).entries()) {
      if (condition.type !== 'Degraded' || condition.status !== 'True') continue;
      for (const [, node = '', since, why] of (condition.message ?? '').matchAll(OF_OPERATOR)) {
        const pointer = `/status/conditions/${i}`;
        const named = entryOf(found, node, () => ({ since, why, operator, pointer, operators: new Set() }));
        named.operators.add(operator.metadata.name);
      }
    }
  return found;
}

/** Operators that a control-plane node without its kubelet degrades: those that name it, and the one that counts them. */
function degradedBy(named: Named | undefined, operators: readonly ClusterOperator[]): Ref[] {
  if (named === undefined) return [];
  const counting = operators.filter(
    ({ metadata, status }) =>
      metadata.name === 'control-plane-machine-set' &&
      status?.conditions?.some(({ reason }) => reason === 'UnavailableReplicas') === true,
  );
  return [...named.operators, ...counting.map(({ metadata }) => metadata.name)].map((name) => ({
    kind: 'ClusterOperator',
    name,
  }));
}

export default defineCheck({
  id: 'node-notready-reported',
  layer: 5,
  title: 'No node reports itself not ready',
  failureTitle: 'The node is not ready',
  why: 'Its kubelet is alive and says itself that the node must take no pods. Pods on it drop out of their Services, new ones are not placed there.',
  fix: ['Mend what the message of the Ready condition names: runtime, network plugin or storage on {node}'],
  next: [
    'kubectl get node {node} -o jsonpath=\'{.status.conditions[?(@.type=="Ready")].message}\'',
    'systemctl status kubelet containerd',
    'journalctl -u kubelet -n 100 --no-pager',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events', 'clusterOperators'],
  wants: ['pods', 'clusterOperators'],
  *run({ nodes, clusterOperators }, { snapshot }) {
    const told = new Set<string>();
    const byOperators = namedByOperators(clusterOperators);
    const events = nodeEvents(snapshot, 'NodeNotReady', 'NodeReady');
    const removed = nodeEvents(snapshot, 'RemovingNode', 'DeletingNode');
    for (const node of nodes) {
      const ready = conditionOf(snapshot, node, 'Ready');
      if (ready?.condition.status !== 'False') continue;
      const name = node.metadata.name;
      told.add(name);
      const { reason, message, lastTransitionTime } = ready.condition;
      const since = timeOf(lastTransitionTime);
      const pods = userPodsOn(snapshot, name);
      const route = ROUTES.find(([pattern]) => pattern.test(message ?? ''));
      yield {
        subject: nodeSubject(snapshot, node),
        // A table row says NotReady and not why, nor whether the kubelet still reports.
        variant: route?.[1] ?? (message === undefined ? 'unspecified' : 'other'),
        message:
          `Node ${name} is NotReady${reason === undefined ? '' : ` (${reason})`}` +
          (message === undefined ? '' : `: ${message}`) +
          (route === undefined ? '' : ` — ${route[2]}`) +
          (since === undefined ? '' : `, since ${spellTime(since)}`) +
          (pods.length === 0 ? '' : `; ${pods.length === 1 ? '1 pod is' : `${pods.length} pods are`} on it`),
        evidence: [ready.evidence, ...(events.get(name) ?? []).slice(-1).map(snapshot.quoteEvent)],
        related: [
          ...pods.slice(0, 20).map((pod) => ({ kind: 'Pod', ...pod.metadata })),
          ...degradedBy(byOperators.get(name), clusterOperators),
        ],
        ...(since === undefined ? {} : { since }),
      };
    }
    for (const [name, named] of byOperators) {
      if (told.has(name)) continue;
      told.add(name);
      const { since, why, operators } = named;
      const time = timeOf(since?.replace(' +0000 UTC', 'Z').replace(' ', 'T'));
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        variant: ROUTES.find(([pattern]) => pattern.test(why ?? ''))?.[1] ?? 'other',
        message: `Node ${name} is not ready${since === undefined ? '' : ` since ${since}`}${why === undefined ? '' : ` because ${why}`}; it degrades ${operators.size === 1 ? 'ClusterOperator' : 'ClusterOperators'} ${inWords([...operators])}`,
        evidence: [snapshot.quote(named.operator, named.pointer)],
        related: degradedBy(named, clusterOperators),
        ...(time === undefined ? {} : { since: time }),
      };
    }
    for (const [name, list] of events) {
      if (told.has(name)) continue;
      const node = snapshot.get('nodes', undefined, name);
      const ready = node === undefined ? undefined : isReady(node);
      const last = list.at(-1);
      const bad = list.findLast((event) => event.reason === 'NodeNotReady');
      if (bad === undefined || last === undefined || (node !== undefined && ready !== true)) continue;
      // The cloud or an autoscaler took the machine away, and the node with it.
      const gone = node === undefined && removed.has(name);
      const over = ready === true || last.reason === 'NodeReady' || gone;
      const since = eventTime(bad);
      const draft: FindingDraft = {
        subject: snapshot.named('Node', name, { node: name }),
        variant: 'unspecified',
        message: `Node ${name} ${over ? 'was' : 'is'} not ready: "${eventMessage(bad)}"${gone ? '; it was removed from the cluster' : over ? '; it is Ready again' : ''}`,
        evidence: [snapshot.quoteEvent(bad)],
        ...(over ? { state: 'recovered' } : {}),
        ...(since === undefined ? {} : { since }),
      };
      yield draft;
    }
  },
});
