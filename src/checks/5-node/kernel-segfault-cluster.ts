import type { LogHit } from '../../parsers/records.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

/** One program that crashes has a fault of its own; several different ones share the memory or the CPU. */
const PROGRAMS = 3;

export default defineCheck({
  id: 'kernel-segfault-cluster',
  layer: 5,
  title: 'Programs do not crash across the board',
  failureTitle: 'Several different programs crash with memory faults on the node',
  why: 'Memory faults in unrelated programs on one machine point to its RAM or CPU, or to a broken shared library.',
  fix: ['Drain {node} and test its memory; look for EDAC or machine-check messages'],
  next: ["journalctl -k --no-pager | grep -E 'segfault|traps:|EDAC|mce'"],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['kernelLogs', 'hostLogs'],
  reads: ['kernel-segfault'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kernel-segfault'))) {
      const programs = new Map<string, LogHit>();
      for (const hit of hits) programs.set(hit.groups['program'] ?? '', hit);
      // The same library in all of them: one bug, many users.
      const libraries = new Set(hits.map((hit) => hit.groups['library'] ?? hit.groups['program']));
      const evidence = evidenceIn([...programs.values()].slice(0, 4).map((hit) => snapshot.evidenceOf(hit)[0]));
      if (programs.size < PROGRAMS || libraries.size < PROGRAMS || evidence === undefined) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `${programs.size} different programs crashed with memory faults on ${node}: ${[...programs.keys()].slice(0, 6).join(', ')}`,
        evidence,
      };
    }
  },
});
