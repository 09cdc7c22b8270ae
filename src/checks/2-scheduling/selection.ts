import { firstFew } from '../../lib/in-words.ts';
/** What the checks of nodeSelector and node affinity share: the requirement that no node meets, and the near miss. */
import { matchesRequirement } from '../../lib/labels.ts';
import { isTypo, nearest } from '../../lib/near-miss.ts';
import { acceptsNode } from '../../simulation/scheduler/filters/node.ts';
import type { Unscheduled } from '../../simulation/scheduler/unscheduled.ts';

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** `disk in [ssd, nvme]`, `gpu exists`. */
export function requirementWords(requirement: Requirement): string {
  const { key = '', operator = '', values = [] } = requirement;
  if (operator === 'Exists') return `${key} (any value)`;
  if (operator === 'DoesNotExist') return `no label ${key}`;
  if (operator === 'In' && values.length === 1) return `${key}=${values[0] ?? ''}`;
  return `${key} ${operator === 'NotIn' ? 'not in' : operator.toLowerCase()} [${values.join(', ')}]`;
}

/** The labels of the nodes that are not kept for the control plane. */
const labelSets = (waiting: Unscheduled): readonly Readonly<Record<string, string>>[] =>
  waiting.cluster.nodes.flatMap((node) => (node.labels === undefined || node.controlPlane ? [] : [node.labels]));

/** Says which requirements no node meets, and what nodes have instead. */
export function unmet(requirements: readonly Requirement[], waiting: Unscheduled): string {
  const nodes = labelSets(waiting);
  if (nodes.length === 0) return '';
  return requirements
    .filter((requirement) => !nodes.some((labels) => matchesRequirement(requirement, labels)))
    .map((requirement) => {
      const key = requirement.key ?? '';
      const values = [...new Set(nodes.flatMap((labels) => (labels[key] === undefined ? [] : [labels[key]])))].sort();
      if (values.length > 0) {
        const meant = nearest(requirement.values?.[0] ?? '', values, isTypo);
        return `no node has ${requirementWords(requirement)}: nodes have ${key} = ${firstFew(values)}${meant === undefined ? '' : `; was "${meant}" meant?`}`;
      }
      const keys = [...new Set(nodes.flatMap((labels) => Object.keys(labels)))].sort();
      const meant = nearest(key, keys, isTypo);
      return `no node has the label ${key} (asked: ${requirementWords(requirement)})${meant === undefined ? '' : `; was "${meant}" meant?`}`;
    })
    .join('; ');
}

export const selectorOf = (waiting: Unscheduled): readonly Requirement[] =>
  Object.entries(waiting.view.spec.nodeSelector ?? {}).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }));

export const termsOf = (waiting: Unscheduled) =>
  waiting.view.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

/**
 * The scheduler words a missed nodeSelector and a missed node affinity alike. With only one of them in the spec it is
 * that one; with both, the one that alone rejects the nodes.
 */
export function isAffinity(waiting: Unscheduled): boolean {
  const hasSelector = selectorOf(waiting).length > 0;
  const hasAffinity = termsOf(waiting) !== undefined;
  if (!hasAffinity) {
    // Described pods show no affinity: without a selector there must be one.
    return !hasSelector && waiting.view.spec.containers !== undefined;
  }
  if (!hasSelector) return true;
  const { affinity: _affinity, ...onlySelector } = waiting.view.spec;
  return waiting.cluster.nodes.some(
    (node) => node.labels !== undefined && acceptsNode(onlySelector, node.labels, node.name),
  );
}
