/** YAML as Kubernetes reads it. */
import { binaryTag, boolYaml11Tag, CORE_SCHEMA, intCoreTag, load, mergeTag, type ScalarTagDefinition } from 'js-yaml';
import { remember } from '../../lib/remember.ts';
import { readBlockYaml } from './block-yaml.ts';

/**
 * `yes`, `on` and `0777` as YAML 1.1 has them, because Kubernetes' Go parser (sigs.k8s.io/yaml) does: `0777` is 511.
 * Not taken from 1.1: times (unquoted ones stay text, as in Go's conversion to JSON) and base-60 numbers (Go never
 * read them: a port mapping `22:22` is text).
 */
const octal: ScalarTagDefinition = {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) =>
    /^[-+]?0[0-7]{1,20}$/.test(source) ? Number.parseInt(source, 8) : intCoreTag.resolve(source, isExplicit, tagName),
};
const SCHEMA = CORE_SCHEMA.withTags(boolYaml11Tag, octal, mergeTag, binaryTag);

// Kubernetes' tools write no aliases, people a handful; a "billion laughs" file has nine levels of ten.
const MAX_ALIASES = 100;

/** One document by js-yaml alone; throws a YAMLException. Of a key given twice the last counts, as in kubectl. */
export function loadYaml(text: string): unknown {
  return load(text, { schema: SCHEMA, json: true, maxAliases: MAX_ALIASES });
}

/** What a plain scalar of one word stands for. */
export const valueOfWord = remember((word) => (loadYaml(`- ${word}`) as readonly unknown[])[0]);

/** The same as loadYaml, and faster where the text is as plain as programs write it. */
export function parseYaml(text: string): unknown {
  const read = readBlockYaml(text, valueOfWord);
  return read === undefined ? loadYaml(text) : read.value;
}
