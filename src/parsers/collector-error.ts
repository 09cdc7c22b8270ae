import { fieldsOf, parseJson, textOf } from '../lib/untyped.ts';
import { defineParser } from './parser.ts';

/** More complaints than this say no more. */
const MOST = 20;

/** A database that was looked for on the collector's own machine, because nobody told it another address. */
const OWN_MACHINE =
  /^\s*\{\s{0,20}"isConnected"\s*:\s*false\s*,\s*"error"\s*:\s*"[^"]{0,300}(?:localhost|127\.0\.0\.1|\[::1\])/;

/** The complaints in a file of errors: texts, `{collector, error}`, namespace → error, or plain lines. */
function complaints(lines: readonly string[]): readonly string[] {
  const text = lines.join('\n').trim();
  const root = parseJson(text);
  if (root === undefined) return lines.map((line) => line.trim()).filter((line) => line !== '');
  const of = (value: unknown, name?: string): string[] => {
    if (typeof value === 'string') return value === '' ? [] : [name === undefined ? value : `${name}: ${value}`];
    if (Array.isArray(value)) return value.flatMap((one) => of(one, name));
    const object = fieldsOf(value);
    const { collector, error, reason } = object;
    if (error !== undefined) return of(error, textOf(collector));
    if (reason !== undefined) return of(reason, textOf(collector));
    return Object.entries(object).flatMap(([key, one]) => of(one, key));
  };
  return of(root);
}

/**
 * What a collector could not collect, in its own words: it is listed among what was not read, so that nobody takes the
 * gap for health. Only layouts know these files.
 *
 * Command: none; `collector-errors/NAME-error.json`, `errors.json` and `NAME-errors.json` of Troubleshoot, and the answer
 * of its database collectors when nobody told them the address: they asked the machine on which they ran.
 * Versions: all.
 * Sample:
 *
 *     {"collector": "etcd", "error": "current k8s distribution does not support etcd collector"}
 *
 * Empty: nothing failed.
 */
export default defineParser({
  kind: 'collector-error',
  reads: 'errors of collectors (Troubleshoot)',
  sniff: (head) =>
    OWN_MACHINE.test(head[0] ?? '') ||
    /^\s*\{\s{0,20}"collector"\s*:\s*"[^"]{1,100}"\s*,\s*"(?:error|reason)"/.test(head.slice(0, 4).join('\n')),
  parse(lines, { origin, emit }) {
    const found = complaints(lines);
    // No program of the cluster said so: its words are searched for nothing.
    if (OWN_MACHINE.test(lines[0] ?? '')) emit.empty('probes');
    for (const complaint of found.slice(0, MOST)) emit.unread(origin, `not collected: ${complaint}`);
    if (found.length > MOST) emit.unread(origin, `${found.length - MOST} further errors of the collector`);
  },
});
