import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** maxWaitForUnmountDuration of the attach/detach controller. */
const STUCK_MS = 6 * 60_000;

export default defineCheck({
  id: 'volumeattachment-stale',
  layer: 5,
  title: 'No volume attachment is left over',
  failureTitle: 'A volume attachment is stuck or belongs to a node that is gone',
  why: 'A left-over attachment keeps the volume from being attached elsewhere and counts against the limit of the node.',
  fix: [
    'Let the CSI driver detach it (its controller log tells why it does not); remove the finalizer only when the machine is surely gone',
  ],
  next: ['kubectl get volumeattachments', 'kubectl describe volumeattachment {name}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['volumeAttachments'],
  wants: ['nodes'],
  *run({ volumeAttachments }, { snapshot, now }) {
    const nodesListed = snapshot.listed('nodes');
    for (const attachment of volumeAttachments) {
      const node = attachment.spec?.nodeName;
      const pv = attachment.spec?.source?.persistentVolumeName;
      const related = [
        ...(pv === undefined ? [] : [{ kind: 'PersistentVolume', name: pv }]),
        ...(node === undefined ? [] : [{ kind: 'Node', name: node }]),
      ];
      const subject = snapshot.named('VolumeAttachment', attachment.metadata.name, { node });
      const base = { subject, related } satisfies Partial<FindingDraft>;
      const deleted = timeOf(attachment.metadata.deletionTimestamp);
      if (node !== undefined && nodesListed && snapshot.get('nodes', undefined, node) === undefined) {
        yield {
          ...base,
          variant: 'node-gone',
          message: `Volume ${pv ?? '?'} is attached to node ${node}, which no longer exists`,
          evidence: [snapshot.quote(attachment, '/spec/nodeName')],
        };
      } else if (attachment.status?.detachError?.message !== undefined) {
        yield {
          ...base,
          variant: 'detach-error',
          message: `Volume ${pv ?? '?'} cannot be detached from node ${node ?? '?'}: ${attachment.status.detachError.message.slice(0, 300)}`,
          evidence: [snapshot.quote(attachment, '/status/detachError/message')],
        };
      } else if (deleted !== undefined && now !== undefined && now - deleted > STUCK_MS) {
        yield {
          ...base,
          variant: 'deleting',
          message: `The attachment of volume ${pv ?? '?'} to node ${node ?? '?'} has been deleting for ${spellDuration((now - deleted) / 1000)}`,
          evidence: [snapshot.quote(attachment, '/metadata/deletionTimestamp')],
          since: deleted,
        };
      }
    }
  },
});
