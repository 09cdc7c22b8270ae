/**
 * The labels of pods. Rows of `kubectl get pods` tell none, but who made a pod selects it: a Deployment that does not
 * match its own template is refused by the API server. So does a Service that has the pod's address among its endpoints.
 */
import { memo, once, oncePer } from '../../lib/once-per.ts';
import type { AnyObject, Pod } from '../kinds/index.ts';
import type { Objects } from '../objects.ts';
import type { Owners } from '../owners.ts';
import type { Snapshot } from '../snapshot.ts';

type Labels = Readonly<Record<string, string>>;
/** The fields of workloads that name labels of their pods. */
interface Maker {
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Labels };
    readonly template?: { readonly metadata?: { readonly labels?: Labels } };
  };
}

export interface PodLabels {
  /** Labels that the pod surely has: its own, else those of its template, else those by which its workload selects it. */
  labelsOf(pod: Pod): Labels | undefined;
  /** Whether `labelsOf` gives all of them: a selector names the few that tell pods apart. */
  hasAllLabels(pod: Pod): boolean;
}

const placeOf = (namespace: string, ip: string): string => `${namespace}\u0000${ip}`;

export function createPodLabels({ find, list, get }: Objects, { controllerOf, workloadOf }: Owners): PodLabels {
  /** What Services select, by the namespace and the address of the pods behind them. */
  const selected = once(() => {
    const out = new Map<string, Labels>();
    for (const { metadata, spec } of list('services')) {
      const namespace = metadata.namespace ?? '';
      if (spec?.selector === undefined) continue;
      for (const { addresses = [], notReadyAddresses = [] } of get('endpoints', namespace, metadata.name)?.subsets ??
        [])
        for (const { ip = '' } of [...addresses, ...notReadyAddresses])
          out.set(placeOf(namespace, ip), { ...out.get(placeOf(namespace, ip)), ...spec.selector });
    }
    return out;
  });
  const made = memo((pod: Pod): { readonly labels: Labels | undefined; readonly all: boolean } => {
    const makers = [controllerOf(pod), workloadOf(pod)].flatMap((ref): (AnyObject & Maker)[] => {
      const maker = ref === undefined ? undefined : find(ref.kind, ref.namespace, ref.name);
      return maker === undefined ? [] : [maker];
    });
    const template = makers.map(({ spec }) => spec?.template?.metadata?.labels).find((labels) => labels !== undefined);
    if (template !== undefined) return { labels: template, all: true };
    const { namespace = '' } = pod.metadata;
    const behind = pod.status?.podIP === undefined ? undefined : selected().get(placeOf(namespace, pod.status.podIP));
    const selector = makers.map(({ spec }) => spec?.selector?.matchLabels).find((labels) => labels !== undefined);
    return { labels: behind === undefined ? selector : { ...behind, ...selector }, all: false };
  });
  return {
    labelsOf: (pod) => pod.metadata.labels ?? made(pod).labels,
    hasAllLabels: (pod) => pod.metadata.labels !== undefined || made(pod).all,
  };
}

const unlabelled = oncePer(
  (snapshot: Snapshot): ReadonlySet<string | undefined> =>
    new Set(
      snapshot
        .list('pods')
        .filter((pod) => !snapshot.hasAllLabels(pod))
        .map((pod) => pod.metadata.namespace ?? ''),
    ),
);

/** True when the bundle has the labels of every pod of the namespace: only then a selector can be said to miss them. */
export const labelsKnown = (snapshot: Snapshot, namespace: string | undefined): boolean =>
  !unlabelled(snapshot).has(namespace ?? '');
