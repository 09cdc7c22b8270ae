import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const DIGEST = /sha256:[0-9a-f]{64}/;

const LISTS = [
  ['initContainers', 'initContainerStatuses'],
  ['containers', 'containerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** An image that a container runs: the pod, and the pointer to its digest. */
type Running = readonly [pod: Pod, pointer: string];

/** Image references of replicas that stand for different images, each with the first two containers that show it. */
function differences(
  snapshot: Snapshot,
  replicas: readonly Pod[],
): readonly (readonly [image: string, one: Running, other: Running])[] {
  const out: (readonly [string, Running, Running])[] = [];
  const seen = new Map<string, { readonly digest: string; readonly running: Running; told: boolean }>();
  for (const pod of replicas) {
    if (isBeingDeleted(pod)) continue;
    // Old and new ReplicaSets may differ on purpose; the same revision may not. Other architectures have other digests.
    const arch = snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '')?.status?.nodeInfo?.architecture ?? '';
    for (const [specs, statuses] of LISTS)
      pod.status?.[statuses]?.forEach(({ name = '', imageID }, i) => {
        const image = pod.spec?.[specs]?.find((spec) => spec.name === name)?.image;
        const digest = imageID === undefined ? undefined : DIGEST.exec(imageID)?.[0];
        if (digest === undefined || image === undefined || image.includes('@')) return;
        const at = `${name}\u0000${image}\u0000${arch}`;
        const known = seen.get(at);
        if (known?.digest === digest || known?.told === true) return;
        const running: Running = [pod, `/status/${statuses}/${i}/imageID`];
        if (known === undefined) seen.set(at, { digest, running, told: false });
        else {
          known.told = true;
          out.push([image, known.running, running]);
        }
      });
  }
  return out;
}

export default defineCheck({
  id: 'image-mutable-tag',
  layer: 1,
  title: 'Replicas of a workload run the same image',
  failureTitle: 'Replicas run different images under one tag',
  why: 'A tag that moves (latest, or none) and imagePullPolicy IfNotPresent: each node keeps what it pulled first, so replicas run different code.',
  fix: ['Pin the image by digest or by a tag that never moves.'],
  next: ["kubectl get pods -n {namespace} -o jsonpath='{..imageID}'"],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const [controller, replicas] of snapshot.podsByController()) {
      // A pod without siblings has nobody to differ from.
      const [pod] = replicas;
      if (pod === undefined || replicas.length < 2) continue;
      for (const [image, ...differing] of differences(snapshot, replicas)) {
        const { kind, namespace, name } = snapshot.workloadOf(pod) ?? controller;
        const [one, other] = differing.map(([at, pointer]) => snapshot.quote(at, pointer));
        if (one === undefined || other === undefined) continue;
        yield {
          subject: { kind, ...(namespace === undefined ? {} : { namespace }), name },
          message: `Pods of ${kind} ${name} run different images under "${image}"`,
          evidence: [one, other],
          related: [{ kind: 'Image', name: image }],
        };
      }
    }
  },
});
