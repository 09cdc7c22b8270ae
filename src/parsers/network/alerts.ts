import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { fieldsOf, objectsOf, parseJson as jsonOf, textOf } from '../../lib/untyped.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

const AMTOOL = /^Alertname\s+Starts At\s+Summary(?:\s+State)?\s*$/;
const STATE = /\s(?:active|suppressed|unprocessed)\s*$/;
/** Headings and entries of Alertmanager's own template for texts (mails, chats). */
const TEXT_HEAD = /^\s{0,8}(Labels|Annotations):\s*$/;
const TEXT_ENTRY = /^\s{0,8}[-•*] {0,3}([A-Za-z_]\w{0,99})\s?[=:]\s?(.{0,2000})$/;
/** One alert's annotations can be long; the quote is not. */
const QUOTED = 400;

function strings(value: unknown): Record<string, string> {
  const out = Object.create(null) as Record<string, string>;
  for (const [key, item] of Object.entries(fieldsOf(value))) if (typeof item === 'string') out[key] = item;
  return out;
}

interface Found {
  readonly alert: unknown;
  readonly pointer: string;
}

/** The alerts with their pointers, in any of the envelopes; undefined when there is no place for alerts. */
function alertsIn(root: unknown): readonly Found[] | undefined {
  const object = fieldsOf(root);
  const data = fieldsOf(object['data']);
  // The rules, each with the alerts that it has raised.
  if (Array.isArray(data['groups']))
    return objectsOf(data['groups']).flatMap((group, i) =>
      objectsOf(group['rules']).flatMap((rule, j) => placed(rule['alerts'], `/data/groups/${i}/rules/${j}/alerts`)),
    );
  if (Array.isArray(root)) return placed(root, '');
  if (Array.isArray(object['alerts'])) return placed(object['alerts'], '/alerts');
  if (Array.isArray(object['data'])) return placed(object['data'], '/data');
  return Array.isArray(data['alerts']) ? placed(data['alerts'], '/data/alerts') : undefined;
}

const placed = (list: unknown, pointer: string): readonly Found[] =>
  Array.isArray(list) ? list.map((alert: unknown, n) => ({ alert, pointer: `${pointer}/${n}` })) : [];

function parseJson(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const start = lines.findIndex((line) => /^\s*[[{]/.test(line));
  if (start < 0) return false;
  const found = alertsIn(jsonOf(lines.slice(start).join('\n')));
  if (found === undefined) return false;
  if (found.length === 0) emit.empty('alerts');
  let at = start;
  found.forEach(({ alert: item, pointer }) => {
    const alert = fieldsOf(item);
    const labels = strings(alert['labels']);
    const annotations = strings(alert['annotations']);
    const name = labels['alertname'] ?? textOf(alert['name']) ?? '';
    let next = at;
    while (next < lines.length && lines[next]?.includes(`"${name}"`) !== true) next++;
    // Compact JSON has everything on one line; then the pointer is the place.
    const isOwnLine = next < lines.length && lines.length - start > 1;
    if (isOwnLine) at = next;
    const said = annotations['description'] ?? annotations['message'] ?? annotations['summary'];
    const words = `alertname: ${name}${said === undefined ? '' : `; ${said.slice(0, QUOTED)}`}`;
    const base = factBase(origin, at, words);
    const startsAt = textOf(alert['startsAt']) ?? textOf(alert['activeAt']);
    emit.fact('alerts', {
      ...base,
      source: { ...base.source, pointer },
      name,
      labels,
      annotations,
      state:
        textOf(fieldsOf(alert['status'])['state']) ?? textOf(alert['state']) ?? textOf(alert['status']) ?? 'active',
      ...defined({ startsAt: startsAt === undefined ? undefined : parseTimestamp(startsAt) }),
    });
    if (isOwnLine) at = next + 1;
  });
  return true;
}

function parseAmtool(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const at = lines.findIndex((line) => AMTOOL.test(line));
  const heading = lines[at];
  if (heading === undefined) return false;
  const starts = ['Starts At', 'Summary', 'State'].map((name) => heading.indexOf(name));
  const [time = 0, summary = 0, state = -1] = starts;
  let count = 0;
  lines.slice(at + 1).forEach((line, n) => {
    const name = line.slice(0, time).trim();
    if (name === '') return;
    count++;
    // A summary longer than its column moves the state, as does whoever pasted the table.
    const told = state < 0 ? undefined : STATE.exec(line);
    const tail = told?.index ?? (state < 0 ? undefined : state);
    emit.fact('alerts', {
      ...factBase(origin, at + 1 + n, line),
      name,
      labels: { alertname: name },
      annotations: { summary: line.slice(summary, tail).trim() },
      state: tail === undefined ? 'active' : line.slice(tail).trim(),
      ...defined({ startsAt: parseTimestamp(line.slice(time, summary)) }),
    });
  });
  if (count === 0) emit.empty('alerts');
  return true;
}

/** The alerts of a notification: labels and annotations as lists below their headings, one pair of them for each. */
function parseText(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  interface Told {
    readonly at: number;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
    readonly state: string;
  }
  const told: Told[] = [];
  let state = 'firing';
  let into: Record<string, string> | undefined;
  lines.forEach((line, at) => {
    if (line.length > 2500) return;
    const heading = TEXT_HEAD.exec(line)?.[1];
    if (heading === 'Labels')
      told.push({
        at,
        labels: Object.create(null) as Record<string, string>,
        annotations: Object.create(null) as Record<string, string>,
        state,
      });
    const last = told.at(-1);
    if (heading !== undefined) into = heading === 'Labels' ? last?.labels : last?.annotations;
    else if (/\bresolved\b/i.test(line) && line.length < 40) state = 'resolved';
    else if (/\bfiring\b/i.test(line) && line.length < 40) state = 'firing';
    const [, key, text = ''] = TEXT_ENTRY.exec(line) ?? [];
    if (key === undefined) {
      if (heading === undefined && line.trim() !== '') into = undefined;
    } else if (into !== undefined) into[key] = text.trim();
  });
  for (const { at, labels, annotations, state: how } of told) {
    const name = labels['alertname'];
    if (name === undefined) continue;
    const said = annotations['description'] ?? annotations['message'] ?? annotations['summary'];
    const words = `alertname = ${name}${said === undefined ? '' : `; ${said.slice(0, QUOTED)}`}`;
    emit.fact('alerts', { ...factBase(origin, at, words), name, labels, annotations, state: how });
  }
  return told.some(({ labels }) => labels['alertname'] !== undefined);
}

/** A heading with the label that every alert has below it. */
const isNotification = (lines: readonly string[]): boolean =>
  lines.some(
    (line, at) =>
      /^\s{0,8}Labels:\s*$/.test(line) &&
      lines.slice(at + 1, at + 30).some((entry) => TEXT_ENTRY.exec(entry)?.[1] === 'alertname'),
  );

/**
 * Alerts as Alertmanager and Prometheus give them, as JSON (also the body of a webhook), as amtool's table, or as the list in its mails and chats.
 *
 * Command: `curl -s http://127.0.0.1:9093/api/v2/alerts` (also /api/v1/alerts, /api/v1/rules), `amtool alert`, `amtool alert -o json`.
 * Versions: Alertmanager 0.5 to 0.28 (v1 API until 0.26), Prometheus 2 and 3.
 * Sample:
 *
 *     Alertname  Starts At                Summary           State
 *     NodeDown   2025-11-28 16:06:00 UTC  node is down      active
 *
 *     Labels:
 *      - alertname = NodeDown
 *     Annotations:
 *      - summary = node is down
 *
 * Empty: an empty list was asked for and answered with nothing; the area is then known to be empty.
 */
export default defineParser({
  kind: 'alerts',
  reads:
    'Alertmanager /api/v2/alerts and /api/v1/alerts, Prometheus /api/v1/alerts and /api/v1/rules, amtool alert, notifications of Alertmanager',
  priority: 2,
  matches: (command) =>
    ranTool(command, 'amtool') ||
    (ranTool(command, 'curl', 'wget') && /\/api\/v[12]\/alerts(?:[?'"\s]|$)/.test(command.text)),
  sniff: (head, origin) => {
    if (head.slice(0, 5).some((line) => AMTOOL.test(line)) || isNotification(head.slice(0, 60))) return true;
    const start = head.slice(0, 400).join('\n').slice(0, 20_000);
    // An array of any name may be empty; the file's name must then say what was asked.
    if (/^\s*\[\s*\]\s*$/.test(start)) return /alerts?/i.test(origin.file);
    if (/^\s*\{[\s\S]{0,60}"data"\s*:\s*\{\s*"groups"\s*:\s*\[/.test(start) && /"rules"\s*:\s*\[/.test(start))
      return true;
    return (
      /^\s*(?:\[|\{[\s\S]{0,2000}?"(?:alerts|data)"\s*:\s*[[{])/.test(start) &&
      /"alertname"\s*:/.test(start) &&
      /"(?:startsAt|activeAt)"\s*:|"annotations"\s*:/.test(start) &&
      !/"kind"\s*:\s*"(?:PrometheusRule|ConfigMap|List)"/.test(start)
    );
  },
  parse: (lines, context) => {
    if (!parseJson(lines, context) && !parseAmtool(lines, context) && !parseText(lines, context))
      context.emit.unread(context.origin, 'no list of alerts in it', context.origin.firstLine);
  },
});
