import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-gfd-or-dcgm-failing',
  layer: 5,
  title: 'GPU feature discovery and monitoring run',
  failureTitle: 'GPU feature discovery or monitoring does not run',
  why: 'Without feature discovery the labels of GPU model and memory are missing, on which node selectors rely; without DCGM there are only no metrics.',
  fix: [
    'Waiting: mend driver and toolkit; OOMKilled exporter: raise its memory limit; else read its log',
    'DCGM initialization error: the exporter got no GPU (nvidia runtime, driver); a module of DCGM not loaded: this card has no profiling, take the DCGM_FI_PROF metrics out of its list',
  ],
  next: [
    'kubectl get pods -n gpu-operator -o wide',
    'kubectl logs -n gpu-operator -l app=nvidia-dcgm-exporter --tail=50',
  ],
  severity: 'warning',
  confidence: 'high',
  reads: ['gpu-dcgm-failing', 'gpu-gfd-or-dcgm-failing'],
  needsAny: ['pods', 'containerLogs'],
  *run(_facts, { snapshot }) {
    for (const operand of ['gfd', 'dcgm'] as const)
      for (const draft of operandFindings(snapshot, {
        operand,
        name: operand === 'gfd' ? 'GPU feature discovery' : 'GPU monitoring (DCGM)',
        signatures: operand === 'dcgm' ? ['gpu-dcgm-failing', 'gpu-gfd-or-dcgm-failing'] : [],
        waitsFor: 'the container toolkit',
      }))
        yield { ...draft, severity: 'warning' };
  },
});
