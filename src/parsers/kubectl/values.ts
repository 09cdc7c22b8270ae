/** Small pieces of kubectl's output that tables and describe share. */
import { parseDuration } from '../../lib/duration.ts';
import type { Draft, Path, SourceLine } from './draft.ts';

const NOTHING = new Set(['', '<none>', '<unset>', '<unknown>', '<nil>', '<invalid>', '<no value>', 'n/a']);

/** The cell's words, or undefined for kubectl's ways to say that there is nothing. */
export function value(text: string | undefined): string | undefined {
  return text === undefined || NOTHING.has(text) ? undefined : text;
}

/** A whole number, or undefined. */
export function int(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `80` is a number, `http` a name. */
export function intOrName(text: string): number | string {
  return int(text) ?? text;
}

/** An age (`3m20s`) as the relative time that the snapshot resolves: `ago:200s`. */
export function ago(age: string | undefined): string | undefined {
  const seconds = age === undefined ? undefined : parseDuration(age);
  return seconds === undefined ? undefined : `ago:${seconds}s`;
}

/** `app=web,tier=front` (a LABELS or SELECTOR cell) as pairs; a value may be empty, a key without `=` is no pair. */
export function pairs(text: string | undefined): readonly (readonly [string, string])[] {
  const known = value(text);
  if (known === undefined) return [];
  return known.split(',').flatMap((pair): readonly (readonly [string, string])[] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]] : [];
  });
}

/** Puts pairs under a path: labels, selectors. An explicit `<none>` is an empty map, which is a statement too. */
export function setPairs(draft: Draft, path: Path, text: string | undefined, at: SourceLine): void {
  if (text === undefined) return;
  const found = pairs(text);
  if (found.length === 0 && text === '<none>') draft.set(path, {}, at);
  for (const [key, word] of found) draft.set([...path, key], word, at);
}

/** A label selector as kubectl prints it: `app=web,tier in (a,b),!old,env notin (x)`. */
export function setSelector(draft: Draft, path: Path, text: string | undefined, at: SourceLine): void {
  if (text === undefined) return;
  if (text === '<none>' || text === '' || text === '<unset>') {
    if (text === '<none>') draft.set(path, {}, at);
    return;
  }
  let expressions = 0;
  // Commas inside parentheses belong to the value set.
  for (const part of text.match(/[^,()]{1,500}(?:\([^()]{0,2000}\))?/g) ?? []) {
    const term = part.trim();
    const set = /^(\S{1,320}) (in|notin) \(([^()]*)\)$/.exec(term);
    const equal = /^([^\s=!]{1,320})\s?={1,2}\s?(\S{0,320})$/.exec(term);
    const unequal = /^([^\s=!]{1,320})\s?!=\s?(\S{0,320})$/.exec(term);
    if (equal !== null) {
      draft.set([...path, 'matchLabels', equal[1] ?? ''], equal[2] ?? '', at);
      continue;
    }
    const at_ = [...path, 'matchExpressions', expressions];
    const put = (key: string, operator: string, values: readonly string[]): void => {
      draft.set([...at_, 'key'], key, at);
      draft.set([...at_, 'operator'], operator, at);
      if (values.length > 0) draft.set([...at_, 'values'], values, at);
      expressions++;
    };
    if (set !== null)
      put(
        set[1] ?? '',
        set[2] === 'in' ? 'In' : 'NotIn',
        (set[3] ?? '').split(',').map((v) => v.trim()),
      );
    else if (unequal !== null) put(unequal[1] ?? '', 'NotIn', [unequal[2] ?? '']);
    else if (/^![^\s]{1,320}$/.test(term)) put(term.slice(1), 'DoesNotExist', []);
    else if (/^[^\s]{1,320}$/.test(term)) put(term, 'Exists', []);
  }
}

const ACCESS_MODES: Readonly<Record<string, string>> = {
  RWO: 'ReadWriteOnce',
  ROX: 'ReadOnlyMany',
  RWX: 'ReadWriteMany',
  RWOP: 'ReadWriteOncePod',
};

/** `RWO,RWX` spelled out. */
export function accessModes(text: string | undefined): readonly string[] | undefined {
  return value(text)
    ?.split(',')
    .map((mode) => ACCESS_MODES[mode.trim()] ?? mode.trim());
}

const KIND_OF_REFERENCE = /^([A-Za-z]{1,80})(?:\.[A-Za-z0-9.-]{1,200})?\/(\S{1,253})$/;

/** `ReplicaSet/web-1` or `pod/web-1` taken apart, the kind as it is written. */
export function reference(text: string | undefined): { readonly kind: string; readonly name: string } | undefined {
  const match = text === undefined ? null : KIND_OF_REFERENCE.exec(text.trim());
  return match === null ? undefined : { kind: match[1] ?? '', name: match[2] ?? '' };
}

/** That an object is being deleted: since when, as far as the account tells (`ago:0s` where it does not). */
export function setDeletion(draft: Draft, at: SourceLine, since = 'ago:0s'): void {
  draft.set(['metadata', 'deletionTimestamp'], since, at);
  draft.set(['metadata', 'deletedAgo'], since.startsWith('ago:') ? secondsOf(since) : undefined, at);
}

/** The seconds of `ago:200s`, for what must be known without a clock too. */
export function secondsOf(relative: string | undefined): number | undefined {
  return relative === undefined ? undefined : Number(relative.slice('ago:'.length, -1));
}
