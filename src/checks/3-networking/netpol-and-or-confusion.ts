import { isEmptySelector, matchesSelector, type Selector } from '../../lib/labels.ts';
import type { NetworkPolicy, ObjectOf, Pod } from '../../snapshot/kinds/index.ts';
import { knownPolicies } from '../../snapshot/network/policies.ts';
import { defineCheck } from '../check.ts';

type Rule = NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number];
type Peer = NonNullable<Rule['from']>[number];

const isNarrow = (selector: Selector | undefined): boolean => selector !== undefined && !isEmptySelector(selector);

/** Every list of peers of a policy with its place. */
function* peerLists(policy: NetworkPolicy): Iterable<{ peers: readonly Peer[]; at: string }> {
  for (const [i, rule] of (policy.spec?.ingress ?? []).entries())
    yield { peers: rule.from ?? [], at: `/spec/ingress/${i}` };
  for (const [i, rule] of (policy.spec?.egress ?? []).entries())
    yield { peers: rule.to ?? [], at: `/spec/egress/${i}` };
}

/** Labels of a namespace; every one has its name as a label besides. */
const labelsOf = (space: ObjectOf<'namespaces'>): Readonly<Record<string, string>> => ({
  'kubernetes.io/metadata.name': space.metadata.name,
  ...space.metadata.labels,
});

export default defineCheck({
  id: 'netpol-and-or-confusion',
  layer: 3,
  title: 'Selectors of NetworkPolicy peers are combined as meant',
  failureTitle: 'A NetworkPolicy combines its selectors in a way that fits no pod',
  why: 'One dash decides. podSelector and namespaceSelector in one item mean pods with these labels in those namespaces; in two items they mean pods with these labels here, or any pod of those namespaces.',
  fix: ['Put both selectors in one item to require both, in two items to allow either.'],
  next: ['kubectl get networkpolicy {name} -n {namespace} -o yaml'],
  severity: 'info',
  confidence: 'medium',
  needs: ['networkPolicies', 'pods', 'namespaces'],
  *run({ namespaces }, { snapshot }) {
    // Who is where must be known in full, or a selector that fits nothing says nothing.
    if (!snapshot.listed('pods') || !snapshot.listed('namespaces')) return;
    const fits = (list: readonly Pod[], selector: Selector | undefined): boolean =>
      list.some((pod) => matchesSelector(selector, pod.metadata.labels));
    const inSpaces = (selector: Selector | undefined): readonly Pod[] =>
      namespaces
        .filter((space) => matchesSelector(selector, labelsOf(space)))
        .flatMap((space) => snapshot.podsIn(space.metadata.name));
    for (const policy of knownPolicies(snapshot)) {
      const here = snapshot.podsIn(policy.metadata.namespace ?? 'default');
      for (const { peers, at } of peerLists(policy)) {
        const podOnly = peers.find((peer) => isNarrow(peer.podSelector) && peer.namespaceSelector === undefined);
        const spaceOnly = peers.find((peer) => isNarrow(peer.namespaceSelector) && peer.podSelector === undefined);
        const both = peers.find((peer) => isNarrow(peer.podSelector) && isNarrow(peer.namespaceSelector));
        const subject = snapshot.subject(policy);
        const name = policy.metadata.name;
        if (
          podOnly !== undefined &&
          spaceOnly !== undefined &&
          !fits(here, podOnly.podSelector) &&
          fits(inSpaces(spaceOnly.namespaceSelector), podOnly.podSelector)
        )
          yield {
            subject,
            variant: 'or',
            message: `NetworkPolicy ${name} lists podSelector and namespaceSelector as two items (either is enough), but no pod of its own namespace has these labels and pods of the selected namespaces do: it lets in every pod of those namespaces`,
            evidence: [snapshot.quote(policy, at)],
          };
        else if (
          both !== undefined &&
          !fits(inSpaces(both.namespaceSelector), both.podSelector) &&
          fits(here, both.podSelector) &&
          namespaces.some((space) => matchesSelector(both.namespaceSelector, labelsOf(space)))
        )
          yield {
            subject,
            variant: 'and',
            message: `NetworkPolicy ${name} has podSelector and namespaceSelector in one item (both must hold), but no pod of the selected namespaces has these labels, while pods of its own namespace have: the item allows nobody`,
            evidence: [snapshot.quote(policy, at)],
          };
      }
    }
  },
});
