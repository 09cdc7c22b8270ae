import { headAndTail } from '../../lib/excerpt.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { eventMessage } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const FAILED =
  /AttachVolume\.[A-Za-z]{1,20} failed for volume "(?<volume>[^"]{1,253})" ?: (?<tail>.*)|timed out waiting for external-attacher of (?<driver>\S{1,120}) CSI driver to attach volume (?<waiting>\S{1,253})/s;
const LIMIT = /maximum number of (?:data )?disks|AttachVolumeLimitExceeded|attachment limit|too many volumes attached/i;

export default defineCheck({
  id: 'volume-attach-failed',
  layer: 5,
  title: 'All volumes can be attached to their nodes',
  failureTitle: 'A volume cannot be attached to the node',
  why: 'Attaching is the work of the CSI controller and the storage behind it: limits per machine, missing permissions, a volume that was deleted or is held elsewhere, a driver that does not run.',
  fix: ['Read the message and the log of the CSI controller (csi-attacher) of the driver'],
  next: [
    'kubectl describe volumeattachments',
    'kubectl get pods -A | grep -i csi',
    'kubectl logs -n kube-system deploy/CSI-CONTROLLER -c csi-attacher --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'volumeAttachments'],
  wants: ['pods', 'persistentVolumes', 'persistentVolumeClaims'],
  *run({ volumeAttachments }, { snapshot }) {
    const told = new Set<string>();
    for (const failure of podFailures(snapshot, ['FailedAttachVolume'], FAILED, ['SuccessfulAttachVolume'])) {
      const groups = failure.match.groups ?? {};
      const name = groups['volume'] ?? groups['waiting'] ?? '';
      const tail = groups['tail'] ?? eventMessage(failure.event);
      const { refs, pv } = volumeNamed(snapshot, name, failure);
      told.add(pv?.metadata.name ?? name);
      yield {
        subject: failure.seen.subject(),
        variant: LIMIT.test(tail) ? 'limit' : 'failed',
        message: `Volume "${name}" of pod ${failure.seen.ref.name} cannot be attached${failure.node === undefined ? '' : ` to ${failure.node}`}${failure.count > 1 ? ` (${failure.count} attempts)` : ''}: ${headAndTail(tail, 300)}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        related: refs,
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
    for (const attachment of volumeAttachments) {
      const error = attachment.status?.attachError?.message;
      const pv = attachment.spec?.source?.persistentVolumeName;
      if (error === undefined || attachment.status?.attached === true || pv === undefined || told.has(pv)) continue;
      const node = attachment.spec?.nodeName;
      yield {
        subject: snapshot.named('PersistentVolume', pv, { node }),
        variant: LIMIT.test(error) ? 'limit' : 'failed',
        message: `Volume ${pv} cannot be attached to node ${node ?? '?'}: ${headAndTail(error, 300)}`,
        evidence: [snapshot.quote(attachment, '/status/attachError/message')],
      };
    }
  },
});
