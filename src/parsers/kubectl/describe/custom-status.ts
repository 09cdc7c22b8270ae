/** What a described custom resource says of its own state; its kind is one that the snapshot has no shape for. */
import { parseTimestamp } from '../../../lib/timestamp.ts';
import { quote } from '../../quote.ts';
import type { CustomCondition, CustomResource } from '../../records.ts';
import type { ParserContext } from '../../parser.ts';
import { find, type Block, type Entry } from './block.ts';

/** Conditions stand one below the other without a mark between them: a key that comes again begins the next. */
function conditionsIn(entries: readonly Entry[], { origin }: ParserContext): readonly CustomCondition[] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group === undefined || group.some(({ key }) => key === entry.key)) groups.push([entry]);
    else group.push(entry);
  }
  return groups.flatMap((group): readonly CustomCondition[] => {
    const cell = (key: string): string | undefined => find(group, key)?.value || undefined;
    const [type, status] = [cell('Type'), cell('Status')];
    if (type === undefined || status === undefined) return [];
    const reason = cell('Reason');
    // It may go on below, at the left margin.
    const said = find(group, 'Message');
    const own = [said?.value ?? '', ...(said?.children ?? []).map(({ text }) => text)].join(' ').trim() || undefined;
    // Contour lists what is wrong below a condition that only says that something is.
    const errors = (find(group, 'Errors')?.children ?? []).filter((entry) => entry.key === 'Message');
    const message = errors.length === 0 ? own : [own, ...errors.map((entry) => entry.value)].join('; ');
    const at = errors[0] ?? find(group, 'Message', 'Reason', 'Type');
    return [
      {
        type,
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
        source: quote({ ...origin, firstLine: 0 }, at?.line ?? 0, at?.text ?? ''),
      },
    ];
  });
}

/** Google says it of each host of a certificate: `Domain:  www.example.com`, `Status:  FailedNotVisible`. */
function failedDomains(entries: readonly Entry[]): { readonly message: string; readonly entry: Entry } | undefined {
  const failed = entries.flatMap((entry, i) =>
    entry.key === 'Status' && entry.value.startsWith('Failed')
      ? [{ entry, domain: entries.slice(0, i).findLast(({ key }) => key === 'Domain')?.value ?? '' }]
      : [],
  );
  const [first] = failed;
  return first === undefined
    ? undefined
    : { message: failed.map(({ entry, domain }) => `${domain} ${entry.value}`).join(', '), entry: first.entry };
}

/** The state of a described object of any kind; undefined when it names no kind or says nothing of itself. */
export function customStatus(block: Block, context: ParserContext): CustomResource | undefined {
  const [kind, name] = [find(block.entries, 'Kind')?.value, find(block.entries, 'Name')?.value];
  if (kind === undefined || !/^[A-Z]\w{1,62}$/.test(kind) || name === undefined || name === '') return undefined;
  const status = find(block.entries, 'Status');
  const below = status?.children ?? [];
  const conditions = conditionsIn(find(below, 'Conditions')?.children ?? [], context);
  const cell = (...keys: string[]): string | undefined => find(below, ...keys)?.value || undefined;
  // Of a snapshot: what went wrong last stands below `Error:`, until it is ready.
  const wrong = find(find(below, 'Error')?.children ?? [], 'Message');
  const failed = wrong !== undefined && cell('Ready To Use') !== 'true';
  const domains =
    kind === 'ManagedCertificate' ? failedDomains(find(below, 'Domain Status')?.children ?? []) : undefined;
  const state = cell('State', 'Phase') ?? (failed ? 'error' : domains === undefined ? undefined : 'failed');
  const message = cell('Reason', 'Message', 'Error') ?? (failed ? wrong.value : domains?.message);
  const metadata = find(block.entries, 'Metadata')?.children ?? [];
  const deleted = find(metadata, 'Deletion Timestamp');
  if (conditions.length === 0 && state === undefined && deleted === undefined) return undefined;
  const namespace = find(block.entries, 'Namespace')?.value || undefined;
  const apiVersion = find(block.entries, 'API Version')?.value;
  const spec = find(block.entries, 'Spec')?.children ?? [];
  const queue = find(spec, 'Queue', 'Queue Name')?.value || undefined;
  const store = find(find(spec, 'Secret Store Ref')?.children ?? [], 'Name')?.value || undefined;
  const hosts = (find(spec, 'Dns Names')?.children ?? []).map((entry) => entry.text);
  const validUntil = parseTimestamp(cell('Not After') ?? '');
  const said =
    (failed ? wrong : undefined) ??
    domains?.entry ??
    find(below, 'Reason', 'Message', 'Error', 'State', 'Phase') ??
    status ??
    deleted;
  return {
    resourceKind: kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    conditions,
    ...(state === undefined ? {} : { state }),
    ...(message === undefined ? {} : { message }),
    ...(queue === undefined ? {} : { queue }),
    ...(store === undefined ? {} : { store }),
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(deleted === undefined
      ? {}
      : {
          deletion: {
            since: deleted.value,
            finalizers: (find(metadata, 'Finalizers')?.children ?? []).map(({ text }) => text.trim()),
            source: quote({ ...context.origin, firstLine: 0 }, deleted.line, deleted.text),
          },
        }),
    source: quote({ ...context.origin, firstLine: 0 }, said?.line ?? 0, said?.text ?? ''),
  };
}
