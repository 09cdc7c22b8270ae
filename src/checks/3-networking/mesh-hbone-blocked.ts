import { groupBy } from '../../lib/group-by.ts';
import { directionsOf, isolates } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { countOf, quotesOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { knownPolicies, policyPod } from '../../snapshot/network/policies.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Where ztunnel takes what is for a pod. */
const HBONE = 15008;
/** Once may be a pod that was just leaving. */
const FEW = 2;

const letsIn = ({ spec }: NetworkPolicy): boolean =>
  (spec?.ingress ?? []).some(
    ({ ports = [] }) =>
      ports.length === 0 ||
      ports.some(
        ({ port, endPort }) =>
          port === undefined ||
          port === HBONE ||
          (typeof port === 'number' && endPort !== undefined && port <= HBONE && HBONE <= endPort),
      ),
  );

/** Policies of the namespace that may select the pod and name ports, but not this one. */
function shuttingOut(snapshot: Snapshot, namespace: string, name: string): readonly NetworkPolicy[] {
  const pod = snapshot.get('pods', namespace, name);
  const policies = knownPolicies(snapshot).filter(
    (policy) => policy.metadata.namespace === namespace && directionsOf(policy).includes('Ingress'),
  );
  const selecting = policies.filter(
    (policy) => pod === undefined || isolates(policy, policyPod(snapshot, pod), 'Ingress') !== 'no',
  );
  return selecting.some(letsIn) ? [] : selecting;
}

export default defineCheck({
  id: 'mesh-hbone-blocked',
  layer: 3,
  title: 'The tunnels of the ambient mesh (HBONE, port 15008) get through',
  failureTitle:
    'A tunnel of the ambient mesh gets no answer at TCP port 15008 (HBONE) of a pod, which a NetworkPolicy or a firewall drops',
  why: 'In ambient mode ztunnel carries every connection to a pod inside TLS at port 15008 of that pod, whatever port the program asked for. A NetworkPolicy that lets only the port of the program in, or a firewall between the nodes, stops it without an answer.',
  fix: [
    'Let TCP 15008 in, in each NetworkPolicy that selects {peer} in namespace {there} (ingress), and out, in those that select the client; then look at security groups and firewalls between the nodes.',
  ],
  next: ['kubectl get networkpolicies -n {there} -o yaml', 'kubectl -n istio-system logs ds/ztunnel --tail=50'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['networkPolicies', 'pods'],
  reads: ['mesh-hbone-line'],
  *run(_facts, { snapshot }) {
    const by = groupBy(
      snapshot.hits('mesh-hbone-line'),
      ({ groups }) => `${groups['there'] ?? ''}/${groups['peer'] ?? ''}`,
    );
    for (const hits of by.values()) {
      const [first] = hits;
      const quotes = quotesOf(hits);
      if (first === undefined || quotes === undefined) continue;
      const { peer = '', there = '' } = first.groups;
      const [policy, ...more] = shuttingOut(snapshot, there, peer);
      yield {
        subject: policy === undefined ? subjectOfLogHit(snapshot, first) : snapshot.subject(policy),
        ...(policy === undefined
          ? {}
          : {
              variant: 'policy',
              title: 'A NetworkPolicy does not let the tunnels of the ambient mesh in (TCP 15008)',
            }),
        ...(policy === undefined && weightOf(snapshot, hits, FEW) === 'few' ? { severity: 'info' as const } : {}),
        message: `ztunnel gets no answer at port ${HBONE} (HBONE) of ${there}/${peer} (${countOf(hits)} connections)${
          policy === undefined
            ? ': a NetworkPolicy or a firewall drops it'
            : `: NetworkPolicy ${[policy, ...more]
                .slice(0, 3)
                .map(({ metadata }) => metadata.name)
                .join(', ')} in namespace ${there} lets other ports in, not ${HBONE}`
        }`,
        evidence: [...quotes, ...(policy === undefined ? [] : [snapshot.quote(policy, '/spec/ingress')])],
        related: [{ kind: 'Pod', namespace: there, name: peer }, ...more.map(refOf)],
        params: { peer, there },
        ...timing(snapshot, hits),
      };
    }
  },
});
