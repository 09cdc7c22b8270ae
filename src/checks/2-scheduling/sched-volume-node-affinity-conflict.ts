import { firstFew } from '../../lib/in-words.ts';
import { claimNames } from '../../snapshot/scheduling/claims.ts';
import type { PersistentVolume } from '../../snapshot/kinds/index.ts';
import { affinityWords, volumeAccepts } from '../../simulation/scheduler/filters/volumes.ts';
import type { Unscheduled } from '../../simulation/scheduler/unscheduled.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

/**
 * The pinned volumes that the pod's claims are bound to. When the pod's spec is not in the bundle: the pinned volumes
 * of its namespace's claims, if there is just one, or the only pinned volume there is.
 */
function pinned(snapshot: Snapshot, waiting: Unscheduled): readonly PersistentVolume[] {
  const isPinned = (volume: PersistentVolume): boolean =>
    (volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).length > 0;
  const all = snapshot.list('persistentVolumes').filter(isPinned);
  const { namespace, name, spec } = waiting.view;
  if (spec.volumes !== undefined) {
    const claims = claimNames(spec, name);
    const bound = new Set(
      claims.map((claim) => snapshot.get('persistentVolumeClaims', namespace, claim)?.spec?.volumeName),
    );
    return all.filter(
      (volume) =>
        bound.has(volume.metadata.name) ||
        (volume.spec?.claimRef?.namespace === namespace && claims.includes(volume.spec?.claimRef?.name ?? '')),
    );
  }
  return all.length === 1 ? all : [];
}

export default defineCheck({
  id: 'sched-volume-node-affinity-conflict',
  layer: 2,
  title: 'Volumes are reachable from nodes that their pods may use',
  failureTitle: 'Volume node affinity conflict: the volume is pinned to a node or zone that the pod cannot use',
  why: 'A local or zonal volume exists in one place; when that place is full, gone, or excluded by the selector, the pod has nowhere to go.',
  fix: ['Bring that node or zone back, change the selector of the pod, or recreate the volume elsewhere from a backup'],
  next: [
    "kubectl get pv -o custom-columns='NAME:.metadata.name,CLAIM:.spec.claimRef.name,AFFINITY:.spec.nodeAffinity.required'",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes', 'persistentVolumes', 'persistentVolumeClaims'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'volume-node-affinity' || reason.kind === 'volume-zone',
      (cause, waiting) => {
        const volumes = pinned(snapshot, waiting);
        const places = volumes.map((volume) => `${volume.metadata.name} is pinned to ${affinityWords(volume)}`);
        const homes = waiting.verdicts.filter(
          (verdict) => volumes.length > 0 && volumes.every((volume) => volumeAccepts(volume, verdict.node) === true),
        );
        const home = homes.map(
          (verdict) => `${verdict.node.name} (${firstFew(verdict.rejections.map((r) => r.text)) || 'accepts the pod'})`,
        );
        const others = (waiting.message?.reasons ?? []).filter((one) => one.kind !== cause.reason.kind);
        const rest =
          others.length === 0 ? '' : `; the other nodes: ${others.map((one) => `${one.count} ${one.text}`).join(', ')}`;
        return {
          message: `Volume node affinity conflict for pod ${waiting.view.name} on ${share(cause, waiting)}${places.length === 0 ? '' : `: volume ${firstFew(places)}`}${home.length === 0 ? '' : `; the node that holds it: ${firstFew(home)}`}${rest}`,
          related: volumes.flatMap((volume) => [
            { kind: 'PersistentVolume', name: volume.metadata.name },
            ...(volume.spec?.claimRef?.name === undefined
              ? []
              : [
                  {
                    kind: 'PersistentVolumeClaim',
                    namespace: volume.spec.claimRef.namespace ?? '',
                    name: volume.spec.claimRef.name,
                  },
                ]),
            ...homes.map(({ node }) => ({ kind: 'Node', name: node.name })),
          ]),
          evidence: volumes.slice(0, 2).map((volume) => snapshot.quote(volume, '/spec/nodeAffinity')),
        };
      },
    );
  },
});
