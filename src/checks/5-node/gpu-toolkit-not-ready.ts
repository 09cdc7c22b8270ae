import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-toolkit-not-ready',
  layer: 5,
  title: 'The NVIDIA container toolkit pods run',
  failureTitle: 'The NVIDIA container toolkit is not ready',
  why: 'The toolkit writes the nvidia handler into the configuration of the runtime. It waits for the driver; when it fails itself, the path or socket of the runtime is another one (k3s, RKE2, MicroK8s).',
  fix: [
    'Waiting: mend the driver',
    'Failing: set the config path and socket of the runtime in toolkit.env of the ClusterPolicy (CONTAINERD_CONFIG, CONTAINERD_SOCKET)',
  ],
  next: ['kubectl logs -n gpu-operator -l app=nvidia-container-toolkit-daemonset --all-containers --tail=100'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-toolkit-not-ready'],
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    yield* operandFindings(snapshot, {
      operand: 'toolkit',
      name: 'The NVIDIA container toolkit',
      signatures: ['gpu-toolkit-not-ready'],
      waitsFor: 'the driver',
    });
  },
});
