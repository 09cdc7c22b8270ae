import { defineParser } from './parser.ts';

/** How each of our formats begins. */
const BEGINNINGS: readonly RegExp[] = [
  /^\s*\{\s*"schema":\s*"kubestrata\/report\//,
  /^<!doctype html>[^]{0,2000}<meta name="generator" content="kubestrata">/,
  /^#{1,2} \S.{0,400}\n\nBundle `[^\n]{1,1000}`: \d+ nodes?, \d+ pods?, Kubernetes /,
];
/** Lines of a report that show what it is. */
const LINES = 40;

/**
 * A report that kubestrata wrote, left beside what it was made from: it quotes evidence and is none.
 *
 * Command: `kubestrata analyze BUNDLE --format json`, `html` or `markdown`.
 * Versions: kubestrata/report/v1.
 * Sample:
 *
 *     {"schema": "kubestrata/report/v1", "tool": {"name": "kubestrata"}}
 *
 * Empty: a report says nothing about the cluster here.
 */
export default defineParser({
  kind: 'own-report',
  reads: 'reports of kubestrata, which are left out',
  // Before everything: it quotes all other outputs.
  priority: 90,
  sniff: (head) => {
    const beginning = head.slice(0, LINES).join('\n');
    return BEGINNINGS.some((pattern) => pattern.test(beginning));
  },
  async stream(chunks, { origin, emit }) {
    for await (const chunk of chunks) void chunk;
    emit.unread(origin, 'a report of kubestrata, left out: it quotes evidence and is none');
  },
});
