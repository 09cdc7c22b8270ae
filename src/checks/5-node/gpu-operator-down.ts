import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-operator-down',
  layer: 5,
  title: 'The GPU operator runs',
  failureTitle: 'The GPU operator does not run',
  why: 'Without the operator no part of the GPU stack is installed or kept up; what runs goes on.',
  fix: ['Read the log of the operator: missing CRDs, permissions, memory limit'],
  next: ['kubectl logs -n gpu-operator deploy/gpu-operator --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    yield* operandFindings(snapshot, {
      operand: 'operator',
      name: 'The GPU operator',
      signatures: [],
      waitsFor: 'its init containers',
    });
  },
});
