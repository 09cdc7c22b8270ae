/** Filters over the node itself: cordon, name, taints, selector and node affinity (catalogue 5.3 to 5.5). */
import { matchesRequirement } from '../../../lib/labels.ts';
import type { NodeSelectorTerm, PodSpec, Taint, Toleration } from '../../../snapshot/kinds/core.ts';
import type { Labels } from '../cluster.ts';
import { APPROVES, PASSES, type Filter } from '../filter.ts';

/** Whether a toleration matches a taint: effect, key and value, each empty one matching all. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  const key = toleration.key ?? '';
  if (key !== '' && key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return key !== '' && (toleration.value ?? '') === (taint.value ?? '');
}

/** The first taint that keeps the pod off (NoSchedule or NoExecute; PreferNoSchedule only prefers). */
export function untolerated(spec: PodSpec, taints: readonly Taint[]): Taint | undefined {
  return taints.find(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !(spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)),
  );
}

const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

export const nodeUnschedulable: Filter =
  ({ spec }) =>
  (node) =>
    node.cordoned && untolerated(spec, [CORDON]) !== undefined
      ? [{ filter: 'NodeUnschedulable', kind: 'cordoned', text: 'node(s) were unschedulable' }]
      : PASSES;

export const nodeName: Filter = ({ spec }) =>
  spec.nodeName === undefined || spec.nodeName === ''
    ? APPROVES
    : (node) =>
        spec.nodeName === node.name
          ? PASSES
          : [{ filter: 'NodeName', kind: 'node-name', text: "node(s) didn't match the requested node name" }];

export const taintToleration: Filter =
  ({ spec }) =>
  (node) => {
    if (node.taints === undefined) return 'unknown';
    if (node.taints.length === 0) return PASSES;
    // The cordon's own taint is NodeUnschedulable's business.
    const taint = untolerated(
      spec,
      node.taints.filter((one) => one.key !== CORDON.key),
    );
    if (taint === undefined) return PASSES;
    const { key = '', value = '' } = taint;
    return [
      {
        filter: 'TaintToleration',
        kind: 'taint',
        text: `node(s) had untolerated taint {${key}: ${value}}`,
        taint: { key, value },
        because: `${key}${value === '' ? '' : `=${value}`}:${taint.effect ?? ''}`,
      },
    ];
  };

/** One term: all of its expressions and fields; a term with neither matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, labels: Labels, name: string): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((expression) => matchesRequirement(expression, labels)) &&
    fields.every((field) => field.key === 'metadata.name' && matchesRequirement(field, { 'metadata.name': name }))
  );
}

/** Whether the pod's nodeSelector and required node affinity accept a node. */
export function acceptsNode(spec: PodSpec, labels: Labels, name: string): boolean {
  for (const key in spec.nodeSelector) if (labels[key] !== spec.nodeSelector[key]) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, labels, name));
}

export const nodeAffinity: Filter = ({ spec }) => {
  const asks =
    Object.keys(spec.nodeSelector ?? {}).length > 0 ||
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  if (!asks) return APPROVES;
  return (node) => {
    if (node.labels === undefined) return 'unknown';
    return acceptsNode(spec, node.labels, node.name)
      ? PASSES
      : [{ filter: 'NodeAffinity', kind: 'node-affinity', text: "node(s) didn't match Pod's node affinity/selector" }];
  };
};
