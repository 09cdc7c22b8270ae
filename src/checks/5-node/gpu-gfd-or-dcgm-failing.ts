import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-gfd-or-dcgm-failing',
  layer: 5,
  title: 'GPU feature discovery and monitoring run',
  failureTitle: 'GPU feature discovery or monitoring does not run',
  why: 'Without feature discovery the labels of GPU model and memory are missing, on which node selectors rely; without DCGM there are only no metrics.',
  fix: ['Waiting: mend driver and toolkit; OOMKilled exporter: raise its memory limit; else read its log'],
  next: [
    'kubectl get pods -n gpu-operator -o wide',
    'kubectl logs -n gpu-operator -l app=nvidia-dcgm-exporter --tail=50',
  ],
  severity: 'warning',
  confidence: 'high',
  reads: ['gpu-gfd-or-dcgm-failing'],
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const operand of ['gfd', 'dcgm'] as const)
      for (const draft of operandFindings(snapshot, {
        operand,
        name: operand === 'gfd' ? 'GPU feature discovery' : 'GPU monitoring (DCGM)',
        signatures: operand === 'dcgm' ? ['gpu-gfd-or-dcgm-failing'] : [],
        waitsFor: 'the container toolkit',
      }))
        yield { ...draft, severity: 'warning' };
  },
});
