/** Versions of the cluster's programs, as their objects and tools tell them. */
import type { Evidence } from '../../parsers/records.ts';
import { podsOfComponent, type Component } from './control-plane.ts';
import { isControlPlane } from '../nodes/node-health.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly text: string;
}

/** `v1.31.4`, `v1.31.4+k3s1`, `1.31.4-eks-abc`; undefined for anything else. */
export function parseVersion(text: string | undefined): Version | undefined {
  const match = /^v?(\d{1,2})\.(\d{1,3})\.\d{1,3}(?:[-+.][\w.+-]{0,60})?$/.exec(text ?? '');
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), text: text ?? '' };
}

/** The tag of an image reference: `registry.k8s.io/kube-apiserver:v1.31.4` → `v1.31.4`. */
export function tagOf(image: string | undefined): string | undefined {
  return /:([\w][\w.-]{0,127})(?:@sha256:[0-9a-f]{64})?$/.exec(image ?? '')?.[1];
}

export interface Versioned {
  readonly version: Version;
  readonly name: string;
  readonly node?: string;
  readonly evidence: Evidence;
}

/** Versions of a component's static pods, by their images. */
export function versionsOfComponent(snapshot: Snapshot, component: Component | 'kube-proxy'): readonly Versioned[] {
  const pods =
    component === 'kube-proxy'
      ? snapshot.podsIn('kube-system').filter((pod) => pod.metadata.labels?.['k8s-app'] === 'kube-proxy')
      : podsOfComponent(snapshot, component);
  return pods.flatMap((pod): Versioned[] => {
    const version = parseVersion(tagOf(pod.spec?.containers?.[0]?.image));
    const node = pod.spec?.nodeName;
    return version === undefined
      ? []
      : [
          {
            version,
            name: pod.metadata.name,
            ...(node === undefined ? {} : { node }),
            evidence: snapshot.quote(pod, '/spec/containers/0/image'),
          },
        ];
  });
}

/** The releases that the control plane runs, oldest first: of its API servers, else of its nodes' kubelets. */
export function apiServerReleases(snapshot: Snapshot): readonly string[] {
  const pods = versionsOfComponent(snapshot, 'kube-apiserver').map(({ version }) => version);
  const nodes = snapshot
    .list('nodes')
    .filter(isControlPlane)
    .flatMap((node) => parseVersion(node.status?.nodeInfo?.kubeletVersion) ?? []);
  const all = (pods.length > 0 ? pods : nodes).toSorted((a, b) => a.major - b.major || a.minor - b.minor);
  return [...new Set(all.map(({ text }) => text))];
}

/** The API server's version: what it says of itself, else its image. The oldest one counts for skew. */
export function serverVersion(snapshot: Snapshot): Versioned | undefined {
  const stated = snapshot
    .facts('hostValues')
    .filter((value) => value.topic === 'version' && /server/i.test(value.key))
    .flatMap((value): Versioned[] => {
      const version = parseVersion(value.value);
      return version === undefined ? [] : [{ version, name: 'kube-apiserver', evidence: value.source }];
    });
  const built = snapshot.facts('metrics').flatMap((scrape): Versioned[] => {
    if (scrape.component !== 'kube-apiserver') return [];
    const sample = scrape.families.get('kubernetes_build_info')?.[0];
    const version = parseVersion(sample?.labels['git_version']);
    return sample === undefined || version === undefined
      ? []
      : [
          {
            version,
            name: 'kube-apiserver',
            evidence: { file: scrape.source.file, line: sample.line, text: sample.text },
          },
        ];
  });
  return [...stated, ...versionsOfComponent(snapshot, 'kube-apiserver'), ...built].toSorted(
    (a, b) => a.version.minor - b.version.minor,
  )[0];
}
