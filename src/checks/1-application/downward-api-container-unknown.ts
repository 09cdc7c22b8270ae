import type { Evidence } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { isWell, podsWithNews, type PodSeen } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/**
 * What the kubelet says: "container web not found", for a volume or a variable, and nothing behind it. Runtimes say it
 * of identifiers.
 */
const FAILED =
  /^(?:MountVolume\.SetUp failed for volume "(?<volume>[^"]{1,253})" ?: |Error: )?container (?:(?![0-9a-f]{12,64} )(?<container>[a-z0-9][a-z0-9-]{0,62}) )?not found$/;

/** A part of the specification that asks for a resource of a container. */
interface Asked {
  /** `volume limits` or `variable CPUS of container web`. */
  readonly what: string;
  readonly resource: string;
  readonly container: string;
  readonly at: string;
}

/** What the pod asks of containers that it does not have; the API server does not compare the names. */
function unknownOf({ spec }: Pod): readonly Asked[] {
  const out: Asked[] = [];
  const lists = ['initContainers', 'containers'] as const;
  const names = new Set(lists.flatMap((list) => (spec?.[list] ?? []).map(({ name }) => name)));
  if (names.size === 0) return out;
  const add = (
    ref: { resource?: string; containerName?: string } | undefined,
    what: string | undefined,
    at: string,
  ): void => {
    const container = ref?.containerName;
    if (container === undefined || container === '' || names.has(container)) return;
    out.push({ what: what ?? 'the specification', resource: ref?.resource ?? 'a resource', container, at });
  };
  (spec?.volumes ?? []).forEach(({ name = '', downwardAPI, projected }, i) => {
    const what = `volume ${name}`;
    for (const item of downwardAPI?.items ?? []) add(item.resourceFieldRef, what, `/spec/volumes/${i}/downwardAPI`);
    for (const source of projected?.sources ?? [])
      for (const item of source.downwardAPI?.items ?? [])
        add(item.resourceFieldRef, what, `/spec/volumes/${i}/projected`);
  });
  for (const list of lists)
    (spec?.[list] ?? []).forEach(({ name = '', env }, i) => {
      (env ?? []).forEach((variable, j) => {
        add(
          variable.valueFrom?.resourceFieldRef,
          `variable ${variable.name ?? ''} of container ${name}`,
          `/spec/${list}/${i}/env/${j}`,
        );
      });
    });
  return out;
}

/** What the kubelet says of it: the newest event, else the state of a container that waits. */
function said(
  snapshot: Snapshot,
  { pod, events }: PodSeen,
): { readonly match: RegExpExecArray; readonly evidence: Evidence } | undefined {
  const event = events.findLast((one) => one.type !== 'Normal' && FAILED.test(eventMessage(one)));
  const match = event === undefined ? null : FAILED.exec(eventMessage(event));
  if (event !== undefined && match !== null) return { match, evidence: snapshot.quoteEvent(event) };
  for (const { status, at } of pod === undefined ? [] : containersOf(pod)) {
    const waits = FAILED.exec(status?.state?.waiting?.message ?? '');
    if (pod !== undefined && waits !== null)
      return { match: waits, evidence: snapshot.quote(pod, `${at}/state/waiting/message`) };
  }
  return undefined;
}

export default defineCheck({
  id: 'downward-api-container-unknown',
  layer: 1,
  title: 'The containers whose resources pods ask for are their own',
  failureTitle: 'The pod asks for a resource of a container that it does not have',
  why: 'A resourceFieldRef (of a downwardAPI or projected volume, or of a variable) may name the container whose requests or limits it wants. Nothing compares that name with those of the pod before the kubelet does, which then makes no volume and no container.',
  fix: ['Correct containerName in the resourceFieldRef of the workload to the name of one of its containers.'],
  next: ['kubectl get pod {name} -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithNews(snapshot)) {
      const { pod, ref, gone } = seen;
      const words = said(snapshot, seen);
      const asked = pod === undefined ? [] : unknownOf(pod);
      const { volume, container } = words?.match.groups ?? {};
      const one = asked.find(({ what }) => what === `volume ${volume ?? ''}`) ?? asked[0];
      if (words === undefined && (one === undefined || pod === undefined || isWell(pod))) continue;
      const names = pod === undefined ? [] : containersOf(pod).map(({ name }) => name);
      const quotes = [
        ...(words === undefined ? [] : [words.evidence]),
        ...(one === undefined || pod === undefined ? [] : [snapshot.quote(pod, one.at)]),
      ];
      const [first, ...rest] = quotes;
      if (first === undefined) continue;
      yield {
        subject: seen.subject(),
        message:
          one === undefined
            ? `${volume === undefined ? `Pod ${ref.name}` : `Volume ${volume} of pod ${ref.name}`} asks for a resource of a container${container === undefined ? '' : ` ${container}`} that the pod does not have (resourceFieldRef.containerName)`
            : `Pod ${ref.name}: ${one.what} asks for ${one.resource} of container ${one.container} (resourceFieldRef), which the pod does not have; its containers are ${names.join(', ')}`,
        evidence: [first, ...rest],
        ...(gone
          ? { state: 'historic' as const }
          : pod !== undefined && isWell(pod)
            ? { state: 'recovered' as const }
            : {}),
      };
    }
  },
});
