import { defined } from '../../lib/defined.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Cell, ResourceTable } from './resource-tables/verdict.ts';
import { OPERATOR_TABLES } from './resource-tables/operators.ts';
import { PHASE_TABLES } from './resource-tables/phases.ts';
import { READY_TABLES } from './resource-tables/ready.ts';
import { STORAGE_TABLES } from './resource-tables/storage.ts';
import { VIRTUAL_MACHINE_TABLES } from './resource-tables/virtual-machines.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

const TABLES: readonly ResourceTable[] = [
  ...READY_TABLES,
  ...PHASE_TABLES,
  ...STORAGE_TABLES,
  ...VIRTUAL_MACHINE_TABLES,
  ...OPERATOR_TABLES,
];
/** Names of columns that have a space. */
const PHRASES = [
  'LAST VALIDATED',
  'NODE NAME',
  'ACCESS MODE',
  'REFRESH INTERVAL',
  'TLS SECRET',
  'STATUS DESCRIPTION',
  'SYNC STATUS',
  'HEALTH STATUS',
  'DATA ENGINE',
  'CLUSTER UUID',
];
/** An object's name, or what kubectl and Argo CD put before it: its resource, its namespace. */
const NAME = /^[a-z0-9][a-z0-9./-]{0,252}$/i;

const tableOf = (line: string): ResourceTable | undefined => {
  const heading = line.trim().replace(/^NAMESPACE\s+/, '');
  return /^NAME\s/.test(heading) && heading.length < 400
    ? TABLES.find((table) => table.heading.test(heading))
    : undefined;
};

/** Reads a row; false when it is none. */
function readObject(
  table: ResourceTable,
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
  if (full === undefined || !NAME.test(full)) return false;
  const slash = full.lastIndexOf('/');
  const asked = origin.command?.tool === 'tkn' ? origin.command.words[0] : kubectlRequest(origin.command)?.resources[0];
  const word = slash > 0 ? full.slice(0, slash) : (asked ?? '');
  const [, resourceKind, apiVersion] = table.named?.find(([pattern]) => pattern.test(word)) ?? [
    undefined,
    table.kind,
    table.apiVersion,
  ];
  const base = factBase(origin, index, line);
  const { condition, state, message } = table.judge(cell) ?? {};
  emit.fact('customResources', {
    ...base,
    resourceKind,
    apiVersion,
    name: full.slice(slash + 1),
    conditions:
      condition === undefined
        ? []
        : [
            {
              source: base.source,
              type: condition.type,
              status: condition.well === undefined ? 'Unknown' : condition.well ? 'True' : 'False',
              ...defined({ reason: condition.reason, message: condition.message }),
            },
          ],
    ...defined({ state, message, namespace: cell('NAMESPACE') ?? namespaceOf(origin), store: cell('STORE') }),
  });
  return true;
}

/**
 * Tables of custom resources: of those that say whether they are ready, or how far they are, and of databases,
 * pipelines, delivery, storage, gangs of pods and virtual machines, which say in a word or two of their own how an
 * object is (`resource-tables/`).
 *
 * Command: `kubectl get externalsecrets -A`, `kubectl get certificates`, `kubectl get volumes.longhorn.io`,
 * `flux get all`, `tkn taskrun list`, `argo list`, `argocd app list`.
 * Versions: the columns that the definitions of these resources name, 2019 to 2026.
 * Sample:
 *
 *     NAME      SUCCEEDED   REASON                   STARTTIME   COMPLETIONTIME
 *     build-1   False       TaskRunImagePullFailed   12m         11m
 *
 * Empty: a heading without rows says that there are none.
 */
export default defineParser({
  kind: 'kubectl-resource-table',
  reads:
    'tables of External Secrets, cert-manager, Flux, Knative, Crossplane, KEDA, Karpenter, Contour, OLM, Cluster API, Velero, Metal3, Rook, Tekton, Argo Workflows, Argo CD, CloudNativePG, Zalando, Percona, Elastic, RabbitMQ, MySQL, MinIO, MongoDB, KubeBlocks, Sealed Secrets, Spark, Longhorn, OpenEBS, Portworx, Volcano, KubeVirt, of VolumeSnapshots and ResourceClaims',
  // Before tables of any kind, which would take the command's word for it.
  priority: 2,
  sniff: (head) => head.slice(0, 10).some((line) => tableOf(line) !== undefined),
  parse(lines, context) {
    let open: readonly [ResourceTable, Header] | undefined;
    let strange = 0;
    let first = 0;
    lines.forEach((line, index) => {
      if (line.trim() === '') return;
      const table = tableOf(line);
      if (table !== undefined) open = [table, readHeader(line.trimEnd(), PHRASES)];
      else if (open === undefined || !readObject(...open, line, index, context)) {
        if (strange++ === 0) first = index;
      }
    });
    if (strange > 0)
      context.emit.unread(
        context.origin,
        strange === 1 ? '1 line is no row of the table' : `${strange} lines are no rows of the table`,
        context.origin.firstLine + first,
      );
  },
});
