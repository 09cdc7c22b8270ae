import { defineCheck } from '../check.ts';

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
      const targets = new Set((service.spec?.ports ?? []).map((port) => port.targetPort ?? port.port));
      for (const pod of snapshot.podsSelectedBy(service)) {
        if (seen.has(pod)) continue;
        const index = (pod.spec?.containers ?? []).findIndex((container) =>
          (container.ports ?? []).some(
            (p) => targets.has(p.containerPort) || (p.name !== undefined && targets.has(p.name)),
          ),
        );
        const container = pod.spec?.containers?.[index];
        if (container?.name === undefined || container.readinessProbe !== undefined) continue;
        // Only the API object shows that a probe is absent; describe shows it too, a table row does not.
        if (!snapshot.sourcesOf(pod as never).some((source) => source.detail !== 'row')) continue;
        seen.add(pod);
        yield {
          subject: snapshot.subject(pod as never, { container: container.name }),
          message: `Container ${container.name} serves Service ${service.metadata.name} without a readiness probe`,
          evidence: [snapshot.quote(pod, `/spec/containers/${index}/ports`)],
          params: { container: container.name },
          related: [
            {
              kind: 'Service',
              ...(service.metadata.namespace === undefined ? {} : { namespace: service.metadata.namespace }),
              name: service.metadata.name,
            },
          ],
        };
      }
    }
  },
});
