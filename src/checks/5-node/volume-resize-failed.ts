import { eventMessage } from '../../snapshot/events.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import type { PersistentVolumeClaim } from '../../snapshot/kinds/index.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The kubelet resizes the file system within moments, of a volume in use by itself, of others with the next mount. */
const PENDING_MS = 10 * 60_000;

/** What the API server answers to a change of spec.resources.requests.storage. */
const REFUSED =
  /persistentvolumeclaims "([^"]{1,253})" is (?:forbidden|invalid): (only dynamically provisioned pvc can be resized.{0,200}|spec\.resources\.requests\.storage: Forbidden: .{0,200})/;

/** Seconds since the resizer asked for the file system to grow, by its event: descriptions without a clock. */
function askedAgo(snapshot: Snapshot, claim: PersistentVolumeClaim): number | undefined {
  const event = snapshot.eventsAbout(refOf(claim)).findLast(({ reason }) => reason === 'FileSystemResizeRequired');
  return event?.seenAgo;
}

export default defineCheck({
  id: 'volume-resize-failed',
  layer: 5,
  title: 'Volumes can be resized',
  failureTitle: 'The volume cannot be resized',
  why: 'The claim asks for more than the volume has; the storage driver refuses, or the file system waits for the pod to be started anew.',
  fix: [
    'Read the event; allow expansion in the StorageClass, raise the quota of the storage, or restart the pod so that the file system grows',
  ],
  next: ['kubectl describe pvc {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['events', 'persistentVolumeClaims', 'commandFailures'],
  *run({ persistentVolumeClaims, events, commandFailures }, { snapshot, now }) {
    const told = new Set<string>();
    for (const { message, namespace, source } of commandFailures) {
      const [, name, why] = REFUSED.exec(message) ?? [];
      if (name === undefined || told.has(`${namespace ?? ''}/${name}`)) continue;
      told.add(`${namespace ?? ''}/${name}`);
      yield {
        subject: snapshot.named('PersistentVolumeClaim', name, { namespace }),
        variant: 'refused',
        message: `PersistentVolumeClaim ${name} cannot be resized: the API server refuses it: ${why ?? ''}`,
        evidence: [source],
        fix: [
          'Set allowVolumeExpansion: true in the StorageClass of the claim, where its driver can expand volumes; else make a larger claim and copy the data',
        ],
      };
    }
    for (const event of events) {
      if (event.reason !== 'VolumeResizeFailed' && event.reason !== 'FileSystemResizeFailed') continue;
      const about = event.involvedObject;
      if (about?.kind === undefined || about.name === undefined) continue;
      const key = `${about.namespace ?? ''}/${about.name}`;
      if (told.has(key)) continue;
      told.add(key);
      yield {
        subject: snapshot.named(about.kind, about.name, { namespace: about.namespace }),
        message: `${about.kind} ${about.name} cannot be resized: ${eventMessage(event).slice(0, 300)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
    for (const claim of persistentVolumeClaims) {
      const { namespace, name } = claim.metadata;
      const index = (claim.status?.conditions ?? []).findIndex(
        (one) =>
          one.status === 'True' &&
          (one.type === 'ControllerResizeError' ||
            one.type === 'NodeResizeError' ||
            one.type === 'FileSystemResizePending'),
      );
      const condition = claim.status?.conditions?.[index];
      if (condition === undefined || told.has(`${namespace ?? ''}/${name}`)) continue;
      const since = timeOf(condition.lastTransitionTime);
      const pending = condition.type === 'FileSystemResizePending';
      const asked = askedAgo(snapshot, claim);
      const waited = since === undefined || now === undefined ? (asked === undefined ? 0 : asked * 1000) : now - since;
      if (pending && waited < PENDING_MS) continue;
      // Where somebody shows the claim alone, its waiting is what he means; in a whole cluster it is a note.
      const shown =
        pending && persistentVolumeClaims.length === 1 && !snapshot.listed('persistentVolumeClaims', namespace);
      yield {
        subject: snapshot.subject(claim),
        ...(pending ? { variant: 'pending', severity: shown ? ('warning' as const) : ('info' as const) } : {}),
        message: `PersistentVolumeClaim ${name}: ${condition.type}${condition.message === undefined ? '' : `: ${condition.message}`}${claim.status?.capacity?.['storage'] === undefined ? '' : ` (capacity still ${claim.status.capacity['storage']})`}`,
        evidence: [snapshot.quote(claim, `/status/conditions/${index}`)],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
