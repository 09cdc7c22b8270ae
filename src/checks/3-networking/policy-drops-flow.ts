import { groupBy } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { countOf, quotesOf, timing, weightOf, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** Policies drop what nobody wanted every now and then; that is what they are for (ours). */
const FEW = 3;

/** The pod that Hubble writes as `namespace/name`. */
function podOf(snapshot: Snapshot, written: string | undefined): Pod | undefined {
  const [namespace, name] = written?.split('/') ?? [];
  return namespace === undefined || name === undefined ? undefined : snapshot.get('pods', namespace, name);
}

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;

/** The pods whose addresses the lines have: not every plug-in knows names. */
const podsWithin = (snapshot: Snapshot, hits: readonly LogHit[]): readonly Pod[] => {
  const texts = hits.slice(0, 20).map(({ groups }) => groups['flow'] ?? '');
  const addresses = new Set(texts.flatMap((text) => text.match(ADDRESS) ?? []));
  return [...addresses].flatMap((address) => snapshot.resolve(address).pod ?? []);
};

const flowOf = ({ origin, groups: { from, to, port } }: LogHit): string =>
  from === undefined ? `${origin.file}:${origin.firstLine}` : `${from} ${to ?? ''} ${port ?? ''}`;

export default defineCheck({
  id: 'policy-drops-flow',
  layer: 3,
  title: 'Network policies let the traffic pass that is tried',
  failureTitle: 'The network plug-in drops packets because of a policy',
  why: 'Its own record of flows names source, destination and port. A policy selects one of the two pods and no rule lets this flow in, or out.',
  fix: [
    'Allow the flow in the policy that selects the destination (ingress) or the source (egress), when it is wanted.',
  ],
  next: [
    'kubectl get networkpolicies -A',
    'kubectl get ciliumnetworkpolicies -A',
    'hubble observe --verdict DROPPED --last 50',
  ],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs', 'hostLogs'],
  wants: ['pods'],
  reads: ['policy-drops-flow'],
  *run(_facts, { snapshot }) {
    for (const hits of groupBy(snapshot.hits('policy-drops-flow'), flowOf).values()) {
      const [first] = hits;
      const quotes = quotesOf(hits);
      if (first === undefined || quotes === undefined) continue;
      const { from, to, port } = first.groups;
      const source = podOf(snapshot, from);
      const target = podOf(snapshot, to);
      const ends = from === undefined ? podsWithin(snapshot, hits) : [source, target];
      const count = countOf(hits);
      const few = weightOf(snapshot, hits, FEW) === 'few';
      yield {
        subject: source === undefined ? subjectOfHit(first, snapshot) : snapshot.subject(source),
        // Who gets no answer and is not ready wanted it.
        ...((from === undefined ? ends : [source]).some((pod) => pod !== undefined && podReady(pod) === false)
          ? { severity: 'critical' as const }
          : few
            ? { severity: 'info' as const }
            : {}),
        message:
          from === undefined
            ? `The network plug-in drops packets because of a policy (${count} lines): ${wordsOfHits(hits)}`
            : `The network plug-in drops what ${from} sends to ${to ?? ''}${port === undefined ? '' : ` port ${port}`}, because of a policy (${count} lines): ${first.groups['flow'] ?? ''}`,
        evidence: quotes,
        related: ends.flatMap((pod) => (pod === undefined ? [] : [refOf(pod)])),
        ...timing(snapshot, hits),
      };
    }
  },
});
