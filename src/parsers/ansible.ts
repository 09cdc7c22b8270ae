import { objectOf, type Fields } from '../lib/untyped.ts';
import { parseCommand } from './command.ts';
import { defineParser } from './parser.ts';
import type { Origin } from './records.ts';
import { isKnownTool } from './tools.ts';

/** `fatal: [n1]: FAILED! => {…}`, also of one item, delegated (`[n1 -> n2]`), and behind a name that Terraform puts in front. */
const RESULT =
  /^.{0,160}?\b(?:fatal|failed): \[([^\]\s]{1,200})(?: -> [^\]]{1,200})?\](?: \(.{0,200}\))?:? ?(?:FAILED!|UNREACHABLE!)? => (\{.*)$/;
const HEADING = /^(?:PLAY|TASK|RUNNING HANDLER) \[.{1,300}\] \*{3,}/;
/** What a module answers in, most telling first. */
const ANSWERS = ['stderr', 'stdout', 'module_stderr', 'module_stdout', 'msg'] as const;
/** Lines of one result that was printed indented. */
const MAX_LINES = 400;

/** The result that begins here and the line behind it; undefined when it is no whole JSON. */
function resultAt(lines: readonly string[], at: number): { readonly value: Fields; readonly end: number } | undefined {
  let text = RESULT.exec((lines[at] ?? '').slice(0, 100_000))?.[2];
  if (text === undefined) return undefined;
  for (let end = at + 1; end <= Math.min(lines.length, at + MAX_LINES); end++) {
    if (text.trimEnd().endsWith('}'))
      try {
        const value = objectOf(JSON.parse(text));
        return value === undefined ? undefined : { value, end };
      } catch {
        // It goes on in the next line.
      }
    text += `\n${lines[end] ?? ''}`;
  }
  return undefined;
}

/** The command of a result, where it is one of a tool that we know; a pipe keeps its first. */
function commandOf({ cmd }: Fields): Origin['command'] {
  const text = Array.isArray(cmd) ? cmd.map(String).join(' ') : typeof cmd === 'string' ? cmd : '';
  const command = parseCommand(text.replace(/^set -o pipefail (?:&& |; )/, '').replace(/ 2>&1.*$/, ''));
  return command !== undefined && isKnownTool(command.tool) ? command : undefined;
}

/** The outputs of a result; a single word, and what Ansible says of every failure, is none. */
const saidIn = (value: Fields): readonly { readonly key: string; readonly text: string }[] =>
  ANSWERS.flatMap((key) => {
    const text = value[key];
    return typeof text === 'string' && text.trim().includes(' ') && text !== 'non-zero return code'
      ? [{ key, text }]
      : [];
  });

/**
 * The run of a playbook: headings of tasks, and what failed, as JSON with the command and all that it printed. Failed
 * results are opened; one that printed nothing stays as it is, and so does all else.
 *
 * Command: `ansible-playbook cluster.yml` (Kubespray and others).
 * Versions: Ansible 2.0 to 2.18, default and yaml-less callbacks.
 * Sample:
 *
 *     fatal: [n1]: FAILED! => {"changed": false, "cmd": "etcdctl endpoint health", "rc": 1, "stderr": "Error: …"}
 *
 * Empty: a run without a failed task says nothing here.
 */
export default defineParser({
  kind: 'ansible',
  reads: 'runs of ansible-playbook: what failed, with its output',
  // Before what it holds; a transcript may hold it.
  priority: 45,
  divides: true,
  // What is handed on bears the name of its host.
  sniff: (head, origin) =>
    origin.node === undefined &&
    head.slice(0, 200).some((line) => RESULT.test(line.slice(0, 2_000))) &&
    head.slice(0, 200).some((line) => HEADING.test(line) || /FAILED! => \{/.test(line)),
  parse(lines, { origin, emit }) {
    const { command: _fileCommand, ...place } = origin;
    const other = (from: number, to: number): void => {
      if (lines.slice(from, to).some((line) => line.trim() !== '' && !HEADING.test(line)))
        emit.text({ ...place, firstLine: origin.firstLine + from }, lines.slice(from, to));
    };
    let from = 0;
    for (let i = 0; i < lines.length; i++) {
      const host = RESULT.exec((lines[i] ?? '').slice(0, 2_000))?.[1];
      if (host === undefined) continue;
      other(from, i);
      const result = resultAt(lines, i);
      const end = result?.end ?? i + 1;
      // Ignored: the playbook goes on as if nothing had failed.
      const ignored = (lines[end] ?? '').trim() === '...ignoring';
      const said = result === undefined ? [] : saidIn(result.value);
      const command = result === undefined ? undefined : commandOf(result.value);
      if (!ignored && said.length === 0)
        emit.text({ ...place, node: host, firstLine: origin.firstLine + i }, lines.slice(i, end));
      if (!ignored)
        for (const { key, text } of said)
          emit.text(
            {
              ...place,
              node: host,
              // The lines of a text inside a line have no number in the file.
              file: `${origin.file}#${origin.firstLine + i}/${key}`,
              firstLine: 1,
              ...(command === undefined || key === 'msg' ? {} : { command }),
            },
            text.split(/\r?\n/),
          );
      from = ignored ? end + 1 : end;
      i = from - 1;
    }
    other(from, lines.length);
  },
});
