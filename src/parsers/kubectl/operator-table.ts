import { defined } from '../../lib/defined.ts';
import { parseDuration } from '../../lib/duration.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

type Cell = (name: string) => string | undefined;
/** How an object is, as its row says it; undefined: on its way, or nothing to say. */
interface Verdict {
  readonly type: 'Ready' | 'Succeeded' | 'Healthy' | 'Synced';
  readonly well: boolean;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}
interface Table {
  readonly header: RegExp;
  readonly kind: string;
  readonly apiVersion: string;
  readonly judge: (cell: Cell) => Verdict | undefined;
}

/** Seconds for which a new cluster of a database may still be on its way. */
const YOUNG = 600;

/** A column of one word: bad words with the reason that they are, good words, and those of work that goes on. */
const byWord =
  (column: string, bad: RegExp, good: RegExp, type: Verdict['type'] = 'Ready') =>
  (cell: Cell): Verdict | undefined => {
    const word = cell(column);
    if (word === undefined) return undefined;
    if (bad.test(word)) return { type, well: false, reason: word, message: cell('MESSAGE') };
    return good.test(word) ? { type, well: true } : undefined;
  };

/** CloudNativePG: fewer instances are ready than there should be, and what it is doing about it. */
function cloudNativePg(cell: Cell): Verdict | undefined {
  const [instances, ready, status] = [Number(cell('INSTANCES')), Number(cell('READY') ?? 0), cell('STATUS')];
  if (status === 'Cluster in healthy state' && ready === instances) return { type: 'Ready', well: true };
  const age = parseDuration(cell('AGE') ?? '') ?? Number.POSITIVE_INFINITY;
  if (status === undefined || !(ready < instances) || age < YOUNG) return undefined;
  return { type: 'Ready', well: false, message: `${ready} of ${instances} instances are ready: ${status}` };
}

/** Argo CD: what runs is degraded or gone, or what should run cannot be told. Out of sync alone is a change to come. */
function argoCd(cell: Cell): Verdict | undefined {
  const health = cell('HEALTH STATUS') ?? cell('HEALTH');
  const sync = cell('SYNC STATUS') ?? cell('STATUS');
  const conditions = cell('CONDITIONS');
  if (sync === 'Unknown') return { type: 'Synced', well: false, reason: conditions ?? 'SyncStatusUnknown' };
  if (health === 'Degraded' || health === 'Missing')
    return { type: 'Healthy', well: false, reason: health, message: conditions };
  return health === 'Healthy' && sync === 'Synced' ? { type: 'Healthy', well: true } : undefined;
}

/** Tekton's tables, of kubectl and of its own tool. */
function tekton(cell: Cell): Verdict | undefined {
  const [, word, reason] = /^(\w+)(?:\((\w+)\))?$/.exec(cell('STATUS') ?? cell('SUCCEEDED') ?? '') ?? [];
  if (word === 'True' || word === 'Succeeded' || word === 'Completed') return { type: 'Succeeded', well: true };
  return word === 'False' || word === 'Failed'
    ? { type: 'Succeeded', well: false, reason: reason ?? cell('REASON') ?? 'Failed' }
    : undefined;
}

/** Columns that are words of one operator, in their order. */
const TABLES: readonly Table[] = [
  {
    header: /^NAME\s+SUCCEEDED\s+REASON\s+STARTTIME\s+COMPLETIONTIME/,
    kind: 'PipelineRun',
    apiVersion: 'tekton.dev/v1',
    judge: tekton,
  },
  { header: /^NAME\s+STARTED\s+DURATION\s+STATUS$/, kind: 'PipelineRun', apiVersion: 'tekton.dev/v1', judge: tekton },
  {
    header: /^NAME\s+STATUS\s+AGE\s+(?:DURATION\s+PRIORITY\s+)?MESSAGE$/,
    kind: 'Workflow',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: byWord('STATUS', /^(?:Failed|Error)$/, /^Succeeded$/, 'Succeeded'),
  },
  {
    header: /^NAME\s+SYNC STATUS\s+HEALTH STATUS/,
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: argoCd,
  },
  {
    header: /^NAME\s+CLUSTER\s+NAMESPACE\s+PROJECT\s+STATUS\s+HEALTH\s+SYNCPOLICY\s+CONDITIONS\b/,
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    judge: argoCd,
  },
  {
    header: /^NAME\s+AGE\s+INSTANCES\s+READY\s+STATUS\s+PRIMARY$/,
    kind: 'Cluster',
    apiVersion: 'postgresql.cnpg.io/v1',
    judge: cloudNativePg,
  },
  {
    header: /^NAME\s+TEAM\s+VERSION\s+PODS\s+VOLUME\s.*\bSTATUS$/,
    kind: 'postgresql',
    apiVersion: 'acid.zalan.do/v1',
    judge: byWord('STATUS', /(?:Failed|^Invalid)$/, /^Running$/),
  },
  {
    header: /^NAME\s+HEALTH\s+NODES\s+VERSION\s+(?:PHASE\s+)?AGE$/,
    kind: 'Elasticsearch',
    apiVersion: 'elasticsearch.k8s.elastic.co/v1',
    judge: byWord('HEALTH', /^red$/, /^green$/),
  },
  {
    header: /^NAME\s+ALLREPLICASREADY\s+RECONCILESUCCESS\s+AGE$/,
    kind: 'RabbitmqCluster',
    apiVersion: 'rabbitmq.com/v1beta1',
    judge: (cell) =>
      cell('RECONCILESUCCESS') === 'False'
        ? { type: 'Ready', well: false, reason: 'ReconcileFailed' }
        : cell('ALLREPLICASREADY') === 'True'
          ? { type: 'Ready', well: true }
          : undefined,
  },
  {
    header: /^NAME\s+STATUS\s+SYNCED\s+AGE$/,
    kind: 'SealedSecret',
    apiVersion: 'bitnami.com/v1alpha1',
    judge: (cell) =>
      cell('SYNCED') === 'False'
        ? { type: 'Synced', well: false, message: cell('STATUS') ?? 'not unsealed' }
        : { type: 'Synced', well: true },
  },
  {
    header: /^NAME\s+ENDPOINT\s+STATUS\s+(?:PXC|PGBOUNCER|POSTGRES|AGE)\b/,
    kind: 'Percona cluster',
    apiVersion: 'percona.com/v1',
    judge: byWord('STATUS', /^error$/, /^ready$/),
  },
  {
    header: /^NAME\s+CLUSTER-DEFINITION\s.*\bSTATUS\b/,
    kind: 'Cluster',
    apiVersion: 'apps.kubeblocks.io/v1',
    judge: byWord('STATUS', /^(?:Failed|Abnormal)$/, /^Running$/),
  },
  {
    header: /^NAME\s+STATUS\s+ATTEMPTS\s+START\s+FINISH\s+AGE$/,
    kind: 'SparkApplication',
    apiVersion: 'sparkoperator.k8s.io/v1beta2',
    judge: byWord('STATUS', /^(?:FAILED|SUBMISSION_FAILED|FAILING)$/, /^COMPLETED$/, 'Succeeded'),
  },
];
const PHRASES = ['SYNC STATUS', 'HEALTH STATUS'];
/** Kinds of a table that several have, by how they are asked for or by the name of a row. */
const BY_WORD: readonly (readonly [RegExp, string])[] = [
  [/^(?:tr|taskruns?)(?:\.|$)/, 'TaskRun'],
  [/^(?:pr|pipelineruns?)(?:\.|$)/, 'PipelineRun'],
  [/^kibanas?(?:\.|$)/, 'Kibana'],
];

const tableOf = (line: string): Table | undefined => {
  const text = line.trim().replace(/^NAMESPACE\s+/, '');
  return TABLES.find(({ header }) => header.test(text));
};

function readRowOf(
  table: Table,
  header: Header,
  line: string,
  index: number,
  { origin, emit }: ParserContext,
): boolean {
  const cells = readRow(header, line);
  const cell: Cell = (name) => {
    const text = cells?.[header.columns.findIndex((column) => column.name === name)];
    return text === undefined || text === '' || text === '<none>' || text === '---' ? undefined : text;
  };
  const full = cell('NAME');
  if (full === undefined) return false;
  const slash = full.lastIndexOf('/');
  const asked = origin.command?.tool === 'tkn' ? origin.command.words[0] : kubectlRequest(origin.command)?.resources[0];
  // Argo CD prints the namespace of an application before its name.
  const word = slash > 0 && full.includes('.') ? full.slice(0, slash) : (asked ?? '');
  const verdict = table.judge(cell);
  const base = factBase(origin, index, line);
  emit.fact('customResources', {
    ...base,
    resourceKind: BY_WORD.find(([pattern]) => pattern.test(word))?.[1] ?? table.kind,
    apiVersion: table.apiVersion,
    name: slash > 0 ? full.slice(slash + 1) : full,
    conditions:
      verdict === undefined
        ? []
        : [
            {
              source: base.source,
              type: verdict.type,
              status: verdict.well ? 'True' : 'False',
              ...defined({ reason: verdict.reason, message: verdict.message }),
            },
          ],
    ...defined({ namespace: cell('NAMESPACE') ?? namespaceOf(origin) }),
  });
  return true;
}

/**
 * Tables of operators that say in words of their own how an object is: Tekton, Argo Workflows, Argo CD, CloudNativePG,
 * Zalando's and Percona's databases, Elastic, RabbitMQ, KubeBlocks, Sealed Secrets, Spark.
 *
 * Command: `kubectl get taskruns`, `kubectl get workflows`, `kubectl get applications -A`, `kubectl get clusters`,
 * `tkn taskrun list`, `argo list`, `argocd app list`.
 * Versions: the columns that the definitions of these operators name, 2019 to 2026.
 * Sample:
 *
 *     NAME      SUCCEEDED   REASON                   STARTTIME   COMPLETIONTIME
 *     build-1   False       TaskRunImagePullFailed   12m         11m
 *
 * Empty: a heading without rows says that there are none.
 */
export default defineParser({
  kind: 'kubectl-operator-table',
  reads:
    'tables of Tekton, Argo Workflows, Argo CD, CloudNativePG, Zalando, Percona, Elastic, RabbitMQ, KubeBlocks, Sealed Secrets, Spark',
  // Before tables of any kind, which would take the command's word for it.
  priority: 2,
  sniff: (head) => head.slice(0, 10).some((line) => tableOf(line) !== undefined),
  parse(lines, context) {
    let header: Header | undefined;
    let table: Table | undefined;
    let strange = 0;
    let first = 0;
    lines.forEach((line, index) => {
      if (line.trim() === '') return;
      const begins = tableOf(line);
      if (begins !== undefined) {
        header = readHeader(line.trimEnd(), PHRASES);
        table = begins;
      } else if (header === undefined || table === undefined || !readRowOf(table, header, line, index, context)) {
        if (strange++ === 0) first = index;
      }
    });
    if (strange > 0)
      context.emit.unread(
        context.origin,
        strange === 1
          ? "1 line is no row of an operator's table"
          : `${strange} lines are no rows of an operator's table`,
        context.origin.firstLine + first,
      );
  },
});
