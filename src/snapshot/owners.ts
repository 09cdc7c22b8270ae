/** Who made an object: its controller, and the workload at the top of the chain. */
import type { Ref } from './ref.ts';
import { memo } from '../lib/once-per.ts';
import { refMap } from '../lib/ref-map.ts';
import type { AnyObject } from './kinds/index.ts';
import type { Objects } from './objects.ts';

/** Kubernetes' safe alphabet for generated suffixes (no vowels, no 0, 1, 3): apimachinery rand.String. */
const POD_SUFFIX = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const TEMPLATE_HASH = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5,10}$/;
const ORDINAL = /^(.+)-\d+$/;
/** Owners of owners are followed this far: an operator's resource, its StatefulSet, its pod; more is a circle. */
const DEPTH = 5;

export interface Owners {
  /**
   * The controlling owner, from ownerReferences; for objects known only by name, from how controllers name things. The
   * same Ref for all that one owner controls: it may be the key of a Map.
   */
  controllerOf(object: AnyObject): Ref | undefined;
  /** The owner at the top of the chain: Pod → ReplicaSet → Deployment. Undefined for bare pods and objects without owner. */
  workloadOf(object: AnyObject): Ref | undefined;
}

export function createOwners({ find }: Objects): Owners {
  const refs = refMap<Ref>();
  const refTo = (kind: string, namespace: string | undefined, name: string): Ref => {
    let ref = refs.get(kind, namespace ?? '', name);
    if (ref === undefined) {
      ref = namespace === undefined ? { kind, name } : { kind, namespace, name };
      refs.set(kind, namespace ?? '', name, ref);
    }
    return ref;
  };

  const controllerOf = memo((object: AnyObject): Ref | undefined => {
    const { namespace, name, ownerReferences } = object.metadata;
    if (ownerReferences !== undefined) {
      let owner = ownerReferences[0];
      if (owner?.controller !== true) owner = ownerReferences.find(({ controller }) => controller === true) ?? owner;
      return owner?.kind === undefined || owner.name === undefined
        ? undefined
        : refTo(owner.kind, namespace, owner.name);
    }
    if (object.kind === 'ReplicaSet') {
      const base = TEMPLATE_HASH.exec(name)?.[1];
      return base === undefined ? undefined : refTo('Deployment', namespace, base);
    }
    if (object.kind !== 'Pod') return undefined;
    const base = POD_SUFFIX.exec(name)?.[1];
    if (base !== undefined) {
      for (const kind of ['ReplicaSet', 'DaemonSet', 'Job'])
        if (find(kind, namespace, base)) return refTo(kind, namespace, base);
      if (TEMPLATE_HASH.test(base)) return refTo('ReplicaSet', namespace, base);
    }
    const set = ORDINAL.exec(name)?.[1];
    if (set !== undefined && find('StatefulSet', namespace, set)) return refTo('StatefulSet', namespace, set);
    return undefined;
  });

  const findTop = (controller: Ref): Ref => {
    let top = controller;
    for (let depth = 1; depth < DEPTH; depth++) {
      const owner = find(top.kind, top.namespace, top.name);
      const next = owner === undefined ? undefined : controllerOf(owner);
      if (next !== undefined) {
        top = next;
        continue;
      }
      // A ReplicaSet that is not in the bundle still tells its Deployment by its name.
      const base = owner === undefined && top.kind === 'ReplicaSet' ? TEMPLATE_HASH.exec(top.name)?.[1] : undefined;
      return base === undefined ? top : refTo('Deployment', top.namespace, base);
    }
    return top;
  };
  const tops = new Map<Ref, Ref>();
  const workloadOf = (object: AnyObject): Ref | undefined => {
    const controller = controllerOf(object);
    if (controller === undefined) return undefined;
    let top = tops.get(controller);
    if (top === undefined) tops.set(controller, (top = findTop(controller)));
    return top;
  };

  return { controllerOf, workloadOf };
}
