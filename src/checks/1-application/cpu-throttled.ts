import { groupBy } from '../../lib/group-by.ts';
import { onlyOne } from '../../lib/only-one.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import type { MetricSample } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { alertViews, type AlertView } from '../../snapshot/alerts.ts';
import { degradedServices } from '../../snapshot/network/degradation.ts';
import { workloadsBehind } from '../../snapshot/network/service-graph.ts';
import type { ContainerView } from '../../snapshot/pods/containers.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { probeTroubles } from './probe-verdict.ts';

/** Share of throttled periods above which it hurts (kube-mixin CPUThrottlingHigh: 25 %). */
const THROTTLED = 0.25;
/** Fewer periods (of 100 ms) than this say nothing yet: 30 s of running. */
const MIN_PERIODS = 300;
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
  *run(_facts, { snapshot }) {
    yield* starvedProbes(snapshot);
    yield* byAlerts(snapshot);
    yield* byMetrics(snapshot);
    yield* byCgroups(snapshot);
  },
});

type Labels = Readonly<Record<string, string>>;

/** The container that labels name; cAdvisor's had other names before Kubernetes 1.16. */
function containerOf(
  snapshot: Snapshot,
  labels: Labels,
): { readonly subject: Subject; readonly pod: string; readonly container: string | undefined } | undefined {
  const { namespace } = labels;
  const pod = labels['pod'] ?? labels['pod_name'];
  const container = labels['container'] ?? labels['container_name'];
  if (pod === undefined) return undefined;
  const object = snapshot.get('pods', namespace, pod);
  const subject = object === undefined ? snapshot.named('Pod', pod, { namespace }) : snapshot.subject(object);
  return { subject: { ...subject, ...(container === undefined ? {} : { container }) }, pod, container };
}

/** Whom an alert is about: the workload behind its Service, else what its labels name. */
function aboutOf(snapshot: Snapshot, view: AlertView): Subject | undefined {
  if (view.service === undefined) return view.workload ?? containerOf(snapshot, view.alert.labels)?.subject;
  const service = refOf(view.service);
  const only = onlyOne(workloadsBehind(snapshot, view.service));
  return only === undefined ? service : snapshot.named(only.kind, only.name, { namespace: service.namespace });
}

/** Whoever wrote the rule does not want to be woken by it (CPUThrottlingHigh of kube-mixin is of severity info). */
const isMinor = ({ alert }: AlertView): boolean => /^(?:info|none)$/i.test(alert.labels['severity'] ?? '');

function* byAlerts(snapshot: Snapshot): Generator<FindingDraft> {
  const throttling = alertViews(snapshot)
    .filter(({ kind }) => kind === 'throttling')
    .flatMap((view) => {
      const subject = aboutOf(snapshot, view);
      return subject === undefined ? [] : [{ subject, view }];
    });
  const bySubject = groupBy(throttling, ({ subject }) =>
    [subject.kind, subject.namespace, subject.name, subject.container].join('/'),
  );
  for (const group of bySubject.values()) {
    const [first, ...rest] = group;
    if (first === undefined) continue;
    const { subject, view } = first;
    const degraded = degradedServices(snapshot).find(({ service }) => service === view.service);
    const more = (degraded?.alerts ?? []).filter(({ kind }) => kind === 'saturation' || kind === 'latency');
    const words = [view, ...more.slice(0, 1)].map(({ text }) => text.slice(0, 200));
    yield {
      subject,
      variant: 'alert',
      // Some throttling is usual; with a CPU use that has grown far beyond the usual the limit is what hurts.
      severity: degraded?.starved === true ? 'critical' : group.every((one) => isMinor(one.view)) ? 'info' : 'warning',
      message: `${subject.name} is throttled at its CPU limit (${words.join('; ')})`,
      evidence: [
        view.alert.source,
        ...rest.map((one) => one.view.alert.source),
        ...more.map(({ alert }) => alert.source),
      ],
      related: view.service === undefined ? [] : [refOf(view.service)],
      ...(view.alert.startsAt === undefined ? {} : { since: view.alert.startsAt }),
    };
  }
}

/** cAdvisor's counters of one container. */
const THROTTLED_PERIODS = 'container_cpu_cfs_throttled_periods_total';
const PERIODS = 'container_cpu_cfs_periods_total';

/** How far a counter went between two scrapes, or since it began. */
function grown(samples: readonly MetricSample[], between: boolean): number {
  const values = samples.map(({ value }) => value);
  return Math.max(...values) - (between ? Math.min(...values) : 0);
}

function* byMetrics(snapshot: Snapshot): Generator<FindingDraft> {
  const series = new Map<
    string,
    { readonly subject: Subject; readonly file: string; throttled: MetricSample[]; periods: MetricSample[] }
  >();
  for (const { families, source } of snapshot.facts('metrics'))
    for (const family of [THROTTLED_PERIODS, PERIODS])
      for (const sample of families.get(family) ?? []) {
        const { subject, pod, container = '' } = containerOf(snapshot, sample.labels) ?? {};
        if (subject === undefined || container === '' || container === 'POD') continue;
        // For a while after a restart the container of before is there too, with counters of its own.
        const key = [subject.namespace, pod, container, sample.labels['id']].join('\u0000');
        const entry = series.get(key) ?? { subject, file: source.file, throttled: [], periods: [] };
        series.set(key, entry);
        (family === PERIODS ? entry.periods : entry.throttled).push(sample);
      }
  for (const { subject, file, throttled, periods } of series.values()) {
    const two = throttled.length > 1 && periods.length > 1;
    const all = grown(periods, two);
    const share = grown(throttled, two) / all;
    const [counter, total] = [throttled.at(-1), periods.at(-1)];
    if (counter === undefined || total === undefined || all < (two ? MIN_PERIODS / 2 : MIN_PERIODS)) continue;
    if (!(share > THROTTLED)) continue;
    yield {
      subject,
      variant: 'metrics',
      confidence: two ? 'medium' : 'low',
      severity: two ? 'warning' : 'info',
      message: `Container ${subject.container} of ${subject.name} was throttled in ${Math.round(share * 100)} % of its CPU periods${two ? '' : ' since its start'}`,
      evidence: [
        { file, line: counter.line, text: counter.text },
        { file, line: total.line, text: total.text },
      ],
    };
  }
}

/** What somebody read in the cgroup of a container: `cpu.stat` of cgroup v2, or its lines alone. */
function* byCgroups(snapshot: Snapshot): Generator<FindingDraft> {
  const values = snapshot.facts('hostValues').filter(({ topic }) => topic === 'cgroup');
  for (const value of values) {
    if (!/^(?:cpu\.stat\.)?nr_throttled$/.test(value.key)) continue;
    const total = values.find(
      ({ key, scope, node }) =>
        scope === value.scope && node === value.node && /^(?:cpu\.stat\.)?nr_periods$/.test(key),
    );
    if (total === undefined || Number(total.value) < MIN_PERIODS) continue;
    const share = Number(value.value) / Number(total.value);
    if (!(share > THROTTLED)) continue;
    yield {
      subject: snapshot.named('Cgroup', value.scope ?? 'cgroup', { node: value.node }),
      variant: 'cgroup',
      message: `The cgroup was throttled in ${Math.round(share * 100)} % of its CPU periods (${value.value} of ${total.value})`,
      evidence: [value.source, total.source],
    };
  }
}

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
