import { componentSubject } from '../../snapshot/control-plane.ts';
import { processesWith, quoteSample } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'apiserver_requested_deprecated_apis';
/** `no matches for kind "Ingress" in version "extensions/v1beta1"`: a client asks for what is gone. */
const GONE = /no matches for kind "([^"]{1,100})" in version "([^"]{1,100})"/;

export default defineCheck({
  id: 'api-removed-in-use',
  layer: 4,
  title: 'No client uses APIs that go away',
  failureTitle: 'A client uses an API version that is removed or will be',
  why: 'At the upgrade that removes it the client breaks; when it is removed already, it is broken now.',
  fix: [
    'Find the client (audit log annotation k8s.io/deprecated) and move it to the newer version; convert stored manifests with kubectl convert',
  ],
  next: ['kubectl get --raw /metrics | grep apiserver_requested_deprecated_apis'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['metrics', 'commandFailures'],
  *run({ commandFailures }, { snapshot }) {
    const seen = new Set<string>();
    for (const process of processesWith(snapshot, FAMILY))
      for (const sample of process.latest.families.get(FAMILY) ?? []) {
        const { group = '', version = '', resource = '', removed_release: removed = '' } = sample.labels;
        const name = `${resource}.${version}${group === '' ? '' : `.${group}`}`;
        // Without a release nobody has decided to remove it (Endpoints, ComponentStatus).
        if (sample.value !== 1 || removed === '' || seen.has(name)) continue;
        seen.add(name);
        yield {
          subject: componentSubject(snapshot, 'kube-apiserver', process.node),
          variant: name,
          message: `A client requested ${resource} in ${group === '' ? version : `${group}/${version}`}, which Kubernetes ${removed} no longer serves`,
          evidence: [quoteSample(process.latest, sample)],
        };
      }
    for (const failure of commandFailures) {
      const [, kind, version] = GONE.exec(failure.message) ?? [];
      if (kind === undefined || version === undefined || seen.has(`${kind} ${version}`)) continue;
      seen.add(`${kind} ${version}`);
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver'),
        variant: 'gone',
        severity: 'info',
        message: `The cluster does not serve ${kind} in ${version}: the version was removed, or its CRD is not installed`,
        evidence: [failure.source],
      };
    }
  },
});
