import { defined } from '../lib/defined.ts';
import { defineParser, type ParserContext } from './parser.ts';
import { factBase } from './quote.ts';

/** `Name:   web`, `Sync Status: OutOfSync from main (7bdf816)`; older tkn and argo put signs before the headings. */
const FIELD =
  /^(Name|Namespace|Status|Message|Sync Status|Health Status|Pipeline Ref|Task Ref|TaskRef): {1,40}(\S.{0,2000})$/;
/** A row of `argo get`: a node that failed, its message at the end of the line. */
const FAILED_STEP = /^[\s│├└·─-]{0,80}(?:✖|⚠) {1,3}(\S{1,253})\s{1,80}(.{0,2000})$/;
/** A condition in `argocd app get`, and an object that could not be applied. */
const CONDITION = /^([A-Z]\w{2,40}Error|[A-Z]\w{2,40}Warning)\s{2,}(\S.{0,2000}?)(?:\s{2,}\d{4}-\d\d-\d\d .{0,40})?$/;
/** The words of tkn's status: `Failed(PipelineInvalidGraph)`. */
const TKN_STATUS =
  /^(?:\d|---|\S+ (?:seconds?|minutes?|hours?|days?)).*\s{2,}(Succeeded|Completed|Failed|Cancelled|Running|Pending)(?:\((\w{1,60})\))?$/;

type Fields = ReadonlyMap<string, { readonly text: string; readonly at: number }>;

function fieldsOf(lines: readonly string[]): Fields {
  const out = new Map<string, { text: string; at: number }>();
  lines.forEach((line, at) => {
    const [, key = '', text = ''] = FIELD.exec(line.trimEnd()) ?? [];
    if (key !== '' && !out.has(key)) out.set(key, { text, at });
  });
  return out;
}

interface Told {
  readonly kind: string;
  readonly apiVersion: string;
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly at: number;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** `argocd app get`: a condition of the application, else its health. */
function argoCd(lines: readonly string[], fields: Fields): Told | undefined {
  const [sync, health] = [fields.get('Sync Status'), fields.get('Health Status')];
  if (sync === undefined || health === undefined) return undefined;
  const about = { kind: 'Application', apiVersion: 'argoproj.io/v1alpha1' } as const;
  for (const [at, line] of lines.entries()) {
    const [, reason, message] = CONDITION.exec(line.trimEnd()) ?? [];
    if (reason?.endsWith('Error') === true) return { ...about, type: 'Synced', status: 'False', at, reason, message };
  }
  const [word = ''] = health.text.split(' ', 1);
  if (word === 'Degraded' || word === 'Missing')
    return { ...about, type: 'Healthy', status: 'False', at: health.at, reason: word };
  return {
    ...about,
    type: 'Healthy',
    status: word === 'Healthy' && sync.text.startsWith('Synced') ? 'True' : 'Unknown',
    at: health.at,
    reason: word,
  };
}

/** `argo get`: the message of the workflow, and of the last step that failed, which is the innermost. */
function argo(lines: readonly string[], fields: Fields): Told | undefined {
  const status = fields.get('Status');
  if (status === undefined || !lines.some((line) => /^STEP\s+(?:TEMPLATE|PODNAME)\b/.test(line))) return undefined;
  const about = { kind: 'Workflow', apiVersion: 'argoproj.io/v1alpha1', type: 'Succeeded' } as const;
  if (!/^(?:Failed|Error)$/.test(status.text))
    return { ...about, status: status.text === 'Succeeded' ? 'True' : 'Unknown', at: status.at };
  const at = lines.findLastIndex((line) => FAILED_STEP.test(line));
  const [, step = '', rest = ''] = FAILED_STEP.exec(lines[at] ?? '') ?? [];
  const words = rest.trim().split(/\s{2,}/);
  const step_ =
    at < 0 ? undefined : `${step}${words.length > 2 ? ` (pod ${words.at(-3) ?? ''})` : ''}: ${words.at(-1) ?? ''}`;
  const message = [fields.get('Message')?.text, step_].filter((text) => text !== undefined).join('; ');
  return { ...about, status: 'False', at: at < 0 ? status.at : at, reason: status.text, message };
}

/** `tkn pipelinerun describe`, `tkn taskrun describe`. */
function tkn(lines: readonly string[], fields: Fields): Told | undefined {
  const pipeline = fields.get('Pipeline Ref');
  const task = fields.get('Task Ref') ?? fields.get('TaskRef');
  if (pipeline === undefined && task === undefined) return undefined;
  const at = lines.findIndex((line) => TKN_STATUS.test(line.trim()));
  const [, word, reason] = TKN_STATUS.exec(lines[at]?.trim() ?? '') ?? [];
  if (word === undefined) return undefined;
  const heading = lines.findIndex((line) => /^\W{0,6}Message$/.test(line.trim()));
  const message =
    heading < 0
      ? undefined
      : lines
          .slice(heading + 1)
          .find((line) => line.trim() !== '')
          ?.trim();
  return {
    kind: pipeline === undefined ? 'TaskRun' : 'PipelineRun',
    apiVersion: 'tekton.dev/v1',
    type: 'Succeeded',
    status: word === 'Failed' ? 'False' : /^(?:Succeeded|Completed)$/.test(word) ? 'True' : 'Unknown',
    at,
    reason: reason ?? word,
    message,
  };
}

function read(lines: readonly string[], { origin, emit }: ParserContext): boolean {
  const fields = fieldsOf(lines);
  const name = fields.get('Name')?.text;
  const told = argoCd(lines, fields) ?? argo(lines, fields) ?? tkn(lines, fields);
  if (name === undefined || told === undefined) return false;
  const base = factBase(origin, told.at, lines[told.at] ?? '');
  const namespace = told.kind === 'Application' && name.includes('/') ? name.slice(0, name.indexOf('/')) : undefined;
  emit.fact('customResources', {
    ...base,
    resourceKind: told.kind,
    apiVersion: told.apiVersion,
    name: name.slice(name.lastIndexOf('/') + 1),
    conditions: [
      {
        source: base.source,
        type: told.type,
        status: told.status,
        ...defined({ reason: told.reason, message: told.message }),
      },
    ],
    // What Argo CD calls the namespace is where the objects go.
    ...defined({ namespace: told.kind === 'Application' ? namespace : fields.get('Namespace')?.text }),
  });
  return true;
}

/**
 * What the tools of Argo CD, Argo Workflows and Tekton say of one application, workflow or run.
 *
 * Command: `argocd app get web`, `argo get build-7`, `tkn pipelinerun describe build-7`.
 * Versions: argocd 0.11 to 3.3, argo 2.2 to 3.7, tkn 0.1 to 0.43.
 * Sample:
 *
 *     Name:               argocd/web
 *     Sync Status:        OutOfSync from main (7bdf816)
 *     Health Status:      Degraded
 *
 * Empty: there is always a name.
 */
export default defineParser({
  kind: 'pipeline-tools',
  reads: 'argocd app get, argo get, tkn pipelinerun and taskrun describe',
  // Before descriptions of kubectl, whose form they borrow.
  priority: 30,
  sniff(head) {
    if (!/^Name: {1,40}\S/.test(head.find((line) => line.trim() !== '') ?? '')) return false;
    const has = (pattern: RegExp): boolean => head.slice(0, 60).some((line) => pattern.test(line));
    return (
      (has(/^Sync Status: {1,40}\S/) && has(/^Health Status: {1,40}\S/)) ||
      (has(/^ServiceAccount: {1,40}\S/) && has(/^STEP\s+(?:TEMPLATE|PODNAME)\b/)) ||
      (has(/^(?:Pipeline|Task) ?Ref: {1,40}\S/) && has(/^STARTED\s+DURATION\s+STATUS\b/))
    );
  },
  parse(lines, context) {
    if (!read(lines, context))
      context.emit.unread(context.origin, 'no state of an application or run in it', context.origin.firstLine);
  },
});
