/** References of a pod to ConfigMaps and Secrets, and what the kubelet said about those it could not find. */
import type { PodSpec } from './kinds/core.ts';
import type { AnyObject } from './kinds/index.ts';
import { isAbsent } from './declared.ts';
import type { Snapshot } from './snapshot.ts';

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
  const object = snapshot.get(area, namespace, ref.name) as unknown as AnyObject | undefined;
  if (object !== undefined) return { state: isAbsent(snapshot, object) ? 'absent' : 'there', object };
  return { state: snapshot.listed(area, namespace) ? 'absent' : 'unknown', object };
}
