/** Operators of databases, pipelines and delivery: each says in words of its own how an object is. */
import { CUSTOM_KINDS } from '../custom-kinds.ts';
import { ageIn, byWord, type Cell, type ResourceTable, type Verdict } from './verdict.ts';

/** Seconds for which a new cluster of a database may still be on its way. */
const ON_ITS_WAY = 600;

/** CloudNativePG: fewer instances are ready than there should be, and what it is doing about it. */
function cloudNativePg(cell: Cell): Verdict | undefined {
  const [instances, ready, status] = [Number(cell('INSTANCES')), Number(cell('READY') ?? 0), cell('STATUS')];
  if (status === 'Cluster in healthy state' && ready === instances) return { condition: { type: 'Ready', well: true } };
  if (status === undefined || !(ready < instances) || ageIn(cell) < ON_ITS_WAY) return undefined;
  return {
    condition: { type: 'Ready', well: false, message: `${ready} of ${instances} instances are ready: ${status}` },
  };
}

/** Argo CD: what runs is degraded or gone, or what should run cannot be told. Out of sync alone is a change to come. */
function argoCd(cell: Cell): Verdict | undefined {
  const health = cell('HEALTH STATUS') ?? cell('HEALTH');
  const sync = cell('SYNC STATUS') ?? cell('STATUS');
  const conditions = cell('CONDITIONS');
  if (sync === 'Unknown')
    return { condition: { type: 'Synced', well: false, reason: conditions ?? 'SyncStatusUnknown' } };
  if (health === 'Degraded' || health === 'Missing')
    return { condition: { type: 'Healthy', well: false, reason: health, message: conditions } };
  return health === 'Healthy' && sync === 'Synced' ? { condition: { type: 'Healthy', well: true } } : undefined;
}

/** Tekton's tables, of kubectl and of its own tool. */
function tekton(cell: Cell): Verdict | undefined {
  const [, word, reason] = /^(\w+)(?:\((\w+)\))?$/.exec(cell('STATUS') ?? cell('SUCCEEDED') ?? '') ?? [];
  if (word === 'True' || word === 'Succeeded' || word === 'Completed')
    return { condition: { type: 'Succeeded', well: true } };
  return word === 'False' || word === 'Failed'
    ? { condition: { type: 'Succeeded', well: false, reason: reason ?? cell('REASON') ?? 'Failed' } }
    : undefined;
}

/** An empty column is one that the controller has not come to. */
function sealedSecret(cell: Cell): Verdict | undefined {
  const synced = cell('SYNCED');
  if (synced === 'False')
    return { condition: { type: 'Synced', well: false, message: cell('STATUS') ?? 'not unsealed' } };
  return synced === 'True' ? { condition: { type: 'Synced', well: true } } : undefined;
}

/** The operator of Calico: each of its parts is there and sound, or not. */
function tigera(cell: Cell): Verdict | undefined {
  const [available, degraded, message] = [cell('AVAILABLE'), cell('DEGRADED'), cell('MESSAGE')];
  if (degraded === 'True') return { condition: { type: 'Ready', well: false, reason: 'Degraded', message } };
  return available === 'True' ? { condition: { type: 'Ready', well: true } } : undefined;
}

/** Kinds of Tekton that share their tables. */
const TEKTON = CUSTOM_KINDS.filter(([, , apiVersion]) => apiVersion.startsWith('tekton.dev/'));

/** Columns that are words of one operator, in their order. */
export const OPERATOR_TABLES: readonly ResourceTable[] = [
  {
    heading: /^NAME\s+SUCCEEDED\s+REASON\s+STARTTIME\s+COMPLETIONTIME/,
    kind: 'PipelineRun',
    apiVersion: 'tekton.dev/v1',
    named: TEKTON,
    judge: tekton,
  },
  {
    heading: /^NAME\s+STARTED\s+DURATION\s+STATUS$/,
    kind: 'PipelineRun',
    apiVersion: 'tekton.dev/v1',
    named: TEKTON,
    judge: tekton,
  },
  {
    heading: /^NAME\s+STATUS\s+AGE\s+(?:DURATION\s+PRIORITY\s+)?MESSAGE$/,
    kind: 'Workflow',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: byWord('STATUS', /^(?:Failed|Error)$/, /^Succeeded$/, 'Succeeded'),
  },
  {
    heading: /^NAME\s+SYNC STATUS\s+HEALTH STATUS/,
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: argoCd,
  },
  {
    heading: /^NAME\s+CLUSTER\s+NAMESPACE\s+PROJECT\s+STATUS\s+HEALTH\s+SYNCPOLICY\s+CONDITIONS\b/,
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: argoCd,
  },
  {
    heading: /^NAME\s+AGE\s+INSTANCES\s+READY\s+STATUS\s+PRIMARY$/,
    kind: 'Cluster',
    apiVersion: 'postgresql.cnpg.io/v1',
    judge: cloudNativePg,
  },
  {
    heading: /^NAME\s+TEAM\s+VERSION\s+PODS\s+VOLUME\s.*\bSTATUS$/,
    kind: 'postgresql',
    apiVersion: 'acid.zalan.do/v1',
    judge: byWord('STATUS', /(?:Failed|^Invalid)$/, /^Running$/),
  },
  {
    heading: /^NAME\s+HEALTH\s+NODES\s+VERSION\s+(?:PHASE\s+)?AGE$/,
    kind: 'Elasticsearch',
    apiVersion: 'elasticsearch.k8s.elastic.co/v1',
    named: [[/^kibanas?\b/, 'Kibana', 'kibana.k8s.elastic.co/v1']],
    judge: byWord('HEALTH', /^red$/, /^green$/),
  },
  {
    heading: /^NAME\s+ALLREPLICASREADY\s+RECONCILESUCCESS\s+AGE$/,
    kind: 'RabbitmqCluster',
    apiVersion: 'rabbitmq.com/v1beta1',
    judge: (cell) =>
      cell('RECONCILESUCCESS') === 'False'
        ? { condition: { type: 'Ready', well: false, reason: 'ReconcileFailed' } }
        : cell('ALLREPLICASREADY') === 'True'
          ? { condition: { type: 'Ready', well: true } }
          : undefined,
  },
  {
    heading: /^NAME\s+STATUS\s+SYNCED\s+AGE$/,
    kind: 'SealedSecret',
    apiVersion: 'bitnami.com/v1alpha1',
    judge: sealedSecret,
  },
  {
    heading: /^NAME\s+AVAILABLE\s+PROGRESSING\s+DEGRADED\s+SINCE\b/,
    kind: 'TigeraStatus',
    apiVersion: 'operator.tigera.io/v1',
    judge: tigera,
  },
  {
    heading: /^NAME\s+ENDPOINT\s+STATUS\s+(?:PXC|PGBOUNCER|POSTGRES|AGE)\b/,
    kind: 'Percona cluster',
    apiVersion: 'percona.com/v1',
    judge: byWord('STATUS', /^error$/, /^ready$/),
  },
  {
    heading: /^NAME\s+STATUS\s+ONLINE\s+INSTANCES\s+ROUTERS\b/,
    kind: 'InnoDBCluster',
    apiVersion: 'mysql.oracle.com/v2',
    judge: byWord('STATUS', /^(?:OFFLINE|NO_QUORUM|SPLIT_BRAIN|INVALID|UNKNOWN|FAILED)\w*$/, /^ONLINE$/),
  },
  {
    heading: /^NAME\s+STATE\s+HEALTH\s+AGE$/,
    kind: 'Tenant',
    apiVersion: 'minio.min.io/v2',
    judge: byWord('HEALTH', /^red$/, /^green$/),
  },
  {
    heading: /^NAME\s+PHASE\s+VERSION(?:\s+TYPE\s+AGE)?$/,
    kind: 'MongoDB',
    apiVersion: 'mongodbcommunity.mongodb.com/v1',
    judge: byWord('PHASE', /^Failed$/, /^Running$/),
  },
  {
    heading: /^NAME\s+CLUSTER-DEFINITION\s.*\bSTATUS\b/,
    kind: 'Cluster',
    apiVersion: 'apps.kubeblocks.io/v1',
    judge: byWord('STATUS', /^(?:Failed|Abnormal)$/, /^Running$/),
  },
  {
    heading: /^NAME\s+STATUS\s+ATTEMPTS\s+START\s+FINISH\s+AGE$/,
    kind: 'SparkApplication',
    apiVersion: 'sparkoperator.k8s.io/v1beta2',
    judge: byWord('STATUS', /^(?:FAILED|SUBMISSION_FAILED|FAILING)$/, /^COMPLETED$/, 'Succeeded'),
  },
];
