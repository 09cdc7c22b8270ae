import { headAndTail } from '../../lib/excerpt.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';

const FAILED =
  /AttachVolume\.[A-Za-z]{1,20} failed for volume "(?<volume>[^"]{1,253})"(?: \(spec\.Name: "[^"]{1,253}"\))?(?: from node "[^"]{1,253}")?(?: with)? ?: (?<tail>.*)|Failed to attach volume "(?<old>[^"]{1,253})" on node "[^"]{1,253}" with: (?<answer>.*)|timed out waiting for external-attacher of (?<driver>\S{1,120}) CSI driver to attach volume (?<waiting>\S{1,253})/s;

/** Until 1.7 the controller called it FailedMount. */
const REASONS = ['FailedAttachVolume', 'FailedMount'];

/** What the driver or the cloud answered: words, variant, what it means, what to do. The first that fits counts. */
const CAUSES: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /maximum number of (?:data )?disks|AttachVolumeLimitExceeded|attachment limit|too many volumes attached/i,
    'limit',
    'the machine takes no more disks',
    'Move pods with volumes to other nodes, or use a machine type that takes more disks',
  ],
  [
    /has no NodeID|no NodeID annotation|CSINode .{0,300}(?:does not contain driver|not found)/,
    'driver-missing',
    'the CSI driver has not registered on the node',
    'Bring the node plugin of the driver (its DaemonSet) to run on the node: tolerations, node selector, registration socket under the root directory of the kubelet',
  ],
  [
    /Attachment point \S{1,80} is already in use|unixDevice/,
    'device-in-use',
    'the device name that the driver chose is taken on the machine',
    'Detach by hand what holds the device on the instance (disks attached outside of Kubernetes, several drivers that count devices), or update the driver',
  ],
  [
    /volume \S{1,253} (?:is )?not scheduled|not enough (?:replicas|storage|disk)|ReplicaSchedulingFailure/,
    'unplaced',
    'the storage system finds no place for the replicas of the volume',
    'Make room or add schedulable disks and nodes in the storage system, or ask for fewer replicas than there are nodes (numberOfReplicas of the StorageClass)',
  ],
  [
    /is not ready for workloads|no healthy (?:or scheduled )?replica|volume .{0,253}\bfaulted\b/i,
    'replicas-lost',
    'the storage system has no replica of the volume that works',
    'Look at the volume in the storage system: salvage a replica or restore from a backup; then at the disks and nodes that held the replicas',
  ],
  [
    /throttl|rate limit|Too ?Many ?Requests|RequestLimitExceeded/i,
    'throttled',
    'the cloud throttles the calls of the driver',
    'Wait until the limit is over, find who calls the API of the cloud so often (many attachments at once, several clusters in one subscription), and spread or raise it',
  ],
  [
    /attachment is being deleted|(?:is currently being|last) detach|BeingDetached|process of another action|is detaching/i,
    'detaching',
    'the detaching before has not ended',
    'See why detaching does not end (kubectl get volumeattachments -o yaml: finalizers, detachError; log of the csi-attacher), and detach the disk by hand in the cloud when the old machine does not need it',
  ],
  [
    /ZoneMismatch|not in the same (?:availability )?zone|different (?:availability )?zones?/i,
    'zone',
    'the volume is in another zone than the machine',
    'Schedule the pod into the zone of the volume: a PersistentVolume with node affinity instead of a volume id in the pod, volumeBindingMode WaitForFirstConsumer',
  ],
  [
    /already (?:exclusively )?attached|in use by|currently attached|RESOURCE_IN_USE|VolumeInUse|status must be .{0,3}available|is attached to (?:another|a different)/i,
    'held',
    'another node holds the volume',
    'Let the old node go: see whether its pod still ends there, and its VolumeAttachment; detach the disk in the cloud when the machine is gone',
  ],
  [
    /UnauthorizedOperation|AccessDenied|not authorized|Forbidden|PermissionDenied|Unauthenticated|AuthorizationFailed/,
    'credentials',
    'the driver may not do it',
    'Correct the credentials or the role of the storage driver',
  ],
  [
    /InvalidVolume\.NotFound|(?:virtual machine|instance) (?:wasn't|was not|not) found|No VM found|volume .{0,120}(?:not found|does not exist)|code = NotFound|itemNotFound/i,
    'gone',
    'the volume or the machine does not exist in the storage system',
    'Compare the volume handle of the PersistentVolume and the provider id of the node with what the cloud has',
  ],
  [
    /attachment timeout for volume|expected (?:device|volume|attachment).{0,40}attached but was (?:attaching|busy)|"?(?:attachment )?state"? (?:is )?"?attaching/i,
    'attaching',
    'the cloud does not get done with attaching it',
    'Look at the volume in the cloud (aws ec2 describe-volumes: State attaching) and at the machine: a device name that its kernel has not let go of, a machine that hangs; stop and start the machine, or force the detachment and let the pod go to another',
  ],
  [
    /DeadlineExceeded|timed? ?out|external-attacher/i,
    'timeout',
    'nobody answers in time',
    'Look whether the controller of the driver (csi-attacher) runs and reaches its storage',
  ],
];

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
    for (const failure of podFailures(snapshot, REASONS, FAILED, ['SuccessfulAttachVolume'])) {
      // Now and then the driver only says that it had no time; the other events say for what.
      const telling = failure.events.findLast((event) => !isMute(eventMessage(event))) ?? failure.event;
      const groups = FAILED.exec(eventMessage(telling))?.groups ?? failure.match.groups ?? {};
      const name = groups['volume'] ?? groups['old'] ?? groups['waiting'] ?? '';
      const tail = groups['tail'] ?? groups['answer'] ?? eventMessage(telling);
      const { refs, pv } = volumeNamed(snapshot, name, failure);
      told.add(pv?.metadata.name ?? name);
      const cause = causeOf(tail);
      yield {
        subject: failure.seen.subject(),
        ...cause.draft,
        message: `Volume "${name}" of pod ${failure.seen.ref.name} cannot be attached${failure.node === undefined ? '' : ` to ${failure.node}`}${cause.words}${failure.count > 1 ? ` (${failure.count} attempts)` : ''}: ${headAndTail(tail, 300)}`,
        evidence: [
          snapshot.quoteEvent(telling),
          ...(telling === failure.event ? [] : [snapshot.quoteEvent(failure.event)]),
        ],
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
      const cause = causeOf(error);
      yield {
        subject: snapshot.named('PersistentVolume', pv, { node }),
        ...cause.draft,
        message: `Volume ${pv} cannot be attached to node ${node ?? '?'}${cause.words}: ${headAndTail(error, 300)}`,
        evidence: [snapshot.quote(attachment, '/status/attachError/message')],
      };
    }
  },
});

const isMute = (message: string): boolean =>
  /desc = context (?:deadline exceeded|canceled)\s*$|external-attacher/.test(message);

function causeOf(text: string): {
  readonly words: string;
  readonly draft: { variant: string; fix?: readonly string[] };
} {
  const [, variant, words, fix] = CAUSES.find(([pattern]) => pattern.test(text)) ?? [];
  return variant === undefined || words === undefined || fix === undefined
    ? { words: '', draft: { variant: 'failed' } }
    : { words: `: ${words}`, draft: { variant, fix: [fix] } };
}
