import { pointerTo } from '../../lib/json-pointer.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath, type Ended } from './exit-findings.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  132: 'SIGILL, an illegal instruction',
  135: 'SIGBUS, a bus error',
  136: 'SIGFPE, an arithmetic fault',
};

const HUGE = /^hugepages-\d{1,6}[KMG]i$/;

/** The machine has huge pages, and the container has no share of them: a database that finds them touches what is not its. */
function hugePages(
  snapshot: Snapshot,
  { container: { pod, spec } }: Ended,
): { readonly words: string; readonly evidence: readonly Evidence[] } | undefined {
  const node = snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '');
  const [resource, amount] =
    Object.entries(node?.status?.capacity ?? {}).find(
      ([name, quantity]) => HUGE.test(name) && (parseQuantity(quantity) ?? 0) > 0,
    ) ?? [];
  const asked = Object.keys({ ...spec?.resources?.limits, ...spec?.resources?.requests });
  if (node === undefined || resource === undefined || spec === undefined || asked.some((name) => HUGE.test(name)))
    return undefined;
  return {
    words: `; node ${node.metadata.name} has huge pages (${resource}: ${amount ?? ''}), of which the container may have none, because it asks for none`,
    evidence: [snapshot.quote(node, pointerTo('status', 'capacity', resource))],
  };
}

export default defineCheck({
  id: 'exit-132-135-cpu-or-bus',
  layer: 1,
  title: 'No container ends with an illegal instruction, bus error or arithmetic fault',
  failureTitle: 'The container ended with an illegal instruction, a bus error or an arithmetic fault',
  why: 'Illegal instruction (132): built for a newer CPU. Bus error (135): huge pages of the machine that the container may not have (PostgreSQL takes them by itself), /dev/shm too small (64 MiB unless set), or failing storage below mapped memory. Arithmetic fault (136): the program.',
  fix: [
    '132: rebuild for the CPU of the node or choose other nodes. 135: give the container limits of hugepages-2Mi or switch huge pages off in the program (PostgreSQL: huge_pages = off), mount an emptyDir with medium Memory at /dev/shm, check the disk.',
  ],
  next: [
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
    'kubectl get pod {name} -n {namespace} -o yaml',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs', 'nodes'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) => {
      const { exitCode = 0 } = crash.ended;
      const signal = SIGNALS[exitCode];
      if (signal === undefined) return undefined;
      const huge = exitCode === 135 ? hugePages(context.snapshot, crash) : undefined;
      return withAftermath(context.snapshot, crash, {
        variant: exitCode === 132 ? 'illegal-instruction' : exitCode === 135 ? 'bus-error' : 'arithmetic',
        words: `ended with ${signal} (exit code ${exitCode})${huge?.words ?? ''}`,
        ...(huge === undefined ? {} : { evidence: huge.evidence }),
      });
    });
  },
});
