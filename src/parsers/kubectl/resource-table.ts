import { defined } from '../../lib/defined.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Cell, ResourceTable } from './resource-tables/verdict.ts';
import { OPERATOR_TABLES } from './resource-tables/operators.ts';
import { STORAGE_TABLES } from './resource-tables/storage.ts';
import { VIRTUAL_MACHINE_TABLES } from './resource-tables/virtual-machines.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

const TABLES: readonly ResourceTable[] = [...STORAGE_TABLES, ...VIRTUAL_MACHINE_TABLES, ...OPERATOR_TABLES];
/** Names of columns that have a space. */
const PHRASES = ['SYNC STATUS', 'HEALTH STATUS', 'DATA ENGINE', 'CLUSTER UUID'];
/** Kinds of a table that several have, by how they are asked for or by the name of a row. */
const BY_WORD: readonly (readonly [RegExp, string])[] = [
  [/^(?:tr|taskruns?)(?:\.|$)/, 'TaskRun'],
  [/^(?:pr|pipelineruns?)(?:\.|$)/, 'PipelineRun'],
  [/^kibanas?(?:\.|$)/, 'Kibana'],
];

const tableOf = (line: string): ResourceTable | undefined => {
  const heading = line.trim().replace(/^NAMESPACE\s+/, '');
  return /^NAME\s/.test(heading) && heading.length < 400
    ? TABLES.find((table) => table.heading.test(heading))
    : undefined;
};

function readRowOf(
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
  if (full === undefined || !/^[a-z0-9][a-z0-9./-]{0,252}$/i.test(full)) return false;
  const slash = full.lastIndexOf('/');
  const asked = origin.command?.tool === 'tkn' ? origin.command.words[0] : kubectlRequest(origin.command)?.resources[0];
  // Argo CD prints the namespace of an application before its name.
  const word = slash > 0 && full.includes('.') ? full.slice(0, slash) : (asked ?? '');
  const base = factBase(origin, index, line);
  const { condition, state, message } = table.judge(cell) ?? {};
  emit.fact('customResources', {
    ...base,
    resourceKind: BY_WORD.find(([pattern]) => pattern.test(word))?.[1] ?? table.kind,
    apiVersion: table.apiVersion,
    name: full.slice(slash + 1),
    conditions:
      condition === undefined
        ? []
        : [
            {
              source: base.source,
              type: condition.type,
              status: condition.well ? 'True' : 'False',
              ...defined({ reason: condition.reason, message: condition.message }),
            },
          ],
    ...defined({ state, message, namespace: cell('NAMESPACE') ?? namespaceOf(origin) }),
  });
  return true;
}

/**
 * Tables of custom resources that say in a word or two of their own how an object is: databases, pipelines, delivery,
 * storage, gangs of pods, virtual machines (`resource-tables/`, one file for each field).
 *
 * Command: `kubectl get taskruns`, `kubectl get volumes.longhorn.io -n longhorn-system`, `kubectl get vmi -A`,
 * `kubectl get applications -A`, `tkn taskrun list`, `argo list`, `argocd app list`.
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
    'tables of Tekton, Argo Workflows, Argo CD, CloudNativePG, Zalando, Percona, Elastic, RabbitMQ, MySQL, MinIO, MongoDB, KubeBlocks, Sealed Secrets, Spark, Longhorn, OpenEBS, Portworx, Volcano, KubeVirt, of VolumeSnapshots and ResourceClaims',
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
      else if (open === undefined || !readRowOf(...open, line, index, context)) {
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
