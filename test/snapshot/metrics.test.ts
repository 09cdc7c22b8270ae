import { describe, expect, it } from 'vitest';
import { counter, histogramQuantile, processesWith, quantile } from '../../src/snapshot/metrics.ts';
import { snapshotOf } from '../build.ts';
import { scrape } from '../scrape.ts';

describe('histogramQuantile', () => {
  const buckets = { bounds: [0.1, 0.5, 1, Infinity], counts: [50, 90, 100, 100] };
  it('is linear inside the bucket that holds the quantile', () => {
    expect(histogramQuantile(0.5, buckets)).toBeCloseTo(0.1);
    expect(histogramQuantile(0.95, buckets)).toBeCloseTo(0.75);
    expect(histogramQuantile(0.25, buckets)).toBeCloseTo(0.05);
  });
  it('gives the highest finite bound beyond it', () => {
    expect(histogramQuantile(0.99, { bounds: [1, Infinity], counts: [1, 100] })).toBe(1);
  });
  it('says nothing without observations or without the last bucket', () => {
    expect(histogramQuantile(0.5, { bounds: [1, Infinity], counts: [0, 0] })).toBeUndefined();
    expect(histogramQuantile(0.5, { bounds: [1, 2], counts: [1, 2] })).toBeUndefined();
  });
});

const page = (fast: number, all: number, failures: number, start = 1000) =>
  scrape('etcd', {
    process_start_time_seconds: [[{}, start]],
    wal_bucket: [
      [{ le: '0.01' }, fast],
      [{ le: '1' }, all],
      [{ le: '+Inf' }, all],
    ],
    failures_total: [
      [{ code: '500' }, failures],
      [{ code: '503' }, 1],
    ],
  });

describe('two scrapes of a process', () => {
  it('are one process, whatever their order, and tell the growth between them', async () => {
    const snapshot = await snapshotOf({ facts: { metrics: [page(100, 200, 7), page(99, 100, 2)] } });
    const [process, ...others] = processesWith(snapshot, 'wal_bucket');
    expect(others).toEqual([]);
    expect(process?.before).toBeDefined();
    // 1 fast and 99 slow ones since the first scrape.
    expect(quantile(process!, 'wal', 0.5)?.value).toBeGreaterThan(0.4);
    expect(counter(process!, 'failures_total')).toMatchObject({ value: 5, recent: true });
  });
  it('of two processes stay apart and speak of the time since the start', async () => {
    const snapshot = await snapshotOf({ facts: { metrics: [page(100, 200, 7), page(99, 100, 2, 2000)] } });
    const processes = processesWith(snapshot, 'wal_bucket');
    expect(processes).toHaveLength(2);
    expect(counter(processes[0]!, 'failures_total')).toMatchObject({ value: 8, recent: false });
  });
  it('quotes the line of the page', async () => {
    const snapshot = await snapshotOf({ facts: { metrics: [page(1, 100, 0)] } });
    expect(quantile(processesWith(snapshot, 'wal_bucket')[0]!, 'wal', 0.99)?.evidence.text).toContain('le="1"');
  });
});
