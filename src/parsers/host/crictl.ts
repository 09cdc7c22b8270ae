import { defined } from '../../lib/defined.ts';
import { fieldsOf, objectsOf, parseJson as jsonOf, textOf } from '../../lib/untyped.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

const PS = /^CONTAINER(?: ID)?\s+IMAGE\s+CREATED\s+STATE\s+NAME\s+ATTEMPT/;
const PODS = /^POD(?: ID|SANDBOX ID)\s+CREATED\s+STATE\s+NAME\s+NAMESPACE/;
const FAILURE =
  /^(?:FATA|ERRO|E\d{4} )(?!.{0,40}pulling image).*(?:connect|validate service connection|rpc error|context deadline|code = )/;

/** `CONTAINER_EXITED` in JSON, `Exited` in the table. */
const state = (value: unknown): string => {
  const word = (textOf(value) ?? 'unknown').replace(/^(?:CONTAINER|SANDBOX)_/, '').toLowerCase();
  return word.charAt(0).toUpperCase() + word.slice(1);
};

function parseTable(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const at = lines.findIndex((line) => PS.test(line) || PODS.test(line));
  if (at < 0) return false;
  const heading = lines[at] ?? '';
  // Cells hold blanks ("7 minutes ago"): columns begin where the headings do.
  const columns = [...heading.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], start: match.index }));
  lines.slice(at + 1).forEach((line, n) => {
    if (line.trim() === '' || FAILURE.test(line)) return;
    const cell = (...names: readonly string[]): string | undefined => {
      const column = columns.findIndex(({ name }) => names.includes(name));
      return column < 0 ? undefined : textOf(line.slice(columns[column]?.start, columns[column + 1]?.start).trim());
    };
    const base = factBase(origin, at + 1 + n, line);
    const name = cell('NAME');
    if (name === undefined) return emit.unread(origin, 'crictl row cut off', origin.firstLine + at + 1 + n);
    if (PODS.test(heading)) {
      emit.fact('hostValues', {
        ...base,
        topic: 'sandbox',
        key: `${cell('NAMESPACE') ?? ''}/${name}`,
        value: cell('STATE') ?? '',
      });
      return;
    }
    const attempt = Number(cell('ATTEMPT') ?? 'none');
    emit.fact('runtimeContainers', {
      ...base,
      id: cell('CONTAINER', 'CONTAINER ID') ?? '',
      name,
      state: cell('STATE') ?? 'Unknown',
      ...defined({
        attempt: Number.isInteger(attempt) ? attempt : undefined,
        pod: cell('POD'),
        namespace: cell('NAMESPACE'),
      }),
    });
  });
  return true;
}

function parseJson(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const start = lines.findIndex((line) => line.trimStart().startsWith('{'));
  if (start < 0) return false;
  const parsed = jsonOf(lines.slice(start).join('\n'));
  if (parsed === undefined) return false;
  const root = fieldsOf(parsed);
  const cite = (words: string) => {
    const at = lines.findIndex((line) => line.includes(words));
    return factBase(origin, Math.max(at, 0), lines[Math.max(at, 0)] ?? '');
  };
  for (const item of objectsOf(root['containers'])) {
    const labels = fieldsOf(item['labels']);
    const id = textOf(item['id']) ?? '';
    const metadata = fieldsOf(item['metadata']);
    emit.fact('runtimeContainers', {
      ...cite(id),
      id,
      name: textOf(metadata['name']) ?? '',
      state: state(item['state']),
      ...defined({
        attempt: typeof metadata['attempt'] === 'number' ? metadata['attempt'] : undefined,
        pod: textOf(labels['io.kubernetes.pod.name']),
        namespace: textOf(labels['io.kubernetes.pod.namespace']),
      }),
    });
  }
  for (const item of objectsOf(root['items'])) {
    const metadata = fieldsOf(item['metadata']);
    const key = `${textOf(metadata['namespace']) ?? ''}/${textOf(metadata['name']) ?? ''}`;
    emit.fact('hostValues', { ...cite(textOf(item['id']) ?? key), topic: 'sandbox', key, value: state(item['state']) });
  }
  for (const condition of objectsOf(fieldsOf(root['status'])['conditions'])) {
    const key = textOf(condition['type']);
    if (key === undefined) continue;
    const why = `${textOf(condition['reason']) ?? ''} ${textOf(condition['message']) ?? ''}`.trim();
    const value = condition['status'] === true ? 'true' : `false: ${why}`;
    emit.fact('hostValues', { ...cite(textOf(condition['message']) ?? `"${key}"`), topic: 'runtime', key, value });
  }
  return true;
}

/**
 * What the container runtime runs. Containers are runtimeContainers; pod sandboxes hostValues of topic `sandbox` (key
 * `namespace/name`, value the state); the conditions of `crictl info` hostValues of topic `runtime` (key RuntimeReady,
 * NetworkReady; value `true`, or `false: REASON MESSAGE`).
 *
 * Command: `crictl ps -a`, `crictl pods` (tables and `-o json`), `crictl info`.
 * Versions: cri-tools 1.11 to 1.36 (CONTAINER ID until 1.18; NAMESPACE since 1.31).
 * Sample:
 *
 *     CONTAINER      IMAGE          CREATED        STATE    NAME      ATTEMPT  POD ID         POD          NAMESPACE
 *     1f73f2d81bf98  98f6c3b32d565  7 minutes ago  Exited   etcd      4        87d3992f84f74  etcd-node-1  kube-system
 *
 * Empty: a heading without rows says that the runtime runs nothing.
 */
export default defineParser({
  kind: 'crictl',
  reads: 'crictl ps -a, crictl pods (table, -o json), crictl info',
  priority: 1,
  matches: (command) => ranTool(command, 'crictl') && command.words[0] !== 'pull',
  sniff: (head, origin) => {
    // What cannot be pulled is told in the runtime's words, which signatures know.
    if (origin.command?.words[0] === 'pull') return false;
    if (head.slice(0, 10).some((line) => PS.test(line) || PODS.test(line))) return true;
    const start = head.slice(0, 200).join('\n');
    return (
      /^\s*\{\s*"(?:containers|items|status|config)"/.test(start) &&
      /"(?:podSandboxId|CONTAINER_[A-Z]+|SANDBOX_[A-Z]+|RuntimeReady)"/.test(start)
    );
  },
  parse: (lines, context) => {
    const { origin, emit } = context;
    const failure = lines.findIndex((line) => FAILURE.test(line));
    const line = lines[failure];
    if (line !== undefined)
      emit.fact('toolFailures', { ...factBase(origin, failure, line), tool: 'crictl', message: line.trim() });
    if (!parseTable(lines, context) && !parseJson(lines, context) && line === undefined)
      emit.unread(origin, 'crictl output of a kind that is not read', origin.firstLine);
  },
});
