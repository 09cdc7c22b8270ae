import { onlyOne } from '../../lib/only-one.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Evidence } from '../../parsers/records.ts';
import { lookUp, PUBLISHED, unmetRefs, type ConfigKind, type Unmet } from '../../snapshot/pods/config-refs.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { gotBeyond } from '../../snapshot/pods/pod-events.ts';
import { containerOfEvent, isWell, podsWithNews, type PodSeen } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { HARMLESS_REASONS } from '../event-reasons.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** `configmap "app" not found`, `secrets "db" not found`, `references non-existent config key` is the next check's. */
const NOT_FOUND = /\b(configmap|secret)s? "([^"\s]{1,253})" not found/i;

/** The Secrets Store CSI driver's reference, a custom resource of the pod's namespace. */
const CLASS = /failed to get secretproviderclass [^\s,]{1,320}, error: \S{1,120} "([^"\s]{1,253})" not found/i;

const kindOf = (word: string): ConfigKind => (word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap');

/** Whether its kubelet says of anything that it was not found. */
const complains = ({ pod, events }: PodSeen): boolean =>
  events.some((event) => NOT_FOUND.test(eventMessage(event)) || CLASS.test(eventMessage(event))) ||
  (pod !== undefined && containersOf(pod).some((one) => NOT_FOUND.test(one.status?.state?.waiting?.message ?? '')));

/** Custom resources whose controllers make a Secret, by default of their own name. */
const MAKERS =
  /^(?:ExternalSecret|SealedSecret|VaultStaticSecret|VaultDynamicSecret|VaultSecret|InfisicalSecret|OnePasswordItem|DopplerSecret|Certificate|ObjectBucketClaim)$/i;

/** An event without its pod, as people cut them out: it is of those that cannot be configured. */
const podsThatWait = (snapshot: Snapshot): readonly Ref[] =>
  unsteadyPods(snapshot)
    .filter((pod) =>
      containersOf(pod).some(({ status }) => status?.state?.waiting?.reason === 'CreateContainerConfigError'),
    )
    .map((pod) => refOf(pod));

/**
 * Who should have made the Secret: a custom resource of its name that the bundle shows, or the SealedSecret of its name
 * that a log may tell of.
 */
const makersOf = (snapshot: Snapshot, kind: string, namespace: string | undefined, name: string): readonly Ref[] =>
  kind !== 'Secret' ? [] : [refTo('SealedSecret', namespace, name), ...madeBy(snapshot, namespace, name)];

const madeBy = (snapshot: Snapshot, namespace: string | undefined, name: string): readonly Ref[] =>
  snapshot
    .facts('customResources')
    .flatMap((made) =>
      MAKERS.test(made.resourceKind) &&
      (made.namespace === undefined || namespace === undefined || made.namespace === namespace) &&
      (made.name === name || `${made.name}-tls` === name)
        ? [refTo(made.resourceKind, made.namespace, made.name)]
        : [],
    );

export default defineCheck({
  id: 'config-ref-missing',
  layer: 1,
  title: 'Every ConfigMap and Secret that pods name exists',
  failureTitle: 'A ConfigMap or Secret that the pod names does not exist',
  why: 'A missing reference in the environment shows as CreateContainerConfigError, one in a volume as ContainerCreating for ever; a pod that runs already fails at its next start.',
  fix: [
    'Create {ref} in namespace {namespace}, or correct the name in the workload (a hash suffix of kustomize, another namespace).',
  ],
  next: ['kubectl get configmaps,secrets -n {namespace}', 'kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['configMaps', 'secrets'],
  *run(_facts, { snapshot }) {
    const unmet = unmetRefs(snapshot);
    for (const seen of podsWithNews(snapshot, unmet.keys())) {
      const named = seen.pod === undefined ? undefined : unmet.get(seen.pod);
      if (!complains(seen) && named === undefined) continue;
      const told = new Set<string>();
      yield* said(snapshot, seen, told);
      yield* saidOfClass(snapshot, seen);
      yield* unsaid(snapshot, seen, named ?? [], told);
    }
  },
});

/** The pod does not go about its work, as far as anything tells. */
const isStuck = ({ pod }: PodSeen): boolean => pod === undefined || !isWell(pod);

const placeOf = ({ ref: { namespace } }: PodSeen): string =>
  namespace === undefined ? 'the namespace of the pod' : `namespace ${namespace}`;

const stateOf = ({ gone }: PodSeen, still: boolean): Pick<FindingDraft, 'state'> =>
  gone ? { state: 'historic' } : still ? {} : { state: 'recovered' };

interface Missing {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly container: string;
  readonly evidence: [Evidence, ...Evidence[]];
  readonly since: number | undefined;
  last: KubeEvent | undefined;
}

/** The containers that cannot be configured. */
const waitingOf = ({ pod }: PodSeen): readonly string[] =>
  pod === undefined
    ? []
    : containersOf(pod).flatMap(({ name, status }) =>
        status?.state?.waiting?.reason === 'CreateContainerConfigError' ? [name] : [],
      );

/** What its kubelet says is not there, by states first, under `kind/name`. */
function missingOf(snapshot: Snapshot, seen: PodSeen): ReadonlyMap<string, Missing> {
  const out = new Map<string, Missing>();
  const note = (text: string, container: string, evidence: () => Evidence, event?: KubeEvent): void => {
    const [, word, name] = NOT_FOUND.exec(text) ?? [];
    if (word === undefined || name === undefined || PUBLISHED.has(name)) return;
    const kind = kindOf(word);
    const known = out.get(`${kind}/${name}`);
    if (known === undefined) {
      const since = event === undefined ? undefined : eventFirstTime(event);
      out.set(`${kind}/${name}`, { kind, name, container, evidence: [evidence()], since, last: event });
      return;
    }
    known.evidence.push(evidence());
    known.last = event ?? known.last;
  };
  const { pod } = seen;
  for (const { name, status, at } of pod === undefined ? [] : containersOf(pod))
    note(status?.state?.waiting?.message ?? '', name, () => snapshot.quote(pod, `${at}/state/waiting/message`));
  const lone = onlyOne(waitingOf(seen)) ?? '';
  for (const event of seen.events) {
    // Fargate looks for a ConfigMap of its own, which nobody needs; what its controller says is admission's.
    if (event.reason === 'FailedCreate' || HARMLESS_REASONS.has(event.reason ?? '')) continue;
    note(eventMessage(event), containerOfEvent(event) || lone, () => snapshot.quoteEvent(event), event);
  }
  return out;
}

/** What its kubelet says of ConfigMaps and Secrets. */
function* said(snapshot: Snapshot, seen: PodSeen, told: Set<string>): Generator<FindingDraft> {
  const { namespace } = seen.ref;
  const waits = waitingOf(seen).length > 0;
  for (const [id, { kind, name, container, evidence, since, last }] of missingOf(snapshot, seen)) {
    told.add(id);
    const there = lookUp(snapshot, namespace, { kind, name }).state === 'there';
    yield {
      subject: seen.subject(container),
      variant: kind.toLowerCase(),
      title: `The pod names a ${kind} that does not exist`,
      message: `${kind} ${name} does not exist in ${placeOf(seen)}, so ${container === '' ? 'the pod' : `container ${container}`} cannot start${
        there ? ' (it exists in this snapshot: it was created since, or the kubelet could not read it)' : ''
      }`,
      evidence,
      params: { ref: `${kind} ${name}`, container },
      related: [
        refTo(kind, namespace, name),
        ...makersOf(snapshot, kind, namespace, name),
        ...(seen.ref.name === UNNAMED ? podsThatWait(snapshot) : []),
      ],
      ...(since === undefined ? {} : { since }),
      // Made in the seconds before the pod went on, as spark-submit does: the mount was tried again.
      ...stateOf(seen, isStuck(seen) && (last === undefined || waits || !gotBeyond(seen, last))),
    };
  }
}

/** What the Secrets Store CSI driver says of its own reference. */
function* saidOfClass(snapshot: Snapshot, seen: PodSeen): Generator<FindingDraft> {
  const event = seen.events.findLast((one) => CLASS.test(eventMessage(one)));
  const name = event === undefined ? undefined : CLASS.exec(eventMessage(event))?.[1];
  if (event === undefined || name === undefined) return;
  yield {
    subject: seen.subject(),
    variant: 'secretproviderclass',
    title: 'The pod names a SecretProviderClass that does not exist',
    message: `SecretProviderClass ${name} does not exist in ${placeOf(seen)}, so the Secrets Store CSI driver cannot mount the volume and the pod cannot start`,
    evidence: [snapshot.quoteEvent(event)],
    params: { ref: `SecretProviderClass ${name}`, container: '' },
    ...stateOf(seen, isStuck(seen)),
  };
}

/** What is named and is surely not there, though nobody has complained yet. */
function* unsaid(
  snapshot: Snapshot,
  seen: PodSeen,
  unmet: readonly Unmet[],
  told: Set<string>,
): Generator<FindingDraft> {
  const { pod } = seen;
  if (pod === undefined || isBeingDeleted(pod)) return;
  const { namespace } = seen.ref;
  const stuck = isStuck(seen);
  for (const { ref, keys } of unmet) {
    const { kind, name, container } = ref;
    const id = `${kind}/${name}`;
    if (keys !== undefined || told.has(id)) continue;
    told.add(id);
    yield {
      subject: seen.subject(container),
      variant: kind.toLowerCase(),
      severity: stuck ? 'critical' : 'warning',
      title: `The pod names a ${kind} that does not exist`,
      message: `${kind} ${name}, which ${container === undefined ? 'a volume of the pod' : `container ${container}`} needs, is not among the ${kind}s of ${placeOf(seen)}${
        stuck ? '' : '; the pod runs, but will not start again'
      }`,
      evidence: [snapshot.quote(pod, ref.at)],
      params: { ref: `${kind} ${name}`, container: container ?? '' },
      related: [refTo(kind, namespace, name), ...makersOf(snapshot, kind, namespace, name)],
    };
  }
}
