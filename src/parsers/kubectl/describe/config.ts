/** Descriptions of ConfigMaps, Secrets, service accounts, quotas, limits and namespaces. */
import { createDraft, placeOf, type Draft } from '../draft.ts';
import { value } from '../values.ts';
import type { ParserContext } from '../../parser.ts';
import { find, items, put, rowsBelow, type Block, type Entry } from './block.ts';

/** A value longer than this many lines is cut: checks look for keys and for short settings. */
const MAX_VALUE_LINES = 5_000;

/** `key:` and `----`, then the value as it is, up to the next key or section. */
export function describeConfigMap(block: Block, draft: Draft): void {
  const { lines, firstLine } = block;
  const underlined = (i: number, char: string): boolean => (lines[i + 1] ?? '') === char.repeat(4);
  let section = '';
  let any = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if ((line === 'Data' || line === 'BinaryData') && underlined(i, '=')) {
      section = line;
      i++;
      continue;
    }
    if (section === '') continue;
    if (line.startsWith('Events:')) break;
    const at = { line: firstLine + i, text: line.trim() };
    if (section === 'BinaryData') {
      const binary = /^([-._A-Za-z0-9]{1,253}): (\d{1,9}) bytes?$/.exec(line);
      if (binary !== null) draft.set(['binaryData', binary[1] ?? ''], true, at);
      continue;
    }
    const key = /^([-._A-Za-z0-9]{1,253}):$/.exec(line);
    if (key === null || !underlined(i, '-')) continue;
    any = true;
    let end = i + 2;
    while (
      end < lines.length &&
      !(/^[-._A-Za-z0-9]{1,253}:$/.test(lines[end] ?? '') && underlined(end, '-')) &&
      !((lines[end] ?? '') === 'BinaryData' && underlined(end, '=')) &&
      !(lines[end] ?? '').startsWith('Events:')
    ) {
      end++;
    }
    draft.set(
      ['data', key[1] ?? ''],
      lines
        .slice(i + 2, Math.min(end, i + 2 + MAX_VALUE_LINES))
        .join('\n')
        .trimEnd(),
      at,
    );
    i = end - 1;
  }
  if (section !== '' && !any) draft.set(['data'], Object.create(null), { line: firstLine, text: 'Data' });
}

/** `Requesting User`, `Signer`, `Status: Approved,Issued`, `Pending`, `Denied` or `Failed` (1.4 and later). */
export function describeCertificateRequest(block: Block, draft: Draft): void {
  put(draft, ['spec', 'username'], find(block.entries, 'Requesting User'));
  put(draft, ['spec', 'signerName'], find(block.entries, 'Signer'));
  const status = find(block.entries, 'Status');
  const words = (value(status?.value) ?? '').split(',').map((word) => word.trim());
  if (status === undefined) return;
  const types = words.filter((word) => ['Approved', 'Denied', 'Failed'].includes(word));
  draft.set(['status', 'conditions'], [], status);
  types.forEach((type, i) => {
    draft.set(['status', 'conditions', i, 'type'], type, status);
    draft.set(['status', 'conditions', i, 'status'], 'True', status);
  });
}

/** `Type:  Opaque`, then `Data`, `====` and `password:  12 bytes`. Values are never printed, and never kept. */
export function describeSecret(block: Block, draft: Draft): void {
  put(draft, ['type'], find(block.entries, 'Type'));
  const start = block.entries.findIndex((entry) => entry.text === 'Data');
  if (start < 0) return;
  let any = false;
  for (const entry of block.entries.slice(start + 1)) {
    if (!/^[-._A-Za-z0-9]{1,253}$/.test(entry.key) || entry.key === 'Events') continue;
    any = true;
    draft.set(['data', entry.key], true, {
      line: entry.line,
      text: /bytes?$/.test(entry.value) ? entry.text : `${entry.key}:`,
    });
  }
  const head = block.entries[start];
  if (!any && head !== undefined) draft.set(['data'], Object.create(null), head);
}

export function describeServiceAccount(block: Block, draft: Draft): void {
  const name = (text: string): string => text.replace(/ \(not found\)$/, '');
  items(find(block.entries, 'Image pull secrets')).forEach((line, i) => {
    draft.set(['imagePullSecrets', i, 'name'], name(line.text), line);
  });
  items(find(block.entries, 'Mountable secrets')).forEach((line, i) => {
    draft.set(['secrets', i, 'name'], name(line.text), line);
  });
}

/** Resource Used Hard. */
function putQuota(block: Block, draft: Draft, entries: readonly Entry[]): void {
  for (const row of rowsBelow(block, entries)) {
    const resource = row.cells.get('resource');
    if (resource === undefined || resource === '') continue;
    draft.set(['status', 'used', resource], value(row.cells.get('used')), row);
    draft.set(['status', 'hard', resource], value(row.cells.get('hard')), row);
    draft.set(['spec', 'hard', resource], value(row.cells.get('hard')), row);
  }
}

export function describeQuota(block: Block, draft: Draft): void {
  put(draft, ['spec', 'scopes'], find(block.entries, 'Scopes'), (text) => text.split(/,\s*/));
  putQuota(block, draft, block.entries);
}

const LIMIT_COLUMNS: readonly (readonly [string, string])[] = [
  ['min', 'min'],
  ['max', 'max'],
  ['default request', 'defaultRequest'],
  ['default limit', 'default'],
  ['max limit/request ratio', 'maxLimitRequestRatio'],
];

/** Type Resource Min Max Default Request Default Limit Max Limit/Request Ratio; `-` is nothing. */
function putLimits(block: Block, draft: Draft, entries: readonly Entry[]): void {
  const types: string[] = [];
  for (const row of rowsBelow(block, entries)) {
    const type = row.cells.get('type') ?? '';
    const resource = row.cells.get('resource') ?? '';
    if (type === '' || resource === '') continue;
    if (!types.includes(type)) types.push(type);
    const at = ['spec', 'limits', types.indexOf(type)];
    draft.set([...at, 'type'], type, row);
    for (const [column, field] of LIMIT_COLUMNS) {
      const amount = row.cells.get(column);
      if (amount !== undefined && amount !== '-' && amount !== '') draft.set([...at, field, resource], amount, row);
    }
  }
}

export function describeLimitRange(block: Block, draft: Draft): void {
  putLimits(block, draft, block.entries);
}

export function describeNamespace(block: Block, draft: Draft): void {
  put(draft, ['status', 'phase'], find(block.entries, 'Status'));
  const conditions = find(block.entries, 'Conditions');
  rowsBelow(block, conditions?.children ?? []).forEach((row, i) => {
    for (const field of ['type', 'status', 'reason', 'message']) {
      draft.set(['status', 'conditions', i, field], value(row.cells.get(field)), row);
    }
  });
}

/** Quotas and limits inside the description of their namespace. The limits' own name is not printed. */
export function namespaceQuotas(block: Block, namespace: string, { origin, emit }: ParserContext): void {
  const section = block.entries.find((entry) => /^Resource Quotas:?$/.test(entry.text));
  const fields = section?.children ?? [];
  const starts = fields.flatMap((entry, i) => (entry.key === 'Name' ? [i] : []));
  starts.forEach((from, n) => {
    const head = fields[from];
    if (head === undefined) return;
    const draft = createDraft('ResourceQuota');
    draft.set(['metadata', 'name'], head.value, head);
    draft.set(['metadata', 'namespace'], namespace, head);
    putQuota(block, draft, fields.slice(from, starts[n + 1]));
    emit.object(origin, draft.object, placeOf(draft, 'described', head.line));
  });
  const limits = block.entries.find((entry) => /^Resource Limits:?$/.test(entry.text));
  if (limits === undefined) return;
  const draft = createDraft('LimitRange');
  draft.set(['metadata', 'name'], namespace, limits);
  draft.set(['metadata', 'namespace'], namespace, limits);
  putLimits(block, draft, limits.children);
  emit.object(origin, draft.object, placeOf(draft, 'described', limits.line));
}
