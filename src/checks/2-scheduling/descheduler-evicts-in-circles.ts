import { defined } from '../../lib/defined.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { Evidence, LogLine } from '../../parsers/records.ts';
import { podOfWord, workloadStem } from '../../parsers/pod-name.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { laterBy } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Rounds of evictions from one node of which the last has not helped either (HEUR). */
const ROUNDS = 3;
/** ms between two rounds; the shortest interval that people set is a minute. */
const APART_MS = 30_000;

interface Eviction {
  readonly pod: string;
  readonly namespace: string | undefined;
  readonly strategy: string;
  /** Old releases name none. */
  readonly node: string | undefined;
  /** Whose times can be compared: one log, or the events. */
  readonly place: string;
  readonly when: LogLine;
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

/** `pod evicted by sigs.k8s.io/descheduler: RemoveDuplicatePods`; since 0.26 `pod eviction from w1 node by sigs.k8s.io/descheduler`. */
const BY_DESCHEDULER =
  /^pod evict(?:ed|ion from (?<node>\S{1,253}) node) by sigs\.k8s\.io\/descheduler(?:: ?(?<strategy>\w{1,60}))?/;

const inLogs = (snapshot: Snapshot): readonly Eviction[] =>
  snapshot.hits('descheduler-evicted').map((hit) => {
    const { namespace, name } = podOfWord(hit.groups['pod'] ?? '');
    return {
      pod: name,
      namespace,
      strategy: hit.groups['strategy'] ?? hit.groups['reason'] ?? '',
      node: hit.groups['node'],
      place: hit.origin.file,
      when: hit.first,
      evidence: snapshot.evidenceOf(hit),
    };
  });

/** ms; without a clock of the bundle rows tell only how long ago, which is enough to compare them. */
const timeOf = (event: KubeEvent): number | undefined =>
  eventTime(event) ?? (event.seenAgo === undefined ? undefined : event.seenAgo * -1000);

const inEvents = (snapshot: Snapshot): readonly Eviction[] =>
  snapshot.list('events').flatMap((event) => {
    const said = BY_DESCHEDULER.exec(eventMessage(event))?.groups;
    const { name, namespace } = event.involvedObject ?? {};
    const evidence = snapshot.quoteEvent(event);
    return said === undefined || name === undefined
      ? []
      : [
          {
            pod: name,
            namespace,
            // Since 0.26 the reason of the event.
            strategy: said['strategy'] ?? event.reason ?? '',
            node: said['node'],
            place: '',
            when: { line: evidence.line ?? 0, text: '', ...defined({ time: timeOf(event) }) },
            evidence: [evidence],
          },
        ];
  });

/** One eviction of each round, the oldest first. */
function roundsOf(evictions: readonly Eviction[]): readonly Eviction[] {
  const rounds: Eviction[] = [];
  for (const one of evictions.toSorted((a, b) => laterBy(a.when, b.when) ?? a.when.line - b.when.line)) {
    const last = rounds.at(-1);
    if (last === undefined || (laterBy(one.when, last.when) ?? 0) >= APART_MS) rounds.push(one);
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
  needsAny: ['containerLogs', 'events'],
  wants: ['nodes'],
  reads: ['descheduler-evicted'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    // The log of the descheduler says more than the events do.
    for (const evictions of [inLogs(snapshot), inEvents(snapshot)]) {
      const byPlace = groupBy(evictions, ({ place, namespace, pod, strategy, node }) =>
        [place, namespace, workloadStem(pod), strategy, node].join('\u0000'),
      );
      for (const those of byPlace.values()) {
        const rounds = roundsOf(those);
        const last = rounds.at(-1);
        if (last === undefined || rounds.length < ROUNDS) continue;
        // What balances the load of nodes may move one of many pods from another node each time.
        if (last.node === undefined && last.strategy.includes('Utilization')) continue;
        const { namespace, pod, strategy, node } = last;
        const workload = workloadStem(pod);
        const key = `${namespace ?? ''}/${workload}`;
        if (last.place === '' && told.has(key)) continue;
        told.add(key);
        const closed = snapshot
          .list('nodes')
          .filter(({ spec, metadata }) => spec?.unschedulable === true && metadata.name !== node)
          .map(({ metadata }) => metadata.name);
        yield {
          subject: snapshot.named('Pod', pod, { namespace }),
          message: `The descheduler has evicted pods of ${workload}${node === undefined ? '' : ` from node ${node}`} in ${rounds.length} rounds, each time by ${strategy}: the new ones come ${node === undefined ? 'to where it evicts them again' : 'back there'}${
            closed.length === 0 ? '' : ` (cordoned: ${closed.slice(0, 3).join(', ')})`
          }`,
          evidence: last.evidence,
          ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
        };
      }
    }
  },
});
