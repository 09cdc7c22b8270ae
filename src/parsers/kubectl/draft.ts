/** An API object in the making, with the line that gave each field. */
import { pointerTo } from '../../lib/json-pointer.ts';
import type { Detail, Marks } from '../records.ts';

/** One line of the source. */
export interface SourceLine {
  /** 1-based line in the file. */
  readonly line: number;
  readonly text: string;
}

export type Path = readonly (string | number)[];

export interface Draft {
  readonly object: Readonly<Record<string, unknown>>;
  readonly marks: Marks;
  /** Puts a value at a path and marks it with the line; an undefined value is not put at all. */
  set(path: Path, value: unknown, at: SourceLine): void;
}

/** Longer lines are cut when quoted: a report shows evidence, not dumps. */
const QUOTE_LIMIT = 2_000;

/** A draft of one object. Its containers have no prototype: keys (labels, data) come from strangers. */
export function createDraft(kind: string): Draft {
  const object = Object.create(null) as Record<string, unknown>;
  object['kind'] = kind;
  const marks = Object.create(null) as Record<string, { line: number; text: string }>;
  // A row gives many fields on one line.
  let marked: SourceLine | undefined;
  let mark = { line: 0, text: '' };
  return {
    object,
    marks,
    set(path, value, at) {
      if (value === undefined) return;
      let holder = object as Record<string | number, unknown>;
      for (let i = 0; i < path.length - 1; i++) {
        const segment = path[i] ?? '';
        let next = holder[segment];
        if (typeof next !== 'object' || next === null) {
          next = typeof path[i + 1] === 'number' ? [] : Object.create(null);
          holder[segment] = next;
        }
        holder = next as Record<string | number, unknown>;
      }
      holder[path[path.length - 1] ?? ''] = value;
      if (at !== marked) {
        marked = at;
        mark = { line: at.line, text: at.text.length > QUOTE_LIMIT ? `${at.text.slice(0, QUOTE_LIMIT)}…` : at.text };
      }
      marks[pointerTo(...path)] = mark;
    },
  };
}

/** Where the draft stands in its file, for `emit.object`. */
export function placeOf(draft: Draft, detail: Detail, line: number): { detail: Detail; line: number; marks: Marks } {
  return { detail, line, marks: draft.marks };
}
