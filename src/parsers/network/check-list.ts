import { effectiveCommand } from '../effective-command.ts';
import { defineParser, type Emit } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command, Origin } from '../records.ts';

/** Marks of what is well and of what is not, by tool and version. */
const MARKED = /^ {0,4}(?:(?<ok>[√✔✓✅])|(?<bad>[×✗✘❌]))\uFE0F?\s+(?<what>\S.{2,300})$/u;
/** linkerd until 2.1: `control plane self-check.....[FAIL] -- no route to host`. */
const DOTTED = /^(?<what>[^\s.].{2,120}?)\.{3,120}\[(?:(?<ok>ok)|(?<bad>FAIL))\](?: -- (?<why>.{1,300}))?$/;
const HINT = /^see https?:\/\//;
/** How far below a failed check its explanation may stand. */
const DETAILS = 6;

/** Commands that print such lists, as they are typed. */
const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[\s./])linkerd(?: \S{1,40}){0,4} check\b/, 'linkerd'],
  [/(?:^|[\s./])cilium(?: \S{1,40}){0,4} connectivity test\b/, 'cilium'],
  [/(?:^|[\s./])subctl(?: \S{1,40}){0,2} (?:diagnose|verify)\b/, 'submariner'],
];

const toolOf = ({ text }: Command): string | undefined => TOOLS.find(([typed]) => typed.test(text))?.[1];

/** Whose list it is, by what is in it. */
function toolIn(lines: readonly string[]): string | undefined {
  const underlined = lines.some((line, at) => /^-{4,60}$/.test(line) && /^[a-z][\w-]{3,60}$/.test(lines[at - 1] ?? ''));
  if (underlined && lines.filter((line) => MARKED.test(line)).length > 1) return 'linkerd';
  return lines.some((line) => /^(?:❌ \d{1,5}\/|✅ All )\d{1,5} tests /u.test(line)) ? 'cilium' : undefined;
}

/** The lines below a failed check that explain it. */
function detailOf(lines: readonly string[], at: number): string {
  const out: string[] = [];
  for (const line of lines.slice(at + 1, at + 1 + DETAILS)) {
    const text = line.trim();
    // The bullets of linkerd begin with a tab.
    if (!/^(?:\t|\s{2})/.test(line) || text === '' || MARKED.test(line)) break;
    if (!HINT.test(text)) out.push(text);
  }
  return out.join(' ').slice(0, 500);
}

function emitList(lines: readonly string[], origin: Origin, tool: string, emit: Emit): number {
  let found = 0;
  lines.forEach((line, at) => {
    const groups = (MARKED.exec(line) ?? DOTTED.exec(line))?.groups;
    if (groups === undefined) return;
    found++;
    const ok = groups['bad'] === undefined;
    const detail = ok ? '' : (groups['why'] ?? detailOf(lines, at));
    emit.fact('toolChecks', {
      ...factBase(origin, at, detail === '' || groups['why'] !== undefined ? line : `${line.trim()}: ${detail}`),
      tool,
      check: groups['what'] ?? '',
      ok,
      ...(detail === '' ? {} : { detail }),
    });
  });
  return found;
}

/**
 * What a tool of the network found when it looked itself: a list of checks, each passed or failed, with a reason below
 * the failed ones. Warnings (a newer version exists) are left out.
 *
 * Command: `linkerd check` (also linkerd viz check, cilium connectivity test, subctl diagnose all).
 * Versions: linkerd 2.0 to 2.18, cilium-cli 0.10 to 0.18, subctl 0.10 to 0.21.
 * Sample:
 *
 *     linkerd-existence
 *     -----------------
 *     √ control plane namespace exists
 *     × control plane pods are ready
 *         pod/linkerd-identity-7d9 container linkerd-proxy is not ready
 *
 * Empty: a list without any check is unread.
 */
export default defineParser({
  kind: 'check-list',
  reads: 'linkerd check, cilium connectivity test, subctl diagnose',
  priority: 2,
  matches: (command) => toolOf(effectiveCommand(command)) !== undefined,
  sniff: (head) => toolIn(head.slice(0, 400)) !== undefined,
  parse: (lines, { origin, emit }) => {
    const tool = (origin.command && toolOf(effectiveCommand(origin.command))) ?? toolIn(lines) ?? 'linkerd';
    if (emitList(lines, origin, tool, emit) === 0) emit.unread(origin, 'no check in the list', origin.firstLine);
  },
});
