import { registryOf } from '../../snapshot/pods/image-pulls.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { NAMELESS_IMAGE, pullFindings } from './pull-findings.ts';

const WHAT: Readonly<Record<string, string>> = {
  dns: 'the node cannot resolve the name of the registry',
  refused: 'the registry refuses the connection',
  'no-route': 'the node has no route to the registry',
  proxy: 'the proxy of the node does not let the pull through',
  timeout: 'the registry does not answer in time',
  reset: 'the connection to the registry breaks off',
  'server-error': 'the registry answers with an error of its own',
};

/** Registries that people run in a cluster, by the usual names of their pods. */
const REGISTRY_POD = /registry|harbor|nexus|artifactory|quay|gitea|gitlab/;

/** Registries of the internet, which no pod of the cluster serves. */
const PUBLIC =
  /(?:^|\.)(?:docker\.io|quay\.io|gcr\.io|ghcr\.io|pkg\.dev|k8s\.io|mcr\.microsoft\.com|amazonaws\.com|azurecr\.io)$/;

/** The pods that may serve a registry which failed itself. */
const serversOf = (snapshot: Snapshot, registry: string): readonly Ref[] =>
  PUBLIC.test(registry)
    ? []
    : snapshot
        .list('pods')
        .filter(({ metadata }) => REGISTRY_POD.test(metadata.name))
        .slice(0, 20)
        .map(refOf);

export default defineCheck({
  id: 'image-pull-network',
  layer: 1,
  title: 'Nodes reach the registries',
  failureTitle: 'The node cannot reach the registry',
  why: 'Images are pulled by the node, with its own DNS, routes and proxy, not those of pods. A registry name that does not resolve is either misspelt in the image reference or missing in the DNS of the node.',
  fix: [
    'Check the registry host in the image reference, then the resolver of the node (/etc/resolv.conf), its proxy settings and the firewall to the registry.',
  ],
  next: ['curl -vI https://{registry}/v2/', 'getent hosts {registry}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'network', (failure, image) => {
      const known = image !== NAMELESS_IMAGE;
      const registry = known ? registryOf(image) : 'REGISTRY';
      const what = WHAT[failure.variant ?? ''] ?? 'the registry cannot be reached';
      return {
        title:
          failure.variant === 'dns'
            ? 'The name of the image registry does not resolve (DNS)'
            : failure.variant === 'server-error'
              ? 'The registry fails to serve the image'
              : 'The node cannot reach the registry',
        ...(failure.variant === 'server-error'
          ? {
              fix: [
                'Read the log of the registry: its storage may be full or gone, its database down, or the proxy before it may have no backend. Neither the image name nor the node is at fault.',
              ],
              related: [...(known ? [{ kind: 'Image', name: image }] : []), ...serversOf(snapshot, registry)],
            }
          : {}),
        message: `Image "${image}" cannot be pulled: ${what}${known ? ` (${registry})` : ''}: ${failure.words}`,
        params: { image, registry, container: failure.container },
      };
    });
  },
});
