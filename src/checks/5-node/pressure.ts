/** What the three pressure conditions of a node have in common. */
import { spellTime } from '../../lib/timestamp.ts';
import { eventCount, eventMessage, eventTime } from '../../snapshot/events.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Node } from '../../snapshot/kinds/index.ts';
import {
  conditionOf,
  isSilent,
  machineOf,
  nodeEvents,
  nodeSubject,
  timeOf,
  userPodsOn,
} from '../../snapshot/nodes/node-health.ts';
import { podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

interface Pressure {
  /** Condition type: `DiskPressure`. */
  readonly type: string;
  /** Event reasons at the beginning and the end. */
  readonly begins: string;
  readonly ends: string;
  readonly taint: string;
  /** What EvictionThresholdMet says is reclaimed: `Attempting to reclaim ephemeral-storage`. */
  readonly reclaims: RegExp;
  /** What is short, in words. */
  readonly what: string;
  /** More evidence and words about one node, from other facts. */
  readonly more: (node: string) => { readonly text: string; readonly evidence: readonly Evidence[] };
}

/** Findings of nodes under pressure now, then of those that only events tell of. */
export function* pressureFindings(snapshot: Snapshot, pressure: Pressure): Iterable<FindingDraft> {
  const events = nodeEvents(snapshot, pressure.begins, pressure.ends, 'EvictionThresholdMet');
  const thresholds = (node: string) =>
    (events.get(node) ?? []).filter(
      (event) => event.reason === 'EvictionThresholdMet' && pressure.reclaims.test(eventMessage(event)),
    );
  for (const node of snapshot.list('nodes')) {
    const name = node.metadata.name;
    const found = conditionOf(snapshot, node, pressure.type);
    const tainted = (node.spec?.taints ?? []).findIndex((taint) => taint.key === pressure.taint);
    if (found === undefined && tainted >= 0 && !events.has(name)) yield taintOnly(snapshot, node, tainted, pressure);
    if (found?.condition.status !== 'True') continue;
    // A silent kubelet's last word about pressure is as old as its silence.
    if (isSilent(node)) continue;
    const threshold = thresholds(name);
    const more = pressure.more(name);
    const since = timeOf(found.condition.lastTransitionTime);
    yield {
      subject: nodeSubject(snapshot, node),
      message:
        `Node ${name} has ${pressure.type} (${found.condition.reason ?? 'True'}): ${pressure.what} is below the kubelet's eviction threshold` +
        (since === undefined ? '' : ` since ${spellTime(since)}`) +
        (tainted < 0 ? '' : `; taint ${pressure.taint} keeps new pods away`) +
        reclaimed(threshold) +
        (more.text === '' ? '' : `; ${more.text}`),
      evidence: [
        found.evidence,
        ...threshold.slice(-1).map(snapshot.quoteEvent),
        ...more.evidence,
        ...(tainted < 0 ? [] : [snapshot.quote(node, `/spec/taints/${tainted}`)]),
      ],
      related: userPodsOn(snapshot, name)
        .slice(0, 5)
        .map((pod) => ({ kind: 'Pod', ...pod.metadata })),
      ...(since === undefined ? {} : { since }),
    };
  }
  for (const [name, list] of events) {
    const node = snapshot.get('nodes', undefined, name);
    const known = node === undefined ? undefined : conditionOf(snapshot, node, pressure.type)?.condition.status;
    if (known === 'True') continue;
    const own = list.filter((event) => event.reason === pressure.begins || event.reason === pressure.ends);
    const threshold = thresholds(name);
    const last = own.at(-1) ?? threshold.at(-1);
    if (last === undefined || (own.every((event) => event.reason === pressure.ends) && threshold.length === 0))
      continue;
    const over = known === 'False' || last.reason === pressure.ends;
    const more = pressure.more(name);
    const since = eventTime(last);
    yield {
      subject: snapshot.named('Node', name, { node: name }),
      message: `Node ${name} ${over ? 'had' : 'has'} ${pressure.type}: ${pressure.what} fell below the kubelet's eviction threshold${reclaimed(threshold)}${more.text === '' ? '' : `; ${more.text}`}${over ? '; it has ended' : ''}`,
      evidence: [snapshot.quoteEvent(last), ...threshold.slice(-1).map(snapshot.quoteEvent), ...more.evidence],
      ...(over ? { state: 'recovered' as const } : {}),
      ...(since === undefined ? {} : { since }),
    };
  }
  for (const [name, { evidence, since, related, short }] of evicted(snapshot, pressure.reclaims)) {
    const node = snapshot.get('nodes', undefined, name);
    const known = node === undefined ? undefined : conditionOf(snapshot, node, pressure.type)?.condition.status;
    if (known === 'True' || events.has(name)) continue;
    const old = known === 'False' || isHistoric(snapshot, since);
    yield {
      subject: snapshot.named('Node', name, { node: name }),
      message: `Node ${name} ran low on ${pressure.what} and its kubelet ended pods for it${short === undefined ? '' : ` (${short})`}${known === 'False' ? '; it has ended' : ''}`,
      evidence,
      ...(related === undefined ? {} : { related }),
      ...(old ? { state: 'recovered' as const } : {}),
      ...(since === undefined ? {} : { since }),
    };
  }
}

/** A description that was cut before its conditions: the node controller sets the taint for the condition. */
function taintOnly(snapshot: Snapshot, node: Node, at: number, pressure: Pressure): FindingDraft {
  const { name } = node.metadata;
  const more = pressure.more(name);
  return {
    subject: nodeSubject(snapshot, node),
    message: `Node ${name} has ${pressure.type}: it carries the taint ${pressure.taint}, which keeps new pods away while ${pressure.what} is below the kubelet's eviction threshold${more.text === '' ? '' : `; ${more.text}`}`,
    evidence: [snapshot.quote(node, `/spec/taints/${at}`), ...more.evidence],
  };
}

/** `The node was low on resource: memory. Threshold quantity: 100Mi, available: 81540Ki.`, the kubelet's words in the pod. */
const LOW = /The node was low on resource: ([a-z-]{1,40})|The node had condition: \[(Disk|Memory|PID)Pressure/;
/** Since Kubernetes 1.24: bytes as a number or with a unit. */
const THRESHOLD = /Threshold quantity: \w{1,20}, available: \w{1,20}/i;
/** What evictions call it. */
const RESOURCE: Readonly<Record<string, string>> = { Disk: 'ephemeral-storage', Memory: 'memory', PID: 'pids' };

/** The pods that a node ended for want of a resource; finished pods keep the message for long. */
const evictions = oncePer((snapshot: Snapshot) =>
  podsWithNews(snapshot).flatMap(({ pod, events, ref }) => {
    const event = events.findLast((one) => one.reason === 'Evicted' && LOW.test(eventMessage(one)));
    const text = event === undefined ? pod?.status?.message : eventMessage(event);
    const low = text === undefined ? null : LOW.exec(text);
    if (low === null) return [];
    const resource = low[1] ?? RESOURCE[low[2] ?? ''] ?? '';
    // Of an event that stands alone nobody knows the machine, but that it is one.
    const node = pod?.spec?.nodeName ?? event?.source?.host ?? machineOf(snapshot, {});
    const short = THRESHOLD.exec(text ?? '')?.[0];
    return [{ pod, event, resource, node, ref, short }];
  }),
);

/** The last pod that a node ended, and the numbers that the kubelet gave. */
type Eviction = Pick<FindingDraft, 'evidence' | 'since' | 'related'> & { readonly short?: string };

/** Pods say that their node ended them for want of what matches: of that node nothing else need be known. */
export const saidByPods = (what: RegExp) => (snapshot: Snapshot) => evicted(snapshot, what).size > 0;

/** The last pod that each node ended for want of what matches, by node. */
function evicted(snapshot: Snapshot, what: RegExp): ReadonlyMap<string, Eviction> {
  const out = new Map<string, Eviction>();
  for (const { pod, event, resource, node, ref, short } of evictions(snapshot)) {
    if (!what.test(resource)) continue;
    const since = event === undefined ? timeOf(pod?.status?.startTime) : eventTime(event);
    out.set(node, {
      evidence: [event === undefined ? snapshot.quote(pod, '/status/message') : snapshot.quoteEvent(event)],
      related: [ref],
      ...(short === undefined ? {} : { short }),
      ...(since === undefined ? {} : { since }),
    });
  }
  return out;
}

function reclaimed(threshold: readonly Parameters<typeof eventMessage>[0][]): string {
  const last = threshold.at(-1);
  if (last === undefined) return '';
  const count = threshold.reduce((sum, event) => sum + eventCount(event), 0);
  return `; the kubelet is "${eventMessage(last)}"${count > 1 ? ` (${count} times)` : ''}`;
}
