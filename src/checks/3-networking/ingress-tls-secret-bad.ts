import { besideHits } from '../../snapshot/logs/hits.ts';
import { refTo } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** What a controller needs, whatever type the Secret calls itself. */
const KEYS = ['tls.crt', 'tls.key'] as const;

/** What the controller says above of the Secret that it could not read as a certificate. */
const WHY = /(?:Error obtaining X\.509 certificate|error creating SSL Cert|unexpected error \w{1,20} SSL Cert).{1,200}/;

export default defineCheck({
  id: 'ingress-tls-secret-bad',
  layer: 3,
  title: 'The TLS Secrets of Ingresses exist and hold a certificate',
  failureTitle: 'The TLS Secret of an Ingress is missing or holds no certificate',
  why: 'The controller falls back to its own self-signed certificate, which browsers and clients reject for that host.',
  fix: [
    'Create the Secret of type kubernetes.io/tls with tls.crt and tls.key in the namespace of the Ingress; where cert-manager makes it, see why its Certificate is not ready.',
  ],
  next: [
    'kubectl get secret -n {namespace}',
    'kubectl get certificate,certificaterequest,order,challenge -n {namespace}',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['ingresses', 'containerLogs'],
  wants: ['secrets'],
  reads: ['ingress-tls-secret-missing-log'],
  *run({ ingresses }, { snapshot }) {
    const told = new Set<string>();
    for (const ingress of ingresses) {
      const { namespace, name } = ingress.metadata;
      for (const [i, tls] of (ingress.spec?.tls ?? []).entries()) {
        const wanted = tls.secretName;
        if (wanted === undefined || wanted === '') continue;
        const secret = snapshot.get('secrets', namespace, wanted);
        // A listing with a selector is no full one; that the Secret lies elsewhere says as much.
        const elsewhere =
          secret === undefined
            ? snapshot
                .list('secrets')
                .find(({ metadata }) => metadata.name === wanted && metadata.namespace !== namespace)
            : undefined;
        // A row of a table that does not say whose Secrets it lists: it may well be this one.
        if (elsewhere !== undefined && elsewhere.metadata.namespace === undefined) continue;
        if (secret === undefined && elsewhere === undefined && !snapshot.listed('secrets', namespace)) continue;
        const keys = secret === undefined ? [] : Object.keys({ ...secret.data, ...secret.stringData });
        const lacks = KEYS.filter((key) => !keys.includes(key));
        // A table shows the type of a Secret and how many keys it has, not which.
        const known = secret?.data !== undefined || secret?.stringData !== undefined;
        if (secret !== undefined && (!known || lacks.length === 0)) continue;
        told.add(`${namespace ?? ''}/${wanted}`);
        const hosts = (tls.hosts ?? []).slice(0, 3).join(', ');
        yield {
          subject: snapshot.subject(ingress),
          variant: secret === undefined ? 'missing' : 'keys',
          message: `Ingress ${name} takes the certificate${hosts === '' ? '' : ` of ${hosts}`} from Secret ${wanted}, which ${secret === undefined ? `does not exist in namespace ${namespace ?? 'default'}${elsewhere === undefined ? '' : ` (one of that name is in namespace ${elsewhere.metadata.namespace ?? ''}, and an Ingress reads Secrets of its own namespace only)`}` : `has no ${lacks.join(' and no ')}`}: clients get the default certificate of the controller`,
          evidence: [
            snapshot.quote(ingress, `/spec/tls/${i}`),
            ...[secret ?? elsewhere].flatMap((one) => (one === undefined ? [] : [snapshot.quote(one, '/type')])),
          ],
          related: [
            refTo('Secret', namespace, wanted),
            ...(tls.hosts ?? []).slice(0, 10).map((host) => ({ kind: 'Host', name: host })),
          ],
        };
      }
    }
    for (const hit of snapshot.hits('ingress-tls-secret-missing-log')) {
      const key = hit.groups['secret'] ?? hit.groups['named'] ?? hit.groups['pem'];
      const reason = hit.groups['reason'] ?? hit.groups['wrong'];
      if (key === undefined || told.has(key)) continue;
      const [namespace = '', name = key] = key.split('/');
      // An Ingress that names no Secret asks for the default certificate; old controllers warn of that as well.
      if (name === '') continue;
      // Written when the controller started before the Secret was there.
      const there = snapshot.get('secrets', namespace, name) !== undefined;
      told.add(key);
      yield {
        subject: snapshot.named('Secret', name, { namespace }),
        variant: 'log',
        ...(there ? { state: 'recovered' as const } : {}),
        message: `The ingress controller cannot use the certificate of Secret ${key}${reason === undefined ? '' : `: ${reason}`}${besideHits([hit], WHY)}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
    }
  },
});
