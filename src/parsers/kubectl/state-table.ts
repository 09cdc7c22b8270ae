import { defined } from '../../lib/defined.ts';
import { parseDuration } from '../../lib/duration.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { namespaceOf } from './request.ts';

type Cell = (column: string) => string | undefined;

interface StateTable {
  /** The heading without the column NAMESPACE. */
  readonly heading: RegExp;
  readonly kind: string;
  readonly apiVersion: string;
  /** The columns that say how the object is, the one that decides first. */
  readonly states: readonly string[];
  /** States that are trouble; all others are a state of work or rest. */
  readonly bad: RegExp;
  /** Columns that are told with it. */
  readonly told: readonly string[];
  /** A new object may be in such a state while it is being made. */
  readonly mayBeYoung?: true;
}

const FAILED = /^(?:\w{0,30}(?:failed|failure|error)|offline|faulted|degraded|unhealthy|unknown)$/i;
/** Longhorn calls a volume that nobody uses unknown. */
const BROKEN = /^(?:faulted|degraded|error)$/i;

const TABLES: readonly StateTable[] = [
  {
    heading: /\bSTATE\s+ROBUSTNESS\b/,
    kind: 'Volume',
    apiVersion: 'longhorn.io/v1beta2',
    states: ['ROBUSTNESS', 'STATE'],
    bad: BROKEN,
    told: ['STATE', 'ROBUSTNESS', 'SCHEDULED', 'NODE'],
  },
  {
    // Replicas, engines; `stopped` and `running` are both well.
    heading: /\bSTATE\s.*\bINSTANCEMANAGER\b/,
    kind: 'Replica',
    apiVersion: 'longhorn.io/v1beta2',
    states: ['STATE'],
    bad: BROKEN,
    told: ['STATE', 'NODE', 'DISK'],
  },
  {
    heading: /\bREADY\s+ALLOWSCHEDULING\s+SCHEDULABLE\b/,
    kind: 'Node.longhorn.io',
    apiVersion: 'longhorn.io/v1beta2',
    states: ['READY', 'SCHEDULABLE'],
    bad: /^False$/,
    told: ['READY', 'ALLOWSCHEDULING', 'SCHEDULABLE'],
  },
  {
    heading: /\bHOSTNAME\b.*\bFREE\s+CAPACITY\b.*\bSTATUS\b/,
    kind: 'CStorPoolInstance',
    apiVersion: 'cstor.openebs.io/v1',
    states: ['STATUS'],
    bad: FAILED,
    told: ['STATUS', 'HOSTNAME', 'FREE', 'CAPACITY', 'READONLY', 'HEALTHYREPLICAS'],
    mayBeYoung: true,
  },
  {
    heading: /\bALLOCATED\s+FREE\s+CAPACITY\s+STATUS\b/,
    kind: 'CStorPool',
    apiVersion: 'openebs.io/v1alpha1',
    states: ['STATUS'],
    bad: FAILED,
    told: ['STATUS', 'ALLOCATED', 'FREE', 'CAPACITY'],
    mayBeYoung: true,
  },
  {
    heading: /\bALLOCATED\s+USED\s+STATUS\b/,
    kind: 'CStorVolumeReplica',
    apiVersion: 'cstor.openebs.io/v1',
    states: ['STATUS'],
    bad: FAILED,
    told: ['STATUS', 'ALLOCATED', 'USED'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+NODE\s+(?:STATE\s+POOL_?STATUS|STATUS)\s+CAPACITY\s+USED\s+AVAILABLE\b/,
    kind: 'DiskPool',
    apiVersion: 'openebs.io/v1beta3',
    states: ['POOL_STATUS', 'POOLSTATUS', 'STATUS', 'STATE'],
    bad: /^(?:failed|failure|error|offline|faulted|degraded|unhealthy|unknown|creating)$/i,
    told: ['STATE', 'POOL_STATUS', 'STATUS', 'NODE', 'CAPACITY', 'USED'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+(?:VOLGROUP\s+NODE|ZPOOL\s+NODE\w{0,4})\s+SIZE\s+STATUS\b/,
    kind: 'LVMVolume',
    apiVersion: 'local.openebs.io/v1alpha1',
    states: ['STATUS'],
    bad: /^(?:pending|failed)$/i,
    told: ['STATUS', 'VOLGROUP', 'ZPOOL', 'NODE', 'NODENAME', 'SIZE'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+CLUSTER UUID\s+STATUS\s+VERSION\b/,
    kind: 'StorageCluster',
    apiVersion: 'core.libopenstorage.org/v1',
    states: ['STATUS'],
    bad: FAILED,
    told: ['STATUS', 'VERSION'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+READYTOUSE\s+SOURCEPVC\b/,
    kind: 'VolumeSnapshot',
    apiVersion: 'snapshot.storage.k8s.io/v1',
    states: ['READYTOUSE'],
    bad: /^false$/,
    told: ['READYTOUSE', 'SOURCEPVC', 'SOURCESNAPSHOTCONTENT', 'SNAPSHOTCLASS', 'SNAPSHOTCONTENT'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+STATUS\s+MINMEMBER\s+RUNNINGS\b/,
    kind: 'PodGroup',
    apiVersion: 'scheduling.volcano.sh/v1beta1',
    states: ['STATUS'],
    bad: /^(?:Pending|Inqueue|Unknown)$/,
    told: ['STATUS', 'MINMEMBER', 'RUNNINGS', 'QUEUE'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+AGE\s+STATUS\s+READY\s*$/,
    kind: 'VirtualMachine',
    apiVersion: 'kubevirt.io/v1',
    states: ['STATUS'],
    bad: /^(?:Error\w{1,40}|DataVolumeError|ErrImagePull|ImagePullBackOff|Unschedulable)$/,
    told: ['STATUS', 'READY'],
  },
  {
    heading: /^NAME\s+AGE\s+PHASE\s+IP\s+NODENAME\b/,
    kind: 'VirtualMachineInstance',
    apiVersion: 'kubevirt.io/v1',
    states: ['PHASE'],
    bad: /^(?:Pending|Scheduling|Failed|Unknown)$/,
    told: ['PHASE', 'NODENAME', 'READY'],
    mayBeYoung: true,
  },
  {
    heading: /^NAME\s+PHASE\s+PROGRESS\b/,
    kind: 'DataVolume',
    apiVersion: 'cdi.kubevirt.io/v1beta1',
    states: ['PHASE'],
    bad: /^(?:Failed|Unknown)$/,
    told: ['PHASE', 'PROGRESS', 'RESTARTS'],
  },
  {
    // What is allocated and what waits for a pod are both usual.
    heading: /^NAME\s+(?:RESOURCECLASSNAME\s+ALLOCATIONMODE\s+)?STATE\s+AGE\s*$/,
    kind: 'ResourceClaim',
    apiVersion: 'resource.k8s.io/v1',
    states: ['STATE'],
    bad: /^failed$/i,
    told: ['STATE'],
  },
];

const PHRASES = ['DATA ENGINE', 'CLUSTER UUID'];
/** Seconds within which a controller may still be at work on a new object. */
const YOUNG = 300;

const tableOf = (line: string): StateTable | undefined => {
  const heading = line.trim().replace(/^NAMESPACE\s+/, '');
  return /^NAME\s/.test(heading) && heading.length < 400
    ? TABLES.find((table) => table.heading.test(heading))
    : undefined;
};

function words(table: StateTable, cell: Cell): string {
  return table.told.flatMap((column) => (cell(column) === undefined ? [] : `${column} ${cell(column)}`)).join(', ');
}

function readRowOf(table: StateTable, header: Header, line: string, index: number, context: ParserContext): boolean {
  const { origin, emit } = context;
  const cells = readRow(header, line);
  const cell: Cell = (name) => {
    const text = cells?.[header.columns.findIndex((column) => column.name === name)];
    return text === undefined || text === '' || text === '<none>' ? undefined : text;
  };
  const full = cell('NAME');
  if (full === undefined || !/^[a-z0-9][a-z0-9./-]{0,252}$/i.test(full)) return false;
  const said = table.states.map(cell).filter((state) => state !== undefined);
  if (said.length === 0) return cells !== undefined;
  const bad = said.find((state) => table.bad.test(state));
  const age = parseDuration(cell('AGE') ?? '');
  const young = table.mayBeYoung === true && age !== undefined && age < YOUNG;
  // Not meant to take replicas.
  const closed = cell('ALLOWSCHEDULING') === 'false' && cell('READY') === 'True';
  const trouble = bad !== undefined && !young && !closed;
  const base = factBase(origin, index, line);
  const message = trouble ? words(table, cell) : undefined;
  const truth = bad !== undefined && /^(?:true|false)$/i.test(bad);
  emit.fact('customResources', {
    ...base,
    resourceKind: table.kind,
    apiVersion: table.apiVersion,
    name: full.slice(full.lastIndexOf('/') + 1),
    conditions:
      truth && trouble ? [{ source: base.source, type: 'Ready', status: 'False', ...defined({ message }) }] : [],
    ...defined({
      state: truth ? undefined : (bad ?? said[0]),
      message: truth ? undefined : message,
      namespace: cell('NAMESPACE') ?? namespaceOf(origin),
    }),
  });
  return true;
}

/**
 * Tables of storage, gangs and virtual machines that say in a word how an object is: of Longhorn (volumes, replicas,
 * nodes), OpenEBS (pools, replicas, volumes), Portworx, Volcano, KubeVirt, of VolumeSnapshots and ResourceClaims.
 *
 * Command: `kubectl get volumes.longhorn.io -n longhorn-system`, `kubectl get vmi -A`.
 * Versions: kubectl 1.16 to 1.36, which prints the columns that the definition names.
 * Sample:
 *
 *     NAME   DATA ENGINE   STATE      ROBUSTNESS   SCHEDULED   SIZE         NODE   AGE
 *     pvc-1  v1            attached   degraded     False       10737418240  n2     21d
 *
 * Empty: a heading without rows says that there are none.
 */
export default defineParser({
  kind: 'kubectl-state-table',
  reads: 'tables of Longhorn, OpenEBS, Portworx, Volcano, KubeVirt, VolumeSnapshots and ResourceClaims',
  // Before tables of any kind, which would take the command's word for it.
  priority: 2,
  sniff(head) {
    return head.slice(0, 10).some((line) => tableOf(line) !== undefined);
  },
  parse(lines, context) {
    let open: readonly [StateTable, Header] | undefined;
    let strange = 0;
    let first = 0;
    lines.forEach((line, index) => {
      if (line.trim() === '') return;
      const table = tableOf(line);
      if (table !== undefined) open = [table, readHeader(line.trimEnd(), PHRASES)];
      else if (open === undefined || !readRowOf(...open, line, index, context)) {
        if (strange++ === 0) first = index;
      }
    });
    if (strange > 0)
      context.emit.unread(
        context.origin,
        `${strange} ${strange === 1 ? 'line is no row' : 'lines are no rows'} of a table of states`,
        context.origin.firstLine + first,
      );
  },
});
