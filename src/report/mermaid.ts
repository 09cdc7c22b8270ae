/** The causal graph for trackers that draw mermaid. */
import { LAYER_NAMES, LAYERS, type Result } from '../result.ts';
import { causalGroups } from './causal-groups.ts';
import { plain } from './text.ts';

/** Mermaid's labels have their own syntax: only letters, digits and harmless signs go in. */
const label = (text: string): string => {
  const safe = plain(text)
    .replaceAll(/[^\p{L}\p{N} .,:/()-]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ');
  return safe.length > 80 ? `${safe.slice(0, 79)}…` : safe;
};

/** Lines of a flowchart, causes below; empty when nothing causes anything. */
export function mermaid(result: Result): string[] {
  const { groups } = causalGroups(result);
  const name = new Map(groups.map((group, i) => [group.key, `n${i}`]));
  const arrows = groups.flatMap((group) =>
    [...group.causes].map((cause) => `  ${name.get(cause)} --> ${name.get(group.key)}`),
  );
  if (arrows.length === 0) return [];
  const drawn = groups.filter(
    (group) => group.rank !== undefined || group.causes.size > 0 || groups.some((other) => other.causes.has(group.key)),
  );
  return [
    'flowchart BT',
    ...LAYERS.flatMap((layer) => {
      const mine = drawn.filter((group) => group.layer === layer);
      return mine.length === 0
        ? []
        : [
            `  subgraph L${layer}["${layer} ${LAYER_NAMES[layer]}"]`,
            ...mine.map(({ key, findings }) => {
              const many = findings.length > 1 ? ` (${findings.length} findings)` : '';
              return `    ${name.get(key)}["${label(findings[0].title)}${many}"]`;
            }),
            '  end',
          ];
    }),
    ...arrows,
    '  classDef root stroke:#b3201a,stroke-width:3px',
    ...drawn.filter((group) => group.rank !== undefined).map(({ key }) => `  class ${name.get(key)} root`),
  ];
}
