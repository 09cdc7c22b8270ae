/** The pod's spec, completed: kubectl describe and tables leave out affinity, topology spread and more. */
import { onlyOne } from '../../lib/only-one.ts';
import { areaOfKind } from '../kinds/index.ts';
import type { Ref } from '../ref.ts';
import type { PodSpec } from '../kinds/core.ts';
import type { AnyObject, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

type Templated = { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };

/** The pods that a workload makes; undefined for objects that make none, and where the bundle does not tell. */
export const templateSpecOf = (workload: (AnyObject & Templated) | undefined): PodSpec | undefined =>
  workload?.spec?.template?.spec;

/** Rows of a table do not tell the namespace that the manifest beside them does: the only object of that kind and name. */
function namesake(snapshot: Snapshot, { kind, namespace, name }: Ref): AnyObject | undefined {
  const area = areaOfKind(kind);
  if (namespace !== undefined || area === undefined) return undefined;
  const objects: readonly AnyObject[] = snapshot.list(area);
  return onlyOne(objects.filter(({ metadata }) => metadata.name === name));
}

/**
 * The template that made the pod: of its controller, else of the workload at the top. The one that the bundle has in
 * full goes first, because kubectl describe leaves out affinity and topology spread of ReplicaSets too.
 */
export function templateOf(
  snapshot: Snapshot,
  pod: Pod,
): { readonly owner: AnyObject; readonly spec: PodSpec } | undefined {
  const found = [snapshot.controllerOf(pod), snapshot.workloadOf(pod)].flatMap((ref) => {
    const owner = ref === undefined ? undefined : (snapshot.find(ref) ?? namesake(snapshot, ref));
    const spec = templateSpecOf(owner);
    return owner === undefined || spec?.containers === undefined ? [] : [{ owner, spec }];
  });
  return found.find(({ owner }) => isFull(snapshot, owner)) ?? found[0];
}

const isFull = (snapshot: Snapshot, object: AnyObject): boolean =>
  snapshot.sourcesOf(object).some((source) => source.detail === 'full');

/** The pod's own spec where the bundle has it in full; otherwise completed, field by field, from its template. */
export function podSpecOf(snapshot: Snapshot, pod: Pod): PodSpec {
  const own = pod.spec ?? {};
  if (isFull(snapshot, pod)) return own;
  const template = templateOf(snapshot, pod)?.spec;
  if (template === undefined) return own;
  const merged: PodSpec = { ...template, ...own };
  const named = (own.containers ?? []).some((container) => container.name !== undefined && container.name !== '');
  return named || template.containers === undefined ? merged : { ...merged, containers: template.containers };
}
