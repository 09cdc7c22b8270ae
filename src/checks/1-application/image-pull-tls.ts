import { registryOf } from '../../snapshot/pods/image-pulls.ts';
import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-tls',
  layer: 1,
  title: 'TLS to the registries works',
  failureTitle: 'The registry cannot be trusted over TLS',
  why: 'The node does not trust the certificate of the registry, the certificate is not valid, or the registry speaks plain HTTP.',
  fix: [
    'Install the CA of the registry on the nodes (/etc/containerd/certs.d/<registry>/hosts.toml), renew its certificate, or configure it as plain HTTP there.',
  ],
  next: ['openssl s_client -connect {registry}:443 -showcerts </dev/null'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'tls', (failure, image) => ({
      message: `Image "${image}" cannot be pulled because TLS to registry ${registryOf(image)} fails: ${failure.words}`,
      params: { image, registry: registryOf(image), container: failure.container },
    }));
  },
});
