import { groupBy } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import { podOfWord, workloadStem } from '../../parsers/pod-name.ts';
import { laterBy } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

/** Rounds of evictions from one node of which the last has not helped either (HEUR). */
const ROUNDS = 3;
/** ms between two rounds; the shortest interval that people set is a minute. */
const APART_MS = 30_000;

/** One eviction of each round, in the order of the log. */
function roundsOf(hits: readonly LogHit[]): readonly LogHit[] {
  const rounds: LogHit[] = [];
  for (const hit of hits) {
    const last = rounds.at(-1);
    if (last === undefined || (laterBy(hit.first, last.first) ?? 0) >= APART_MS) rounds.push(hit);
  }
  return rounds;
}

export default defineCheck({
  id: 'descheduler-evicts-in-circles',
  layer: 2,
  title: 'Pods that the descheduler evicts go elsewhere',
  failureTitle: 'The descheduler evicts pods that come back to the same node',
  why: 'The descheduler only evicts; where the new pod goes the scheduler decides, by its own rules. Where no other node takes it (cordoned, tainted, full, an affinity), or the scheduler likes the same node best, each round evicts again: the workload is disturbed and nothing is gained.',
  fix: [
    'Give the workload a second node (uncordon, capacity, tolerations), switch nodeFit on in the policy, or exempt the namespace; balance by the rules of the scheduler (topologySpreadConstraints) and not against them',
  ],
  next: ['kubectl get nodes', 'kubectl -n kube-system get configmaps | grep -i descheduler'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['nodes'],
  reads: ['descheduler-evicted'],
  *run(_facts, { snapshot }) {
    const evicted = snapshot.hits('descheduler-evicted');
    const byPlace = groupBy(evicted, ({ groups, origin }) => {
      const { namespace, name } = podOfWord(groups['pod'] ?? '');
      return [origin.file, namespace, workloadStem(name), groups['strategy'], groups['node']].join('\u0000');
    });
    for (const hits of byPlace.values()) {
      const rounds = roundsOf(hits.toSorted((a, b) => a.first.line - b.first.line));
      const last = rounds.at(-1);
      if (last === undefined || rounds.length < ROUNDS) continue;
      const { namespace, name } = podOfWord(last.groups['pod'] ?? '');
      const { strategy = '', node = '' } = last.groups;
      const closed = snapshot
        .list('nodes')
        .filter(({ spec, metadata }) => spec?.unschedulable === true && metadata.name !== node);
      yield {
        subject: snapshot.named('Pod', name, { namespace }),
        message: `The descheduler has evicted pods of ${workloadStem(name)} from node ${node} in ${rounds.length} rounds, each time by ${strategy}: the new ones come back there${
          closed.length === 0
            ? ''
            : ` (cordoned: ${closed
                .map(({ metadata }) => metadata.name)
                .slice(0, 3)
                .join(', ')})`
        }`,
        evidence: snapshot.evidenceOf(last),
        related: [{ kind: 'Node', name: node }],
      };
    }
  },
});
