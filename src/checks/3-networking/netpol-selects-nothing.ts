import { isolates, matchesPeer, selectsNamespace, type PolicyPeer } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { upstreamErrors, type UpstreamError } from '../../snapshot/network/upstream-errors.ts';
import { programHint } from '../../parsers/logs/program.ts';
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

/** What a peer does not match, with the verb; undefined when it takes something, or when that is not known. */
function misses(snapshot: Snapshot, policy: NetworkPolicy, peer: PolicyPeer): string | undefined {
  const { namespaceSelector } = peer;
  let reached = [policy.metadata.namespace ?? ''];
  if (namespaceSelector !== undefined) {
    const spaces = snapshot.list('namespaces').map(({ metadata }) => metadata);
    const meant = spaces.find(({ name }) => Object.values(namespaceSelector.matchLabels ?? {}).includes(name));
    if (!snapshot.listed('namespaces'))
      // Another may fit; the one that the rule seems to name does not.
      return meant?.labels === undefined || selectsNamespace(namespaceSelector, meant.name, meant.labels) !== 'no'
        ? undefined
        : `does not match namespace ${meant.name} (${wordsOf(namespaceSelector)}), which is labelled ${labelsOf(meant.labels)}`;
    reached = spaces
      .filter(({ name, labels }) => selectsNamespace(namespaceSelector, name, labels) !== 'no')
      .map(({ name }) => name);
    if (reached.length === 0) {
      const hint =
        meant && `; namespace ${meant.name} carries kubernetes.io/metadata.name=${meant.name}, not that label`;
      return `matches no namespace (${wordsOf(namespaceSelector)}${hint ?? ''})`;
    }
  }
  if (!reached.every((namespace) => snapshot.listed('pods', namespace))) return undefined;
  const pods = reached.flatMap((namespace) => snapshot.podsIn(namespace));
  if (pods.length === 0 || pods.some((pod) => matchesPeer(policy, peer, policyPod(snapshot, pod)) !== 'no'))
    return undefined;
  return `matches no pod (${wordsOf(peer.podSelector ?? namespaceSelector)})`;
}

function wordsOf(selector: PolicyPeer['podSelector']): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const more = (selector?.matchExpressions ?? []).map(({ key = '', operator = '', values = [] }) =>
    [key, operator, ...(values.length === 0 ? [] : [`[${values.join(', ')}]`])].join(' '),
  );
  return [...labels, ...more].join(', ') || 'all';
}

const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .slice(0, 4)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'with nothing';

/** Where the caller runs, with the labels by which a rule could let it in. */
function callersOf(snapshot: Snapshot, { workload, hit }: UpstreamError): string {
  const bearers = snapshot
    .list('pods')
    .filter(({ metadata }) => programHint(metadata.name) === (hit.program ?? workload.name));
  const spaces = [...new Set(bearers.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const [space, ...more] = spaces;
  if (space === undefined || more.length > 0) return '';
  const labels = snapshot.get('namespaces', undefined, space)?.metadata.labels ?? {};
  return ` (it runs in namespace ${space}${Object.keys(labels).length === 0 ? '' : `, which is labelled ${labelsOf(labels)}`})`;
}

/** No answer: what a policy drops. */
const LOST = /\b110\b|_110\b|timed out|i\/o timeout|^UF|^URX|^UT/;

/** A proxy that gets no answer from a pod of the namespace that the policy isolates. */
const lostInto = (snapshot: Snapshot, policy: NetworkPolicy): UpstreamError | undefined =>
  upstreamErrors(snapshot).find(({ upstream, why }) => {
    if (!LOST.test(why)) return false;
    const policies = knownPolicies(snapshot);
    const { pod, service, node } = snapshot.resolve(upstream);
    // A table without addresses does not tell whose pod it is: that of the only policy, where it isolates all that is shown.
    if (pod === undefined)
      return (
        service === undefined &&
        node === undefined &&
        policies.length === 1 &&
        policies[0] === policy &&
        snapshot.podsIn(policy.metadata.namespace ?? '').length > 0 &&
        snapshot
          .podsIn(policy.metadata.namespace ?? '')
          .every(
            (one) => one.status?.podIP === undefined && isolates(policy, policyPod(snapshot, one), 'Ingress') === 'yes',
          )
      );
    const selecting = policies.filter(
      (one) => isolates(one, policyPod(snapshot, pod), 'Ingress') !== 'no' && (one.spec?.ingress ?? []).length > 0,
    );
    // Another policy may let in whom this one does not.
    return selecting.length === 1 && selecting[0] === policy;
  });

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
  wants: ['namespaces', 'containerLogs'],
  reads: ['ingress-upstream-line', 'envoy-upstream-line', 'envoy-upstream-json'],
  *run(_facts, { snapshot }) {
    for (const policy of knownPolicies(snapshot)) {
      const namespace = policy.metadata.namespace ?? '';
      const subject = snapshot.subject(policy);
      const peers = [...selectorsOf(policy)].map(([pointer, peer]) => ({
        pointer,
        missed: misses(snapshot, policy, peer),
      }));
      // Where no rule lets anybody in, the policy shuts out all, and who times out there is one of them.
      const rules = (policy.spec?.ingress ?? []).reduce((sum, { from }) => sum + Math.max(1, from?.length ?? 0), 0);
      const shut = peers.filter(({ pointer, missed }) => pointer.startsWith('/spec/ingress') && missed !== undefined);
      const lost = shut.length > 0 && shut.length === rules ? lostInto(snapshot, policy) : undefined;
      for (const { pointer, missed } of peers) {
        const outside = pointer.startsWith('/spec/ingress') ? lost : undefined;
        // Nobody listed the namespaces: only traffic that is lost shows that no other one is let in.
        if (missed === undefined || (outside === undefined && missed.startsWith('does not match'))) continue;
        yield {
          subject,
          variant: 'peer',
          title: 'A rule of a NetworkPolicy selects nobody',
          message: `${pointer
            .slice('/spec/'.length)
            .replace(/\/(\d+)/g, '[$1]')
            .replaceAll(
              '/',
              '.',
            )} of NetworkPolicy ${policy.metadata.name} ${missed}${outside === undefined ? '' : `: nobody may connect to the pods of namespace ${namespace}, and ${outside.workload.name} gets no answer from ${outside.upstream}${callersOf(snapshot, outside)}`}`,
          evidence: [
            snapshot.quote(policy, pointer),
            ...(outside === undefined ? [] : [snapshot.evidenceOf(outside.hit)[0]]),
          ],
          ...(outside === undefined ? {} : { severity: 'critical' as const, related: [outside.workload] }),
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
