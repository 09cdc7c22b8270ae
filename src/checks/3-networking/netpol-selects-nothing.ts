import { isolates, matchesPeer, selectsNamespace, type PolicyPeer } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { knownPolicies, policyPod } from '../../snapshot/network/policies.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The peers of a policy that are selectors, each with its pointer. */
function* selectorsOf({ spec }: NetworkPolicy): Generator<readonly [pointer: string, peer: PolicyPeer]> {
  const lists = [
    ...(spec?.ingress ?? []).map(({ from }, i) => [`ingress/${i}/from`, from ?? []] as const),
    ...(spec?.egress ?? []).map(({ to }, i) => [`egress/${i}/to`, to ?? []] as const),
  ];
  for (const [at, peers] of lists)
    for (const [k, peer] of peers.entries())
      if (peer.podSelector !== undefined || peer.namespaceSelector !== undefined) yield [`/spec/${at}/${k}`, peer];
}

/** What a peer takes none of; undefined when it takes something, or when that is not known. */
function misses(snapshot: Snapshot, policy: NetworkPolicy, peer: PolicyPeer): string | undefined {
  const { namespaceSelector } = peer;
  let reached = [policy.metadata.namespace ?? ''];
  if (namespaceSelector !== undefined) {
    if (!snapshot.listed('namespaces')) return undefined;
    const spaces = snapshot.list('namespaces').map(({ metadata }) => metadata);
    reached = spaces
      .filter(({ name, labels }) => selectsNamespace(namespaceSelector, name, labels) !== 'no')
      .map(({ name }) => name);
    if (reached.length === 0) {
      const meant = spaces.find(({ name }) => Object.values(namespaceSelector.matchLabels ?? {}).includes(name));
      const hint =
        meant && `; namespace ${meant.name} carries kubernetes.io/metadata.name=${meant.name}, not that label`;
      return `no namespace (${wordsOf(namespaceSelector)}${hint ?? ''})`;
    }
  }
  if (!reached.every((namespace) => snapshot.listed('pods', namespace))) return undefined;
  const pods = reached.flatMap((namespace) => snapshot.podsIn(namespace));
  if (pods.length === 0 || pods.some((pod) => matchesPeer(policy, peer, policyPod(snapshot, pod)) !== 'no'))
    return undefined;
  return `no pod (${wordsOf(peer.podSelector ?? namespaceSelector)})`;
}

function wordsOf(selector: PolicyPeer['podSelector']): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const more = (selector?.matchExpressions ?? []).map(({ key = '', operator = '', values = [] }) =>
    [key, operator, ...(values.length === 0 ? [] : [`[${values.join(', ')}]`])].join(' '),
  );
  return [...labels, ...more].join(', ') || 'all';
}

export default defineCheck({
  id: 'netpol-selects-nothing',
  layer: 3,
  title: 'Every selector of a NetworkPolicy selects something',
  failureTitle: 'A NetworkPolicy selects no pod',
  why: 'A policy whose podSelector matches nothing has no effect: what it was to allow stays blocked, what it was to isolate stays open. A rule whose peer matches nothing lets nobody through.',
  fix: ['Correct the selector, or the labels of the pods or namespaces it is meant for.'],
  next: ['kubectl get pods -n {namespace} --show-labels'],
  severity: 'info',
  confidence: 'high',
  needs: ['networkPolicies', 'pods'],
  wants: ['namespaces'],
  *run(_facts, { snapshot }) {
    for (const policy of knownPolicies(snapshot)) {
      const namespace = policy.metadata.namespace ?? '';
      const subject = snapshot.subject(policy as never);
      for (const [pointer, peer] of selectorsOf(policy)) {
        const missed = misses(snapshot, policy, peer);
        if (missed === undefined) continue;
        yield {
          subject,
          variant: 'peer',
          title: 'A rule of a NetworkPolicy selects nobody',
          message: `${pointer
            .slice('/spec/'.length)
            .replace(/\/(\d+)/g, '[$1]')
            .replaceAll('/', '.')} of NetworkPolicy ${policy.metadata.name} matches ${missed}`,
          evidence: [snapshot.quote(policy, pointer)],
          next: ['kubectl get namespaces --show-labels', 'kubectl get pods -n {namespace} --show-labels'],
        };
      }
      if (!snapshot.listed('pods', namespace)) continue;
      const pods = snapshot.podsIn(namespace);
      const matched = pods.some((one) => {
        const pod = policyPod(snapshot, one);
        return isolates(policy, pod, 'Ingress') !== 'no' || isolates(policy, pod, 'Egress') !== 'no';
      });
      if (pods.length === 0 || matched) continue;
      yield {
        subject,
        message: `NetworkPolicy ${policy.metadata.name} selects none of the pods (${pods.length}) in namespace ${namespace}`,
        evidence: [snapshot.quote(policy, '/spec/podSelector')],
      };
    }
  },
});
