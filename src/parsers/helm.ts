import { defined } from '../lib/defined.ts';
import { readHeader, readRow } from '../lib/table.ts';
import { effectiveCommand } from './effective-command.ts';
import { reasonOf } from './kubectl/failure.ts';
import { defineParser, type ParserContext } from './parser.ts';
import { factBase } from './quote.ts';
import type { Command } from './records.ts';

const LIST = /^NAME\s+(?:NAMESPACE\s+)?REVISION\s+UPDATED\s+STATUS\s+CHART\b/;
const HISTORY = /^REVISION\s+UPDATED\s+STATUS\s+CHART\b/;
const STATUS = /^(NAME|NAMESPACE|STATUS|REVISION|DESCRIPTION): {1,4}(\S.{0,2000})$/;
const FAILED = /^(?:Error: )?(?:INSTALLATION|UPGRADE|ROLLBACK|UNINSTALLATION) FAILED: (\S.{0,2000})$/;
/** Where the command is known, what it ends with: charts that do not render, answers of the API server. */
const ERROR = /^Error: (\S.{0,2000})$/;
/** `--debug` writes the reason in a line of its own, with the place in Helm's source. */
const DEBUG = /^helm\.go:\d{1,5}: (?:\d{4}-\S{1,40} \S{1,40} \S{0,40} ?)?\[debug\] (\S.{0,2000})$/;
/** How Helm names the release in its own words. */
const RELEASE =
  /\brelease:? "?([a-z0-9][a-z0-9.-]{0,52}?)"?(?:,? (?:failed|not found|has no deployed|in namespace|could not)|: )|"([a-z0-9][a-z0-9.-]{0,52})" has no deployed releases/;
const PHRASES = ['APP VERSION'];

/** The name of the release in a command; Helm 2 installed a chart and took the name by `--name`. */
function nameIn(command: Command | undefined): string | undefined {
  const { words = [], flags = {} } = command ?? {};
  if (!/^(?:install|upgrade|rollback|status|history|hist|uninstall)$/.test(words[0] ?? '')) return undefined;
  const name = flags['name'] ?? flags['name-template'];
  if (typeof name === 'string') return name;
  // A path or `repository/chart` alone is a chart.
  return words[1]?.includes('/') === true ? undefined : words[1];
}

const revisionOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function readTable(at: number, lines: readonly string[], { origin, emit }: ParserContext): void {
  const header = readHeader((lines[at] ?? '').trimEnd(), PHRASES);
  const asked = origin.command === undefined ? undefined : effectiveCommand(origin.command);
  const scope = asked?.flags['namespace'] ?? asked?.flags['n'];
  const rows = lines.slice(at + 1).flatMap((line, n) => (line.trim() === '' ? [] : [{ line, at: at + 1 + n }]));
  const isHistory = HISTORY.test(lines[at] ?? '');
  // Of a history the last row is what is there now.
  for (const row of isHistory ? rows.slice(-1) : rows) {
    const cells = readRow(header, row.line);
    const cell = (name: string): string | undefined => {
      const text = cells?.[header.columns.findIndex((column) => column.name === name)];
      return text === undefined || text === '' ? undefined : text;
    };
    const name = isHistory ? nameIn(asked) : cell('NAME');
    const status = cell('STATUS');
    if (name === undefined || status === undefined) {
      emit.unread(origin, 'no row of a known table (helm)', origin.firstLine + row.at);
      continue;
    }
    emit.fact('releases', {
      ...factBase(origin, row.at, row.line),
      name,
      status: status.toLowerCase(),
      ...defined({
        namespace: cell('NAMESPACE') ?? (typeof scope === 'string' ? scope : undefined),
        revision: revisionOf(cell('REVISION')),
        description: cell('DESCRIPTION'),
      }),
    });
  }
}

/** The release that an error names. */
function releaseIn(text: string | undefined): string | undefined {
  const match = text === undefined ? null : RELEASE.exec(text);
  return match?.[1] ?? match?.[2];
}

/** Lines of what a webhook says below its refusal: GKE's tells there which constraint it was, Kyverno which policy. */
const BELOW = 8;
/** Errors of several objects, one to a line below: `\t* admission webhook "…" denied the request: …`. */
const SEVERAL = /^\d{1,4} errors? occurred:$/;
const DENIED = /admission webhook "[^"]{1,253}" denied the request: /;

/** What a refusal goes on to say in the next lines, on one line; empty when the message ends where the line does. */
function below(lines: readonly string[], at: number, failure: string): string {
  const several = SEVERAL.test(failure);
  if (!several && !DENIED.test(failure)) return '';
  const more: string[] = [];
  for (const line of lines.slice(at + 1, at + 1 + BELOW)) {
    if (/^(?:[$#>%]|\S{1,80}[$#>%]) |^helm\.go:|^Requested by user: /.test(line)) break;
    if (several && !/^\s{1,8}\S/.test(line)) break;
    if (line.trim() !== '') more.push(several ? line.trim().replace(/^\* /, '') : line.trim());
  }
  return more.length === 0 ? '' : ` ${more.join(' ').slice(0, 800)}`;
}

/** `helm status`, and what a failed `helm upgrade` says. */
function readText(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const told = new Map<string, { readonly text: string; readonly at: number }>();
  const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
  const changes = command?.tool === 'helm' && /^(?:install|upgrade|rollback|uninstall)$/.test(command.words[0] ?? '');
  lines.forEach((line, at) => {
    const [, key = '', text = ''] = STATUS.exec(line.trimEnd()) ?? [];
    if (key !== '' && !told.has(key)) told.set(key, { text, at });
    const failure = FAILED.exec(line.trimEnd())?.[1] ?? DEBUG.exec(line.trimEnd())?.[1];
    const more = failure === undefined ? '' : below(lines, at, failure);
    // A single error says all by itself.
    const failed =
      failure === undefined
        ? undefined
        : failure.startsWith('1 error') && more !== ''
          ? more.trim()
          : `${failure}${more}`;
    const bare = changes ? ERROR.exec(line.trimEnd())?.[1] : undefined;
    if (failed !== undefined) told.set('FAILED', { text: failed, at });
    else if (bare !== undefined && !told.has('FAILED')) told.set('FAILED', { text: bare, at });
  });
  const failed = told.get('FAILED');
  const source = failed ?? told.get('STATUS');
  if (source === undefined) return false;
  const asked = origin.command === undefined ? undefined : effectiveCommand(origin.command);
  const scope = asked?.flags['namespace'] ?? asked?.flags['n'];
  emit.fact('releases', {
    ...factBase(origin, source.at, lines[source.at] ?? ''),
    name: told.get('NAME')?.text ?? nameIn(asked) ?? releaseIn(failed?.text) ?? 'a release',
    status: failed === undefined ? source.text.toLowerCase() : 'failed',
    ...defined({
      namespace: told.get('NAMESPACE')?.text ?? (typeof scope === 'string' ? scope : undefined),
      revision: revisionOf(told.get('REVISION')?.text),
      description: failed?.text ?? told.get('DESCRIPTION')?.text,
    }),
  });
  // What the API server said to it is judged like what it says to kubectl.
  if (failed !== undefined)
    emit.fact('commandFailures', {
      ...factBase(origin, failed.at, lines[failed.at] ?? ''),
      reason: reasonOf(failed.text),
      message: failed.text,
      ...defined({ command: origin.command?.text }),
    });
  return true;
}

/**
 * Releases of Helm and how their last operation ended.
 *
 * Command: `helm list -A`, `helm status web`, `helm history web`; what `helm install` and `helm upgrade` say when they
 * fail.
 * Versions: Helm 2.9 to 4.0.
 * Sample:
 *
 *     NAME  NAMESPACE  REVISION  UPDATED                        STATUS  CHART      APP VERSION
 *     web   shop       3         2026-03-01 12:00:00 +0000 UTC  failed  web-1.2.0  1.0.0
 *
 * Empty: a heading without rows says that there is no release in the namespace.
 */
export default defineParser({
  kind: 'helm',
  reads: 'helm list, helm status, helm history, errors of helm install and upgrade',
  priority: 25,
  matches: (command) => {
    const { tool, words, flags } = effectiveCommand(command);
    return (
      tool === 'helm' &&
      flags['o'] === undefined &&
      flags['output'] === undefined &&
      /^(?:list|ls|status|history|hist|install|upgrade|rollback|uninstall)$/.test(words[0] ?? '')
    );
  },
  sniff: (head) => {
    const lines = head.slice(0, 10).map((line) => line.trimEnd());
    return (
      lines.some((line) => LIST.test(line) || HISTORY.test(line) || FAILED.test(line) || DEBUG.test(line)) ||
      (lines.some((line) => line.startsWith('LAST DEPLOYED: ')) && lines.some((line) => /^STATUS: \S/.test(line)))
    );
  },
  parse: (lines, context) => {
    const at = lines.findIndex((line) => LIST.test(line) || HISTORY.test(line));
    if (at >= 0) readTable(at, lines, context);
    else if (!readText(lines, context))
      context.emit.unread(context.origin, 'no release of Helm in it', context.origin.firstLine);
  },
});
