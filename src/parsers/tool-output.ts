import { objectOf, type Fields } from '../lib/untyped.ts';
import { withoutBlankEnds } from '../lib/blank-lines.ts';
import { pointerTo } from '../lib/json-pointer.ts';
import { parseCommand } from './command.ts';
import { topKeys } from './kubernetes/top-keys.ts';
import { parseYaml } from './kubernetes/yaml-schema.ts';
import { messageOf } from './kubernetes/objects.ts';
import { defineParser, type ParserContext } from './parser.ts';
import type { Command } from './records.ts';
import { isKnownTool } from './tools.ts';

/** Where tools write what was run, what it printed, and how it ended. */
const COMMAND_KEYS = ['command', 'cmd', 'invocation', 'argv'] as const;
const OUTPUT_KEYS = ['stdout', 'std_out', 'stdout_lines', 'output', 'result', 'data'] as const;
const ERROR_KEYS = ['stderr', 'std_err'] as const;
const EXIT_KEYS = ['rc', 'return_code', 'returncode', 'exit_code', 'exitCode', 'exit'] as const;
const HOST_KEYS = ['node', 'host', 'hostname'] as const;
const PARAMETER_KEYS = ['params', 'parameters', 'match_params', 'arguments'] as const;

/** Lines of JSON in front of an output. */
const MAX_HEADERS = 5;
/** Results inside results: plays hold tasks, tasks hosts. */
const MAX_DEPTH = 12;

interface Run {
  readonly command?: Command;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly node?: string;
  readonly exitCode?: number;
}

const textIn = (object: Fields, keys: readonly string[]): string | undefined => {
  const value = keys.map((key) => object[key]).find((one) => typeof one === 'string' && one !== '');
  return typeof value === 'string' ? value : undefined;
};

/** The command a field holds, as one text or word by word. */
function commandIn(object: Fields): Command | undefined {
  for (const key of COMMAND_KEYS) {
    const value = object[key];
    const command = typeof value === 'string' ? value : Array.isArray(value) ? value.map(String).join(' ') : undefined;
    const known = command === undefined ? undefined : knownCommand(command);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** A command of a tool that we know, with something that it was asked. */
function knownCommand(text: string): Command | undefined {
  const command = parseCommand(text);
  return command !== undefined &&
    isKnownTool(command.tool) &&
    (command.words.length > 0 || Object.keys(command.flags).length > 0)
    ? command
    : undefined;
}

/** What one object tells of the run whose output it or its children hold. */
function runOf(object: Fields, known: Run): Run {
  const parameters = PARAMETER_KEYS.map((key) => objectOf(object[key])).find((one) => one !== undefined) ?? {};
  const namespace = textIn(parameters, ['namespace']);
  const pod = textIn(parameters, ['pod_name', 'pod']);
  const container = textIn(parameters, ['container_name', 'container']);
  const node = textIn(object, HOST_KEYS);
  const exitCode = EXIT_KEYS.map((key) => object[key]).find((code) => typeof code === 'number');
  // A tool that fetches logs of a pod does not say how: it is what kubectl does.
  const fetches = pod !== undefined && /log/.test(textIn(object, ['tool_name', 'tool', 'name']) ?? '');
  const scope = namespace === undefined ? '' : ` -n ${namespace}`;
  const command = commandIn(object) ?? (fetches ? knownCommand(`kubectl logs ${pod}${scope}`) : undefined);
  return {
    ...known,
    ...(namespace === undefined ? {} : { namespace }),
    ...(fetches && /^[a-z0-9.-]+$/.test(pod) ? { pod } : {}),
    ...(container === undefined ? {} : { container }),
    ...(node === undefined ? {} : { node }),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(command === undefined ? {} : { command }),
  };
}

/** Hands on what a command printed; the file's own name says nothing about it. */
function handOn(
  run: Run,
  lines: readonly string[],
  place: { file: string; firstLine: number },
  context: ParserContext,
) {
  const { command: _fileCommand, ...origin } = context.origin;
  const printed = withoutBlankEnds(lines);
  if (printed.lines.length > 0)
    context.emit.text({ ...origin, ...run, ...place, firstLine: place.firstLine + printed.first }, printed.lines);
}

/** The line without the quote marks that stand round a whole output, and the escapes that came with them. */
function unquoted(lines: readonly string[]): readonly string[] {
  const first = /^(?: ?"data": |"stdout": | )?"/.exec(lines[0] ?? '')?.[0];
  if (first === undefined || lines.length < 2) return lines;
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.map((line, i) =>
    (i === 0 ? line.slice(first.length) : i === last ? line.replace(/"\s*$/, '') : line)
      .replaceAll('\\"', '"')
      .replaceAll('\\t', '\t'),
  );
}

const FAILED = /^Command `([^`]{1,2000})` failed with return code (-?\d{1,5})\s*$/;

/** An output with its headings: which command failed, what it said on standard output and on standard error. */
function readBody(known: Run, lines: readonly string[], firstLine: number, context: ParserContext): void {
  const { file } = context.origin;
  let run = known;
  let from = 0;
  const failed = FAILED.exec(lines[0] ?? '');
  if (failed !== null) {
    const command = knownCommand(failed[1] ?? '');
    run = { ...run, exitCode: Number(failed[2]), ...(command === undefined ? {} : { command }) };
    from = 1;
  }
  if (/^stdout:\s*$/i.test(lines[from] ?? '')) {
    const errors = lines.findLastIndex((line) => /^stderr:\s*$/i.test(line));
    const end = errors > from ? errors : lines.length;
    handOn(run, unquoted(lines.slice(from + 1, end)), { file, firstLine: firstLine + from + 1 }, context);
    const said = lines.slice(end + 1).filter((line) => line.trim() !== '"');
    handOn(run, said, { file, firstLine: firstLine + end + 1 }, context);
  } else handOn(run, lines.slice(from), { file, firstLine: firstLine + from }, context);
}

/** The leading lines that are one JSON object each. */
function headersOf(lines: readonly string[]): Fields[] {
  const headers: Fields[] = [];
  for (const line of lines.slice(0, MAX_HEADERS)) {
    if (!line.startsWith('{') || !line.trimEnd().endsWith('}') || line.length > 100_000) break;
    try {
      const header = objectOf(JSON.parse(line));
      if (header === undefined) break;
      headers.push(header);
    } catch {
      break;
    }
  }
  return headers;
}

const namesTool = (headers: readonly Fields[]): boolean =>
  headers.some((one) => typeof one['tool_name'] === 'string' || commandIn(one) !== undefined) &&
  !headers.some(
    (one) => one['apiVersion'] !== undefined || OUTPUT_KEYS.some((key) => outputOf(one[key]) !== undefined),
  );

/** Lines of an output field; a single word is a state and no output. */
function outputOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.trim().includes(' ') ? value.split(/\r?\n/) : undefined;
  return Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string')
    ? (value as string[])
    : undefined;
}

/** Finds the results in a document and hands on each output under its pointer. Gives how many there were. */
function readValue(value: unknown, pointer: string, known: Run, context: ParserContext, depth = 0): number {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return 0;
  const at = (key: string): string => pointer + pointerTo(key);
  const emit = (run: Run, key: string, lines: readonly string[]): void =>
    // The lines of a text inside a document have no number in the file: the pointer is part of the place.
    handOn(run, lines, { file: `${context.origin.file}#${at(key)}`, firstLine: 1 }, context);
  if (Array.isArray(value))
    return value.reduce<number>((sum, item, i) => sum + readValue(item, at(String(i)), known, context, depth + 1), 0);
  const object = value as Fields;
  const run = runOf(object, known);
  let found = 0;
  const output = OUTPUT_KEYS.find((key) => outputOf(object[key]) !== undefined);
  if (run.command !== undefined && (output !== undefined || textIn(object, ERROR_KEYS) !== undefined)) {
    found++;
    if (output !== undefined) emit(run, output, outputOf(object[output]) ?? []);
    const errors = ERROR_KEYS.find((key) => textIn(object, [key]) !== undefined);
    if (errors !== undefined) emit(run, errors, (textIn(object, [errors]) ?? '').split(/\r?\n/));
  }
  for (const [key, child] of Object.entries(object)) {
    const command = typeof child === 'object' || outputOf(child) !== undefined ? knownCommand(key) : undefined;
    if (command !== undefined && typeof child === 'string') {
      found++;
      emit({ ...run, command }, key, outputOf(child) ?? []);
    } else if (command !== undefined) found += readValue(child, at(key), { ...run, command }, context, depth + 1);
    else if (key === 'hosts' && objectOf(child) !== undefined)
      for (const [node, result] of Object.entries(child as Fields))
        found += readValue(result, `${at(key)}/${node}`, { ...run, node }, context, depth + 1);
    else found += readValue(child, at(key), run, context, depth + 1);
  }
  return found;
}

const RAN = /"(?:command|cmd|invocation|argv)" ?: ?(?:"|\[)/;
const PRINTED = /"(?:stdout|std_out|stdout_lines|output|result)" ?: ?(?:"|\[\s{0,40}")/;
const RAN_YAML = /^ {0,40}(?:- )?(?:command|cmd|invocation): {1,8}\S/m;
const PRINTED_YAML = /^ {0,40}(?:- )?(?:stdout|std_out|output): {1,8}(?:[|>"']|\w)/m;

/** What may stand at the start of a line of a YAML document; a log that quotes one has other lines too. */
const YAML_LINE = /^(?: |- |[A-Za-z_][\w-]{0,60}:(?: |$)|---|#)/;

/** True for a document of results: a command and what it printed side by side, or commands as keys. */
function isDocument(head: string): boolean {
  if (/^[[{]/.test(head)) {
    const keys = topKeys(head.startsWith('[') ? head.slice(1).trimStart() : head);
    if (keys.has('apiVersion') || keys.has('kind')) return false;
    const names = [...keys.keys()];
    return (
      (RAN.test(head) && PRINTED.test(head)) ||
      (names.length > 0 && names.every((name) => knownCommand(name) !== undefined))
    );
  }
  return (
    RAN_YAML.test(head) &&
    PRINTED_YAML.test(head) &&
    !/^(?:apiVersion|kind):/m.test(head) &&
    head.split('\n').every((line) => line.trim() === '' || YAML_LINE.test(line))
  );
}

/**
 * Outputs that a program wrapped: agents and scripts that ran a command and wrote down what it printed.
 *
 * Command: none; Ansible's results (`cmd`, `stdout`, `rc`), HolmesGPT's tool calls, JSON or YAML that a script wrote.
 * Versions: all; the words for command, output and exit code decide.
 * Sample:
 *
 *     {"cmd": ["kubectl", "get", "nodes"], "rc": 0, "stdout": "NAME  STATUS ROLES  AGE VERSION\nn1  Ready  <none> 9d  v1.31.2"}
 *
 * Empty: a result without output says nothing.
 */
export default defineParser({
  kind: 'tool-output',
  reads: 'outputs wrapped in JSON or YAML with their command: Ansible, agents, scripts',
  // Before transcripts and pasted texts: those are what is wrapped.
  priority: 60,
  divides: true,
  sniff(head, origin) {
    if (origin.pod !== undefined || origin.program !== undefined || origin.file.endsWith('.log')) return false;
    const content = head.findIndex((line) => line.trim() !== '');
    const lines = head.slice(Math.max(0, content));
    const headers = headersOf(lines);
    const next = lines[headers.length];
    if (headers.length > 0 && headers.length < MAX_HEADERS && next !== undefined && !next.startsWith('{'))
      return namesTool(headers);
    return isDocument(lines.join('\n').trimStart());
  },
  parse(lines, context) {
    const first = Math.max(
      0,
      lines.findIndex((line) => line.trim() !== ''),
    );
    const headers = headersOf(lines.slice(first));
    const body = first + headers.length;
    if (headers.length > 0 && lines.length > body && namesTool(headers)) {
      const run = headers.reduce<Run>((known, header) => runOf(header, known), {});
      return readBody(run, lines.slice(body), context.origin.firstLine + body, context);
    }
    const text = lines.join('\n');
    const read = (source: string, pointer: string): number => {
      try {
        const value: unknown = /^\s*[[{]/.test(source) ? JSON.parse(source) : parseYaml(source);
        return readValue(value, pointer, {}, context);
      } catch (error) {
        context.emit.unread(context.origin, `no valid JSON or YAML: ${messageOf(error)}`);
        return 1;
      }
    };
    // One result to a line, or one document.
    const perLine = headers.length > 1 && lines.every((line) => line.trim() === '' || line.startsWith('{'));
    const found = perLine
      ? lines.reduce((sum, line, i) => sum + (line.trim() === '' ? 0 : read(line, `/${i}`)), 0)
      : read(text, '');
    if (found === 0) context.emit.unread(context.origin, 'no output of a known command in it');
  },
});
