import { gpuResources, isGpuNode, operandPods } from '../../snapshot/nodes/gpu.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

export default defineCheck({
  id: 'gpu-nfd-labels-missing',
  layer: 5,
  title: 'Node Feature Discovery has found the GPU nodes',
  failureTitle: 'No node is labelled as having a GPU (Node Feature Discovery)',
  why: 'The GPU operator installs its stack only on nodes that Node Feature Discovery has labelled with an NVIDIA PCI device. Without those labels nothing is deployed.',
  fix: ['Mend Node Feature Discovery (its pods, its RBAC); on nodes without PCI passthrough there is no GPU to find'],
  next: [
    'kubectl get nodes -L feature.node.kubernetes.io/pci-10de.present,nvidia.com/gpu.present',
    'kubectl get pods -A | grep -E "nfd|feature-discovery"',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['nodes', 'pods'],
  wants: ['clusterPolicies'],
  reads: ['gpu-nfd-labels-log'],
  heard: (snapshot) => snapshot.hits('gpu-nfd-labels-log').length > 0,
  *run({ nodes, clusterPolicies }, { snapshot }) {
    const said = snapshot.hits('gpu-nfd-labels-log');
    const [hit] = said;
    if (hit !== undefined && !nodes.some(isGpuNode)) {
      yield {
        subject: subjectOfHit(hit, snapshot),
        variant: 'log',
        message: `The GPU operator finds no node with labels of Node Feature Discovery: ${wordsOfHits([hit])}${/Could not find kernel full version/.test(hit.last.text) && !/kernel full version/.test(hit.first.text) ? '; so it knows no kernel to install the driver for (Could not find kernel full version)' : ''}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, said),
      };
      return;
    }
    // A table row has no labels: only full or described nodes can miss one.
    const labelled = nodes.filter((node) => Object.keys(node.metadata.labels ?? {}).length > 2);
    if (labelled.length === 0 || labelled.some(isGpuNode)) return;
    const told = clusterPolicies.flatMap((policy) =>
      (policy.status?.conditions ?? []).flatMap((one, i) =>
        one.reason === 'NFDLabelsMissing' || one.reason === 'NoGPUNodes' ? [{ policy, i, one }] : [],
      ),
    )[0];
    const pods = operandPods(snapshot);
    const operator = pods.find((one) => one.operand === 'operator');
    const wanted = (pod: Pod) =>
      (pod.spec?.containers ?? []).some((one) => Number(one.resources?.limits?.['nvidia.com/gpu'] ?? 0) > 0);
    const asked = operator !== undefined && snapshot.list('pods').some(wanted);
    const about = told?.policy ?? (asked ? operator.pod : undefined);
    if (about === undefined) return;
    if (nodes.some((node) => gpuResources(node).length > 0)) return;
    yield {
      subject: snapshot.subject(about),
      message: `None of ${labelled.length} nodes has an NVIDIA label of Node Feature Discovery (pci-10de.present)${told === undefined ? ', though the GPU operator is installed and pods ask for GPUs' : `: ${told.one.reason}${told.one.message === undefined ? '' : `, ${told.one.message}`}`}`,
      evidence: [
        told === undefined
          ? snapshot.quote(labelled[0], '/metadata/labels')
          : snapshot.quote(told.policy, `/status/conditions/${told.i}`),
      ],
    };
  },
});
