import { onlyOne } from '../../lib/only-one.ts';
import type { MetricSample } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { alertViews, type AlertView } from '../../snapshot/alerts.ts';
import { degradedServices } from '../../snapshot/network/degradation.ts';
import { workloadsBehind } from '../../snapshot/network/service-graph.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import type { ContainerView } from '../../snapshot/pods/containers.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { probeTroubles } from './probe-verdict.ts';

/** Share of throttled periods above which it hurts (kube-mixin CPUThrottlingHigh: 25 %). */
const THROTTLED = 0.25;
/** Fewer periods (of 100 ms) than this say nothing yet: 30 s of running. */
const MIN_PERIODS = 300;

/** Whom an alert is about: the workload behind its Service, else what its labels name. */
function aboutOf(snapshot: Snapshot, view: AlertView): { subject: Subject; related: readonly Ref[] } | undefined {
  if (view.service !== undefined) {
    const { namespace, name } = view.service.metadata;
    const here = namespace === undefined ? {} : { namespace };
    const behind = workloadsBehind(snapshot, view.service);
    const only = onlyOne(behind);
    const service: Ref = { kind: 'Service', ...here, name };
    return {
      subject: only === undefined ? service : { kind: only.kind, ...here, name: only.name },
      related: [service],
    };
  }
  if (view.workload !== undefined) return { subject: view.workload, related: [] };
  const { labels } = view.alert;
  const pod = labels['pod'] ?? labels['pod_name'];
  const container = labels['container'] ?? labels['container_name'];
  if (pod === undefined) return undefined;
  const namespace = labels['namespace'];
  return {
    subject: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      name: pod,
      ...(container === undefined ? {} : { container }),
    },
    related: [],
  };
}

/** Whoever wrote the rule does not want to be woken by it (CPUThrottlingHigh of kube-mixin is of severity info). */
const isMinor = ({ alert }: AlertView): boolean => /^(?:info|none)$/i.test(alert.labels['severity'] ?? '');

/** `{pod, container}` of cAdvisor's samples, in their old and new labels. */
const containerKey = (labels: Readonly<Record<string, string>>): string | undefined => {
  const pod = labels['pod'] ?? labels['pod_name'];
  const container = labels['container'] ?? labels['container_name'];
  return pod === undefined || container === undefined || container === '' || container === 'POD'
    ? undefined
    : `${labels['namespace'] ?? ''}\u0000${pod}\u0000${container}`;
};

/** Share of the limit from which on a container uses all of it: `kubectl top` gives the mean of half a minute. */
const FULL = 0.9;
/** A limit (thousandths of a CPU, HEUR) with which hardly any server answers within a second. */
const SCANT = 50;

export default defineCheck({
  id: 'cpu-throttled',
  layer: 1,
  title: 'Containers get the CPU they need',
  failureTitle: 'The container is throttled: it needs more CPU than its limit allows',
  why: 'Once the quota of a period (100 ms) is used up the container stands still until the next: answers become slow, starts take long, probes time out, while the node may be idle.',
  fix: ['Raise or remove the CPU limit of {name}, or reduce what it computes; scale it out when the load is real.'],
  next: ['kubectl top pod -n {namespace} --containers', 'cat /sys/fs/cgroup/cpu.stat'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['alerts', 'metrics', 'hostValues', 'events'],
  wants: ['pods', 'services', 'podUsage'],
  *run({ metrics, hostValues }, { snapshot }) {
    yield* starvedProbes(snapshot);
    const bySubject = new Map<string, { subject: Subject; related: readonly Ref[]; views: AlertView[] }>();
    for (const view of alertViews(snapshot)) {
      if (view.kind !== 'throttling') continue;
      const about = aboutOf(snapshot, view);
      if (about === undefined) continue;
      const { subject } = about;
      const at = [subject.kind, subject.namespace, subject.name, subject.container].join('/');
      const known = bySubject.get(at);
      if (known === undefined) bySubject.set(at, { ...about, views: [view] });
      else known.views.push(view);
    }
    for (const { subject, related, views } of bySubject.values()) {
      const [first, ...rest] = views;
      if (first === undefined) continue;
      const degraded = degradedServices(snapshot).find((one) => one.service === first.service);
      // Some throttling is usual; with a CPU use that has grown far beyond the usual the limit is what hurts.
      const starved = degraded?.starved === true;
      const more = (degraded?.alerts ?? []).filter((view) => view.kind === 'saturation' || view.kind === 'latency');
      const words = (view: AlertView): string => view.text.slice(0, 200);
      yield {
        subject,
        variant: 'alert',
        severity: starved ? 'critical' : views.every(isMinor) ? 'info' : 'warning',
        message: `${subject.name} is throttled at its CPU limit (${words(first)}${more[0] === undefined ? '' : `; ${words(more[0])}`})`,
        evidence: [
          first.alert.source,
          ...rest.map((view) => view.alert.source),
          ...more.map((view) => view.alert.source),
        ],
        related,
        ...(first.alert.startsAt === undefined ? {} : { since: first.alert.startsAt }),
      };
    }
    // cAdvisor's counters; between two scrapes where there are two, else since the start of the container.
    const series = new Map<string, { throttled: MetricSample[]; periods: MetricSample[]; file: string }>();
    for (const scrape of metrics)
      for (const [family, list] of [
        ['container_cpu_cfs_throttled_periods_total', 'throttled'],
        ['container_cpu_cfs_periods_total', 'periods'],
      ] as const)
        for (const sample of scrape.families.get(family) ?? []) {
          const key = containerKey(sample.labels);
          if (key === undefined) continue;
          const entry = series.get(key) ?? { throttled: [], periods: [], file: scrape.source.file };
          series.set(key, entry);
          entry[list].push(sample);
        }
    for (const [key, { throttled, periods, file }] of series) {
      const values = (samples: readonly MetricSample[]) => samples.map((sample) => sample.value);
      const two = throttled.length > 1 && periods.length > 1;
      const delta = (samples: readonly MetricSample[]) =>
        Math.max(...values(samples)) - (two ? Math.min(...values(samples)) : 0);
      const all = delta(periods);
      const share = delta(throttled) / all;
      if (!(all >= (two ? MIN_PERIODS / 2 : MIN_PERIODS)) || !(share > THROTTLED)) continue;
      const [namespace = '', pod = '', container = ''] = key.split('\u0000');
      const sample = throttled.at(-1);
      if (sample === undefined) continue;
      const object = snapshot.get('pods', namespace, pod);
      yield {
        subject:
          object === undefined
            ? { kind: 'Pod', ...(namespace === '' ? {} : { namespace }), name: pod, container }
            : snapshot.subject(object, { container }),
        variant: 'metrics',
        confidence: two ? 'medium' : 'low',
        severity: two ? 'warning' : 'info',
        message: `Container ${container} of ${pod} was throttled in ${Math.round(share * 100)} % of its CPU periods${two ? '' : ' since its start'}`,
        evidence: [
          { file, line: sample.line, text: sample.text },
          ...periods.slice(-1).map((one) => ({ file, line: one.line, text: one.text })),
        ],
      };
    }
    for (const value of hostValues) {
      if (value.topic !== 'cgroup' || !/^(?:cpu\.stat\.)?nr_throttled$/.test(value.key)) continue;
      const total = hostValues.find(
        (one) =>
          one.topic === 'cgroup' &&
          one.scope === value.scope &&
          one.node === value.node &&
          /^(?:cpu\.stat\.)?nr_periods$/.test(one.key),
      );
      const share = Number(value.value) / Number(total?.value);
      if (total === undefined || Number(total.value) < MIN_PERIODS || !(share > THROTTLED)) continue;
      yield {
        subject: snapshot.named('Cgroup', value.scope ?? 'cgroup', { node: value.node }),
        variant: 'cgroup',
        message: `The cgroup was throttled in ${Math.round(share * 100)} % of its CPU periods (${value.value} of ${total.value})`,
        evidence: [value.source, total.source],
      };
    }
  },
});

/** Its probes get no answer in time, and it uses all the CPU that its limit allows, or next to none is allowed. */
function* starvedProbes(snapshot: Snapshot): Generator<FindingDraft> {
  const told = new Set<ContainerView>();
  for (const { current, telling, container } of probeTroubles(snapshot)) {
    if (!current || telling?.class !== 'timeout' || container === undefined || told.has(container)) continue;
    const limit = container.spec?.resources?.limits?.['cpu'];
    const milli = Math.round((parseQuantity(limit ?? '') ?? Number.NaN) * 1000);
    const usage = snapshot.facts('podUsage').find(
      (one) =>
        one.pod === container.pod.metadata.name &&
        (one.namespace === undefined || one.namespace === container.pod.metadata.namespace) &&
        // The sum of a pod is that of its container where it has no other.
        (one.container === container.name ||
          (one.container === undefined && container.pod.spec?.containers?.length === 1)),
    );
    const used = usage?.cpuMilli;
    const full = used !== undefined && used >= milli * FULL;
    if (!full && !(milli <= SCANT && (used === undefined || used >= milli / 2))) continue;
    told.add(container);
    yield {
      subject: snapshot.subject(container.pod, { container: container.name }),
      variant: 'limit',
      severity: 'critical',
      message: `Container ${container.name} of ${container.pod.metadata.name} has a CPU limit of ${limit ?? ''}${used === undefined ? '' : ` and uses ${used}m`}: it is throttled, and its ${telling.kind} probe gets no answer in time`,
      evidence: [
        snapshot.quote(container.pod, `${container.specAt}/resources`),
        ...(usage === undefined ? [] : [usage.source]),
        snapshot.quoteEvent(telling.event),
      ],
    };
  }
}
