/** Which resources the stand-in offers, as discovery tells them. */
import { append } from '../lib/group-by.ts';
import { textOf, valueAt, type Fields } from '../lib/untyped.ts';
import { ownKind } from '../parsers/kubernetes/kind-of.ts';
import { apiVersionOf, isAddOn } from '../snapshot/kinds/api-versions.ts';
import { areaOfKind, OBJECT_AREAS, KINDS } from '../snapshot/kinds/index.ts';

export interface Resource {
  readonly groupVersion: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
}

/** metrics-server names its resources after what they are about. */
export const METRICS = { NodeMetrics: 'nodes', PodMetrics: 'pods' } as const;
export const METRICS_VERSION = 'metrics.k8s.io/v1beta1';

/** English is enough for what no CustomResourceDefinition names. */
const pluralOf = (kind: string): string => {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(lower) ? `${lower}es` : `${lower}s`;
};

/** The resources for these objects (by kind as the snapshot calls it), those of every cluster first. */
export function resourcesFor(objects: ReadonlyMap<string, readonly Fields[]>): readonly Resource[] {
  const out: Resource[] = [];
  for (const area of OBJECT_AREAS) {
    const groupVersion = apiVersionOf(area);
    const { kind, namespaced, names } = KINDS[area];
    // Every cluster serves what is built in; others are offered where the bundle has one.
    if (isAddOn(area) && !objects.has(kind)) continue;
    const [full, ...others] = names;
    // `gateways.networking.istio.io`, which kubectl may be asked for, is `gateways` in its group.
    const plural = full.replace(/\..*$/, '');
    const shortNames = others.filter((name) => name !== kind.toLowerCase());
    out.push({ groupVersion, plural, kind, namespaced, shortNames });
  }
  for (const [kind, plural] of Object.entries(METRICS))
    out.push({ groupVersion: METRICS_VERSION, plural, kind, namespaced: kind === 'PodMetrics', shortNames: [] });
  const definitions = objects.get('CustomResourceDefinition') ?? [];
  for (const [kind, list] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const groupVersion = textOf(list[0]?.['apiVersion']) ?? '';
    const slash = groupVersion.indexOf('/');
    if (
      Object.hasOwn(METRICS, kind) ||
      areaOfKind(kind) !== undefined ||
      !/^[a-z0-9.-]{1,253}\/v\w{1,20}$/.test(groupVersion)
    )
      continue;
    const group = groupVersion.slice(0, slash);
    const own = ownKind(kind, groupVersion);
    const definition = definitions.find(
      (one) => valueAt(one, 'spec.group') === group && valueAt(one, 'spec.names.kind') === own,
    );
    const plural = textOf(valueAt(definition, 'spec.names.plural')) ?? pluralOf(own);
    const namespaced = list.some((object) => textOf(valueAt(object, 'metadata.namespace')) !== undefined);
    out.push({ groupVersion, plural, kind, namespaced, shortNames: [] });
  }
  return out;
}

/** The discovery document of a path, or undefined. */
export function discovery(path: string, resources: readonly Resource[]): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  const versions = [...new Set(resources.map((resource) => resource.groupVersion))];
  if (path === '/apis') {
    const groups = new Map<string, { groupVersion: string; version: string }[]>();
    for (const groupVersion of versions) {
      const [group = '', version] = groupVersion.split('/');
      if (version !== undefined) append(groups, group, { groupVersion, version });
    }
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...groups].map(([name, all]) => ({ name, versions: all, preferredVersion: all[0] })),
    };
  }
  const groupVersion = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1] ?? '';
  if (!versions.includes(groupVersion)) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources
      .filter((resource) => resource.groupVersion === groupVersion)
      .flatMap(({ plural, kind, namespaced, shortNames }) => {
        const singularName = kind.replace(/\..*$/, '').toLowerCase();
        const one = {
          name: plural,
          singularName,
          kind: kind.replace(/\..*$/, ''),
          namespaced,
          verbs: ['get', 'list', 'watch'],
          shortNames,
        };
        return kind === 'Pod' ? [one, { ...one, name: 'pods/log', verbs: ['get'], shortNames: [] }] : [one];
      }),
  };
}
