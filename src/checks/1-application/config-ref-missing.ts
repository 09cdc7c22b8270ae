import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Evidence } from '../../parsers/records.ts';
import { lookUp, PUBLISHED, unmetRefs, type ConfigKind } from '../../snapshot/pods/config-refs.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { gotBeyond } from '../../snapshot/pods/pod-events.ts';
import { containerOfEvent, isWell, podsWithNews, type PodSeen } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { HARMLESS_REASONS } from '../event-reasons.ts';
import { defineCheck } from '../check.ts';

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
  snapshot.facts('customResources').flatMap((made) =>
    MAKERS.test(made.resourceKind) &&
    (made.namespace === undefined || namespace === undefined || made.namespace === namespace) &&
    (made.name === name || `${made.name}-tls` === name)
      ? [
          {
            kind: made.resourceKind,
            ...(made.namespace === undefined ? {} : { namespace: made.namespace }),
            name: made.name,
          },
        ]
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
      if (!complains(seen) && !(seen.pod !== undefined && unmet.has(seen.pod))) continue;
      const { namespace } = seen.ref;
      const missing = new Map<
        string,
        { kind: ConfigKind; name: string; container: string; evidence: Evidence[]; since?: number; last?: KubeEvent }
      >();
      const note = (kind: ConfigKind, name: string, container: string, evidence: Evidence, event?: KubeEvent): void => {
        const since = event === undefined ? undefined : eventFirstTime(event);
        if (PUBLISHED.has(name)) return;
        const known = missing.get(`${kind}/${name}`);
        if (known !== undefined) {
          known.evidence.push(evidence);
          if (event !== undefined) known.last = event;
        } else
          missing.set(`${kind}/${name}`, {
            kind,
            name,
            container,
            evidence: [evidence],
            ...(since === undefined ? {} : { since }),
            ...(event === undefined ? {} : { last: event }),
          });
      };
      const waiting = new Set<string>();
      for (const container of seen.pod === undefined ? [] : containersOf(seen.pod)) {
        const state = container.status?.state?.waiting;
        if (state?.reason === 'CreateContainerConfigError') waiting.add(container.name);
        const told = NOT_FOUND.exec(state?.message ?? '');
        if (told?.[1] !== undefined && told[2] !== undefined && seen.pod !== undefined)
          note(
            kindOf(told[1]),
            told[2],
            container.name,
            snapshot.quote(seen.pod, `${container.at}/state/waiting/message`),
          );
      }
      const stuck = (): boolean => seen.pod === undefined || !isWell(seen.pod);
      for (const event of seen.events) {
        const told = NOT_FOUND.exec(eventMessage(event));
        if (told?.[1] === undefined || told[2] === undefined || event.reason === 'FailedCreate') continue;
        // Fargate looks for a ConfigMap of its own, which nobody needs.
        if (HARMLESS_REASONS.has(event.reason ?? '')) continue;
        const container = containerOfEvent(event) || (waiting.size === 1 ? ([...waiting][0] ?? '') : '');
        note(kindOf(told[1]), told[2], container, snapshot.quoteEvent(event), event);
      }
      for (const { kind, name, container, evidence, since, last } of missing.values()) {
        const [first, ...rest] = evidence;
        if (first === undefined) continue;
        const now = lookUp(snapshot, namespace, { kind, name });
        yield {
          subject: seen.subject(container),
          variant: kind.toLowerCase(),
          title: `The pod names a ${kind} that does not exist`,
          message: `${kind} ${name} does not exist in ${namespace === undefined ? 'the namespace of the pod' : `namespace ${namespace}`}, so ${container === '' ? 'the pod' : `container ${container}`} cannot start${
            now.state === 'there'
              ? ' (it exists in this snapshot: it was created since, or the kubelet could not read it)'
              : ''
          }`,
          evidence: [first, ...rest],
          params: { ref: `${kind} ${name}`, container },
          related: [
            refTo(kind, namespace, name),
            ...makersOf(snapshot, kind, namespace, name),
            ...(seen.ref.name === UNNAMED ? podsThatWait(snapshot) : []),
          ],
          ...(since === undefined ? {} : { since }),
          ...(seen.gone
            ? { state: 'historic' as const }
            : // Made in the seconds before the pod went on, as spark-submit does: the mount was tried again.
              stuck() && (last === undefined || waiting.size > 0 || !gotBeyond(seen, last))
              ? {}
              : { state: 'recovered' as const }),
        };
      }
      const event = seen.events.findLast((one) => CLASS.test(eventMessage(one)));
      const name = event === undefined ? undefined : CLASS.exec(eventMessage(event))?.[1];
      if (event !== undefined && name !== undefined)
        yield {
          subject: seen.subject(),
          variant: 'secretproviderclass',
          title: 'The pod names a SecretProviderClass that does not exist',
          message: `SecretProviderClass ${name} does not exist in ${namespace === undefined ? 'the namespace of the pod' : `namespace ${namespace}`}, so the Secrets Store CSI driver cannot mount the volume and the pod cannot start`,
          evidence: [snapshot.quoteEvent(event)],
          params: { ref: `SecretProviderClass ${name}`, container: '' },
          ...(seen.gone ? { state: 'historic' as const } : stuck() ? {} : { state: 'recovered' as const }),
        };
      // What is named and is surely not there, though nobody has complained yet.
      if (seen.pod === undefined || isBeingDeleted(seen.pod)) continue;
      const told = new Set(missing.keys());
      for (const { ref, keys } of unmet.get(seen.pod) ?? []) {
        const id = `${ref.kind}/${ref.name}`;
        if (keys !== undefined || told.has(id)) continue;
        told.add(id);
        yield {
          subject: seen.subject(ref.container),
          variant: ref.kind.toLowerCase(),
          severity: stuck() ? 'critical' : 'warning',
          title: `The pod names a ${ref.kind} that does not exist`,
          message: `${ref.kind} ${ref.name}, which ${ref.container === undefined ? 'a volume of the pod' : `container ${ref.container}`} needs, is not among the ${ref.kind}s of ${namespace === undefined ? 'the namespace of the pod' : `namespace ${namespace}`}${
            stuck() ? '' : '; the pod runs, but will not start again'
          }`,
          evidence: [snapshot.quote(seen.pod, ref.at)],
          params: { ref: id.replace('/', ' '), container: ref.container ?? '' },
          related: [refTo(ref.kind, namespace, ref.name), ...makersOf(snapshot, ref.kind, namespace, ref.name)],
        };
      }
    }
  },
});
