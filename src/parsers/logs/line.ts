/**
 * One log line taken apart, whatever wrote and carried it: klog, zap, logrus, capnslog, JSON, log4j, python, nginx,
 * plain text; inside journald, syslog, CRI, Docker's json-file, kubectl's `--prefix`, dmesg. Envelopes nest: a journal
 * line of the kubelet holds a klog line.
 *
 *     Nov 28 16:06:28 node-1 kubelet[812]: E1128 16:06:28.000123     812 kubelet.go:2441] "Skipping pod synchronization"
 */
import { parseTimestamp, type TimestampContext } from '../../lib/timestamp.ts';
import { openEnvelope } from './envelope.ts';
import type { LineParts, LogLevel } from './line-parts.ts';
import { parseMessage } from './message.ts';

/** What a line says. `message` is what is left after all prefixes. */
export interface ParsedLogLine {
  readonly time?: number;
  readonly host?: string;
  readonly program?: string;
  readonly pid?: number;
  readonly level?: LogLevel;
  readonly message: string;
  /** From `kubectl logs --prefix`. */
  readonly pod?: string;
  readonly container?: string;
}

/** Envelopes in envelopes: kubectl's prefix, CRI, journald, dmesg. More than this is not a log. */
const MAX_NESTING = 4;

/**
 * Takes a line apart. Times without a year (klog, syslog) need `context.reference`, an instant near them; without it
 * such lines have no time. The outermost full time wins, and any full time wins over one without a year.
 */
export function parseLogLine(text: string, context: TimestampContext = {}): ParsedLogLine {
  const layers: (LineParts & { pod?: string; container?: string })[] = [];
  let rest = text;
  while (layers.length < MAX_NESTING) {
    const envelope = openEnvelope(rest);
    if (envelope === undefined) break;
    layers.push(envelope);
    rest = envelope.message;
  }
  const inner = parseMessage(rest);
  layers.push(inner);
  const first = <K extends keyof LineParts | 'pod' | 'container'>(key: K) =>
    layers.find((layer) => layer[key] !== undefined)?.[key];
  const time = timeOf(layers, {}) ?? (context.reference === undefined ? undefined : timeOf(layers, context));
  const level = inner.level ?? first('level');
  const out: { -readonly [K in keyof ParsedLogLine]: ParsedLogLine[K] } = { message: inner.message };
  if (time !== undefined) out.time = time;
  if (level !== undefined) out.level = level;
  const host = first('host');
  if (host !== undefined) out.host = host;
  const program = first('program');
  if (program !== undefined) out.program = program;
  const pid = first('pid');
  if (pid !== undefined) out.pid = pid;
  const pod = first('pod');
  if (pod !== undefined) out.pod = pod;
  const container = first('container');
  if (container !== undefined) out.container = container;
  return out;
}

function timeOf(layers: readonly LineParts[], context: TimestampContext): number | undefined {
  for (const layer of layers) {
    const time = layer.time ?? (layer.stamp === undefined ? undefined : parseTimestamp(layer.stamp, context));
    if (time !== undefined) return time;
  }
  return undefined;
}
