/** References of a pod to ConfigMaps and Secrets, and what the kubelet said about those it could not find. */
import { memo, oncePer } from '../../lib/once-per.ts';
import type { PodSpec } from '../kinds/core.ts';
import type { AnyObject, Pod } from '../kinds/index.ts';
import { isAbsent } from '../declared.ts';
import type { Snapshot } from '../snapshot.ts';

export type ConfigKind = 'ConfigMap' | 'Secret';

export interface ConfigRef {
  readonly kind: ConfigKind;
  readonly name: string;
  /** The key that is wanted, where one is. */
  readonly key: string | undefined;
  readonly optional: boolean;
  /** Pointer to the reference inside the pod spec's object. */
  readonly at: string;
  readonly container: string | undefined;
}

/** All references of a pod spec; `at` is the pointer to the spec inside its object (`/spec`, `/spec/template/spec`). */
export function configRefsOf(spec: PodSpec, at = '/spec'): readonly ConfigRef[] {
  const out: ConfigRef[] = [];
  const add = (
    kind: ConfigKind,
    ref: { name?: string; optional?: boolean } | undefined,
    where: string,
    container?: string,
    key?: string,
  ): void => {
    if (ref?.name !== undefined && ref.name !== '')
      out.push({ kind, name: ref.name, key, optional: ref.optional === true, at: where, container });
  };
  for (const list of ['initContainers', 'containers'] as const)
    (spec[list] ?? []).forEach((container, i) => {
      const here = `${at}/${list}/${i}`;
      (container.env ?? []).forEach((env, j) => {
        const from = env.valueFrom;
        const where = `${here}/env/${j}`;
        add('ConfigMap', from?.configMapKeyRef, where, container.name, from?.configMapKeyRef?.key);
        add('Secret', from?.secretKeyRef, where, container.name, from?.secretKeyRef?.key);
      });
      (container.envFrom ?? []).forEach((from, j) => {
        add('ConfigMap', from.configMapRef, `${here}/envFrom/${j}`, container.name);
        add('Secret', from.secretRef, `${here}/envFrom/${j}`, container.name);
      });
    });
  (spec.volumes ?? []).forEach((volume, i) => {
    const here = `${at}/volumes/${i}`;
    const keys = (
      kind: ConfigKind,
      name: string | undefined,
      optional: boolean | undefined,
      items: typeof volume.configMap,
    ) => {
      if (name === undefined) return;
      const ref = { name, ...(optional === undefined ? {} : { optional }) };
      if ((items?.items ?? []).length === 0) add(kind, ref, here);
      for (const item of items?.items ?? []) add(kind, ref, here, undefined, item.key);
    };
    keys('ConfigMap', volume.configMap?.name, volume.configMap?.optional, volume.configMap);
    keys('Secret', volume.secret?.secretName, volume.secret?.optional, volume.secret);
    for (const source of volume.projected?.sources ?? []) {
      keys('ConfigMap', source.configMap?.name, source.configMap?.optional, source.configMap);
      keys('Secret', source.secret?.name, source.secret?.optional, source.secret);
    }
  });
  return out;
}

/** The object a reference names: there, surely not there (a complete listing lacks it), or not known. */
export function lookUp(
  snapshot: Snapshot,
  namespace: string | undefined,
  ref: Pick<ConfigRef, 'kind' | 'name'>,
): { readonly state: 'there' | 'absent' | 'unknown'; readonly object: AnyObject | undefined } {
  const area = ref.kind === 'ConfigMap' ? 'configMaps' : 'secrets';
  const object: AnyObject | undefined = snapshot.get(area, namespace, ref.name);
  if (object !== undefined) return { state: isAbsent(snapshot, object) ? 'absent' : 'there', object };
  return { state: snapshot.listed(area, namespace) ? 'absent' : 'unknown', object };
}

/** Published into each namespace by the controller manager; its absence is no fault of the workload. */
export const PUBLISHED = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

/** A reference that cannot be met. */
export interface Unmet {
  readonly ref: ConfigRef;
  /** The keys of the object, of which the one that is wanted is none; undefined when the object is not there. */
  readonly keys: readonly string[] | undefined;
}

/** The pods that refer to what is surely not there, with those references. Pods that have ended want nothing any more. */
export const unmetRefs = oncePer((snapshot: Snapshot): ReadonlyMap<Pod, readonly Unmet[]> => {
  const out = new Map<Pod, readonly Unmet[]>();
  // Without ConfigMaps and Secrets in the bundle nothing is known of any.
  if (!snapshot.has('configMaps') && !snapshot.has('secrets')) return out;
  for (const pod of snapshot.list('pods')) {
    if (pod.spec === undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const unmet: Unmet[] = [];
    for (const ref of configRefsOf(pod.spec)) {
      if (ref.optional) continue;
      const { state, object } = lookUp(snapshot, pod.metadata.namespace, ref);
      if (state === 'absent') {
        if (!PUBLISHED.has(ref.name)) unmet.push({ ref, keys: undefined });
      } else if (state === 'there' && ref.key !== undefined && object !== undefined) {
        const keys = keysOf(snapshot)(object);
        if (keys.length > 0 && !keys.includes(ref.key)) unmet.push({ ref, keys });
      }
    }
    if (unmet.length > 0) out.set(pod, unmet);
  }
  return out;
});

/** The keys of a ConfigMap or Secret; none when they are not known: a table row or a truncated account has none to compare with. */
const keysOf = oncePer((snapshot: Snapshot) =>
  memo((object: AnyObject): readonly string[] => {
    if (!snapshot.sourcesOf(object).some((source) => source.detail === 'full')) return [];
    const holder = object as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
    return ['data', 'binaryData', 'stringData'].flatMap((field) => Object.keys(holder[field] ?? {}));
  }),
);
