/** Storage: volumes, replicas, pools and snapshots. */
import { byState, type ResourceTable } from './verdict.ts';

const FAILED = /^(?:\w{0,30}(?:failed|failure|error)|offline|faulted|degraded|unhealthy|unknown)$/i;
/** Longhorn calls a volume that nobody uses unknown. */
const BROKEN = /^(?:faulted|degraded|error)$/i;

export const STORAGE_TABLES: readonly ResourceTable[] = [
  {
    heading: /\bSTATE\s+ROBUSTNESS\b/,
    kind: 'Volume',
    apiVersion: 'longhorn.io/v1beta2',
    judge: byState({
      states: ['ROBUSTNESS', 'STATE'],
      bad: BROKEN,
      told: ['STATE', 'ROBUSTNESS', 'SCHEDULED', 'NODE'],
    }),
  },
  {
    // Replicas, engines; `stopped` and `running` are both well.
    heading: /\bSTATE\s.*\bINSTANCEMANAGER\b/,
    kind: 'Replica',
    apiVersion: 'longhorn.io/v1beta2',
    judge: byState({
      states: ['STATE'],
      bad: BROKEN,
      told: ['STATE', 'NODE', 'DISK'],
    }),
  },
  {
    heading: /\bREADY\s+ALLOWSCHEDULING\s+SCHEDULABLE\b/,
    kind: 'Node.longhorn.io',
    apiVersion: 'longhorn.io/v1beta2',
    judge: byState({
      states: ['READY', 'SCHEDULABLE'],
      bad: /^False$/,
      told: ['READY', 'ALLOWSCHEDULING', 'SCHEDULABLE'],
    }),
  },
  {
    heading: /\bHOSTNAME\b.*\bFREE\s+CAPACITY\b.*\bSTATUS\b/,
    kind: 'CStorPoolInstance',
    apiVersion: 'cstor.openebs.io/v1',
    judge: byState({
      states: ['STATUS'],
      bad: FAILED,
      told: ['STATUS', 'HOSTNAME', 'FREE', 'CAPACITY', 'READONLY', 'HEALTHYREPLICAS'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /\bALLOCATED\s+FREE\s+CAPACITY\s+STATUS\b/,
    kind: 'CStorPool',
    apiVersion: 'openebs.io/v1alpha1',
    judge: byState({
      states: ['STATUS'],
      bad: FAILED,
      told: ['STATUS', 'ALLOCATED', 'FREE', 'CAPACITY'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /\bALLOCATED\s+USED\s+STATUS\b/,
    kind: 'CStorVolumeReplica',
    apiVersion: 'cstor.openebs.io/v1',
    judge: byState({
      states: ['STATUS'],
      bad: FAILED,
      told: ['STATUS', 'ALLOCATED', 'USED'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+NODE\s+(?:STATE\s+POOL_?STATUS|STATUS)\s+CAPACITY\s+USED\s+AVAILABLE\b/,
    kind: 'DiskPool',
    apiVersion: 'openebs.io/v1beta3',
    judge: byState({
      states: ['POOL_STATUS', 'POOLSTATUS', 'STATUS', 'STATE'],
      bad: /^(?:failed|failure|error|offline|faulted|degraded|unhealthy|unknown|creating)$/i,
      told: ['STATE', 'POOL_STATUS', 'STATUS', 'NODE', 'CAPACITY', 'USED'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+(?:VOLGROUP\s+NODE|ZPOOL\s+NODE\w{0,4})\s+SIZE\s+STATUS\b/,
    kind: 'LVMVolume',
    apiVersion: 'local.openebs.io/v1alpha1',
    judge: byState({
      states: ['STATUS'],
      bad: /^(?:pending|failed)$/i,
      told: ['STATUS', 'VOLGROUP', 'ZPOOL', 'NODE', 'NODENAME', 'SIZE'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+CLUSTER UUID\s+STATUS\s+VERSION\b/,
    kind: 'StorageCluster',
    apiVersion: 'core.libopenstorage.org/v1',
    judge: byState({
      states: ['STATUS'],
      bad: FAILED,
      told: ['STATUS', 'VERSION'],
      mayBeYoung: true,
    }),
  },
  {
    heading: /^NAME\s+READYTOUSE\s+SOURCEPVC\b/,
    kind: 'VolumeSnapshot',
    apiVersion: 'snapshot.storage.k8s.io/v1',
    judge: byState({
      states: ['READYTOUSE'],
      bad: /^false$/,
      told: ['READYTOUSE', 'SOURCEPVC', 'SOURCESNAPSHOTCONTENT', 'SNAPSHOTCLASS', 'SNAPSHOTCONTENT'],
      mayBeYoung: true,
    }),
  },
];
