import { onlyOne } from '../../lib/only-one.ts';
import { isReady } from '../../snapshot/nodes/node-health.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';

const MULTI =
  /Multi-Attach error for volume "(?<volume>[^"]{1,253})" Volume is already (?:exclusively attached to one node|used by (?<users>[^\n]{1,400}))/;
/** The attach controller forces the detach after this time (maxWaitForUnmountDuration). */
const FORCED_AFTER = '6 min';

export default defineCheck({
  id: 'volume-multi-attach',
  layer: 5,
  title: 'No volume is held by another node',
  failureTitle: 'The volume is still attached to another node (Multi-Attach)',
  why: 'A ReadWriteOnce volume can be attached to one node only. The new pod waits until the old node lets go: for a dead node that is never without help, for a rolling update of a Deployment not before the old pod ends.',
  fix: [
    'Use strategy Recreate (or a StatefulSet) for a Deployment with a ReadWriteOnce claim',
    'If the old node is dead: delete it or taint it node.kubernetes.io/out-of-service=nodeshutdown:NoExecute, so that the volume is detached',
    'Delete the old pod that still uses the volume, if it is stuck Terminating',
  ],
  next: ['kubectl get volumeattachments | grep {volume}', 'kubectl get pods -A -o wide | grep {name}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  wants: ['pods', 'nodes', 'volumeAttachments', 'persistentVolumes', 'persistentVolumeClaims'],
  *run({ volumeAttachments, nodes }, { snapshot }) {
    for (const failure of podFailures(snapshot, ['FailedAttachVolume'], MULTI, ['SuccessfulAttachVolume'])) {
      const name = failure.match.groups?.['volume'] ?? '';
      const { refs, pv } = volumeNamed(snapshot, name, failure);
      const attachment = volumeAttachments.find(
        (one) =>
          one.status?.attached === true &&
          one.spec?.source?.persistentVolumeName === (pv?.metadata.name ?? name) &&
          one.spec.nodeName !== failure.node,
      );
      const holder = attachment?.spec?.nodeName;
      const node = holder === undefined ? undefined : snapshot.get('nodes', undefined, holder);
      const dead = node !== undefined && isReady(node) === false;
      const users = failure.match.groups?.['users'];
      // Nothing says where it is attached: a dead machine is the one that does not let go of its volumes.
      const down =
        holder === undefined && users === undefined
          ? nodes.filter((one) => isReady(one) === false && one.metadata.name !== failure.node)
          : [];
      const suspect = onlyOne(down);
      yield {
        subject: failure.seen.subject(),
        message:
          `Volume "${name}" of pod ${failure.seen.ref.name} is still attached to ${holder === undefined ? 'another node' : `node ${holder}${dead ? `, which is not ready (it is detached by force after ${FORCED_AFTER} or by the out-of-service taint)` : ''}`}` +
          (suspect === undefined
            ? ''
            : `; node ${suspect.metadata.name} is not ready, and what was attached there is detached by force only after ${FORCED_AFTER} or by the out-of-service taint`) +
          (users === undefined ? '' : `; used by ${users}`) +
          (failure.state === 'recovered' ? '; it was attached later' : ''),
        evidence: [
          snapshot.quoteEvent(failure.event),
          ...(attachment === undefined ? [] : [snapshot.quote(attachment, '/spec/nodeName')]),
        ],
        related: [
          ...refs,
          ...(attachment === undefined ? [] : [{ kind: 'VolumeAttachment', name: attachment.metadata.name }]),
          ...[holder, suspect?.metadata.name].flatMap((name) => (name === undefined ? [] : [{ kind: 'Node', name }])),
        ],
        params: { volume: name },
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
  },
});
