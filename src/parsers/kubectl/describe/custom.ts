/**
 * Descriptions of custom resources (Gateway API and the like). kubectl knows no layout for them and prints the object
 * itself, its keys as words and the items of lists one below the other:
 *
 *     Status:
 *       Conditions:
 *         Message:  No addresses have been assigned
 *         Status:   False
 *         Type:     Programmed
 *         Message:  The Gateway has been accepted
 *         …
 */
import type { Draft } from '../draft.ts';
import { find, type Block, type Entry } from './block.ts';

/** Fields that are lists, also with one item. */
const LISTS = new Set([
  'conditions',
  'errors',
  'domainStatus',
  'parents',
  'listeners',
  'rules',
  'parentRefs',
  'backendRefs',
  'addresses',
  'matches',
  'http',
  'route',
  'servers',
]);

/** `Last Transition Time` → `lastTransitionTime`, `Parent Refs` → `parentRefs`. */
function camel(words: string): string {
  const joined = words.replace(/ ([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

const scalar = (key: string, text: string): unknown => {
  if (key === 'status') return text;
  return /^(?:true|false)$/.test(text) ? text === 'true' : /^\d{1,9}$/.test(text) ? Number(text) : text;
};

/** Puts the entries below a path; a key that comes again begins the next item of a list. */
function fill(draft: Draft, path: readonly (string | number)[], entries: readonly Entry[], isList: boolean): void {
  let item = 0;
  let seen = new Set<string>();
  for (const entry of entries) {
    const key = camel(entry.key);
    if (key === '') continue;
    if (isList && seen.has(key)) {
      item += 1;
      seen = new Set();
    }
    seen.add(key);
    const at = [...path, ...(isList ? [item] : []), key];
    // Names and other bare values of a list stand one below the other.
    const bare =
      entry.children.length > 0 && entry.children.every((one) => one.key === '' && one.children.length === 0);
    // A message of several lines goes on below, at the left margin.
    if (entry.value !== '' && entry.children.length > 0)
      draft.set(at, [entry.value, ...entry.children.map(({ text }) => text)].join(' '), entry);
    else if (bare) entry.children.forEach((one, i) => draft.set([...at, i], one.text.trim(), one));
    else if (entry.children.length > 0) fill(draft, at, entry.children, LISTS.has(key));
    else if (entry.value !== '' && entry.value !== '<nil>') draft.set(at, scalar(key, entry.value), entry);
  }
}

/** Times stand below `Metadata:` in UTC, as the API writes them. */
const TIMES = [
  ['Creation Timestamp', 'creationTimestamp'],
  ['Deletion Timestamp', 'deletionTimestamp'],
] as const;

/** Metadata that counts, spec and status of a described custom resource. */
export function describeCustom(block: Block, draft: Draft): void {
  for (const key of ['Spec', 'Status']) {
    const entry = find(block.entries, key);
    if (entry !== undefined) fill(draft, [key.toLowerCase()], entry.children, false);
  }
  const metadata = find(block.entries, 'Metadata')?.children ?? [];
  for (const [title, field] of TIMES) {
    const entry = find(metadata, title);
    if (entry !== undefined) draft.set(['metadata', field], entry.value, entry);
  }
  const finalizers = find(metadata, 'Finalizers');
  finalizers?.children.forEach((entry, i) => draft.set(['metadata', 'finalizers', i], entry.text.trim(), entry));
  // Configurations of admission webhooks have neither.
  const webhooks = find(block.entries, 'Webhooks');
  if (webhooks !== undefined) fill(draft, ['webhooks'], webhooks.children, true);
}
