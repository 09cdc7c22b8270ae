import { editDistance, looksLike } from '../../lib/near-miss.ts';
import type { Ref } from '../../snapshot/ref.ts';
import type { AnyObject, Pod, Service } from '../../snapshot/kinds/index.ts';
import { labelsKnown } from '../../snapshot/pods/pod-labels.ts';
import { probesOf, quoteBackends } from '../../snapshot/network/reachability.ts';
import { serviceGraph, workloadsSelectedBy } from '../../snapshot/network/service-graph.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

interface NearMiss {
  readonly owner: Ref;
  readonly object: AnyObject;
  readonly pods: number;
  readonly matching: number;
  /** The first pair of the selector that the pods do not carry. */
  readonly key: string;
  readonly wants: string;
  readonly has: string | undefined;
  /** The label under which the pods carry the value that the selector wants. */
  readonly otherKey: string | undefined;
  readonly score: number;
}

/** Pods whose labels come closest to the selector: same keys with other values, or the Service's own name. */
function nearMiss(service: Service, pods: readonly Pod[], snapshot: Snapshot): NearMiss | undefined {
  const selector = Object.entries(service.spec?.selector ?? {});
  const best = new Map<string, NearMiss>();
  for (const pod of pods) {
    const object = pod;
    const owner = snapshot.workloadOf(object) ?? { kind: 'Pod', name: pod.metadata.name };
    const labels = pod.metadata.labels ?? {};
    const wrong = selector.filter(([key, value]) => labels[key] !== value);
    const matching = selector.length - wrong.length;
    const [key, wants] = wrong[0] ?? ['', ''];
    const has = labels[key];
    const alike = wrong.every(([k, v]) => labels[k] !== undefined && looksLike(labels[k], v));
    const sameName = owner.name === service.metadata.name || Object.values(labels).includes(service.metadata.name);
    // The right value under another key (app instead of name, app.kubernetes.io/name instead of app).
    const otherKey = selector.length === 1 ? Object.keys(labels).find((k) => labels[k] === wants) : undefined;
    const score =
      (otherKey === undefined ? 0 : 3) +
      (alike ? 4 : 0) +
      (sameName ? 3 : 0) +
      (matching > 0 ? 1 + matching / selector.length : 0);
    if (score === 0) continue;
    const at = `${owner.kind}/${owner.name}`;
    const known = best.get(at);
    if (known !== undefined && known.score >= score) best.set(at, { ...known, pods: known.pods + 1 });
    else best.set(at, { owner, object, pods: (known?.pods ?? 0) + 1, matching, key, wants, has, otherKey, score });
  }
  return [...best.values()].sort(
    (a, b) =>
      b.score - a.score ||
      editDistance(a.has ?? '', a.wants) - editDistance(b.has ?? '', b.wants) ||
      (a.owner.name < b.owner.name ? -1 : 1),
  )[0];
}

/** More Services than people paste to show one of them (HEUR; see svc-no-endpoints). */
const PICKED = 5;

export default defineCheck({
  id: 'svc-selector-matches-nothing',
  layer: 3,
  title: 'Every Service with a selector selects pods',
  failureTitle: 'The Service selector matches no pod',
  why: 'A Service sends traffic to the pods whose labels match all pairs of its selector. When none does, it has no endpoints and every connection is refused.',
  fix: [
    "Make the Service's selector and the pod template's labels the same: kubectl edit service {name} -n {namespace}",
  ],
  next: [
    'kubectl get pods -n {namespace} --show-labels',
    'kubectl get endpointslices -n {namespace} -l kubernetes.io/service-name={name}',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['services', 'pods'],
  wants: ['endpoints', 'endpointSlices', 'deployments', 'statefulSets', 'daemonSets', 'replicaSets', 'probes'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const namespace = service.metadata.namespace;
      const selector = Object.entries(service.spec?.selector ?? {});
      if (selector.length === 0 || service.spec?.type === 'ExternalName') continue;
      // Tables pasted without their commands and namespaces tell of the few Services that they are about.
      const listed = snapshot.listed('pods', namespace);
      if (!listed && (namespace !== undefined || services.length > PICKED)) continue;
      // Rows without a label column say nothing about labels.
      if (!labelsKnown(snapshot, namespace)) continue;
      // A workload that is scaled down or has not got its pods yet carries the labels: the selector is right.
      if (snapshot.podsSelectedBy(service).length > 0 || workloadsSelectedBy(snapshot, service).length > 0) continue;
      const backends = snapshot.backendsOf(service);
      if (backends.addresses.length > 0) continue;

      const text = selector.map(([key, value]) => `${key}=${value}`).join(',');
      const near = nearMiss(service, snapshot.podsIn(namespace ?? ''), snapshot);
      if (!listed && near?.owner.name !== service.metadata.name && near?.otherKey === undefined) continue;
      const callers = serviceGraph(snapshot).callsTo(service);
      const failed = probesOf(snapshot, service).failed;
      const wanted = near !== undefined || callers.length > 0 || failed.length > 0;
      const has =
        near?.has !== undefined
          ? `${near.key}=${near.has}`
          : near?.otherKey === undefined
            ? `no label ${near?.key}`
            : `${near.otherKey}=${near.wants}`;
      const closest =
        near === undefined
          ? ''
          : `; closest ${near.owner.kind === 'Pod' ? 'is' : `are ${near.pods === 1 ? 'the pod' : `the ${near.pods} pods`} of`} ${near.owner.kind} ${near.owner.name} with ${has} instead of ${near.key}=${near.wants}`;
      yield {
        subject: snapshot.subject(service),
        severity: wanted ? 'critical' : 'info',
        ...(listed ? {} : { confidence: 'medium' as const }),
        message: `Service ${service.metadata.name} selects ${text}, which no pod ${listed ? `in namespace ${namespace ?? 'default'}` : 'that the bundle shows'} carries, so it has no endpoints${closest}`,
        evidence: [
          snapshot.quote(service, '/spec/selector'),
          ...(near === undefined ? [] : [snapshot.quote(near.object, '/metadata/labels')]),
          ...backends.objects.slice(0, 1).map((object) => quoteBackends(snapshot, object)),
          ...failed.slice(0, 1).map((probe) => probe.source),
        ],
        ...(near === undefined
          ? {}
          : {
              fix: [
                `Set the selector to what ${near.owner.kind === 'Pod' ? '' : 'the pods of '}${near.owner.kind} ${near.owner.name} ${near.owner.kind === 'Pod' ? 'carries' : 'carry'} (${has}), or put ${near.key}=${near.wants} on ${near.owner.kind === 'Pod' ? 'the pod' : 'its pod template'}: kubectl edit service {name} -n {namespace}`,
              ],
            }),
        related: near === undefined ? [] : [{ ...near.owner, ...(namespace === undefined ? {} : { namespace }) }],
      };
    }
  },
});
