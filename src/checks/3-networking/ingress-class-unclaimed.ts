import { onlyOne } from '../../lib/only-one.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { defineCheck } from '../check.ts';

/** Ingresses older than this without an address and without a class are nobody's (the catalogue: 5 minutes). */
const WAIT_MS = 5 * 60 * 1000;

export default defineCheck({
  id: 'ingress-class-unclaimed',
  layer: 3,
  title: 'Every Ingress has a class that exists',
  failureTitle: 'No controller claims the Ingress',
  why: 'A controller takes only the Ingresses of its class. One with a class that does not exist, or without class where none is the default, is served by nobody.',
  fix: ['Set spec.ingressClassName to an existing class, or make one the default.'],
  next: ['kubectl get ingressclass', 'kubectl describe ingress {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['ingresses', 'ingressClasses', 'containerLogs'],
  reads: ['ingress-class-ignored-log'],
  *run({ ingresses, ingressClasses }, { snapshot }) {
    // The controller itself says whom it ignores; with several controllers another one may take it.
    for (const hit of snapshot.hits('ingress-class-ignored-log')) {
      const said = (hit.groups['ingress'] ?? hit.groups['named'] ?? hit.groups['bare'] ?? '').split('/');
      const name = said.at(-1) ?? '';
      if (name === '') continue;
      // Before 1.0 ingress-nginx said the name alone.
      const ingress =
        (said.length > 1 ? snapshot.get('ingresses', said[0], name) : undefined) ??
        snapshot.get('ingresses', undefined, name) ??
        onlyOne(ingresses.filter(({ metadata }) => metadata.name === name));
      const namespace = said.length > 1 ? said[0] : ingress?.metadata.namespace;
      const shown = namespace === undefined ? name : `${namespace}/${name}`;
      const served = (ingress?.status?.loadBalancer?.ingress ?? []).length > 0;
      const asked = ingress?.spec?.ingressClassName;
      const annotated = hit.groups['class'];
      yield {
        subject: snapshot.named('Ingress', name, { namespace }),
        variant: 'ignored',
        ...(served ? { severity: 'info' as const } : {}),
        message: `The ingress controller ignores Ingress ${shown} because of its ingress class (${annotated !== undefined ? `annotation kubernetes.io/ingress.class: ${annotated}` : asked === undefined ? 'no ingressClassName' : `ingressClassName ${asked}`}): ${hit.groups['reason'] ?? 'another class than its own'}`,
        evidence: [
          snapshot.evidenceOf(hit)[0],
          ...(ingress === undefined ? [] : [snapshot.quote(ingress, '/spec/ingressClassName')]),
        ],
      };
    }
    if (!snapshot.listed('ingressClasses')) return;
    const classes = new Set(ingressClasses.map((c) => c.metadata.name));
    const hasDefault = ingressClasses.some(
      (c) => c.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true',
    );
    for (const ingress of ingresses) {
      const annotation = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
      const name = ingress.spec?.ingressClassName;
      const served = (ingress.status?.loadBalancer?.ingress ?? []).length > 0;
      if (served || annotation !== undefined || (ageOf(snapshot, ingress) ?? WAIT_MS) < WAIT_MS) continue;
      if (name !== undefined && !classes.has(name))
        yield {
          subject: snapshot.subject(ingress),
          variant: 'missing-class',
          severity: 'critical',
          message: `Ingress ${ingress.metadata.name} has class ${name}, which does not exist; the cluster has ${classes.size === 0 ? 'no IngressClass' : [...classes].sort().join(', ')}`,
          evidence: [snapshot.quote(ingress, '/spec/ingressClassName')],
        };
      else if (name === undefined && !hasDefault)
        yield {
          subject: snapshot.subject(ingress),
          variant: 'no-class',
          message: `Ingress ${ingress.metadata.name} has no class and no IngressClass is the default, and it has no address`,
          evidence: [snapshot.quote(ingress, '/metadata/name')],
        };
    }
  },
});
