/** YAML as Kubernetes reads it. */
import { binaryTag, boolYaml11Tag, CORE_SCHEMA, intCoreTag, load, mergeTag, type ScalarTagDefinition } from 'js-yaml';

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

/** One document; throws a YAMLException. Of a key given twice the last counts, as in kubectl. */
export function parseYaml(text: string): unknown {
  return load(text, { schema: SCHEMA, json: true, maxAliases: MAX_ALIASES });
}
