/** Findings that cancel others (the checks catalogue, section 8.4): each line is a fact about Kubernetes. */
import type { Refutation } from './link.ts';

export const refutations: readonly Refutation[] = [
  {
    finding: 'netpol-not-enforced',
    refutes: 'netpol-blocks-flow',
    join: 'cluster',
    why: 'The CNI ignores NetworkPolicy objects.',
  },
  {
    finding: 'netpol-not-enforced',
    refutes: 'netpol-outside-blocked',
    join: 'cluster',
    why: 'The CNI ignores NetworkPolicy objects.',
  },
  {
    finding: 'netpol-not-enforced',
    refutes: 'netpol-dns-egress-blocked',
    join: 'cluster',
    why: 'The CNI ignores NetworkPolicy objects.',
  },
  {
    finding: 'netpol-not-enforced',
    refutes: 'netpol-default-deny',
    join: 'cluster',
    why: 'The CNI ignores NetworkPolicy objects.',
  },
  { finding: 'client-side-throttling', refutes: 'api-slow', join: 'cluster', why: 'The delay is added in the client.' },
  {
    finding: 'pvc-wait-for-first-consumer',
    refutes: 'sched-pvc-unbound-immediate',
    join: 'claim',
    why: 'Binding waits for the pod by design.',
  },
  {
    finding: 'pvc-wait-for-first-consumer',
    refutes: 'pvc-provisioner-absent',
    join: 'claim',
    why: 'Binding waits for the pod by design.',
  },
  {
    finding: 'sched-gated',
    refutes: 'pod-never-processed',
    join: 'pod',
    why: 'A scheduling gate keeps the pod back on purpose.',
  },
  {
    finding: 'node-shutdown',
    refutes: 'node-notready-unknown',
    join: 'node',
    why: 'The node was shut down on purpose.',
  },
  {
    finding: 'gpu-deploy-label-disabled',
    refutes: 'gpu-driver-pod-failing',
    join: 'node',
    why: 'The operand is switched off on this node.',
  },
  {
    finding: 'gpu-deploy-label-disabled',
    refutes: 'gpu-device-plugin-failing',
    join: 'node',
    why: 'The operand is switched off on this node.',
  },
];
