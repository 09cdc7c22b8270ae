/** One row of a `kubectl get` table on its way to an API object. */
import type { Draft, Path, SourceLine } from '../draft.ts';
import { value } from '../values.ts';

export interface Row {
  readonly draft: Draft;
  readonly source: SourceLine;
  /** The cell as printed; undefined when the table has no such column. Names as in `columnKey`. */
  cell(column: string): string | undefined;
  /** The cell without kubectl's ways to say nothing (`<none>`, `<unset>`). */
  value(column: string): string | undefined;
  set(path: Path, value: unknown): void;
}

/** Fills the draft of one kind from a row. */
export type RowMapper = (row: Row) => void;

/** Headers changed over the versions in dashes, spaces and `(S)`: `NODE-SELECTOR` and `NODE SELECTOR` are one column. */
export function columnKey(header: string): string {
  return header.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

export function createRow(cells: ReadonlyMap<string, string>, draft: Draft, source: SourceLine): Row {
  return {
    draft,
    source,
    cell: (column) => cells.get(column),
    value: (column) => value(cells.get(column)),
    set: (path, v) => draft.set(path, v, source),
  };
}
