/** The pod's spec, completed: kubectl describe and tables leave out affinity, topology spread and more. */
import type { PodSpec } from './kinds/core.ts';
import type { AnyObject, Pod } from './kinds/index.ts';
import type { Snapshot } from './snapshot.ts';

type Templated = { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };

/** The template that made the pod: of its controller, else of the workload at the top. */
export function templateOf(
  snapshot: Snapshot,
  pod: Pod,
): { readonly owner: AnyObject; readonly spec: PodSpec } | undefined {
  const object = pod as unknown as AnyObject;
  for (const ref of [snapshot.controllerOf(object), snapshot.workloadOf(object)]) {
    if (ref === undefined) continue;
    const owner = snapshot.find(ref);
    const spec = (owner as unknown as Templated | undefined)?.spec?.template?.spec;
    // A table row of the owner has no containers, a described one has; only a full one says all.
    if (owner !== undefined && spec?.containers !== undefined) return { owner, spec };
  }
  return undefined;
}

/** The pod's own spec where the bundle has it in full; otherwise completed, field by field, from its template. */
export function podSpecOf(snapshot: Snapshot, pod: Pod): PodSpec {
  const own = pod.spec ?? {};
  if (snapshot.sourcesOf(pod as unknown as AnyObject).some((source) => source.detail === 'full')) return own;
  const template = templateOf(snapshot, pod)?.spec;
  if (template === undefined) return own;
  const merged: PodSpec = { ...template, ...own };
  const named = (own.containers ?? []).some((container) => container.name !== undefined && container.name !== '');
  return named || template.containers === undefined ? merged : { ...merged, containers: template.containers };
}
