import { gpuResources } from '../../snapshot/nodes/gpu.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';
import type { LogHit } from '../../parsers/records.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

/** What kubectl prints when the MIG manager's script sets a label: the only place where its log names the node. */
const LABELED = /^node\/([a-z0-9][a-z0-9.-]{0,252}) (?:not )?labeled/;

/** The node that a log of the MIG manager is about. */
function nodeOf(snapshot: Snapshot, hit: LogHit): string {
  const near = snapshot
    .hits('gpu-mig-config-failed')
    .filter(({ origin }) => origin === hit.origin)
    .flatMap(({ first, last }) => [first, last])
    .flatMap(({ around }) => [...(around?.after ?? []), ...(around?.before ?? [])]);
  return near.flatMap((line) => LABELED.exec(line)?.[1] ?? [])[0] ?? gpuNodeOf(snapshot, hit);
}

const reasonsOf = (hit: LogHit): number => (hit.groups['reason'] === undefined ? 0 : 1);

export default defineCheck({
  id: 'gpu-mig-config-failed',
  layer: 5,
  title: 'The requested MIG layout is applied',
  failureTitle: 'The requested MIG layout could not be applied',
  why: 'The MIG manager cuts the GPUs of a node as its label nvidia.com/mig.config says. It cannot while a process holds a GPU or an instance, or when the profile is not in its ConfigMap; the node then offers the old slices.',
  fix: [
    'Stop what uses the GPUs of {node} (drain it, or delete the pods that hold a slice), then set the label nvidia.com/mig.config again',
    'Check that the profile is in the ConfigMap of the MIG manager and fits the GPU model',
  ],
  next: [
    'kubectl logs -n gpu-operator -l app=nvidia-mig-manager --tail=100',
    'kubectl get node {node} --show-labels | tr , "\\n" | grep mig',
    'nvidia-smi -L; nvidia-smi mig -lgi',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes'],
  reads: ['gpu-mig-config-failed'],
  *run({ nodes }, { snapshot }) {
    const hits = snapshot.hits('gpu-mig-config-failed');
    const told = new Set<string>();
    for (const node of nodes) {
      const labels = node.metadata.labels ?? {};
      const state = labels['nvidia.com/mig.config.state'];
      if (state !== 'failed' && state !== 'pending' && state !== 'rebooting') continue;
      const name = node.metadata.name;
      const mine = hits.filter((hit) => nodeOf(snapshot, hit) === name);
      const wanted = labels['nvidia.com/mig.config'];
      const slices = gpuResources(node)
        .filter((one) => one.name.includes('/mig-') && (one.capacity ?? 0) > 0)
        .map((one) => `${one.capacity} × ${one.name}`);
      const reason = mine.findLast((hit) => hit.groups['reason'] !== undefined)?.groups['reason']?.replace(/"$/, '');
      const label = snapshot.quote(node, '/metadata/labels/nvidia.com~1mig.config.state');
      told.add(name);
      yield {
        subject: nodeSubject(snapshot, node),
        variant: state,
        // A layout is applied within minutes; without the log a pending one may be just that.
        ...(state === 'failed' || mine.length > 0
          ? {}
          : { severity: 'warning' as const, confidence: 'medium' as const }),
        message:
          `The MIG configuration ${wanted === undefined ? '' : `${wanted} `}of node ${name} is ${state} (nvidia.com/mig.config.state)` +
          (reason === undefined ? '' : `: ${reason}`) +
          (slices.length === 0 ? '' : `; the node still offers ${slices.join(', ')}`),
        evidence: evidenceIn([
          ...mine.slice(-2).flatMap((hit) => snapshot.evidenceOf(hit)),
          label,
          ...(wanted === undefined ? [] : [snapshot.quote(node, '/metadata/labels/nvidia.com~1mig.config')]),
        ]) ?? [label],
      };
    }
    // The last line that gives a reason is the innermost; those before it count the attempts.
    for (const hit of [...hits].sort((a, b) => reasonsOf(b) - reasonsOf(a) || b.last.line - a.last.line)) {
      const name = nodeOf(snapshot, hit);
      if (told.has(name)) continue;
      told.add(name);
      const node = snapshot.get('nodes', undefined, name);
      const state = node?.metadata.labels?.['nvidia.com/mig.config.state'];
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        variant: 'failed',
        message: `The MIG manager could not apply the MIG configuration: ${(hit.groups['reason'] ?? hit.first.text).replace(/"$/, '')}`,
        evidence: snapshot.evidenceOf(hit),
        ...(state === 'success' ? { state: 'recovered' as const } : {}),
      };
    }
  },
});
