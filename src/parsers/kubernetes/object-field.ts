import { parseJson } from '../../lib/untyped.ts';
import { KINDS } from '../../snapshot/kinds/index.ts';
import { kubectlRequest, namespaceOf } from '../kubectl/request.ts';
import { defineParser } from '../parser.ts';
import type { Origin } from '../records.ts';

const JSONPATH = /^jsonpath=\{?(\.[^{}]{1,300})\}?$/;
const JQ = /^(?:jq|yq)(?: -[a-zA-Z]{1,4})* ["']?(\.[^|"']{1,300}?)["']?$/;
const STEP = /\.([A-Za-z][\w-]{0,62})|\[(\d{1,3})\]/y;
/** A value as jsonpath prints it bare; sentences are no values of a field. */
const WORD = /^[\w.:/@+-]{1,200}$/;

type Step = string | number;

/** The steps of a path that leads to one field; undefined for filters, wildcards and several expressions. */
function stepsOf(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    steps.push(match[1] ?? Number(match[2]));
  }
  return typeof steps[0] === 'string' ? steps : undefined;
}

/** The field that the command cut out of one object of a kind that the snapshot knows. */
function cutBy({ command }: Origin) {
  const request = kubectlRequest(command);
  const [name] = request?.names ?? [];
  if (request?.verb !== 'get' || request.area === undefined || request.names.length !== 1 || name === undefined)
    return undefined;
  const pipe = command?.flags['|'];
  const path = JSONPATH.exec(request.output ?? '')?.[1] ?? (typeof pipe === 'string' ? JQ.exec(pipe)?.[1] : undefined);
  const steps = path === undefined ? undefined : stepsOf(path);
  return steps === undefined ? undefined : { kind: KINDS[request.area].kind, name, steps };
}

/** JSON, or the one word that jsonpath prints of a text. */
function valueOf(lines: readonly string[]): unknown {
  const text = lines.join('\n').trim();
  if (!/^[[{"]/.test(text)) return WORD.test(text) ? text : undefined;
  return parseJson(text);
}

/** `{status: {containerStatuses: [{name: '', lastState: VALUE}]}}`: an element of a list is shown without its neighbours. */
function wrapped([step, ...rest]: readonly Step[], value: unknown, before = ''): unknown {
  if (step === undefined) return value;
  const inner = wrapped(rest, value, String(step));
  if (typeof step === 'string') return { [step]: inner };
  const nameless = before.endsWith('Statuses') && typeof inner === 'object' && inner !== null;
  return [nameless ? { name: '', ...inner } : inner];
}

/**
 * One field of one object, cut out of it by the path in its command.
 *
 * Command: `kubectl get pod web-0 -o jsonpath='{.status.containerStatuses[0].lastState}'`, `… -o json | jq .status`.
 * Versions: kubectl 1.0 to 1.36; jq 1.5 to 1.8.
 * Sample:
 *
 *     {"terminated":{"exitCode":137,"reason":"OOMKilled"}}
 *
 * Empty: an object without the field prints nothing, which says nothing.
 */
export default defineParser({
  kind: 'object-field',
  reads: "kubectl get KIND NAME -o jsonpath='{.PATH}', kubectl get KIND NAME -o json | jq .PATH",
  priority: 4,
  sniff: (head, origin) =>
    cutBy(origin) !== undefined && /^\s*[[{"\w]/.test(head[0] ?? '') && !/^error/i.test(head[0] ?? ''),
  parse: (lines, { origin, emit }) => {
    const cut = cutBy(origin);
    const value = valueOf(lines);
    if (cut === undefined || value === undefined || value === null) {
      emit.unread(origin, 'no value of a field', origin.firstLine);
      return;
    }
    const namespace = namespaceOf(origin);
    const fields = wrapped(cut.steps, value) as object;
    const own = 'metadata' in fields ? (fields.metadata as object) : {};
    const metadata = { ...own, name: cut.name, ...(namespace === undefined ? {} : { namespace }) };
    emit.object(origin, { ...fields, kind: cut.kind, metadata }, { detail: 'full', line: origin.firstLine });
  },
});
