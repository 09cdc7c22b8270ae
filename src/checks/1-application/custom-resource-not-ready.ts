import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { reconcileErrorOf } from '../../snapshot/logs/reconciled.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { customTroubles } from '../../snapshot/custom-state.ts';
import type { CustomResource } from '../../parsers/records.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';
import { resourceDraft, resourceTexts } from '../custom-resource.ts';

/** Whether nothing else of its kind is told of, so that an event without a name is about it. */
const isAlone = (snapshot: Snapshot, { resourceKind, name }: CustomResource): boolean =>
  snapshot.facts('customResources').every((other) => other.resourceKind !== resourceKind || other.name === name);

/** The last warning about it; a row of a table names its kind in lower case. */
const complaintOf = (snapshot: Snapshot, resource: CustomResource): KubeEvent | undefined => {
  const { resourceKind, name, namespace } = resource;
  return snapshot.list('events').findLast((event) => {
    const about = event.involvedObject;
    return (
      event.type === 'Warning' &&
      (about?.name === name || (about?.name === UNNAMED && isAlone(snapshot, resource))) &&
      about?.kind?.toLowerCase() === resourceKind.toLowerCase() &&
      (namespace === undefined || about.namespace === undefined || about.namespace === namespace)
    );
  });
};

/** What Flux, Crossplane and others say of an object that waits for another one, which says itself what is wrong. */
const WAITS =
  /\b[Ss]ource (?:is not ready, )?artifact not found|\bdependency '[^']{1,300}' is not ready|\b(?:GitRepository|OCIRepository|HelmRepository|HelmChart|Bucket|ExternalArtifact) '[^']{1,300}' is not ready|latest generation of object has not been reconciled|\bdoes not have any ready Revision\b|^SyncStatusUnknown$/;

/** Objects that are read through others: a secret that nobody can fetch while its store is not ready. */
const READ_THROUGH: Readonly<Record<string, RegExp>> = {
  ExternalSecret: /^(?:Cluster)?SecretStore$/,
  PushSecret: /^(?:Cluster)?SecretStore$/,
};

/** Who works on the objects of Argo CD and Flux, by the names of their pods. */
const WORKERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^Application$/, /(?:^|-)(?:argo-?cd|gitops)-.*(?:repo-server|application-controller|redis)/],
  [
    /^(?:Kustomization|HelmRelease|GitRepository|OCIRepository|HelmRepository|HelmChart)$/,
    /^(?:source|kustomize|helm)-controller-/,
  ],
];

/** Replicas and shards beyond these say nothing new. */
const MOST_WORKERS = 10;

/** The pods that must do something before an object that waits can be ready. */
const workersOf = (snapshot: Snapshot, { resourceKind }: CustomResource): readonly Ref[] => {
  const worker = WORKERS.find(([kind]) => kind.test(resourceKind))?.[1];
  return worker === undefined
    ? []
    : snapshot
        .list('pods')
        .filter(({ metadata }) => worker.test(metadata.name))
        .slice(0, MOST_WORKERS)
        .map(refOf);
};

export default defineCheck({
  id: 'custom-resource-not-ready',
  layer: 1,
  title: 'Custom resources are ready',
  failureTitle: 'A custom resource is not ready',
  why: 'Its controller (an operator, Flux, an external secret store) says in the status what stands in the way.',
  ...resourceTexts,
  needs: ['customResources'],
  *run(_facts, { snapshot }) {
    const troubles = customTroubles(snapshot);
    for (const trouble of troubles) {
      if (trouble.about !== 'other') continue;
      const draft = resourceDraft(snapshot, trouble);
      const { resource } = trouble;
      const through = READ_THROUGH[resource.resourceKind];
      const stores = troubles.filter(
        ({ resource: { resourceKind, name, namespace } }) =>
          through?.test(resourceKind) === true &&
          (namespace === undefined || namespace === resource.namespace) &&
          (resource.store === undefined || resource.store === name),
      );
      const event = complaintOf(snapshot, resource);
      const logged = reconcileErrorOf(snapshot, { ...resource, kind: resource.resourceKind });
      const more = [
        ...(event === undefined ? [] : [{ words: eventMessage(event), evidence: snapshot.quoteEvent(event) }]),
        ...(logged === undefined ? [] : [{ words: logged.error, evidence: logged.evidence }]),
      ];
      const told = more.filter(({ words }) => !draft.message.includes(words));
      const waits = stores.length > 0 || WAITS.test(trouble.words);
      const related = [
        ...stores.map(({ resource: { resourceKind, name, namespace } }) => refTo(resourceKind, namespace, name)),
        ...(waits ? workersOf(snapshot, resource) : []),
      ];
      yield {
        ...draft,
        variant: waits ? 'waits' : 'fails',
        ...(related.length === 0 ? {} : { related }),
        message: [draft.message, ...told.map(({ words }) => words.slice(0, 400))].join(': '),
        evidence: [...draft.evidence, ...more.map(({ evidence }) => evidence)],
      };
    }
  },
});
