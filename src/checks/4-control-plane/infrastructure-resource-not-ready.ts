import { eventMessage } from '../../snapshot/events.ts';
import { customTroubles } from '../../snapshot/custom-state.ts';
import { defineCheck } from '../check.ts';
import { adviceOn, resourceDraft, resourceTexts, type Advice } from '../custom-resource.ts';

/** What stands in the way of OLM, Cluster API and Crossplane, by their words. */
const ADVICE: Advice = [
  [
    /exists and is not referenced by a subscription/,
    'Delete the ClusterServiceVersion that the message names (its custom resources stay), so that the Subscription installs it anew; or delete the Subscription when the operator was installed otherwise',
  ],
  [
    /no operators found (?:in (?:package|channel)|from catalog|matching)/,
    'Correct name (the package), channel and source of the Subscription: kubectl get packagemanifests tells what the catalog offers',
  ],
  [
    /provide \w{1,60} \(/,
    'Two operators that own the same API cannot both be installed in one namespace: remove one Subscription',
  ],
  [
    /cannot establish control of object/,
    'Two packages bring the same definition, and one owner can control it: remove the old package, or its ownerReference in the CustomResourceDefinition that the message names (removing the definition would delete all its objects)',
  ],
];

export default defineCheck({
  id: 'infrastructure-resource-not-ready',
  layer: 4,
  title: "The cluster's own resources (machines, operators, versions, backups) are ready",
  failureTitle: 'A resource that the cluster itself is made of is not ready',
  why: 'Its controller (OLM, Cluster API, Crossplane, an OpenShift operator, Rancher, Velero) says in the status what stands in the way.',
  ...resourceTexts,
  needsAny: ['customResources', 'events'],
  *run({ events }, { snapshot }) {
    let told = false;
    for (const trouble of customTroubles(snapshot)) {
      if (trouble.about !== 'infrastructure') continue;
      told ||= trouble.what.startsWith('ResolutionFailed');
      yield { ...resourceDraft(snapshot, trouble), ...adviceOn(ADVICE, trouble.words) };
    }
    // OLM tells it of the namespace as well, whose Subscriptions it resolves together.
    const unresolved = events.findLast(({ reason }) => reason === 'ResolutionFailed');
    if (told || unresolved === undefined) return;
    const about = unresolved.involvedObject;
    const message = eventMessage(unresolved);
    const namespace = about?.kind === 'Namespace' ? about.name : (about?.namespace ?? unresolved.metadata.namespace);
    yield {
      subject: snapshot.named(about?.kind ?? 'Namespace', about?.name ?? namespace ?? 'a namespace'),
      variant: 'ResolutionFailed',
      message: `OLM cannot resolve the Subscriptions of namespace ${namespace ?? ''}: ${message.slice(0, 500)}`,
      evidence: [snapshot.quoteEvent(unresolved)],
      ...adviceOn(ADVICE, message),
      params: { kind: 'subscription.operators.coreos.com', namespace: namespace ?? 'NAMESPACE' },
    };
  },
});
