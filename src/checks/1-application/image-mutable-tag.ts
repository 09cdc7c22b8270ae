import { containersOf } from '../../snapshot/containers.ts';
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
    const seen = new Map<string, { digest: string; pod: (typeof pods)[number]; at: string }>();
    const told = new Set<string>();
    for (const pod of pods) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      const top = snapshot.workloadOf(pod as never);
      const controller = top === undefined ? undefined : snapshot.controllerOf(pod as never);
      if (top === undefined || controller === undefined) continue;
      for (const container of containersOf(pod)) {
        const image = container.spec?.image;
        const digest = DIGEST.exec(container.status?.imageID ?? '')?.[0];
        if (image === undefined || digest === undefined || image.includes('@')) continue;
        // Old and new ReplicaSets may differ on purpose; the same revision may not. Other architectures have other digests.
        const arch = snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '')?.status?.nodeInfo?.architecture ?? '';
        const at = [controller.namespace, controller.name, container.name, image, arch].join('\u0000');
        const known = seen.get(at);
        if (known === undefined) seen.set(at, { digest, pod, at: `${container.at}/imageID` });
        else if (known.digest !== digest && !told.has(at)) {
          told.add(at);
          yield {
            subject: {
              kind: top.kind,
              ...(top.namespace === undefined ? {} : { namespace: top.namespace }),
              name: top.name,
            },
            message: `Pods of ${top.kind} ${top.name} run different images under "${image}"`,
            evidence: [snapshot.quote(known.pod, known.at), snapshot.quote(pod, `${container.at}/imageID`)],
            related: [{ kind: 'Image', name: image }],
          };
        }
      }
    }
  },
});
