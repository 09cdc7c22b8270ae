import { refOf } from '../../snapshot/ref.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

type Targets = ReadonlySet<string | number | undefined>;

/** The pods behind a Service whose serving container (its index) has no readiness probe. */
function unprobed(snapshot: Snapshot, service: Service): readonly (readonly [Pod, number])[] {
  const out: (readonly [Pod, number])[] = [];
  const targets: Targets = new Set((service.spec?.ports ?? []).map((port) => port.targetPort ?? port.port));
  for (const pod of snapshot.podsSelectedBy(service)) {
    const index = servingContainer(pod, targets);
    const container = pod.spec?.containers?.[index];
    if (container?.name === undefined || container.readinessProbe !== undefined) continue;
    // Only the API object shows that a probe is absent; describe shows it too, a table row does not.
    if (snapshot.sourcesOf(pod).some((source) => source.detail !== 'row')) out.push([pod, index]);
  }
  return out;
}

function servingContainer({ spec }: Pod, targets: Targets): number {
  const containers = spec?.containers ?? [];
  for (let i = 0; i < containers.length; i++)
    for (const { containerPort, name } of containers[i]?.ports ?? [])
      if (targets.has(containerPort) || (name !== undefined && targets.has(name))) return i;
  return -1;
}

export default defineCheck({
  id: 'probe-missing',
  layer: 1,
  title: 'Containers behind Services have a readiness probe',
  failureTitle: 'A container behind a Service has no readiness probe',
  why: 'Traffic reaches the pod before the program can serve it, and goes on reaching it when it cannot any more.',
  fix: ['Give container {container} a readinessProbe on the port that the Service sends traffic to.'],
  next: ['kubectl get pod {name} -n {namespace} -o yaml'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods', 'services'],
  *run({ services }, { snapshot }) {
    const seen = new Set<unknown>();
    for (const service of services) {
      for (const [pod, index] of unprobed(snapshot, service)) {
        if (seen.has(pod)) continue;
        seen.add(pod);
        const container = pod.spec?.containers?.[index]?.name ?? '';
        yield {
          subject: snapshot.subject(pod, { container }),
          message: `Container ${container} serves Service ${service.metadata.name} without a readiness probe`,
          evidence: [snapshot.quote(pod, `/spec/containers/${index}/ports`)],
          params: { container },
          related: [refOf(service)],
        };
      }
    }
  },
});
