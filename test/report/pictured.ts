/** The cascade with everything that has a picture or a fold of its own: the way of a connection, lines round quotes. */
import type { Finding, Result } from '../../src/result.ts';
import { cascade } from './results.ts';

export const WAY: NonNullable<Finding['way']> = {
  port: '5432/TCP',
  steps: [
    { at: 'source', name: 'Pod shop/web-1', policies: [], says: [] },
    {
      at: 'egress',
      name: 'Egress policies',
      verdict: 'drops',
      policies: ['shop/a', 'shop/b', 'shop/c', 'shop/d'],
      says: ['a: allows no egress at all', 'b: rule 1 fits the port, but not the destination'],
    },
    { at: 'service', name: 'Service shop/db', policies: [], says: [] },
    {
      at: 'ingress',
      name: 'Ingress policies',
      verdict: 'passes',
      policies: ['shop/in'],
      says: ['a rule lets it through'],
    },
    { at: 'target', name: 'Pod shop/db-0', policies: [], says: [] },
  ],
};

export function pictured(): Result {
  const result = cascade();
  return {
    ...result,
    findings: result.findings.map((finding) => ({ ...finding, way: WAY })),
    excerpts: [{ file: 'logs/kubelet.log', line: 5, text: 'five\nsix\nfirst line\neight\n<nine>' }],
  };
}
