/** Failures of pods as events tell them, with what became of them. */
import { eventCount, eventMessage, eventTime } from '../events.ts';
import { refTo, type Ref } from '../ref.ts';
import type { KubeEvent, PersistentVolume, PersistentVolumeClaim } from '../kinds/index.ts';
import { isWell, podsWithEvent, type PodSeen } from './pods-seen.ts';
import type { Snapshot } from '../snapshot.ts';

export interface PodFailure {
  readonly seen: PodSeen;
  /** The newest matching event. */
  readonly event: KubeEvent;
  readonly match: RegExpExecArray;
  /** All matching events, oldest first. */
  readonly events: readonly KubeEvent[];
  readonly count: number;
  readonly node: string | undefined;
  readonly state: 'current' | 'recovered' | 'historic';
  /** When it first happened, ms since 1970. */
  readonly since: number | undefined;
}

/** What happens to a pod only after its volumes are mounted and its sandbox is up. */
const BEYOND_START = new Set(['Pulling', 'Pulled', 'Created', 'Started']);

/** A container that cannot be made or started: its image was pulled, so pulling it again is no way out. */
const CANNOT_START = /^Error: (?!Err|ImagePull)/;

/**
 * Whether later events tell that the pod got beyond what this one failed at: its containers began, so its volumes were
 * mounted. `over` are reasons that end this very trouble.
 */
export function gotBeyond({ events }: PodSeen, event: KubeEvent, over: readonly string[] = []): boolean {
  const time = eventTime(event) ?? 0;
  const place = events.indexOf(event);
  const starts = event.reason === 'Failed' && CANNOT_START.test(eventMessage(event));
  return events.some(
    (other, index) =>
      index > place &&
      (eventTime(other) ?? 0) >= time &&
      ((starts ? other.reason === 'Started' : BEYOND_START.has(other.reason ?? '')) ||
        over.includes(other.reason ?? '')),
  );
}

/** Pods with events of these reasons whose message matches; `over` are reasons that end this very trouble. */
export function podFailures(
  snapshot: Snapshot,
  reasons: readonly string[],
  pattern: RegExp,
  over: readonly string[] = [],
): readonly PodFailure[] {
  const out: PodFailure[] = [];
  for (const seen of podsWithEvent(snapshot, reasons)) {
    const events = seen.events.filter(
      (event) => reasons.includes(event.reason ?? '') && pattern.test(eventMessage(event)),
    );
    const event = events.at(-1);
    const match = event === undefined ? null : pattern.exec(eventMessage(event));
    const [first] = events;
    if (event === undefined || first === undefined || match === null) continue;
    const later = gotBeyond(seen, event, over);
    const well = (seen.pod !== undefined && (isWell(seen.pod) || seen.pod.status?.phase === 'Succeeded')) || later;
    const node = seen.pod?.spec?.nodeName ?? event.source?.host ?? event.reportingInstance ?? assignedTo(seen.events);
    out.push({
      seen,
      event,
      match,
      events,
      count: events.reduce((sum, one) => sum + eventCount(one), 0),
      node: node === '' ? undefined : node,
      state: well ? 'recovered' : seen.gone ? 'historic' : 'current',
      since: firstTime(first),
    });
  }
  return out;
}

/** The node in the scheduler's own event; pasted events of kubelets often lack the host. */
function assignedTo(events: readonly KubeEvent[]): string | undefined {
  return events
    .flatMap((event) => /^Successfully assigned \S{1,500} to (\S{1,253})$/.exec(eventMessage(event).trim())?.[1] ?? [])
    .at(-1);
}

function firstTime(event: KubeEvent): number | undefined {
  const time = Date.parse(event.firstTimestamp ?? '');
  return Number.isNaN(time) ? eventTime(event) : time;
}

/** The claim and volume behind a name in a mount or attach message: a PersistentVolume's or a volume of the pod. */
export function volumeNamed(
  snapshot: Snapshot,
  name: string,
  failure: PodFailure,
): {
  readonly refs: readonly Ref[];
  readonly pv: PersistentVolume | undefined;
  readonly claim: PersistentVolumeClaim | undefined;
} {
  const { pod, ref } = failure.seen;
  const { namespace } = ref;
  const claimName = pod?.spec?.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim?.claimName;
  const byName = claimName === undefined ? undefined : snapshot.get('persistentVolumeClaims', namespace, claimName);
  const pv =
    snapshot.get('persistentVolumes', undefined, name) ??
    snapshot.list('persistentVolumes').find((one) => one.spec?.csi?.volumeHandle === name) ??
    (byName?.spec?.volumeName === undefined
      ? undefined
      : snapshot.get('persistentVolumes', undefined, byName.spec.volumeName));
  const claimRef = pv?.spec?.claimRef;
  const claim =
    byName ??
    (claimRef?.name === undefined
      ? undefined
      : snapshot.get('persistentVolumeClaims', claimRef.namespace, claimRef.name)) ??
    snapshot.list('persistentVolumeClaims').find((one) => one.spec?.volumeName === name);
  const refs: Ref[] = [];
  if (claim !== undefined) refs.push({ kind: 'PersistentVolumeClaim', ...claim.metadata });
  else if (claimName !== undefined) refs.push(refTo('PersistentVolumeClaim', namespace, claimName));
  else if (claimRef?.name !== undefined)
    refs.push({
      kind: 'PersistentVolumeClaim',
      ...(claimRef.namespace === undefined ? {} : { namespace: claimRef.namespace }),
      name: claimRef.name,
    });
  if (pv !== undefined) refs.push({ kind: 'PersistentVolume', name: pv.metadata.name });
  else if (name.startsWith('pvc-')) refs.push({ kind: 'PersistentVolume', name });
  return { refs, pv, claim };
}
