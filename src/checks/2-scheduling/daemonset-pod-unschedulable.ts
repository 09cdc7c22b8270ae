import { acceptsNode, untolerated } from '../../simulation/scheduler/filters/node.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { PodSpec, Toleration } from '../../snapshot/kinds/core.ts';
import { refTo } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { verdictWords } from './rejected.ts';

/** `failed to place pod on "n1": Node didn't have enough resource: cpu, …`, of controllers before 1.12. */
const PLACING = /^failed to place pod on "([^"]{1,253})": (.{1,2000})$/s;

/** The controller placed the pods itself until 1.12: one that fits nowhere was not made. */
function* notPlaced(snapshot: Snapshot): Iterable<FindingDraft> {
  const told = new Set<string>();
  for (const event of snapshot.list('events').toReversed()) {
    const about = event.involvedObject;
    const match = event.reason === 'FailedPlacement' ? PLACING.exec(eventMessage(event)) : null;
    if (match === null || about?.name === undefined) continue;
    const [, node = '', why = ''] = match;
    const ref = refTo('DaemonSet', about.namespace ?? event.metadata.namespace, about.name);
    const key = `${ref.namespace ?? ''}/${ref.name}/${node}`;
    if (told.has(key)) continue;
    told.add(key);
    const events = snapshot.eventsAbout(ref);
    if (events.slice(events.indexOf(event) + 1).some(({ reason }) => reason === 'SuccessfulCreate')) continue;
    yield {
      subject: snapshot.named('DaemonSet', about.name, { namespace: ref.namespace }),
      variant: 'not-placed',
      message: `DaemonSet ${about.name} gets no pod on node ${node}: ${why.slice(0, 300)}`,
      evidence: [snapshot.quoteEvent(event)],
      related: [{ kind: 'Node', name: node }],
    };
  }
}

/** What the controller lets every pod of a DaemonSet tolerate (AddOrUpdateDaemonPodTolerations in kubernetes). */
const ALWAYS_TOLERATED: readonly Toleration[] = (
  [
    ['not-ready', 'NoExecute'],
    ['unreachable', 'NoExecute'],
    ['disk-pressure', 'NoSchedule'],
    ['memory-pressure', 'NoSchedule'],
    ['pid-pressure', 'NoSchedule'],
    ['unschedulable', 'NoSchedule'],
  ] as const
).map(([name, effect]) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }));

/** The controller wants pods on no node at all, and every node that is known has a taint that keeps them off. */
function* unwanted(snapshot: Snapshot): Iterable<FindingDraft> {
  const nodes = snapshot.list('nodes');
  for (const set of snapshot.list('daemonSets')) {
    const pod = set.spec?.template?.spec;
    // One with a node selector often waits for nodes that may never come.
    if (set.status?.desiredNumberScheduled !== 0 || Object.keys(pod?.nodeSelector ?? {}).length > 0 || pod?.affinity)
      continue;
    const tolerating = { tolerations: [...(pod?.tolerations ?? []), ...ALWAYS_TOLERATED] };
    const taints = nodes.map((node) => ({ node, taint: untolerated(tolerating, node.spec?.taints ?? []) }));
    const [first] = taints;
    if (first?.taint === undefined || taints.some(({ taint }) => taint === undefined)) continue;
    const { key = '', value = '', effect = '' } = first.taint;
    const more = nodes.length > 1 ? `, and the other ${nodes.length - 1} nodes are tainted too` : '';
    yield {
      subject: snapshot.subject(set),
      variant: 'all-tainted',
      title: 'A DaemonSet gets no pods: every node has a taint',
      message: `DaemonSet ${set.metadata.name} gets no pods: node ${first.node.metadata.name} has the taint ${key}${value === '' ? '' : `=${value}`}:${effect}${more}`,
      evidence: [
        snapshot.quote(set, '/status/desiredNumberScheduled'),
        snapshot.quote(first.node, `/spec/taints/${first.node.spec?.taints?.indexOf(first.taint) ?? 0}`),
      ],
      related: nodes.slice(0, 20).map(({ metadata }) => refTo('Node', undefined, metadata.name)),
      ...(pod?.tolerations === undefined ? { confidence: 'medium' as const } : {}),
      fix: [`Give the pod template a toleration of ${key}, or take the taint off the nodes that shall run it`],
    };
  }
}

/** By which labels a pod template chooses its nodes: any of `labels` is enough. Undefined where it takes every node. */
function selectionOf({
  nodeSelector,
  affinity,
}: PodSpec): { readonly labels: readonly string[]; readonly keys: readonly string[]; readonly at: string } | undefined {
  const wanted = Object.entries(nodeSelector ?? {});
  if (wanted.length > 0)
    return {
      labels: [wanted.map(([key, value]) => `${key}=${value}`).join(', ')],
      keys: wanted.map(([key]) => key),
      at: '/spec/template/spec/nodeSelector',
    };
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const asked = terms.map((term) => term.matchExpressions ?? []);
  // Of other operators nobody can say in a label what they want.
  if (terms.length === 0 || asked.flat().some(({ operator }) => operator !== 'In')) return undefined;
  return {
    labels: asked.map((all) => all.map(({ key = '', values }) => `${key}=${values?.[0] ?? ''}`).join(', ')),
    keys: asked.flatMap((all) => all.map(({ key = '' }) => key)),
    at: '/spec/template/spec/affinity',
  };
}

/**
 * A device plugin that selects no node at all, while a pod waits for a device of that vendor. Of other DaemonSets with a
 * selector nobody knows whether their nodes should be there.
 */
function* noDevices(snapshot: Snapshot): Iterable<FindingDraft> {
  const nodes = snapshot.list('nodes');
  if (nodes.length === 0 || nodes.some(({ metadata }) => metadata.labels === undefined)) return;
  const waiting = unscheduledPods(snapshot).flatMap(({ pod, causes }) =>
    causes.flatMap(({ reason }) => {
      const vendor = /^(?<vendor>[a-z0-9-]{2,60})(?:\.[a-z0-9-]{1,60}){1,4}\//.exec(reason.resource ?? '')?.groups?.[
        'vendor'
      ];
      return vendor === undefined || vendor === 'kubernetes' ? [] : [{ pod, vendor, resource: reason.resource ?? '' }];
    }),
  );
  for (const set of snapshot.list('daemonSets')) {
    const spec = set.spec?.template?.spec;
    const selection = spec === undefined ? undefined : selectionOf(spec);
    if (set.status?.desiredNumberScheduled !== 0 || spec === undefined || selection === undefined) continue;
    if (nodes.some(({ metadata }) => acceptsNode(spec, metadata.labels ?? {}, metadata.name))) continue;
    const { labels, keys, at } = selection;
    const words = [set.metadata.name, ...keys].join(' ');
    const theirs = waiting.filter(({ vendor }) => words.includes(vendor));
    const [first] = theirs;
    if (first === undefined || !/plugin|driver|device/.test(set.metadata.name)) continue;
    yield {
      subject: snapshot.subject(set),
      variant: 'no-node-labelled',
      severity: 'critical',
      title: 'A device plugin runs on no node: none has the label that it selects',
      message: `DaemonSet ${set.metadata.name} selects nodes with the label ${labels.join(' or ')}, which no node has; so nothing offers ${first.resource}, for which pod ${first.pod.metadata.name} waits`,
      evidence: [snapshot.quote(set, at), snapshot.quote(set, '/status/desiredNumberScheduled')],
      related: theirs.slice(0, 20).map(({ pod }) => refTo('Pod', pod.metadata.namespace, pod.metadata.name)),
      fix: [
        `Label the nodes that have the devices (kubectl label node NAME ${(labels.at(-1) ?? '').replaceAll(', ', ' ')}), or let a discovery do it (GPU Feature Discovery, Node Feature Discovery)`,
      ],
    };
  }
}

export default defineCheck({
  id: 'daemonset-pod-unschedulable',
  layer: 2,
  title: 'DaemonSet pods fit on their nodes',
  failureTitle: 'A DaemonSet pod does not fit on its node',
  why: 'Each of these pods is meant for one node; agents of the cluster should have a priority that makes room.',
  fix: ['Give system agents priorityClassName system-node-critical, free room on the node, or add the toleration'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events', 'daemonSets'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const subject = snapshot.subject(waiting.pod);
      if (subject.workload?.kind !== 'DaemonSet' || waiting.message === undefined) continue;
      const target =
        waiting.view.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
          ?.flatMap((term) => term.matchFields ?? [])
          .find((field) => field.key === 'metadata.name')?.values?.[0];
      yield {
        subject,
        message: `Pod ${waiting.view.name} of DaemonSet ${subject.workload.name} does not fit on its node${target === undefined ? '' : ` ${target}`}.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
        related: target === undefined ? [] : [{ kind: 'Node', name: target }],
      };
    }
    yield* notPlaced(snapshot);
    yield* unwanted(snapshot);
    yield* noDevices(snapshot);
  },
});
