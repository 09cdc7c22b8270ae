/**
 * Metrics as Prometheus reads them: quantiles of histograms, and growth between two scrapes of one process. A single
 * scrape speaks of the time since the process started.
 */
import { append } from '../lib/group-by.ts';
import type { Evidence, MetricSample, MetricScrape } from '../parsers/records.ts';
import type { Snapshot } from './snapshot.ts';

/** The scrapes of one process. */
export interface ProcessMetrics {
  readonly component: string;
  readonly node?: string;
  readonly latest: MetricScrape;
  /** The earliest scrape of the same process, when there are two. */
  readonly before?: MetricScrape;
}

export type LabelFilter = (labels: Readonly<Record<string, string>>) => boolean;
const any: LabelFilter = () => true;

const startOf = (scrape: MetricScrape): number | undefined =>
  scrape.families.get('process_start_time_seconds')?.[0]?.value;

/** Sum of everything that only grows: later scrapes of a process have more. */
function progress(scrape: MetricScrape): number {
  let sum = 0;
  for (const [name, samples] of scrape.families)
    if (/_(?:count|total)$/.test(name))
      for (const sample of samples) sum += Number.isFinite(sample.value) ? sample.value : 0;
  return sum;
}

/** Processes with samples of the family, in bundle order. Two pages with the same start time are the same process. */
export function processesWith(snapshot: Snapshot, family: string): readonly ProcessMetrics[] {
  const groups = new Map<string, MetricScrape[]>();
  snapshot.facts('metrics').forEach((scrape, i) => {
    if (!scrape.families.has(family)) return;
    const started = startOf(scrape);
    const key = started === undefined ? `scrape ${i}` : `${scrape.component}\u0000${scrape.node ?? ''}\u0000${started}`;
    append(groups, key, scrape);
  });
  return [...groups.values()].flatMap((scrapes): ProcessMetrics[] => {
    const ordered = scrapes.toSorted((a, b) => progress(a) - progress(b));
    const [before] = ordered;
    const latest = ordered.at(-1);
    if (before === undefined || latest === undefined) return [];
    return [
      {
        component: latest.component,
        ...(latest.node === undefined ? {} : { node: latest.node }),
        latest,
        // The same page twice shows no growth: it stays one scrape.
        ...(before === latest || progress(before) === progress(latest) ? {} : { before }),
      },
    ];
  });
}

const samplesOf = (scrape: MetricScrape | undefined, family: string, filter: LabelFilter): readonly MetricSample[] =>
  (scrape?.families.get(family) ?? []).filter((sample) => filter(sample.labels));

const sumOf = (samples: readonly MetricSample[]): number =>
  samples.reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0);

export interface Reading {
  readonly value: number;
  /** True when it grew between two scrapes; false: since the process started. */
  readonly recent: boolean;
  readonly evidence: Evidence;
}

/**
 * How often something counted happened in an hour: on average since the process started, for a single scrape.
 * Undefined where nobody knows when it started, or what time it is (ms since 1970).
 */
export function perHour(
  process: ProcessMetrics,
  { value, recent }: Reading,
  now: number | undefined,
): number | undefined {
  const started = startOf(process.latest);
  if (recent || started === undefined || now === undefined) return undefined;
  const hours = (now / 1000 - started) / 3600;
  // What happened within the first hour says nothing of the next one.
  return hours <= 0 ? undefined : value / Math.max(hours, 1);
}

/** Where a sample is written. */
export function quoteSample(scrape: MetricScrape, sample: MetricSample): Evidence {
  return { file: scrape.source.file, line: sample.line, text: sample.text };
}

/** The largest sample of a gauge. */
export function gauge(
  process: ProcessMetrics,
  family: string,
  filter: LabelFilter = any,
): (Reading & { readonly labels: MetricSample['labels'] }) | undefined {
  let best: MetricSample | undefined;
  for (const sample of samplesOf(process.latest, family, filter))
    if (Number.isFinite(sample.value) && (best === undefined || sample.value > best.value)) best = sample;
  return best === undefined
    ? undefined
    : { value: best.value, recent: true, evidence: quoteSample(process.latest, best), labels: best.labels };
}

/** How much a counter grew between the scrapes, or stands at with one scrape; its largest sample is the evidence. */
export function counter(process: ProcessMetrics, family: string, filter: LabelFilter = any): Reading | undefined {
  const samples = samplesOf(process.latest, family, filter);
  const best = samples.reduce<MetricSample | undefined>(
    (a, b) => (a === undefined || b.value > a.value ? b : a),
    undefined,
  );
  if (best === undefined) return undefined;
  return {
    value: sumOf(samples) - sumOf(samplesOf(process.before, family, filter)),
    recent: process.before !== undefined,
    evidence: quoteSample(process.latest, best),
  };
}

/** Bounds and cumulative counts, ascending. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** `le` of a bucket as a number: `+Inf` is infinity. */
const boundOf = (sample: MetricSample): number => {
  const le = sample.labels['le'] ?? '';
  return le === '+Inf' ? Infinity : Number(le);
};

function bucketsOf(process: ProcessMetrics, family: string, filter: LabelFilter): Buckets {
  const sums = new Map<number, number>();
  const add = (scrape: MetricScrape | undefined, sign: number): void => {
    for (const sample of samplesOf(scrape, `${family}_bucket`, filter)) {
      const bound = boundOf(sample);
      if (Number.isNaN(bound) || !Number.isFinite(sample.value)) continue;
      sums.set(bound, (sums.get(bound) ?? 0) + sign * sample.value);
    }
  };
  add(process.latest, 1);
  add(process.before, -1);
  const bounds = [...sums.keys()].sort((a, b) => a - b);
  return { bounds, counts: bounds.map((bound) => sums.get(bound) ?? 0) };
}

/**
 * `histogram_quantile(q, …)` of Prometheus: linear within the bucket that holds the quantile; in the last bucket the
 * highest finite bound. Undefined without observations.
 */
export function histogramQuantile(q: number, { bounds, counts }: Buckets): number | undefined {
  const total = counts.at(-1) ?? 0;
  if (bounds.length < 2 || bounds.at(-1) !== Infinity || total <= 0) return undefined;
  const rank = q * total;
  const at = counts.findIndex((count) => count >= rank);
  const upper = bounds[at];
  if (upper === undefined) return undefined;
  if (upper === Infinity) return bounds[at - 1];
  const lower = at === 0 ? 0 : (bounds[at - 1] ?? 0);
  const below = at === 0 ? 0 : (counts[at - 1] ?? 0);
  const inside = (counts[at] ?? 0) - below;
  return inside <= 0 ? upper : lower + (upper - lower) * ((rank - below) / inside);
}

export interface Quantile extends Reading {
  /** Observations it rests on. */
  readonly count: number;
}

/** The quantile of a histogram, seconds for `…_seconds`; the sample of the first bucket above it is the evidence. */
export function quantile(
  process: ProcessMetrics,
  family: string,
  q: number,
  filter: LabelFilter = any,
): Quantile | undefined {
  const buckets = bucketsOf(process, family, filter);
  const value = histogramQuantile(q, buckets);
  if (value === undefined) return undefined;
  const samples = samplesOf(process.latest, `${family}_bucket`, filter);
  const decisive = samples
    .filter((sample) => boundOf(sample) >= value)
    .toSorted((a, b) => boundOf(a) - boundOf(b) || b.value - a.value)[0];
  if (decisive === undefined) return undefined;
  return {
    value,
    count: buckets.counts.at(-1) ?? 0,
    recent: process.before !== undefined,
    evidence: quoteSample(process.latest, decisive),
  };
}

/** The values of a label among a family's samples, in order of appearance. */
export function labelValues(
  process: ProcessMetrics,
  family: string,
  label: string,
  filter: LabelFilter = any,
): readonly string[] {
  return [...new Set(samplesOf(process.latest, family, filter).flatMap(({ labels }) => labels[label] ?? []))];
}

/** `since its start` or `between the two scrapes`: what a number speaks of. */
export function spanOf(reading: Pick<Reading, 'recent'>): string {
  return reading.recent ? 'between two scrapes' : 'since the process started';
}
