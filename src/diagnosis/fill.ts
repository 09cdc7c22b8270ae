/** The texts of a check, with the names of what it found in their places. */
import type { FindingDraft } from '../checks/check.ts';
import { remember } from '../lib/remember.ts';
import { shellWord } from '../lib/shell-words.ts';
import { UNNAMED } from '../parsers/kubectl/nameless.ts';

/** A line end in a pasted command would start it. */
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** A text by its `{name}` places: words and, at odd positions, names. The texts of a check come with each finding. */
const partsOf = remember((text) => text.split(/\{([a-zA-Z]{1,30})\}/));

/**
 * Fills `{name}` places; one without a value stays visible. People paste commands, and names from a bundle are hostile:
 * there values are quoted for a shell.
 */
export function fill(texts: readonly string[], draft: FindingDraft, command: boolean): readonly string[] {
  if (!texts.some((text) => partsOf(text).length > 1)) return texts;
  const { subject } = draft;
  const values: Record<string, string | undefined> = {
    kind: subject.kind.toLowerCase(),
    namespace: subject.namespace,
    name: subject.name,
    node: subject.node ?? (subject.kind === 'Node' ? subject.name : undefined),
    container: subject.container,
    workload:
      subject.workload === undefined ? undefined : `${subject.workload.kind.toLowerCase()}/${subject.workload.name}`,
    pod: subject.kind === 'Pod' ? subject.name : undefined,
    service: subject.kind === 'Service' ? subject.name : draft.related?.find((ref) => ref.kind === 'Service')?.name,
    ...draft.params,
  };
  const filled = (part: string, i: number): string => {
    if (i % 2 === 0) return part;
    const value = Object.hasOwn(values, part) ? values[part] : undefined;
    if (value === undefined || value === '') return part.toUpperCase();
    // kubectl knows no such name.
    if (value === UNNAMED) {
      if (command) return part === 'name' ? subject.kind.toUpperCase() : part.toUpperCase();
      return part === 'node' ? 'the node' : value;
    }
    return command ? shellWord(value.replaceAll(CONTROLS, ' ')) : value;
  };
  return texts.map((text) => partsOf(text).map(filled).join(''));
}
