import { registryOf } from '../../snapshot/pods/image-pulls.ts';
import { pullSecretsOf } from '../../snapshot/pods/pull-secrets.ts';
import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-auth',
  layer: 1,
  title: 'Registries accept the credentials of the pulls',
  failureTitle: 'The registry refuses the pull: credentials are missing or wrong',
  why: 'The pull was anonymous or its credentials were refused. Docker Hub answers alike for a private repository and for one that does not exist.',
  fix: [
    'Create a kubernetes.io/dockerconfigjson Secret for {registry} in namespace {namespace} and name it in imagePullSecrets of the pod or of its ServiceAccount.',
  ],
  next: [
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.imagePullSecrets}'",
    'kubectl get secrets -n {namespace} --field-selector type=kubernetes.io/dockerconfigjson',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['secrets'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'auth', (failure, image) => {
      const { pod } = failure.seen;
      const secrets = pod === undefined ? undefined : pullSecretsOf(snapshot, pod);
      const used =
        secrets === undefined || !secrets.known
          ? ''
          : secrets.names.length === 0
            ? '; the pod names no imagePullSecret'
            : `; the pod names imagePullSecret ${secrets.names.join(', ')}`;
      return {
        message: `Registry ${registryOf(image)} refuses to serve image "${image}"${used}: ${failure.words}`,
        params: { image, registry: registryOf(image), container: failure.container },
      };
    });
  },
});
