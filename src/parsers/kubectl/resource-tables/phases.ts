/** Custom resources whose tables say how far an object is, in a column PHASE, STATE or STATUS. */
import type { Cell, ResourceTable, Verdict } from './verdict.ts';

const phase = (cell: Cell): Verdict => ({
  state: cell('PHASE') ?? cell('STATE'),
  message: cell('MESSAGE') ?? cell('ERROR'),
});

export const PHASE_TABLES: readonly ResourceTable[] = [
  {
    heading: /^NAME\s+DISPLAY\s+VERSION\s.*\bPHASE\b/,
    kind: 'ClusterServiceVersion',
    apiVersion: 'operators.coreos.com/v1alpha1',
    judge: phase,
  },
  {
    heading: /\bPHASE\s+LAST VALIDATED\b/,
    kind: 'BackupStorageLocation',
    apiVersion: 'velero.io/v1',
    judge: phase,
  },
  {
    heading: /\bCLUSTER\s+(?:NODENAME|NODE NAME)\s.*\bPHASE\b/,
    kind: 'Machine',
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    judge: phase,
  },
  {
    heading: /^NAME\s+PHASE\s+TYPE\s+REGION\b/,
    kind: 'Machine',
    apiVersion: 'machine.openshift.io/v1beta1',
    judge: phase,
  },
  {
    heading: /^NAME\s+(?:STATUS\s+)?STATE\s+CONSUMER\b/,
    kind: 'BareMetalHost',
    apiVersion: 'metal3.io/v1alpha1',
    judge: phase,
  },
  {
    heading: /\bMONCOUNT\b.*\bPHASE\s+MESSAGE\b/,
    kind: 'CephCluster',
    apiVersion: 'ceph.rook.io/v1',
    judge: phase,
  },
  {
    // Contour says valid, invalid or orphaned, and why.
    heading: /^NAME\s+FQDN\s+TLS SECRET\s+STATUS\s+STATUS DESCRIPTION\b/,
    kind: 'HTTPProxy',
    apiVersion: 'projectcontour.io/v1',
    judge: (cell) => ({ state: cell('STATUS'), message: cell('STATUS DESCRIPTION') }),
  },
];
