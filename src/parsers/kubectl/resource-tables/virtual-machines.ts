/** Virtual machines, gangs of pods and devices: what is placed as a pod is. */
import { byState, type ResourceTable } from './verdict.ts';

export const VIRTUAL_MACHINE_TABLES: readonly ResourceTable[] = [
  {
    heading: /^NAME\s+STATUS\s+MINMEMBER\s+RUNNINGS\b/,
    kind: 'PodGroup',
    apiVersion: 'scheduling.volcano.sh/v1beta1',
    judge: byState({
      states: ['STATUS'],
      bad: /^(?:Pending|Inqueue|Unknown)$/,
      told: ['STATUS', 'MINMEMBER', 'RUNNINGS', 'QUEUE'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+AGE\s+STATUS\s+READY\s*$/,
    kind: 'VirtualMachine',
    apiVersion: 'kubevirt.io/v1',
    judge: byState({
      states: ['STATUS'],
      bad: /^(?:Error\w{1,40}|DataVolumeError|ErrImagePull|ImagePullBackOff|Unschedulable)$/,
      told: ['STATUS', 'READY'],
    }),
  },
  {
    heading: /^NAME\s+AGE\s+PHASE\s+IP\s+NODENAME\b/,
    kind: 'VirtualMachineInstance',
    apiVersion: 'kubevirt.io/v1',
    judge: byState({
      states: ['PHASE'],
      bad: /^(?:Pending|Scheduling|Scheduled|Failed|Unknown)$/,
      told: ['PHASE', 'NODENAME', 'READY'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+PHASE\s+PROGRESS\b/,
    kind: 'DataVolume',
    apiVersion: 'cdi.kubevirt.io/v1beta1',
    judge: byState({
      states: ['PHASE'],
      bad: /^(?:Failed|Unknown)$/,
      told: ['PHASE', 'PROGRESS', 'RESTARTS'],
    }),
  },
  {
    // What is allocated and what waits for a pod are both usual.
    heading: /^NAME\s+(?:RESOURCECLASSNAME\s+ALLOCATIONMODE\s+)?STATE\s+AGE\s*$/,
    kind: 'ResourceClaim',
    apiVersion: 'resource.k8s.io/v1',
    judge: byState({
      states: ['STATE'],
      bad: /^failed$/i,
      told: ['STATE'],
    }),
  },
];
