/** A layout knows a family of bundles: which file of it is which evidence. It reads names and first bytes, never contents. */
import type { Origin } from '../parsers/records.ts';

/** What a layout says about one file; everything it leaves out is found by content. */
export interface Classified {
  /** The parser's kind; without it the content decides. `ignore`: known and of no use (a README, an index). */
  readonly kind?: string;
  readonly origin?: Partial<Omit<Origin, 'file' | 'firstLine'>>;
}

export interface Layout {
  readonly id: string;
  /** For the inventory and docs. */
  readonly title: string;
  /** True when this file shows that the bundle (or the part of it under `root`) has this layout. */
  recognises(path: string, head: string): boolean;
  /** What one file is; `undefined`: not this layout's. */
  classify(path: string, head: string): Classified | undefined;
}

/** Gives the literal its type and nothing else. */
export function defineLayout(layout: Layout): Layout {
  return layout;
}
