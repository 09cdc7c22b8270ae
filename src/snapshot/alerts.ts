/**
 * What firing alerts say: about whom, what kind of trouble, and how much. Every monitoring names its alerts itself, so
 * kind and object are told from words that all of them use (latency, retransmission, throttling …) and common labels.
 */
import { refTo, type Ref } from './ref.ts';
import { oncePer } from '../lib/once-per.ts';
import type { Alert } from '../parsers/records.ts';
import type { Node, Service } from './kinds/index.ts';
import type { Snapshot } from './snapshot.ts';

export type AlertKind =
  'latency' | 'loss' | 'errors' | 'traffic-drop' | 'throttling' | 'saturation' | 'unreachable' | 'other';

/** A figure and what it was before, as far as the text says. Latencies are in milliseconds. */
export interface Change {
  readonly before: number;
  readonly now: number;
  readonly text: string;
}

export interface AlertView {
  readonly alert: Alert;
  readonly kind: AlertKind;
  /** Name and descriptions in one line. */
  readonly text: string;
  readonly changes: readonly Change[];
  /** Whom the labels name: at most one of these. */
  readonly service?: Service;
  readonly workload?: Ref;
  readonly node?: Node;
}

/** The first that matches decides; throttling before latency, because its alerts mention delays too. */
const KINDS: readonly (readonly [AlertKind, RegExp])[] = [
  ['throttling', /throttl|\bcfs\b|cpu_cfs/],
  [
    'loss',
    /retrans|packet.?loss|packets? (?:are )?(?:dropped|lost)|network.?quality|(?:receive|transmit).?(?:err|drop)|nic.?err/,
  ],
  [
    'latency',
    /latenc|slow|response.?time|\bp(?:50|75|90|95|99)\b|p(?:50|90|95|99)latency|duration.?(?:high|seconds)|quantile|high.?rtt/,
  ],
  ['errors', /error.?(?:rate|ratio|spike|budget)|success.?rate|5xx|\b50[0234]\b|failure.?rate|high.?error/],
  ['unreachable', /unreachable|target.?down|probe.?(?:fail|success)|blackbox|endpoint.?down|connection.?refused/],
  ['traffic-drop', /throughput|traffic|\brps\b|\bqps\b|request.?rate|network.?drop/],
  [
    'saturation',
    /saturat|utili[sz]ation|cpu.?(?:high|usage|core)|high.?cpu|memory.?(?:high|usage)|load.?(?:high|average)/,
  ],
];

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  sec: 1000,
  seconds: 1000,
  m: 60_000,
};

function figure(number: string, unit: string | undefined): number {
  const scale = unit === undefined ? undefined : UNIT_MS[unit.toLowerCase()];
  return Number(number) * (scale ?? 1);
}

/** `Normal=2.9ms -> Current=59.8ms`, `from 3ms to 40ms`, `before: 3 now: 40`. */
const CHANGE =
  /(?:normal|baseline|before|previous|from|was)\s{0,2}[=:]?\s{0,2}(\d{1,12}(?:\.\d{1,9})?)\s?([a-zµ%/]{0,12})[\s,;]{0,3}(?:->|→|=>|to|and|now|,)?\s{0,3}(?:current|cur|now|after|is|to)?\s{0,2}[=:]?\s{0,2}(\d{1,12}(?:\.\d{1,9})?)\s?([a-zµ%/]{0,12})/gi;

function changesIn(text: string): readonly Change[] {
  const out: Change[] = [];
  for (const match of text.slice(0, 4000).matchAll(CHANGE)) {
    const [whole, before = '', beforeUnit, now = '', nowUnit] = match;
    const unit = nowUnit === '' ? beforeUnit : nowUnit;
    out.push({ before: figure(before, beforeUnit === '' ? unit : beforeUnit), now: figure(now, unit), text: whole });
  }
  return out;
}

/** Labels under which monitoring systems put the name of a service, workload or node, most telling first. */
const SERVICE_LABELS = [
  'service',
  'destination_service_name',
  'destination_service',
  'svc',
  'kubernetes_service',
  'service_name',
  'job',
  'app',
  'destination_workload',
];
const WORKLOAD_LABELS: readonly (readonly [label: string, kind: string])[] = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
];
/** Programs that measure others, as services and pods are called: an alert on what they measure is not about them. */
const MEASURES = /exporter(?:-[a-z0-9]{5})?$|^(?:kube-state-metrics|kubelet|cadvisor)$/;
const NODE_LABELS = ['node', 'nodename', 'instance', 'kubernetes_node', 'host', 'hostname'];

/** The workload that labels name: those of kube-state-metrics (`deployment`, `owner_name`), or of the recording rules of kubernetes-mixin (`workload`). */
function workloadIn(labels: Alert['labels'], namespace: string | undefined): Ref | undefined {
  for (const [label, kind] of WORKLOAD_LABELS) {
    const name = labels[label] ?? (labels['kind']?.toLowerCase() === label ? labels['name'] : undefined);
    if (name !== undefined) return refTo(kind, namespace, name);
  }
  const { workload, workload_type: type, owner_name: owner, owner_kind: ownerKind } = labels;
  const kind = WORKLOAD_LABELS.find(([label]) => label === type?.toLowerCase())?.[1] ?? 'Deployment';
  if (workload !== undefined) return refTo(kind, namespace, workload);
  return owner === undefined || ownerKind === undefined ? undefined : refTo(ownerKind, namespace, owner);
}

function objectOf(alert: Alert, snapshot: Snapshot): Pick<AlertView, 'service' | 'workload' | 'node'> {
  const { labels } = alert;
  const namespace = labels['namespace'] ?? labels['exported_namespace'] ?? labels['kubernetes_namespace'];
  const named = (kind: string) => (labels['kind']?.toLowerCase() === kind ? labels['name'] : undefined);
  const serviceAt = (name: string): Service | undefined => {
    const bare = name.split('.')[0] ?? name;
    return (
      snapshot.get('services', namespace, bare) ??
      snapshot
        .list('services')
        .find((s) => s.metadata.name === bare && (namespace === undefined || s.metadata.namespace === namespace))
    );
  };
  const nodeAt = (name: string): Node | undefined => {
    const bare = name.replace(/:\d{1,5}$/, '');
    return snapshot.get('nodes', undefined, bare) ?? snapshot.resolve(bare).node;
  };
  const service = [named('service'), ...SERVICE_LABELS.map((label) => labels[label])]
    .map((name) => (name === undefined || MEASURES.test(name) ? undefined : serviceAt(name)))
    .find((found) => found !== undefined);
  if (service !== undefined) return { service };
  const pod = labels['pod'] ?? named('pod');
  const podObject = pod === undefined || MEASURES.test(pod) ? undefined : snapshot.get('pods', namespace, pod);
  const workload = podObject === undefined ? workloadIn(labels, namespace) : snapshot.workloadOf(podObject);
  if (podObject !== undefined) {
    const behind = snapshot.servicesSelecting(podObject)[0];
    if (behind !== undefined) return { service: behind };
  }
  if (workload !== undefined) return { workload };
  const node = [named('node'), ...NODE_LABELS.map((label) => labels[label])]
    .map((name) => (name === undefined ? undefined : nodeAt(name)))
    .find((found) => found !== undefined);
  return node === undefined ? {} : { node };
}

function view(alert: Alert, snapshot: Snapshot): AlertView {
  const text = [alert.name, ...Object.values(alert.annotations)].join(' | ');
  // Names come in CamelCase, SNAKE_CASE and words.
  const words = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  const raw = text.toLowerCase();
  const kind = KINDS.find(([, pattern]) => pattern.test(words) || pattern.test(raw))?.[0] ?? 'other';
  return { alert, kind, text, changes: changesIn(text), ...objectOf(alert, snapshot) };
}

const FIRING = /^(?:firing|active)?$/i;

/** All firing alerts with what they mean. */
export const alertViews = oncePer((snapshot: Snapshot): readonly AlertView[] =>
  snapshot
    .facts('alerts')
    .filter((alert) => FIRING.test(alert.state))
    .map((alert) => view(alert, snapshot)),
);
