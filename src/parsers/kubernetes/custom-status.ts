/** What a custom resource of `kubectl get -o yaml` says of its own state; its kind is one that nothing has a shape for. */
import { parseTimestamp } from '../../lib/timestamp.ts';
import { areaOfKind } from '../../snapshot/kinds/index.ts';
import { labelSelector } from '../../snapshot/kinds/meta.ts';
import type { CustomCondition, CustomResource } from '../records.ts';
import type { ParserContext } from '../parser.ts';
import { quote } from '../quote.ts';
import { fieldsOf, wordOf, type Fields } from './kind-of.ts';

/** Characters of a message that find its line. */
const MESSAGE_START = 30;

/** Longer lines are whole objects. */
const LINE_LIMIT = 700;
/** A condition or a state that may be trouble: of lists only these are kept. */
const TROUBLED =
  /"status": ?"(?:False|Unknown)"|status: ["']?(?:False|Unknown)|[Ff]ail|[Ee]rr(?:or)?|[Ii]nvalid|[Pp]ending|[Dd]egraded|[Uu]nhealthy|[Ss]talled/;

/** Whether the text of an object has a word of trouble in its status, or says that it goes: cheap questions before it is read. */
export const mayBeTroubled = (text: string): boolean => {
  const at = text.lastIndexOf('status');
  return (at !== -1 && TROUBLED.test(text)) || text.includes('deletionTimestamp');
};

/** YAML takes an unquoted False for a boolean. */
function truthOf(status: unknown): string | undefined {
  if (typeof status === 'boolean') return status ? 'True' : 'False';
  return wordOf(status);
}

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

/** Google says of each host of a certificate how far it is: `www.example.com FailedNotVisible`. */
const failedDomains = (list: unknown): string =>
  (Array.isArray(list) ? list.map(fieldsOf) : [])
    .filter((one) => wordOf(one?.['status'])?.startsWith('Failed') === true)
    .map((one) => `${wordOf(one?.['domain']) ?? ''} ${wordOf(one?.['status']) ?? ''}`)
    .join(', ');

const listOf = (list: unknown): readonly string[] =>
  (Array.isArray(list) ? list : []).flatMap((one) => wordOf(one) ?? []);

/** Kinds that read ServiceMonitors. */
const SCRAPERS: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent']);

/** A selector that is not set selects none, and an empty one all; namespaces that are not said are its own. */
function monitorsOf(spec: Fields | undefined): NonNullable<CustomResource['monitors']> {
  const labels = labelSelector(spec?.['serviceMonitorSelector']);
  const places = fieldsOf(spec?.['serviceMonitorNamespaceSelector']);
  return {
    ...(labels && { labels }),
    namespaces: places === undefined ? 'own' : Object.keys(places).length === 0 ? 'all' : 'some',
  };
}

/** `text` is the document, whose first line is line `line` of the part. Undefined when it says nothing of itself. */
export function customStatusOf(
  object: Fields,
  kind: string,
  { text, line }: { readonly text: string; readonly line: number },
  { origin }: ParserContext,
): CustomResource | undefined {
  if (areaOfKind(kind) !== undefined) return undefined;
  const [metadata, status] = [fieldsOf(object['metadata']), fieldsOf(object['status'])];
  const name = wordOf(metadata?.['name']);
  const deleted = wordOf(metadata?.['deletionTimestamp']);
  if (name === undefined || (status === undefined && deleted === undefined)) return undefined;
  const lines = text.split('\n');
  const sourceOf = (said: string | undefined, otherwise: string): CustomResource['source'] => {
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
  const argo = wordOf(object['apiVersion'])?.startsWith('argoproj.io/') === true;
  // What the last sync of an Application came to.
  const operation = argo ? fieldsOf(status?.['operationState']) : undefined;
  const listed: readonly unknown[] = Array.isArray(status?.['conditions']) ? status['conditions'] : [];
  const conditions = listed.flatMap((one): readonly CustomCondition[] => {
    const condition = fieldsOf(one);
    const type = wordOf(condition?.['type']);
    // Argo CD lists only the conditions that hold.
    const truth = truthOf(condition?.['status']) ?? (argo ? 'True' : undefined);
    if (type === undefined || truth === undefined) return [];
    // Contour keeps what is wrong in a list of its own below the condition.
    const errors: readonly unknown[] = Array.isArray(condition?.['errors']) ? condition['errors'] : [];
    const worst = errors.map((error) => wordOf(fieldsOf(error)?.['message'])).find((text) => text !== undefined);
    const [reason, message] = [wordOf(condition?.['reason']), worst ?? wordOf(condition?.['message'])];
    const source = sourceOf(message?.split('\n')[0] ?? reason, `type: ${type}`);
    return [{ type, status: truth, ...(reason && { reason }), ...(message && { message }), source }];
  });
  // Of a snapshot: what went wrong last, until it is ready.
  const wrong = status?.['readyToUse'] === true ? undefined : wordOf(fieldsOf(status?.['error'])?.['message']);
  const domains = kind === 'ManagedCertificate' ? failedDomains(status?.['domainStatus']) : '';
  const state =
    wordOf(operation?.['phase']) ??
    wordOf(status?.['state']) ??
    wordOf(status?.['phase']) ??
    (domains === '' ? undefined : 'failed') ??
    (wrong === undefined ? undefined : 'error');
  if (conditions.length === 0 && state === undefined && deleted === undefined) return undefined;
  const message =
    wordOf(operation?.['message']) ??
    ['failureMessage', 'errorMessage', 'usefulErrorMessage', 'reason', 'message', 'error']
      .map((key) => wordOf(status?.[key]))
      .find((word) => word !== undefined) ??
    (domains === '' ? wrong : domains);
  const [namespace, apiVersion] = [wordOf(metadata?.['namespace']), wordOf(object['apiVersion'])];
  const spec = fieldsOf(object['spec']);
  const queue = wordOf(spec?.['queue']) ?? wordOf(spec?.['queueName']);
  const store = wordOf(fieldsOf(spec?.['secretStoreRef'])?.['name']);
  const names: readonly unknown[] = Array.isArray(spec?.['dnsNames']) ? spec['dnsNames'] : [];
  const hosts = names.flatMap((host) => wordOf(host) ?? []);
  const validUntil = parseTimestamp(wordOf(status?.['notAfter']) ?? '');
  return {
    resourceKind: kind,
    name,
    ...(namespace && { namespace }),
    ...(apiVersion && { apiVersion }),
    conditions,
    ...(state && { state }),
    ...(message && { message }),
    ...(queue && { queue }),
    ...(store && { store }),
    ...(hosts.length > 0 && { hosts }),
    ...(validUntil !== undefined && { validUntil }),
    ...(deleted && {
      deletion: {
        since: deleted,
        finalizers: listOf(metadata?.['finalizers']),
        source: sourceOf(undefined, 'deletionTimestamp'),
      },
    }),
    ...(SCRAPERS.has(kind) && { monitors: monitorsOf(spec) }),
    source: sourceOf(message, status === undefined ? 'deletionTimestamp' : 'status:'),
  };
}
