import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-device-plugin-failing',
  layer: 5,
  title: 'The GPU device plugin pods run',
  failureTitle: 'The GPU device plugin finds no GPU or does not run',
  why: 'Only the device plugin tells the kubelet how many GPUs there are. Without NVML (no driver, no nvidia runtime) or with a wrong MIG strategy it registers none.',
  fix: [
    'Failed to initialize NVML: make nvidia the default runtime of the node or give the plugin runtimeClassName: nvidia; mend the driver',
    'Incompatible strategy: set migStrategy to what the cards are cut into',
    'MPS daemon: its control daemon set must run on the node (label nvidia.com/mps.capable, mpsRoot alike in both) and the card must know MPS (Volta and later, no Jetson; SELinux must let it write); else share by timeSlicing',
  ],
  next: ['kubectl logs -n gpu-operator -l app=nvidia-device-plugin-daemonset --tail=100', 'nvidia-smi'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-device-plugin-failing', 'gpu-device-plugin-crashed'],
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    yield* operandFindings(snapshot, {
      operand: 'device-plugin',
      name: 'The GPU device plugin',
      signatures: ['gpu-device-plugin-failing', 'gpu-device-plugin-crashed'],
      waitsFor: 'the container toolkit',
    });
  },
});
