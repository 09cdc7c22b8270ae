/**
 * Which services have become slow, lossy or failing according to firing alerts, and where the trouble begins: a
 * caller waits for its callees, so of a chain of slow services the last one is the suspect.
 */
import { groupBy } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { AlertKind, AlertView, Change } from '../alerts.ts';
import { alertViews } from '../alerts.ts';
import type { Service } from '../kinds/index.ts';
import { serviceGraph, serviceKey } from './service-graph.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Degraded {
  readonly service: Service;
  readonly alerts: readonly AlertView[];
  /** The worst change of latency. A change from zero counts by what it is now. */
  readonly latency: (Change & { readonly factor: number; readonly alert: AlertView }) | undefined;
  /** Its median latency now, in milliseconds, where an alert says that the median rose: most of its requests wait. */
  readonly median: number | undefined;
  /** The greatest relative fall of requests, success or packets, 0 … 1. */
  readonly fall: number;
  /** It lacks CPU by its own alerts: throttled, and using more than before. */
  readonly starved: boolean;
  /** Nodes on which its pods run. */
  readonly nodes: readonly string[];
}

/** Characters before a figure in which the name of its quantile stands. */
const QUANTILE_NAME = 16;

/** Times by which CPU use must have grown for throttling to be a cause and not the usual state (HEUR). */
const CPU_GROWTH = 2;

function worstLatency(alerts: readonly AlertView[]): Degraded['latency'] {
  let worst: Degraded['latency'];
  for (const alert of alerts) {
    if (alert.kind !== 'latency') continue;
    for (const change of alert.changes) {
      const factor = change.before > 0 ? change.now / change.before : Number.POSITIVE_INFINITY;
      if (worst === undefined || factor > worst.factor) worst = { ...change, factor, alert };
    }
  }
  return worst;
}

/** What dashboards and alert rules call the median, in front of its figures. */
const MEDIAN = /p50(?![0-9])|median|quantile="?0?\.50?(?![0-9])/i;

function medianOf(alerts: readonly AlertView[]): number | undefined {
  const now = alerts
    .filter((alert) => alert.kind === 'latency')
    .flatMap(({ text, changes }) =>
      changes.filter((change) => {
        const at = text.indexOf(change.text);
        return at > 0 && MEDIAN.test(text.slice(Math.max(0, at - QUANTILE_NAME), at));
      }),
    )
    .map((change) => change.now);
  return now.length === 0 ? undefined : Math.max(...now);
}

const FALLS: ReadonlySet<AlertKind> = new Set(['traffic-drop', 'errors']);

function greatestFall(alerts: readonly AlertView[]): number {
  return Math.max(
    0,
    ...alerts
      .filter((alert) => FALLS.has(alert.kind))
      .flatMap((alert) => alert.changes)
      .map((change) => (change.before > 0 ? 1 - change.now / change.before : 0)),
  );
}

/** Services with alerts of their own, in the order of the first alert. */
export const degradedServices = oncePer((snapshot: Snapshot): readonly Degraded[] => {
  const byService = groupBy(alertViews(snapshot), (alert) => alert.service);
  return [...byService].map(([service, alerts]) => ({
    service,
    alerts,
    latency: worstLatency(alerts),
    median: medianOf(alerts),
    fall: greatestFall(alerts),
    starved:
      alerts.some((alert) => alert.kind === 'throttling') &&
      alerts.some(
        (alert) =>
          alert.kind === 'saturation' && alert.changes.some((c) => c.now > 0 && c.now >= CPU_GROWTH * c.before),
      ),
    nodes: [
      ...new Set(
        snapshot
          .podsSelectedBy(service)
          .flatMap((pod) => (pod.spec?.nodeName === undefined ? [] : [pod.spec.nodeName])),
      ),
    ].sort(),
  }));
});

/** True when the service itself is slow or failing (and not merely asked less often). */
export const isSlowOrFailing = (one: Degraded): boolean =>
  one.latency !== undefined ||
  one.alerts.some((a) => a.kind === 'latency' || a.kind === 'errors' || a.kind === 'unreachable');

/**
 * False when the caller's delay cannot be its callee's: most of its own requests wait, but only the slowest few of the
 * callee's, and for a shorter time (what a slow reader does to large answers).
 */
const canExplain = (callee: Degraded, caller: Degraded): boolean =>
  !(
    caller.median !== undefined &&
    callee.median === undefined &&
    callee.latency !== undefined &&
    callee.latency.now < caller.median
  );

/** Those of the given services that call none of the others, directly or by others: where the trouble begins. */
export function deepest(snapshot: Snapshot, of: readonly Degraded[]): readonly Degraded[] {
  const graph = serviceGraph(snapshot);
  return of.filter(
    (one) =>
      !of.some(
        (other) =>
          other !== one &&
          canExplain(other, one) &&
          graph.reaches(one.service, other.service) &&
          !graph.reaches(other.service, one.service),
      ),
  );
}

/** True when configuration shows who calls whom among these services. */
export function knowsCalls(snapshot: Snapshot, of: readonly Degraded[]): boolean {
  const graph = serviceGraph(snapshot);
  const keys = new Set(of.map((one) => serviceKey(one.service)));
  return of.some((one) => [...graph.calleesOf(one.service)].some((callee) => keys.has(callee)));
}

/**
 * The most degraded first: by how many times slower it became (a callee's own time is the smallest part of its callers'
 * and grows most), then, where it was not measured before, by the shorter time now, then by lost requests.
 */
function bySuspicion(a: Degraded, b: Degraded): number {
  const x = a.latency;
  const y = b.latency;
  if (x !== undefined && y !== undefined) {
    if (x.factor !== y.factor) return y.factor - x.factor;
    if (x.now !== y.now) return x.now - y.now;
  }
  if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1;
  return b.fall - a.fall || (serviceKey(a.service) < serviceKey(b.service) ? -1 : 1);
}

/** Medians that differ by less are equal: they are interpolated within the buckets of a histogram (HEUR). */
const SAME_MEDIAN = 1.25;
/** A service whose latency rose by a smaller share of the greatest rise is slow with others, not by itself (HEUR). */
const SHARE_OF_RISE = 0.1;

/**
 * The service where the delay begins. A caller waits at least as long as its callee, so of those whose median rose, and
 * that rose a lot, the shortest median is the deepest; else the most degraded.
 */
export function slowestBySelf(of: readonly Degraded[]): Degraded | undefined {
  const sorted = of.toSorted(bySuspicion);
  const most = sorted[0]?.latency?.factor ?? 0;
  const risen = sorted.filter(
    (one) =>
      one.median !== undefined && (one.latency?.factor ?? 0) >= (Number.isFinite(most) ? SHARE_OF_RISE * most : most),
  );
  const shortest = Math.min(...risen.map((one) => one.median ?? Number.POSITIVE_INFINITY));
  return risen.find((one) => (one.median ?? 0) <= SAME_MEDIAN * shortest) ?? sorted[0];
}

export interface LossyNode {
  readonly node: string;
  /** Retransmitted or lost packets, in whatever unit the monitoring has (mostly segments a second). */
  readonly now: number;
  readonly alert: AlertView;
}

/** Nodes with loss or retransmission alerts, the worst first. */
export const lossyNodes = oncePer((snapshot: Snapshot): readonly LossyNode[] =>
  alertViews(snapshot)
    .flatMap((alert) =>
      alert.kind === 'loss' && alert.node !== undefined
        ? [{ node: alert.node.metadata.name, now: Math.max(0, ...alert.changes.map((c) => c.now)), alert }]
        : [],
    )
    .sort((a, b) => b.now - a.now || (a.node < b.node ? -1 : 1)),
);

/** The node where the network is degraded, with what points there; undefined when nothing points to a node. */
export interface NodeSuspect {
  readonly node: string;
  readonly variant: 'delay' | 'loss';
  readonly lossy: LossyNode | undefined;
  readonly services: readonly Degraded[];
}

/**
 * Retransmissions a second from which packets are lost; below, they are late (HEUR: a late acknowledgement costs one
 * spurious retransmission now and then, lost packets cost one each).
 */
const LOSS_RATE = 2;

export const nodeSuspect = oncePer((snapshot: Snapshot): NodeSuspect | undefined => {
  const lossy = lossyNodes(snapshot);
  const [worst] = lossy;
  if (worst === undefined) return undefined;
  const slow = deepest(snapshot, degradedServices(snapshot).filter(isSlowOrFailing));
  const on = (node: string) => slow.filter((one) => one.nodes.length > 0 && one.nodes.every((n) => n === node));
  // The sender repeats what a slow peer acknowledges late: the alert may stand on the other side. Two or more slow
  // services, none of which waits for another, on one node speak against the node of a weak alert.
  const shared = [...new Set(slow.flatMap((one) => one.nodes))].filter((node) => on(node).length >= 2);
  const [only] = shared;
  const elsewhere = shared.length === 1 && only !== undefined && on(only).length === slow.length ? only : undefined;
  const weak = worst.now < LOSS_RATE;
  const node = weak && elsewhere !== undefined ? elsewhere : worst.node;
  return {
    node,
    variant: weak ? 'delay' : 'loss',
    lossy: lossy.find((one) => one.node === node) ?? worst,
    services: on(node),
  };
});
