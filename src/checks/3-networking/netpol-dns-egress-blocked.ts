import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { evaluate, isolates, type PolicyPod } from '../../simulation/network-policy/evaluate.ts';
import { policyPath } from '../../simulation/network-policy/path.ts';
import { configuredAddresses } from '../../snapshot/network/addresses.ts';
import { isLookup, podOfProbe } from '../../snapshot/network/connections.ts';
import { clusterDns } from '../../snapshot/network/dns.ts';
import type { NetworkPolicy, Pod } from '../../snapshot/kinds/index.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import { deniesAll, enforced, knownPolicies, otherEngines, policyPod } from '../../snapshot/network/policies.ts';
import { declaredPorts } from '../../snapshot/network/ports.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Where queries arrive: the DNS pods of the bundle, else the pods that every distribution has in kube-system. */
function servers(snapshot: Snapshot): readonly { readonly pod: PolicyPod; readonly port: number }[] {
  const pods = clusterDns(snapshot).pods;
  if (pods.length === 0)
    return [
      {
        port: 53,
        pod: {
          kind: 'pod',
          namespace: 'kube-system',
          name: 'kube-dns',
          labels: undefined,
          namespaceLabels: undefined,
          hostNetwork: false,
          ports: [],
        },
      },
    ];
  return pods.map((pod) => ({
    pod: policyPod(snapshot, pod),
    // OpenShift's DNS pods listen on 5353 behind port 53 of the Service.
    port:
      declaredPorts(snapshot, pod).find((port) => port.protocol === 'UDP' && (port.name === 'dns' || port.port === 53))
        ?.port ?? 53,
  }));
}

/** Look-ups that got no answer, and the pods in which they were tried, also those that only the command names. */
const lostLookups = (snapshot: Snapshot): readonly { readonly pod: Pod; readonly evidence: Evidence }[] =>
  snapshot.facts('probes').flatMap((probe) => {
    if (!isLookup(probe) || probe.outcome !== 'timeout' || probe.from?.pod === undefined) return [];
    const { pod, namespace } = probe.from;
    const named = namespace === undefined ? undefined : { kind: 'Pod', metadata: { name: pod, namespace } };
    const asker = podOfProbe(snapshot, probe) ?? named;
    return asker === undefined ? [] : [{ pod: asker, evidence: probe.source }];
  });

/** As Go, Node.js and the C library say that no server answered; a name that does not exist was answered. */
const UNANSWERED =
  /timeout|EAI_AGAIN|[Tt]emporary failure in name resolution|[Tt]ry again|Resource temporarily unavailable/;

/** Lines in which a pod's look-ups time out (a dropped packet, not an answer). */
function timeouts(snapshot: Snapshot, pods: readonly Pod[]): readonly Evidence[] {
  const tried = lostLookups(snapshot).filter(({ pod }) =>
    pods.some(({ metadata }) => metadata.name === pod.metadata.name && metadata.namespace === pod.metadata.namespace),
  );
  const logged = ['dns-lookup-at-server-failed', 'app-dns-lookup', 'app-dns-name', 'app-dns-other', 'app-dns-dotnet']
    .flatMap((signature) => snapshot.hits(signature))
    .filter((hit) => {
      const owner = podOfLog(snapshot, hit);
      return owner !== undefined && pods.includes(owner) && UNANSWERED.test(hit.last.text);
    })
    .map((hit) => snapshot.evidenceOf(hit)[0]);
  return [...tried.map(({ evidence }) => evidence), ...logged].slice(0, 2);
}

/**
 * Policies around the DNS pods that keep out the pods whose look-ups get no answer. Who asks from which machine, and
 * whether somebody asks, only look-ups that are lost tell: without them nothing is said.
 */
function* shutServers(
  policies: readonly NetworkPolicy[],
  pods: readonly Pod[],
  snapshot: Snapshot,
): Iterable<FindingDraft> {
  const dns = clusterDns(snapshot).pods.length === 0 ? [] : servers(snapshot);
  const [server] = dns;
  if (server === undefined || enforced(snapshot) === false) return;
  const around = policies.filter((policy) => policy.metadata.namespace === server.pod.namespace);
  const isolating = around.filter((policy) => dns.every(({ pod }) => isolates(policy, pod, 'Ingress') === 'yes'));
  const [policy] = isolating;
  if (policy === undefined) return;
  const keptOut = pods.filter((pod) => {
    const from = policyPod(snapshot, pod);
    return (
      !from.hostNetwork &&
      dns.every(({ pod: to, port }) => evaluate(around, { from, to, protocol: 'UDP', port }).ingress.answer === 'no')
    );
  });
  const lines = timeouts(snapshot, keptOut);
  if (lines.length === 0) return;
  const { namespace, name } = policy.metadata;
  yield {
    subject: snapshot.named('NetworkPolicy', name, { namespace }),
    variant: 'servers',
    title: 'A NetworkPolicy keeps the clients of the cluster DNS away from it',
    message: `NetworkPolicy ${isolating.map((one) => one.metadata.name).join(', ')} isolates the DNS pods in namespace ${namespace ?? ''} for ingress, and no policy there lets pods of other namespaces ask them (port ${server.port}/UDP): name look-ups time out`,
    fix: [
      `Add a policy in {namespace} that lets all namespaces reach the DNS pods on port ${server.port}, UDP and TCP.`,
    ],
    evidence: [snapshot.quote(policy, '/spec/podSelector'), snapshot.quote(policy, '/spec/policyTypes'), ...lines],
    related: [
      // Where they only deny everything, that policy is the cause (netpol-default-deny).
      ...(isolating.every((one) => deniesAll(one, 'Ingress')) ? isolating.map(refOf) : []),
      ...keptOut.slice(0, 50).flatMap((pod) => {
        const workload = snapshot.workloadOf(pod);
        return [refOf(pod), ...(workload === undefined ? [] : [workload])];
      }),
    ],
  };
}

export default defineCheck({
  id: 'netpol-dns-egress-blocked',
  layer: 3,
  title: 'NetworkPolicies let pods reach DNS',
  failureTitle: 'NetworkPolicies block the pods from DNS',
  why: 'Once a policy isolates a pod for egress, only what some policy allows leaves it. Without a rule for port 53 every name look-up times out, and everything that uses names fails with it.',
  fix: [
    'Add a policy that allows egress to the DNS pods (namespace kube-system, label k8s-app=kube-dns) on port 53, UDP and TCP.',
  ],
  next: [
    'kubectl get networkpolicies -n {namespace} -o yaml',
    'kubectl exec -n {namespace} POD -- nslookup kubernetes.default',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['networkPolicies'],
  needsAny: ['pods', 'probes'],
  wants: ['namespaces', 'services', 'containerLogs'],
  *run({ pods }, { snapshot }) {
    const policies = knownPolicies(snapshot);
    if (policies.length === 0 || otherEngines(snapshot)) return;
    yield* shutServers(policies, pods, snapshot);
    const dns = servers(snapshot);
    const groups = new Map<string, { policies: readonly NetworkPolicy[]; pods: Pod[] }>();
    const byNamespace = groupBy(policies, (policy) => policy.metadata.namespace);
    const tried = lostLookups(snapshot).map(({ pod }) => pod);
    for (const pod of new Set([...pods, ...tried])) {
      if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
      const own = policyPod(snapshot, pod);
      const here = byNamespace.get(own.namespace) ?? [];
      const sure = here.filter((policy) => isolates(policy, own, 'Egress') === 'yes');
      if (sure.length === 0) continue;
      const denied = dns.every(
        ({ pod: to, port }) => evaluate(here, { from: own, to, protocol: 'UDP', port }).egress.answer === 'no',
      );
      if (!denied) continue;
      const at = `${own.namespace}/${sure.map((policy) => policy.metadata.name).join(',')}`;
      const group = groups.get(at);
      if (group === undefined) groups.set(at, { policies: sure, pods: [pod] });
      else group.pods.push(pod);
    }
    const ignored = enforced(snapshot) === false;
    for (const group of groups.values()) {
      const [policy] = group.policies;
      const [pod] = group.pods;
      if (policy === undefined || pod === undefined) continue;
      const namespace = policy.metadata.namespace;
      const lines = timeouts(snapshot, group.pods);
      const ill = group.pods.filter((one) => podReady(one) === false);
      const needsNames = configuredAddresses(snapshot).some(
        (address) => address.pod !== undefined && group.pods.includes(address.pod),
      );
      const names = group.policies.map((one) => one.metadata.name).join(', ');
      const hurt = lines.length > 0 || ill.length > 0;
      const [server] = dns;
      const { service, pods: known } = clusterDns(snapshot);
      yield {
        subject: snapshot.named('NetworkPolicy', policy.metadata.name, { namespace }),
        severity: ignored ? 'info' : hurt ? 'critical' : needsNames ? 'warning' : 'info',
        confidence: hurt ? 'high' : 'medium',
        message: `NetworkPolicy ${names} isolates ${group.pods.length === 1 ? `pod ${pod.metadata.name}` : `${group.pods.length} pods (${pod.metadata.name} …)`} in namespace ${namespace ?? ''} for egress, and no policy allows DNS (port 53/UDP to kube-system): name look-ups time out`,
        evidence: [
          snapshot.quote(policy, (policy.spec?.egress ?? []).length === 0 ? '/spec/egress' : '/spec/policyTypes'),
          ...lines,
          snapshot.quote(policy, '/spec/podSelector'),
        ],
        ...(server === undefined
          ? {}
          : {
              way: policyPath(
                policies,
                { from: policyPod(snapshot, ill[0] ?? pod), to: server.pod, protocol: 'UDP', port: server.port },
                {
                  ...(service === undefined
                    ? {}
                    : { service: `Service ${service.metadata.namespace ?? ''}/${service.metadata.name}` }),
                  ...(known.length > 0 ? {} : { target: 'the DNS pods in kube-system' }),
                },
              ),
            }),
        related: [
          // Where nothing but "no egress at all" isolates the pods, that policy is the cause (netpol-default-deny).
          ...(group.policies.every((one) => deniesAll(one, 'Egress')) ? group.policies.map(refOf) : []),
          ...(ill.length > 0 ? ill : group.pods).slice(0, 50).flatMap((one) => {
            const here = namespace === undefined ? {} : { namespace };
            const workload = snapshot.workloadOf(one);
            return [{ kind: 'Pod', name: one.metadata.name, ...here }, ...(workload === undefined ? [] : [workload])];
          }),
        ],
      };
    }
  },
});
