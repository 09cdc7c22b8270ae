import { defineCheck } from '../check.ts';
import { operandFindings } from './operand-check.ts';

export default defineCheck({
  id: 'gpu-driver-pod-failing',
  layer: 5,
  title: 'The GPU driver pods run',
  failureTitle: 'The GPU driver container fails',
  why: 'The driver is the first step on the node: toolkit, validator, device plugin and monitoring wait for it in their init containers, and no GPU is offered until it runs. Usual reasons: no kernel headers for the running kernel, package repositories out of reach, nouveau or Secure Boot, the old driver still in use.',
  fix: [
    'No kernel headers: make the headers of the running kernel ({node}: uname -r) available in the repositories, boot a supported kernel, or use precompiled driver images',
    'Driver in use: drain the GPU pods of {node}; a driver on the host: set driver.enabled=false in the ClusterPolicy',
  ],
  next: [
    'kubectl logs -n gpu-operator -l app=nvidia-driver-daemonset -c nvidia-driver-ctr --tail=100',
    'uname -r',
    'kubectl get pods -n gpu-operator -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: [
    'gpu-driver-kernel-headers',
    'gpu-driver-package-repo',
    'gpu-driver-in-use',
    'gpu-driver-build-failed',
    'gpu-driver-installer-failed',
  ],
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    yield* operandFindings(snapshot, {
      operand: 'driver',
      name: 'The NVIDIA driver',
      signatures: [
        'gpu-driver-kernel-headers',
        'gpu-driver-build-failed',
        'gpu-driver-in-use',
        'gpu-driver-package-repo',
        'gpu-driver-installer-failed',
      ],
      shared: ['gpu-driver-package-repo'],
      waitsFor: 'the driver manager to drain the node and unload the old driver',
    });
  },
});
