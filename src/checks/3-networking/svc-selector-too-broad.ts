import { groupBy } from '../../lib/group-by.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { declares, isMeshProxy, servingPods } from '../../snapshot/network/ports.ts';
import { repositoryOf } from '../../snapshot/pods/image-pulls.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

const programsOf = (pod: Pod): ReadonlySet<string> =>
  new Set(
    (pod.spec?.containers ?? []).flatMap((c) =>
      c.image === undefined || isMeshProxy(c.name) ? [] : [repositoryOf(c.image)],
    ),
  );
const sharesOne = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((name) => b.has(name));

/** `reviews` of `Deployment/reviews-v2` and `Deployment/reviews-canary`: versions of one application stand side by side. */
const family = (owner: string): string => owner.replace(/-(?:v\d{1,6}|canary|stable|primary|preview|blue|green)$/, '');
const nameOf = ({ kind, name }: Ref): string => `${kind}/${name}`;
const labelled = (pod: Pod): string | undefined => pod.metadata.labels?.['app.kubernetes.io/name'];

/** Number that the first port of the Service leads to; undefined for a named one, which each pod may place elsewhere. */
function targetOf(service: Service): number | undefined {
  const port = service.spec?.ports?.[0];
  const target = Number(port?.targetPort ?? port?.port);
  return Number.isInteger(target) ? target : undefined;
}

export default defineCheck({
  id: 'svc-selector-too-broad',
  layer: 3,
  title: 'Each Service selects the pods of one application',
  failureTitle: 'The Service selects pods of different applications',
  why: 'Requests are spread over all pods that the selector matches. Where those are different programs, part of the requests is answered by the wrong one or refused.',
  fix: ['Add a label to the selector of Service {name} that only the intended pods have.'],
  next: ['kubectl get pods -n {namespace} --show-labels', 'kubectl get endpoints {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['services', 'pods'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      // Members of a headless Service are told apart by their names.
      if (service.spec?.clusterIP === 'None') continue;
      const running = servingPods(snapshot, service).filter((pod) => pod.status?.phase === 'Running');
      const owners = groupBy(running, (pod) => snapshot.workloadOf(pod) ?? refOf(pod));
      const [first, ...others] = owners;
      const firstPod = first?.[1][0];
      if (first === undefined || firstPod === undefined) continue;
      const firstName = nameOf(first[0]);
      // Canary, blue and green, and shards run the same program, or call themselves by one name.
      const different = others.find(([owner, [pod]]) => {
        if (pod === undefined || (labelled(pod) !== undefined && labelled(pod) === labelled(firstPod))) return false;
        if (family(nameOf(owner)) === family(firstName)) return false;
        const [a, b] = [programsOf(firstPod), programsOf(pod)];
        return a.size > 0 && b.size > 0 && !sharesOne(a, b);
      });
      const otherPod = different?.[1][0];
      if (different === undefined || otherPod === undefined) continue;
      const otherName = nameOf(different[0]);
      const target = targetOf(service);
      const deaf = [first, different].find(
        ([, [pod]]) =>
          pod !== undefined &&
          target !== undefined &&
          declares(snapshot, pod, () => true) &&
          !declares(snapshot, pod, (at) => at === target),
      );
      const selector = Object.entries(service.spec?.selector ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
      yield {
        subject: snapshot.subject(service),
        // Two programs that serve the same port may be meant to stand in for each other.
        ...(deaf === undefined ? { severity: 'info' as const } : {}),
        message: `The selector ${selector} of Service ${service.metadata.name} matches pods of ${owners.size} workloads with different images: ${firstName} and ${otherName}${deaf === undefined ? '' : `; ${nameOf(deaf[0])} does not declare port ${target ?? ''}, to which the Service leads`}`,
        evidence: [
          snapshot.quote(service, '/spec/selector'),
          snapshot.quote(firstPod, '/metadata/labels'),
          snapshot.quote(otherPod, '/metadata/labels'),
        ],
        related: [refOf(firstPod), refOf(otherPod)],
      };
    }
  },
});
