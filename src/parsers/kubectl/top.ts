import { parsePercent, parseQuantity } from '../../lib/quantity.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser } from '../parser.ts';
import { quote } from '../quote.ts';
import { failureReader, isNoise } from './failure.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

const HEADER = /^(?:NAMESPACE\s+)?(?:POD\s+)?NAME\s+CPU\(cores\)\s+/;

const milli = (text: string | undefined): number | undefined => {
  const cores = parseQuantity(text ?? '');
  return cores === undefined ? undefined : Math.round(cores * 1000);
};

/**
 * Use of CPU and memory. A node without metrics has `<unknown>`.
 *
 * Command: `kubectl top nodes`, `kubectl top pods -A --containers`, `oc adm top nodes`.
 * Versions: kubectl 1.8 to 1.36 (until 1.32 the percentages are headed `CPU%`).
 * Sample:
 *
 *     NAME     CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
 *     node-1   250m         6%       5321Mi          68%
 *
 * Empty: nothing printed says nothing.
 */
export const kubectlTop = defineParser({
  kind: 'kubectl-top',
  reads: '`kubectl top nodes` and `kubectl top pods`, with and without --containers',
  priority: 5,
  sniff: (head, origin) =>
    head.some((line) => HEADER.test(line.trim())) &&
    (origin.command === undefined || kubectlRequest(origin.command)?.verb === 'top'),
  parse(lines, { origin, emit }) {
    const failures = failureReader(origin, emit);
    let header: Header | undefined;
    let names: readonly string[] = [];
    lines.forEach((line, index) => {
      const text = line.trim();
      if (text === '') return;
      if (HEADER.test(text)) {
        header = readHeader(line);
        names = header.columns.map((column) => column.name.toLowerCase());
        return;
      }
      if (failures.take(line, index) || isNoise(text)) return;
      const cells = header === undefined ? undefined : readRow(header, line);
      const name = cells?.[names.indexOf('name')] ?? '';
      if (cells === undefined || name === '') {
        emit.unread(origin, 'no row of `kubectl top`', origin.firstLine + index);
        return;
      }
      const cell = (...columns: string[]): string | undefined =>
        cells[names.findIndex((column) => columns.includes(column))];
      const cpuMilli = milli(cell('cpu(cores)'));
      const memoryBytes = parseQuantity(cell('memory(bytes)') ?? '');
      const usage = {
        source: quote(origin, index, line),
        ...(cpuMilli === undefined ? {} : { cpuMilli }),
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
      };
      if (names.includes('cpu%') || names.includes('cpu(%)')) {
        const cpuPercent = parsePercent(cell('cpu%', 'cpu(%)') ?? '');
        const memoryPercent = parsePercent(cell('memory%', 'memory(%)') ?? '');
        emit.fact('nodeUsage', {
          ...usage,
          name,
          node: name,
          ...(cpuPercent === undefined ? {} : { cpuPercent }),
          ...(memoryPercent === undefined ? {} : { memoryPercent }),
        });
        return;
      }
      const namespace = cell('namespace') ?? namespaceOf(origin);
      const pod = cell('pod');
      emit.fact('podUsage', {
        ...usage,
        pod: pod ?? name,
        ...(pod === undefined ? {} : { container: name }),
        ...(namespace === undefined ? {} : { namespace }),
      });
    });
  },
});
