/** A page of metrics for tests: families with labels and values. */
import type { FactTable, MetricSample } from '../src/parsers/records.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

export function scrape(
  component: string,
  families: Readonly<Record<string, readonly Sample[]>>,
): Omit<FactTable['metrics'], 'source'> {
  let line = 0;
  const samples = (name: string, list: readonly Sample[]): readonly MetricSample[] =>
    list.map(([labels, value]) => ({
      labels,
      value,
      line: ++line,
      text: `${name}{${Object.entries(labels)
        .map(([key, text]) => `${key}="${text}"`)
        .join(',')}} ${value}`,
    }));
  return { component, families: new Map(Object.entries(families).map(([name, list]) => [name, samples(name, list)])) };
}

/** Buckets of a histogram: [upper bound, cumulative count]; the last count is +Inf's too. */
export function buckets(
  bounds: readonly (readonly [number, number])[],
  labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  const all = bounds.at(-1)?.[1] ?? 0;
  return [
    ...bounds.map(([bound, count]): Sample => [{ ...labels, le: String(bound) }, count]),
    [{ ...labels, le: '+Inf' }, all],
  ];
}
