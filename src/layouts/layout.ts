/** A layout knows a family of bundles: which file of it is which evidence. It reads names, never contents. */
import { parseCommand } from '../parsers/command.ts';
import type { Origin } from '../parsers/records.ts';

/** What a layout says about one file; everything it leaves out is found by content. */
export interface Classified {
  /** The parser's kind; without it the content decides. `ignore`: known and of no use (a README, an index). */
  readonly kind?: string;
  readonly origin?: Partial<Omit<Origin, 'file' | 'firstLine'>>;
}

/** One family of paths. */
export interface PathRule {
  /**
   * The end of a path. `<node>`, `<namespace>`, `<pod>`, `<container>` and `<program>` are one name each and go to the
   * origin (a second one of the same is the same name); any other `<word>` and `*` are within one name; `**` spans
   * folders; `{a,b}` is one of them.
   */
  readonly path: string;
  /** What these files are, for the docs. */
  readonly holds: string;
  readonly kind?: string;
  /** The command whose output it is. */
  readonly command?: string;
  /** The log of the run before the last restart. */
  readonly previous?: boolean;
  readonly program?: string;
}

/** Evidence that bundles of a kind never hold, or only when it is asked for. */
export interface Gap {
  /** Areas of the snapshot (src/snapshot/areas.ts). */
  readonly areas: readonly string[];
  /** Why it is not there, for the report. */
  readonly why: string;
  /**
   * What to ask for: a command, or what to add to the collector's own configuration. Without it kubectl, or whatever
   * gives the area anywhere.
   */
  readonly ask?: string;
}

interface LayoutDraft {
  readonly id: string;
  /** For the inventory and docs. */
  readonly title: string;
  /** Paths, written as in PathRule, of which each shows that the bundle (or a part of it) has this layout. */
  readonly marks: readonly string[];
  /** The first that matches counts; a file without one is told by its content. */
  readonly rules: readonly PathRule[];
  /** What such a bundle cannot show; of an area that two name, the first counts. */
  readonly gaps?: readonly Gap[];
}

export interface Layout extends LayoutDraft {
  /** True when this file shows that the bundle (or the part of it around it) has this layout. */
  recognises(path: string): boolean;
  /** What one file is; `undefined`: not this layout's, or told by its content. */
  classify(path: string): Classified | undefined;
}

const NAMES = ['node', 'namespace', 'pod', 'container', 'program'] as const;
const PART = /<(\w{1,20})>|\*\*|\*|\{([^{}]{1,400})\}|[^<*{]+/g;
const literal = (text: string): string => text.replaceAll(/[.+?^$()[\]\\|]/g, '\\$&');

/** The pattern as an anchored expression; every star ends at a literal, so that a long path costs no more than its length squared. */
export function compilePath(pattern: string): RegExp {
  const used = new Set<string>();
  const source = pattern.replaceAll(PART, (part, name: string | undefined, choice: string | undefined) => {
    if (name !== undefined) {
      if (!(NAMES as readonly string[]).includes(name)) return '[^/]+';
      if (used.has(name)) return `\\k<${name}>`;
      used.add(name);
      return `(?<${name}>[^/]+?)`;
    }
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (choice !== undefined) return `(?:${choice.split(',').map(literal).join('|')})`;
    return literal(part);
  });
  return new RegExp(`(?:^|/)${source}$`);
}

/** A layout out of its paths. */
export function defineLayout(draft: LayoutDraft): Layout {
  const marks = draft.marks.map(compilePath);
  const rules = draft.rules.map((rule) => ({
    rule,
    pattern: compilePath(rule.path),
    command: rule.command === undefined ? undefined : parseCommand(rule.command),
  }));
  return {
    ...draft,
    recognises: (path) => marks.some((mark) => mark.test(path)),
    classify(path) {
      for (const { rule, pattern, command } of rules) {
        const match = pattern.exec(path);
        if (match === null) continue;
        const named = Object.fromEntries(
          NAMES.flatMap((name) => (match.groups?.[name] === undefined ? [] : [[name, match.groups[name]]])),
        );
        return {
          ...(rule.kind === undefined ? {} : { kind: rule.kind }),
          origin: {
            ...named,
            ...(rule.program === undefined ? {} : { program: rule.program }),
            ...(rule.previous === undefined ? {} : { previous: rule.previous }),
            ...(command === undefined ? {} : { command }),
          },
        };
      }
      return undefined;
    },
  };
}
