/** Claims and volumes: which claim a pod uses, which class a claim asks for, and what keeps a volume from fitting it. */
import { eventTime } from '../events.ts';
import { formatByteQuantity } from '../../lib/format-quantity.ts';
import { matchesSelector } from '../../lib/labels.ts';
import { oncePer } from '../../lib/once-per.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { PodSpec } from '../kinds/core.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import type { KubeEvent, ObjectOf, PersistentVolume, PersistentVolumeClaim, Pod } from '../kinds/index.ts';
import { podSpecOf } from '../pods/pod-spec.ts';
import { refOf, refTo, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

export type StorageClass = ObjectOf<'storageClasses'>;

/** Class name of a static volume: the empty one, which asks for no provisioning. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** Names of the claims that a pod mounts; a generic ephemeral volume makes a claim named `<pod>-<volume>`. */
export function claimNames(spec: PodSpec, podName: string): readonly string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim?.claimName !== undefined) return [volume.persistentVolumeClaim.claimName];
    return volume.ephemeral === undefined ? [] : [`${podName}-${volume.name ?? ''}`];
  });
}

/** The class that a claim or volume names: the field, or the annotation from before 1.6. Undefined: none is named. */
export function classNameOf(object: PersistentVolumeClaim | PersistentVolume): string | undefined {
  return object.spec?.storageClassName ?? object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
}

/** Whether a class is marked as the default. */
export function isDefaultClass(storageClass: StorageClass): boolean {
  const annotations = storageClass.metadata.annotations;
  return (
    annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ||
    annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true'
  );
}

/** Pods that mount a claim, the ones on no node included. */
export function consumersOf(snapshot: Snapshot, claim: PersistentVolumeClaim): readonly Pod[] {
  return snapshot
    .podsIn(claim.metadata.namespace ?? '')
    .filter((pod) => claimNames(podSpecOf(snapshot, pod), pod.metadata.name).includes(claim.metadata.name));
}

/** What keeps a volume from being bound to a claim. */
export type MismatchKind =
  'occupied' | 'phase' | 'storage-class' | 'capacity' | 'access-mode' | 'volume-mode' | 'selector' | 'volume-name';

export interface Mismatch {
  readonly kind: MismatchKind;
  /** What the claim asks and what the volume has, with the numbers. */
  readonly words: string;
  /** Where claim and volume say so. */
  readonly claimPointer: string;
  readonly volumePointer: string;
}

const list = (items: readonly string[] | undefined): string => (items ?? []).join(', ') || 'none';

/**
 * Every difference that keeps this volume from this claim, as the binder of the controller manager tests them: it must
 * be free, of the same class and mode, large enough, offer every access mode asked for, and match the selector.
 */
export function mismatches(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly Mismatch[] {
  const out: Mismatch[] = [];
  const add = (kind: MismatchKind, words: string, claimPointer: string, volumePointer: string): void => {
    out.push({ kind, words, claimPointer, volumePointer });
  };
  const holder = volume.spec?.claimRef;
  const mine =
    holder?.name === claim.metadata.name &&
    (holder.namespace ?? claim.metadata.namespace) === claim.metadata.namespace &&
    (holder.uid === undefined || claim.metadata.uid === undefined || holder.uid === claim.metadata.uid);
  const phase = volume.status?.phase;
  if (holder?.name !== undefined && !mine)
    add(
      'occupied',
      `it belongs to claim ${holder.namespace ?? ''}/${holder.name}${phase === undefined ? '' : ` (${phase})`}`,
      '/status/phase',
      '/spec/claimRef',
    );
  else if (
    phase !== undefined &&
    phase !== 'Available' &&
    !(mine && phase === 'Bound') &&
    !(mine && phase === 'Pending')
  )
    add(phase === 'Bound' ? 'occupied' : 'phase', `it is ${phase}`, '/status/phase', '/status/phase');
  if (claim.spec?.volumeName !== undefined && claim.spec.volumeName !== volume.metadata.name)
    add('volume-name', `the claim asks for volume ${claim.spec.volumeName}`, '/spec/volumeName', '/metadata/name');
  const wantedClass = classNameOf(claim) ?? '';
  const hasClass = classNameOf(volume) ?? '';
  if (wantedClass !== hasClass)
    add(
      'storage-class',
      `the claim asks for storage class "${wantedClass}", the volume has "${hasClass}"`,
      '/spec/storageClassName',
      '/spec/storageClassName',
    );
  const wanted = parseQuantity(claim.spec?.resources?.requests?.['storage'] ?? '');
  const has = parseQuantity(volume.spec?.capacity?.['storage'] ?? '');
  if (wanted !== undefined && has !== undefined && wanted > has)
    add(
      'capacity',
      `the claim requests ${formatByteQuantity(wanted)}, the volume has a capacity of ${formatByteQuantity(has)}`,
      '/spec/resources/requests/storage',
      '/spec/capacity/storage',
    );
  const modes = claim.spec?.accessModes ?? [];
  const offered = volume.spec?.accessModes;
  if (offered !== undefined && !modes.every((mode) => offered.includes(mode)))
    add(
      'access-mode',
      `the claim asks for access mode ${list(modes)}, the volume offers ${list(offered)}`,
      '/spec/accessModes',
      '/spec/accessModes',
    );
  const wantedMode = claim.spec?.volumeMode ?? 'Filesystem';
  const hasMode = volume.spec?.volumeMode ?? 'Filesystem';
  if (wantedMode !== hasMode)
    add(
      'volume-mode',
      `the claim asks for mode ${wantedMode}, the volume is ${hasMode}`,
      '/spec/volumeMode',
      '/spec/volumeMode',
    );
  if (claim.spec?.selector !== undefined && !matchesSelector(claim.spec.selector, volume.metadata.labels ?? {}))
    add(
      'selector',
      `the claim's selector wants ${selectorWords(claim)}, the volume has labels ${labelWords(volume)}`,
      '/spec/selector',
      '/metadata/labels',
    );
  return out;
}

function selectorWords(claim: PersistentVolumeClaim): string {
  const selector = claim.spec?.selector;
  return [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(selector?.matchExpressions ?? []).map((e) => `${e.key ?? ''} ${e.operator ?? ''} ${list(e.values)}`),
  ].join(', ');
}

const labelWords = (volume: PersistentVolume): string =>
  Object.entries(volume.metadata.labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'none';

/** The claim as a subject, with the workload that mounts it: a Pending claim is noticed there. */
export function claimSubject(snapshot: Snapshot, claim: PersistentVolumeClaim): Subject {
  const subject = snapshot.subject(claim);
  const users = [
    ...consumersOf(snapshot, claim).map((pod) => snapshot.workloadOf(pod)),
    ...templatesUsing(snapshot, claim),
  ];
  const user = users.find((one) => one !== undefined);
  return user === undefined ? subject : { ...subject, workload: { kind: user.kind, name: user.name } };
}

/** Deployments and StatefulSets whose template mounts the claim, by volume or by claim template (`data-web-0`). */
function templatesUsing(snapshot: Snapshot, claim: PersistentVolumeClaim): readonly Ref[] {
  const { namespace, name } = claim.metadata;
  const here = (object: { readonly metadata: { readonly namespace?: string } }): boolean =>
    object.metadata.namespace === namespace;
  const ref = (kind: string, workload: string): Ref => refTo(kind, namespace, workload);
  return [
    ...snapshot
      .list('deployments')
      .filter((one) => here(one) && claimNames(one.spec?.template?.spec ?? {}, '').includes(name))
      .map((one) => ref('Deployment', one.metadata.name)),
    ...snapshot
      .list('statefulSets')
      .filter(
        (one) =>
          here(one) &&
          (claimNames(one.spec?.template?.spec ?? {}, '').includes(name) ||
            (one.spec?.volumeClaimTemplates ?? []).some((template) => {
              const prefix = `${template.metadata?.name ?? ''}-${one.metadata.name}-`;
              return name.startsWith(prefix) && /^\d{1,9}$/.test(name.slice(prefix.length));
            })),
      )
      .map((one) => ref('StatefulSet', one.metadata.name)),
  ];
}

/** Events that only a claim without its volume has. */
const WAITS = new Set([
  'FailedBinding',
  'ProvisioningFailed',
  'ExternalProvisioning',
  'WaitForFirstConsumer',
  'WaitForPodScheduled',
]);

/** Claims that only events tell of, when the claims themselves were not listed. */
function fromEvents(snapshot: Snapshot): readonly PersistentVolumeClaim[] {
  const found = new Map<string, PersistentVolumeClaim>();
  for (const event of snapshot.list('events')) {
    const about = event.involvedObject;
    if (about?.kind !== 'PersistentVolumeClaim' || about.name === undefined || !WAITS.has(event.reason ?? '')) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    if (snapshot.get('persistentVolumeClaims', namespace, about.name) !== undefined) continue;
    if (snapshot.listed('persistentVolumeClaims', namespace)) continue;
    const metadata = { name: about.name, ...(namespace === undefined ? {} : { namespace }) };
    const claim = { kind: 'PersistentVolumeClaim', metadata } as PersistentVolumeClaim;
    if (claimEvent(snapshot, claim, event.reason ?? '') !== undefined)
      found.set(`${namespace ?? ''}/${about.name}`, claim);
  }
  return [...found.values()];
}

/** Claims that wait for a volume, by their phase or by what events say of them. A manifest has no phase and is none. */
export const pendingClaims = oncePer((snapshot: Snapshot): readonly PersistentVolumeClaim[] => [
  ...snapshot
    .list('persistentVolumeClaims')
    .filter(
      (claim) =>
        claim.status?.phase === 'Pending' ||
        (claim.status?.phase === undefined && claimEvent(snapshot, claim, ...WAITS) !== undefined),
    ),
  ...fromEvents(snapshot),
]);

/** As many claims one pod may mount (HEUR). */
const FEW = 4;

/**
 * The unbound claims of a pod whose volumes the bundle does not show (a row of a table, an event): the claims that a
 * StatefulSet names after its pod, else those that the pod is named after, else the claims of the namespace that are not bound, of one class, as their phase or events
 * say. Of a pod that nothing names the namespace is not known either.
 */
export function claimsWaitedFor(snapshot: Snapshot, namespace: string | undefined, podName: string): readonly Ref[] {
  const pending = pendingClaims(snapshot)
    .map((claim) => refOf(claim))
    .filter(
      (claim) =>
        (claim.namespace ?? '') === (namespace ?? '') ||
        // A table of events without its namespace, beside a list of claims with theirs.
        (namespace ?? '') === '' ||
        podName === UNNAMED,
    );
  const own = pending.filter(({ name }) => name.endsWith(`-${podName}`));
  if (own.length > 0) return own;
  // Charts and templates call a Deployment and its claim alike.
  const namesake = pending.filter(({ name }) => podName.startsWith(`${name}-`));
  if (namesake.length > 0) return namesake;
  // Of one class, they wait for the same thing.
  const alike = new Set(
    pending.map((claim) => {
      const found = snapshot.get('persistentVolumeClaims', claim.namespace, claim.name);
      return found === undefined ? claim.name : (classNameOf(found) ?? '');
    }),
  );
  return pending.length <= FEW && alike.size === 1 ? pending : [];
}

/** What the bundle says at a field of a claim; nothing when only events tell of the claim. */
export function quoteClaim(snapshot: Snapshot, claim: PersistentVolumeClaim, pointer: string): readonly Evidence[] {
  return snapshot.sourcesOf(claim).length === 0 ? [] : [snapshot.quote(claim, pointer)];
}

/** The newest event about a claim with one of the reasons; undefined when a success came after it. */
export function claimEvent(
  snapshot: Snapshot,
  claim: PersistentVolumeClaim,
  ...reasons: readonly string[]
): KubeEvent | undefined {
  const events = snapshot.eventsAbout(refOf(claim));
  const event = [...events].reverse().find((one) => reasons.includes(one.reason ?? ''));
  if (event === undefined) return undefined;
  const done = events.some(
    (one) => one.reason === 'ProvisioningSucceeded' && (eventTime(one) ?? 0) > (eventTime(event) ?? 0),
  );
  return done ? undefined : event;
}

/** A claim's binding is done by hand: no class by choice, a class without provisioner, or a class that only volumes have. */
export function isStatic(snapshot: Snapshot, claim: PersistentVolumeClaim): boolean {
  // Events alone do not tell what a claim asks for.
  if (claim.spec === undefined) return false;
  const name = classNameOf(claim);
  const alike = snapshot.list('persistentVolumes').some((volume) => (classNameOf(volume) ?? '') === (name ?? ''));
  if (claim.spec?.volumeName !== undefined && claim.status?.phase === 'Pending') return true;
  if (name === undefined || name === '')
    return alike || claim.spec?.selector !== undefined || namesNoClass(snapshot, claim);
  const storageClass = snapshot.get('storageClasses', undefined, name);
  return storageClass === undefined ? alike : storageClass.provisioner === NO_PROVISIONER;
}

/** Only a full source tells `storageClassName: ""` from a class that was never named. */
const namesNoClass = (snapshot: Snapshot, claim: PersistentVolumeClaim): boolean =>
  claim.spec?.storageClassName === '' && snapshot.sourcesOf(claim).some((source) => source.detail === 'full');
