import { customTroubles } from '../../snapshot/custom-state.ts';
import { defineCheck } from '../check.ts';
import { adviceOn, resourceDraft, resourceTexts, type Advice } from '../custom-resource.ts';

/** What stands in the way of cert-manager's own request for the answer, by its words. */
const ADVICE: Advice = [
  [
    /self check.{0,600}(?:EOF|timeout|refused|no route to host|reset|context deadline)/,
    'The public address is not reached from pods: a load balancer that wants the PROXY protocol, a router that does not send packets back where they came from (hairpin NAT), a policy, or another answer of the DNS inside. Let the name lead to the ingress controller inside the cluster (hostname annotation of the load balancer, split DNS), or open the way.',
  ],
  [
    /wrong status code/,
    'The request ends elsewhere: see that the solver Ingress has the class of the controller that the host name leads to, and that no redirect or login stands before /.well-known/acme-challenge.',
  ],
  [
    /DNS-01 challenge propagation|no such host/,
    'See the record in its zone and the credentials of the solver; a resolver inside that answers otherwise is passed over with --dns01-recursive-nameservers.',
  ],
];

export default defineCheck({
  id: 'network-resource-not-ready',
  layer: 3,
  title: 'Custom resources of the network are ready',
  failureTitle: 'A resource of the network is not ready',
  why: 'Its controller (cert-manager, a mesh, a load balancer, a network plug-in) says in the status what stands in the way.',
  ...resourceTexts,
  needs: ['customResources'],
  *run(_facts, { snapshot }) {
    const troubles = customTroubles(snapshot);
    const challenged = troubles.some(({ resource }) => resource.resourceKind === 'Challenge');
    for (const trouble of troubles) {
      if (trouble.about !== 'network') continue;
      const { resourceKind } = trouble.resource;
      yield {
        ...resourceDraft(snapshot, trouble),
        // What waits for a challenge says no more than that.
        ...(challenged && /^(?:Certificate|CertificateRequest|Order)$/.test(resourceKind)
          ? { severity: 'info' as const }
          : {}),
        ...(resourceKind === 'Challenge' ? adviceOn(ADVICE, trouble.words) : {}),
      };
    }
  },
});
