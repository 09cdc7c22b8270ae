import { defineParser, type ParserContext } from '../parser.ts';
import { factBase, quote } from '../quote.ts';
import type { CustomCondition } from '../records.ts';

/** The first line of the status until 1.29, and the first keys of the YAML since. */
const TITLE = /^\s{0,40}Cluster-autoscaler status at \d{4}-/;
const YAML_TITLE = /^\s{0,40}autoscalerStatus: \w{1,40}\s*$/;
const GROUP = /^\s{0,40}(?:- )?[Nn]ame:\s{1,20}(\S{1,253})\s*$/;

interface NodeGroup {
  readonly name: string;
  readonly at: number;
  readonly conditions: CustomCondition[];
  readonly numbers: Map<string, string>;
}

/** Numbers of a line: `(ready=1 longUnregistered=4 cloudProviderTarget=5 (minSize=3, maxSize=12))`, `minSize: 3`. */
function numbersOf(line: string): readonly (readonly [string, string])[] {
  return [...line.matchAll(/\b([A-Za-z]{2,30})(?:=|: )(\d{1,6})\b/g)].map(([, key = '', value = '']) => [key, value]);
}

/** How many machines the group wants, has, and may have. */
function sizes(numbers: ReadonlyMap<string, string>): string {
  const told = ['ready', 'cloudProviderTarget', 'minSize', 'maxSize'].flatMap((key) => {
    const value = numbers.get(key);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** What a line says of its group: its health, that a scale-up failed, machines that never became nodes. */
function judge(line: string, section: string, group: NodeGroup, context: ParserContext, at: number): void {
  const source = quote(context.origin, at, line.trim());
  const add = (type: string, reason: string, message: string): void =>
    void group.conditions.push({ type, status: 'False', reason, message, source });
  const word = /^\s*(?:(?:Health|ScaleUp):|status:)\s{1,20}(\w{1,40})/.exec(line)?.[1];
  if (section === 'health' && word === 'Unhealthy')
    add('Healthy', 'Unhealthy', `node group ${group.name} is unhealthy`);
  if (section === 'scaleUp' && word === 'Backoff')
    add('Provisioned', 'Backoff', `node group ${group.name} is in backoff after a failed scale-up`);
  const error = /^\s*error(?:Code|Message): (.{1,400})$/.exec(line)?.[1];
  if (section === 'scaleUp' && error !== undefined) add('Provisioned', 'Backoff', error);
}

function readStatus(lines: readonly string[], context: ParserContext): void {
  const { origin, emit } = context;
  const groups: NodeGroup[] = [];
  let group: NodeGroup | undefined;
  let section = '';
  let inGroups = false;
  lines.forEach((line, at) => {
    if (/^\s{0,40}[Nn]odeGroups:/.test(line)) inGroups = true;
    // The ConfigMap that carries the text has a name as well.
    if (/^(?:kind|metadata|BinaryData|Events):/.test(line)) inGroups = false;
    if (!inGroups) return;
    const name = GROUP.exec(line)?.[1];
    if (name !== undefined) {
      group = { name, at, conditions: [], numbers: new Map() };
      groups.push(group);
      section = '';
      return;
    }
    if (group === undefined) return;
    const heading = /^\s*(?:- )?([Hh]ealth|[Ss]caleUp|[Ss]caleDown):/.exec(line)?.[1];
    if (heading !== undefined) section = `${heading.charAt(0).toLowerCase()}${heading.slice(1)}`;
    if (section === 'health')
      for (const [key, value] of numbersOf(line)) if (!group.numbers.has(key)) group.numbers.set(key, value);
    if (section === 'health' && /longUnregistered(?:=|: )[1-9]/.test(line)) {
      const count = /longUnregistered(?:=|: )(\d{1,6})/.exec(line)?.[1] ?? '';
      group.conditions.push({
        type: 'Registered',
        status: 'False',
        reason: 'LongUnregistered',
        message: `${count} machines of node group ${group.name} were made and have not become nodes (longUnregistered=${count})`,
        source: quote(origin, at, line.trim()),
      });
    }
    judge(line, section, group, context, at);
  });
  for (const { name, at, conditions, numbers } of groups) {
    const own = { ...factBase(origin, at, (lines[at] ?? '').trim()), resourceKind: 'NodeGroup', name };
    emit.fact('customResources', {
      ...own,
      conditions: conditions.map((one) => ({ ...one, message: `${one.message ?? ''}${sizes(numbers)}` })),
    });
  }
}

/**
 * What the cluster autoscaler says of itself and its node groups, in the ConfigMap where it says it or cut out of it.
 *
 * Command: `kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml`, `kubectl describe configmap …`.
 * Versions: cluster-autoscaler 1.0 to 1.34; text until 1.29, YAML since.
 * Sample:
 *
 *     Cluster-autoscaler status at 2026-03-01 12:00:00.0 +0000 UTC:
 *     NodeGroups:
 *       Name:        pool-1
 *       Health:      Healthy (ready=1 … longUnregistered=4 cloudProviderTarget=5 (minSize=3, maxSize=12))
 *       ScaleUp:     Backoff (ready=1 cloudProviderTarget=5)
 *
 * Empty: without node groups the autoscaler found none to look after.
 */
export default defineParser({
  kind: 'autoscaler-status',
  reads: 'the ConfigMap cluster-autoscaler-status (1.0 to 1.34), or its text',
  priority: 4,
  // Among other objects it is one of many: then they are read.
  sniff: (head) => head.slice(0, 12).some((line) => TITLE.test(line) || YAML_TITLE.test(line)),
  parse: (lines, context) => {
    readStatus(lines, context);
  },
});
