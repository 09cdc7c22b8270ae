import { groupBy } from '../../lib/group-by.ts';
import { containersOf } from '../../snapshot/containers.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';

const DIGEST = /sha256:[0-9a-f]{64}/;

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
  *run({ pods }, { snapshot }) {
    for (const [controller, replicas] of groupBy(pods, (pod) => snapshot.controllerOf(pod as never))) {
      // A pod without siblings has nobody to differ from.
      if (replicas.length < 2) continue;
      const seen = new Map<string, { digest: string; pod: Pod; at: string }>();
      const told = new Set<string>();
      for (const pod of replicas) {
        if (pod.metadata.deletionTimestamp !== undefined) continue;
        for (const container of containersOf(pod)) {
          const image = container.spec?.image;
          const digest = DIGEST.exec(container.status?.imageID ?? '')?.[0];
          if (image === undefined || digest === undefined || image.includes('@')) continue;
          // Old and new ReplicaSets may differ on purpose; the same revision may not. Other architectures have other digests.
          const arch = snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '')?.status?.nodeInfo?.architecture ?? '';
          const at = `${container.name}\u0000${image}\u0000${arch}`;
          const known = seen.get(at);
          if (known === undefined) seen.set(at, { digest, pod, at: `${container.at}/imageID` });
          else if (known.digest !== digest && !told.has(at)) {
            told.add(at);
            const { kind, namespace, name } = snapshot.workloadOf(pod as never) ?? controller;
            yield {
              subject: { kind, ...(namespace === undefined ? {} : { namespace }), name },
              message: `Pods of ${kind} ${name} run different images under "${image}"`,
              evidence: [snapshot.quote(known.pod, known.at), snapshot.quote(pod, `${container.at}/imageID`)],
              related: [{ kind: 'Image', name: image }],
            };
          }
        }
      }
    }
  },
});
