/** What a custom resource says of its own state; its kind is one that nothing has a shape for. */
import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { fieldsOf, objectOf, objectsOf, textOf, textsOf, valueAt, type Fields } from '../../lib/untyped.ts';
import { areaOfKind } from '../../snapshot/kinds/index.ts';
import { labelSelector } from '../../snapshot/kinds/meta.ts';
import type { CustomCondition, CustomResource, Evidence, Origin } from '../records.ts';
import type { ParserContext } from '../parser.ts';
import { quote } from '../quote.ts';
import { readCondition } from './condition.ts';

/** Characters of a message that find its line. */
const MESSAGE_START = 30;

/** Longer lines are whole objects. */
const LINE_LIMIT = 700;
/** A condition or a state that may be trouble: of lists only these are kept. */
const TROUBLED =
  /"status": ?"(?:False|Unknown)"|status: ["']?(?:False|Unknown)|[Ff]ail|[Ee]rr|[Ii]nvalid|[Pp]ending|[Dd]egraded|[Uu]nhealthy|[Ss]talled/;

/** Kinds that read ServiceMonitors: their spec counts, be they well or not. */
const SCRAPERS: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent']);

/** Whether an object of a list may say something that counts: cheap questions about its text before it is read. */
export const maySaySomething = (kind: string, text: string): boolean =>
  SCRAPERS.has(kind) || (text.includes('status') && TROUBLED.test(text)) || text.includes('deletionTimestamp');

/** Lines of a folded text that are put together. */
const FOLDED = 12;

/** A text that YAML folds over several lines stands in a quote as a whole. */
function unfolded(lines: readonly string[], at: number, said: string): string {
  const end = said.trimEnd().slice(-MESSAGE_START / 2);
  let text = lines[at] ?? '';
  for (const next of lines.slice(at + 1, at + FOLDED)) {
    if (text.includes(end)) break;
    text += ` ${next.trim()}`;
  }
  return text.includes(end) ? text : (lines[at] ?? '');
}

/** Where a field stands (`status.message`), by what it says; where its words are not found, by the words `otherwise`. */
export type SourceOf = (path: string, said: string | undefined, otherwise: string) => Evidence;

function sourcesIn({ text, line }: { readonly text: string; readonly line: number }, origin: Origin): SourceOf {
  const lines = text.split('\n');
  return (_, said, otherwise) => {
    const start = said?.slice(0, MESSAGE_START) ?? '';
    // Between single quotes YAML doubles an apostrophe.
    const found =
      said === undefined
        ? -1
        : lines.findIndex((one) => one.includes(start) || one.includes(start.replaceAll("'", "''")));
    const at = found === -1 ? lines.findIndex((one) => one.includes(otherwise)) : found;
    const whole = lines[at];
    // JSON on one line, or with the words escaped: what it says stands for the line.
    if (whole === undefined || whole.length > LINE_LIMIT)
      return quote(origin, line - 1 + Math.max(0, at), said ?? otherwise);
    return quote(origin, line - 1 + at, said === undefined || found === -1 ? whole : unfolded(lines, found, said));
  };
}

/** A text of an object and the path to it. */
interface Told {
  readonly text: string;
  readonly path: string;
}

/** The first of several fields below one that says something. */
function firstOf(object: Fields, below: string, names: readonly string[]): Told | undefined {
  for (const name of names) {
    const path = `${below}.${name}`;
    const text = textOf(valueAt(object, path));
    if (text !== undefined) return { text, path };
  }
  return undefined;
}

/** Where controllers say in a word how far an object is, and in a sentence why; the first that is there counts. */
// `currentStatus` is of Contour's HTTPProxy.
const STATES = ['state', 'phase', 'currentStatus'];
const MESSAGES = ['failureMessage', 'errorMessage', 'usefulErrorMessage', 'reason', 'message', 'error', 'description'];

/** Google says of each host of a certificate how far it is: `www.example.com FailedNotVisible`. */
function failedDomains(object: Fields): Told | undefined {
  const failed = objectsOf(valueAt(object, 'status.domainStatus')).flatMap((one, i) => {
    const status = textOf(one['status']);
    return status?.startsWith('Failed') === true
      ? [{ text: `${textOf(one['domain']) ?? ''} ${status}`, path: `status.domainStatus.${i}.status` }]
      : [];
  });
  const [first] = failed;
  return first === undefined ? undefined : { text: failed.map(({ text }) => text).join(', '), path: first.path };
}

/** Argo CD says of each object of a sync what became of it: `Deployment web: field is immutable`. */
function unsynced(object: Fields): Told | undefined {
  const resources = objectsOf(valueAt(object, 'status.operationState.syncResult.resources'));
  const failed = resources.flatMap((one, i): readonly Told[] => {
    const message = textOf(one['message']);
    return textOf(one['status']) === 'SyncFailed' && message !== undefined
      ? [{ text: message, path: `status.operationState.syncResult.resources.${i}.message` }]
      : [];
  });
  const [first] = failed;
  return first === undefined ? undefined : { text: failed.map(({ text }) => text).join('; '), path: first.path };
}

/** The state of an object beside its conditions, and what it says of it. */
function stateIn(object: Fields, kind: string, isOfArgo: boolean): { readonly state?: Told; readonly message?: Told } {
  // What the last sync of an Application came to.
  const sync = isOfArgo ? 'status.operationState' : '';
  // Of a snapshot: what went wrong last, until it is ready.
  const wrong =
    valueAt(object, 'status.readyToUse') === true ? undefined : firstOf(object, 'status.error', ['message']);
  const domains = kind === 'ManagedCertificate' ? failedDomains(object) : undefined;
  const implied = domains === undefined ? wrong && { ...wrong, text: 'error' } : { ...domains, text: 'failed' };
  return defined({
    state: firstOf(object, sync, ['phase']) ?? firstOf(object, 'status', STATES) ?? implied,
    message:
      (isOfArgo ? unsynced(object) : undefined) ??
      firstOf(object, sync, ['message']) ??
      firstOf(object, 'status', MESSAGES) ??
      domains ??
      wrong,
  });
}

function conditionsIn(object: Fields, isOfArgo: boolean, sourceOf: SourceOf): readonly CustomCondition[] {
  return objectsOf(valueAt(object, 'status.conditions')).flatMap((one, i): readonly CustomCondition[] => {
    // Argo CD lists only the conditions that hold.
    const said = readCondition(isOfArgo ? { status: 'True', ...one } : one);
    if (said === undefined) return [];
    const { words, place, ...condition } = said;
    const source = sourceOf(`status.conditions.${i}.${place}`, words?.split('\n')[0], `type: ${condition.type}`);
    return [{ ...condition, source }];
  });
}

/** A selector that is not set selects none, and an empty one all; namespaces that are not said are its own. */
function monitorsOf(spec: Fields): NonNullable<CustomResource['monitors']> {
  const labels = labelSelector(spec['serviceMonitorSelector']);
  const places = objectOf(spec['serviceMonitorNamespaceSelector']);
  return {
    ...(labels && { labels }),
    namespaces: places === undefined ? 'own' : Object.keys(places).length === 0 ? 'all' : 'some',
  };
}

/** What an object of a kind without a shape says of itself; undefined when that is nothing. */
export function customResource(object: Fields, kind: string, sourceOf: SourceOf): CustomResource | undefined {
  const metadata = fieldsOf(object['metadata']);
  const name = textOf(metadata['name']);
  const deleted = textOf(metadata['deletionTimestamp']);
  if (name === undefined) return undefined;
  const apiVersion = textOf(object['apiVersion']);
  const isOfArgo = apiVersion?.startsWith('argoproj.io/') === true;
  const conditions = conditionsIn(object, isOfArgo, sourceOf);
  const { state, message } = stateIn(object, kind, isOfArgo);
  if (conditions.length === 0 && state === undefined && deleted === undefined) return undefined;
  const spec = fieldsOf(object['spec']);
  const hosts = textsOf(spec['dnsNames']);
  return {
    resourceKind: kind,
    name,
    conditions,
    ...defined({
      namespace: textOf(metadata['namespace']),
      apiVersion,
      state: state?.text,
      message: message?.text,
      queue: textOf(spec['queue']) ?? textOf(spec['queueName']),
      store: textOf(valueAt(spec, 'secretStoreRef.name')),
      hosts: hosts.length > 0 ? hosts : undefined,
      validUntil: parseTimestamp(textOf(valueAt(object, 'status.notAfter')) ?? ''),
      deletion:
        deleted === undefined
          ? undefined
          : {
              since: deleted,
              finalizers: textsOf(metadata['finalizers']),
              source: sourceOf('metadata.deletionTimestamp', undefined, 'deletionTimestamp'),
            },
      monitors: SCRAPERS.has(kind) ? monitorsOf(spec) : undefined,
    }),
    source:
      object['status'] === undefined
        ? sourceOf('metadata.deletionTimestamp', undefined, 'deletionTimestamp')
        : sourceOf((message ?? state)?.path ?? 'status', message?.text, 'status:'),
  };
}

/** The same of an object in a document, `text`, whose first line is line `line` of the part. */
export function customStatusOf(
  object: Fields,
  kind: string,
  part: { readonly text: string; readonly line: number },
  { origin }: ParserContext,
): CustomResource | undefined {
  return areaOfKind(kind) === undefined ? customResource(object, kind, sourcesIn(part, origin)) : undefined;
}
