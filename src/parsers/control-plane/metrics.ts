import { append } from '../../lib/group-by.ts';
import { linesOf } from '../../lib/text-stream.ts';
import { dcgmGpus } from '../gpu/dcgm-exporter.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { MetricSample } from '../records.ts';
import { COMPONENTS, KEPT_FAMILIES } from './metric-families.ts';
import { metricsSource } from './metrics-source.ts';

const KEPT = new Set(KEPT_FAMILIES.flatMap((name) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]));
const COMMENT = /^# (?:HELP|TYPE|UNIT) [a-zA-Z_:][\w:]{0,200}(?: |$)/;
const NAME = /^[a-zA-Z_:][\w:]{0,200}/;
/** Longer lines are no samples: 100 labels of 100 bytes. */
const MAX_LINE = 16_384;

/** `{a="x",b="y \"z\""}` from the brace at `from`; undefined when it does not close. */
function labelsAt(line: string, from: number): { labels: Record<string, string>; end: number } | undefined {
  const labels = Object.create(null) as Record<string, string>;
  let at = from + 1;
  while (at < line.length) {
    while (line[at] === ',' || line[at] === ' ') at++;
    if (line[at] === '}') return { labels, end: at + 1 };
    const equals = line.indexOf('="', at);
    if (equals < 0) return undefined;
    const key = line.slice(at, equals).trim();
    let value = '';
    for (at = equals + 2; at < line.length && line[at] !== '"'; at++) {
      if (line[at] !== '\\') value += line[at];
      else value += line[++at] === 'n' ? '\n' : (line[at] ?? '');
    }
    labels[key] = value;
    at++;
  }
  return undefined;
}

/** One sample of a kept family, or undefined. `+Inf` and `NaN` are numbers here as there. */
function sampleOf(line: string, name: string, number: number): MetricSample | undefined {
  const braced = line[name.length] === '{' ? labelsAt(line, name.length) : { labels: {}, end: name.length };
  if (braced === undefined) return undefined;
  const word = line.slice(braced.end).trim().split(' ')[0] ?? '';
  const value = word === '+Inf' ? Infinity : word === '-Inf' ? -Infinity : Number(word);
  if (word === '' || (Number.isNaN(value) && word !== 'NaN')) return undefined;
  return { labels: braced.labels, value, line: number, text: line };
}

/**
 * A page of metrics: one MetricScrape a page with the families of metric-families.ts, under the names of their samples
 * (`…_bucket`), and the cards of a DCGM exporter as gpus. The component is told by the families, or by what the command asked for.
 *
 * Command: `kubectl get --raw /metrics`, `curl -k https://127.0.0.1:10257/metrics` on a component's port.
 * Versions: Prometheus text format 0.0.4, OpenMetrics 1.0 (any Kubernetes, etcd 3, CoreDNS 1).
 * Sample:
 *
 *     # TYPE etcd_disk_wal_fsync_duration_seconds histogram
 *     etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 243
 *     etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 250
 *
 * Empty: a page without samples is unread.
 */
export default defineParser({
  kind: 'metrics',
  reads: 'GET /metrics of any component (Prometheus text format 0.0.4, OpenMetrics)',
  priority: 3,
  matches: (command) => {
    const inner = effectiveCommand(command);
    const raw = inner.flags['raw'];
    if (inner.tool === 'kubectl') return typeof raw === 'string' && /\/metrics(?:\/cadvisor)?$/.test(raw);
    return (
      (inner.tool === 'curl' || inner.tool === 'wget') &&
      inner.words.some((word) => /\/metrics(?:\/cadvisor)?$/.test(word))
    );
  },
  sniff: (head) => head.slice(0, 20).filter((line) => COMMENT.test(line)).length >= 2,
  stream: async (chunks, { origin, emit }) => {
    const families = new Map<string, MetricSample[]>();
    const seen = new Set<number>();
    let first: { line: string; at: number } | undefined;
    let node: string | undefined;
    let index = -1;
    let odd = 0;
    for await (const line of linesOf(chunks, { maxLineBytes: MAX_LINE })) {
      index++;
      if (line === '' || line.startsWith('#')) continue;
      const name = NAME.exec(line)?.[0];
      if (name === undefined) {
        if (++odd === 1) emit.unread(origin, 'line that is no metric', origin.firstLine + index);
        continue;
      }
      first ??= { line, at: index };
      COMPONENTS.forEach(([prefix], n) => {
        if (name.startsWith(prefix)) seen.add(n);
      });
      if (!KEPT.has(name)) continue;
      const sample = sampleOf(line, name, origin.firstLine + index);
      if (sample === undefined) {
        emit.unread(origin, 'metric without a value', origin.firstLine + index);
        continue;
      }
      if (name === 'kubelet_node_name') node = sample.labels['node'];
      append(families, name, sample);
    }
    if (first === undefined) return emit.unread(origin, 'no metric in it', origin.firstLine);
    const asked = metricsSource(origin.command);
    const component = COMPONENTS[Math.min(...seen)]?.[1] ?? asked.component ?? 'unknown';
    const base = factBase(origin, first.at, first.line);
    // What the API server fetches is of another machine than the one on which kubectl ran.
    const at = asked.node ?? base.node ?? node;
    emit.fact('metrics', {
      ...base,
      ...(at === undefined ? {} : { node: at }),
      component,
      families,
    });
    for (const gpu of dcgmGpus(families, origin.file))
      emit.fact('gpus', at === undefined || gpu.node !== undefined ? gpu : { ...gpu, node: at });
  },
});
