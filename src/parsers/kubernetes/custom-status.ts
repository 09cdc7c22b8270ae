/** What a custom resource of `kubectl get -o yaml` says of its own state; its kind is one that nothing has a shape for. */
import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { fieldsOf, objectOf, objectsOf, textOf, textsOf, valueAt, type Fields } from '../../lib/untyped.ts';
import { areaOfKind } from '../../snapshot/kinds/index.ts';
import { labelSelector } from '../../snapshot/kinds/meta.ts';
import type { CustomCondition, CustomResource, Origin } from '../records.ts';
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

/** Where the words of an object stand in its text. */
type SourceOf = (said: string | undefined, otherwise: string) => CustomResource['source'];

function sourcesIn({ text, line }: { readonly text: string; readonly line: number }, origin: Origin): SourceOf {
  const lines = text.split('\n');
  return (said, otherwise) => {
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

function conditionsIn(status: Fields, isOfArgo: boolean, sourceOf: SourceOf): readonly CustomCondition[] {
  return objectsOf(status['conditions']).flatMap((one): readonly CustomCondition[] => {
    // Argo CD lists only the conditions that hold.
    const said = readCondition(isOfArgo ? { status: 'True', ...one } : one);
    if (said === undefined) return [];
    const { words, ...condition } = said;
    return [{ ...condition, source: sourceOf(words?.split('\n')[0], `type: ${condition.type}`) }];
  });
}

/** Google says of each host of a certificate how far it is: `www.example.com FailedNotVisible`. */
const failedDomains = (list: unknown): string | undefined =>
  objectsOf(list)
    .filter((one) => textOf(one['status'])?.startsWith('Failed') === true)
    .map((one) => `${textOf(one['domain']) ?? ''} ${textOf(one['status']) ?? ''}`)
    .join(', ') || undefined;

/** Where controllers say in a word how far an object is, and in a sentence why; the first that is there counts. */
const STATES = ['state', 'phase'];
const MESSAGES = ['failureMessage', 'errorMessage', 'usefulErrorMessage', 'reason', 'message', 'error'];

const firstText = (fields: Fields, keys: readonly string[]): string | undefined =>
  keys.map((key) => textOf(fields[key])).find((text) => text !== undefined);

/** The state of an object beside its conditions, and what it says of it. */
function stateIn(kind: string, status: Fields, isOfArgo: boolean): Pick<CustomResource, 'state' | 'message'> {
  // What the last sync of an Application came to.
  const operation = isOfArgo ? fieldsOf(status['operationState']) : {};
  // Of a snapshot: what went wrong last, until it is ready.
  const wrong = status['readyToUse'] === true ? undefined : textOf(valueAt(status, 'error.message'));
  const domains = kind === 'ManagedCertificate' ? failedDomains(status['domainStatus']) : undefined;
  const implied = domains !== undefined ? 'failed' : wrong !== undefined ? 'error' : undefined;
  return defined({
    state: textOf(operation['phase']) ?? firstText(status, STATES) ?? implied,
    message: textOf(operation['message']) ?? firstText(status, MESSAGES) ?? domains ?? wrong,
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

/** `text` is the document, whose first line is line `line` of the part. Undefined when it says nothing of itself. */
export function customStatusOf(
  object: Fields,
  kind: string,
  part: { readonly text: string; readonly line: number },
  { origin }: ParserContext,
): CustomResource | undefined {
  if (areaOfKind(kind) !== undefined) return undefined;
  const metadata = fieldsOf(object['metadata']);
  const status = objectOf(object['status']);
  const name = textOf(metadata['name']);
  const deleted = textOf(metadata['deletionTimestamp']);
  if (name === undefined || (status === undefined && deleted === undefined)) return undefined;
  const sourceOf = sourcesIn(part, origin);
  const apiVersion = textOf(object['apiVersion']);
  const isOfArgo = apiVersion?.startsWith('argoproj.io/') === true;
  const conditions = conditionsIn(status ?? {}, isOfArgo, sourceOf);
  const { state, message } = stateIn(kind, status ?? {}, isOfArgo);
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
      state,
      message,
      queue: firstText(spec, ['queue', 'queueName']),
      store: textOf(valueAt(spec, 'secretStoreRef.name')),
      hosts: hosts.length > 0 ? hosts : undefined,
      validUntil: parseTimestamp(textOf(status?.['notAfter']) ?? ''),
      deletion:
        deleted === undefined
          ? undefined
          : {
              since: deleted,
              finalizers: textsOf(metadata['finalizers']),
              source: sourceOf(undefined, 'deletionTimestamp'),
            },
      monitors: SCRAPERS.has(kind) ? monitorsOf(spec) : undefined,
    }),
    source: sourceOf(message, status === undefined ? 'deletionTimestamp' : 'status:'),
  };
}
