import { customTroubles } from '../../snapshot/custom-state.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { CustomResource } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
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

/** Google's load balancers serve Ingresses of these classes, and those without one. */
const OF_GOOGLE = /^gce(?:-internal)?$/;
const CERTIFICATES = 'networking.gke.io/managed-certificates';
const CLASS = 'kubernetes.io/ingress.class';

/** An Ingress that names a certificate of Google, and that no load balancer of Google serves. */
function servedByOthers(
  snapshot: Snapshot,
  { name, namespace }: CustomResource,
): Partial<FindingDraft> & { words: string } {
  for (const ingress of snapshot.list('ingresses')) {
    const { annotations = {}, namespace: place } = ingress.metadata;
    const named = (annotations[CERTIFICATES] ?? '').split(/,\s*/).includes(name);
    const shown = annotations[CLASS] ?? ingress.spec?.ingressClassName ?? '';
    if (!named || (namespace !== undefined && place !== undefined && namespace !== place)) continue;
    if (shown === '' || OF_GOOGLE.test(shown)) continue;
    return {
      words: `; Ingress ${ingress.metadata.name}, which names it, has the class ${shown}: no load balancer of Google serves it and shows the certificate`,
      related: [refOf(ingress)],
      fix: [
        `Give the Ingress the class gce, or let cert-manager get the certificate for the controller of class ${shown}.`,
      ],
    };
  }
  return {
    words: '',
    fix: [
      'FailedNotVisible: let the DNS name lead to the address of the load balancer, and to no other (an AAAA record), and see that the Ingress names the certificate. FailedCaa: let the CAA records of the domain allow pki.goog or letsencrypt.org. Google tries again by itself, for up to an hour.',
    ],
  };
}

/** `Secret "shop-tls" is invalid: Secret not found`: where a Secret of that name is. */
function secretElsewhere(snapshot: Snapshot, { name, namespace }: CustomResource, words: string): { words: string } {
  const secret = /Secret "([a-z0-9.-]{1,253})".{0,60}not found/.exec(words)?.[1];
  const other = snapshot
    .list('secrets')
    .find(
      ({ metadata }) =>
        metadata.name === secret && metadata.namespace !== undefined && metadata.namespace !== namespace,
    );
  return {
    words:
      other === undefined
        ? ''
        : `; a Secret of that name is in namespace ${other.metadata.namespace ?? ''}, and a bare name is looked for in the namespace of ${name}, ${namespace ?? ''}: a delegated one is written ${other.metadata.namespace ?? ''}/${secret ?? ''}`,
  };
}

export default defineCheck({
  id: 'network-resource-not-ready',
  layer: 3,
  title: 'Custom resources of the network are ready',
  failureTitle: 'A resource of the network is not ready',
  why: 'Its controller (cert-manager, a mesh, a load balancer, a network plug-in) says in the status what stands in the way.',
  ...resourceTexts,
  needs: ['customResources'],
  wants: ['ingresses', 'secrets'],
  *run(_facts, { snapshot }) {
    const troubles = customTroubles(snapshot);
    const challenged = troubles.some(({ resource }) => resource.resourceKind === 'Challenge');
    for (const trouble of troubles) {
      if (trouble.about !== 'network') continue;
      const { resourceKind } = trouble.resource;
      const draft = resourceDraft(snapshot, trouble);
      if (resourceKind === 'ManagedCertificate') {
        const { words, ...more } = servedByOthers(snapshot, trouble.resource);
        yield { ...draft, ...more, message: `${draft.message}${words}` };
        continue;
      }
      const { words } = secretElsewhere(snapshot, trouble.resource, draft.message);
      yield {
        ...draft,
        message: `${draft.message}${words}`,
        // What waits for a challenge says no more than that.
        ...(challenged && /^(?:Certificate|CertificateRequest|Order)$/.test(resourceKind)
          ? { severity: 'info' as const }
          : {}),
        ...(resourceKind === 'Challenge' ? adviceOn(ADVICE, trouble.words) : {}),
      };
    }
  },
});
