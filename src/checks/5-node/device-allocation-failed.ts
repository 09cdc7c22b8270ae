import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/**
 * Kubelet, devicemanager (1.10 to 1.34): the plugin answers with an error or not at all, or has only broken devices
 * left. "requested number of devices unavailable" is not here: others may hold them.
 */
const FAULT =
  /(?:Allocate failed due to |device plugin (?<call>\w{3,40}) rpc failed with err: )(?:device plugin \w{3,40} rpc failed with err: )?(?:rpc error: code = (?<code>\w{1,30}) desc = (?<why>.{1,400}?)(?:, which is unexpected|$)|no healthy devices present; cannot allocate unhealthy devices (?<unhealthy>[\w./-]{1,120})|can't allocate unregistered device (?<unregistered>[\w./-]{1,120}))/;

type Groups = Readonly<Record<string, string | undefined>>;

/** A plugin whose process ended in the middle of the call leaves these. */
const GONE = /transport is closing|EOF|connection refused|connection error|no such file/i;
const LOST = /GPU is lost|fallen off|Unknown Error|nvml/i;

function variantOf({ why, unhealthy, unregistered }: Groups): string {
  if (unhealthy !== undefined) return 'unhealthy';
  if (unregistered !== undefined) return 'unregistered';
  if (GONE.test(why ?? '')) return 'plugin-gone';
  return LOST.test(why ?? '') ? 'device-lost' : 'refused';
}

const FIX: Readonly<Record<string, string>> = {
  unhealthy:
    'Find out why the plugin calls the devices of {node} unhealthy (its log, kernel log: Xid), reset or replace them, restart the plugin',
  unregistered: 'Start the device plugin on {node} and look whether it registers with the kubelet',
  'plugin-gone': 'Read the previous log of the device plugin on {node}: it crashed or was restarted during the call',
  'device-lost':
    'Drain {node} and look at the card that is named (nvidia-smi, kernel log: Xid); a lost card needs a reboot or a power cycle, then restart the device plugin',
  refused: 'Read the log of the device plugin on {node} at that time',
};

function draft(
  groups: Groups,
  who: string,
  node: string | undefined,
): Pick<FindingDraft, 'message' | 'variant' | 'fix' | 'related'> {
  const { why, unhealthy, unregistered } = groups;
  const variant = variantOf(groups);
  const says =
    unhealthy !== undefined
      ? `no healthy device is left (cannot allocate unhealthy devices ${unhealthy})`
      : unregistered !== undefined
        ? `${unregistered} is not registered with the kubelet`
        : `${variant === 'plugin-gone' ? 'the plugin broke off the call' : 'the plugin answers'}: ${why ?? ''}`;
  return {
    variant,
    message: `No device for ${who}${node === undefined ? '' : ` on ${node}`}: ${says}`,
    fix: [(FIX[variant] ?? '').replaceAll('{node}', node ?? 'the node')],
    related: node === undefined ? [] : [{ kind: 'Node', name: node }],
  };
}

function* fromStatus(snapshot: Snapshot, told: Set<string>): Iterable<FindingDraft> {
  for (const pod of unsteadyPods(snapshot)) {
    const groups = FAULT.exec(pod.status?.message ?? '')?.groups;
    if (groups === undefined || pod.status?.phase === 'Running') continue;
    told.add(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`);
    yield {
      subject: snapshot.subject(pod),
      ...draft(groups, `pod ${pod.metadata.name}`, pod.spec?.nodeName ?? undefined),
      evidence: [snapshot.quote(pod, '/status/message')],
    };
  }
}

export default defineCheck({
  id: 'device-allocation-failed',
  layer: 5,
  title: 'Device plugins hand their devices to pods',
  failureTitle: 'A device plugin cannot hand its device to a pod',
  why: 'The scheduler counted a free device, and when the kubelet asks the plugin for it, the plugin fails: it crashed, lost its driver, one of its devices is gone, or all that are left are unhealthy. The pod is rejected with UnexpectedAdmissionError, and so is each one that follows.',
  fix: ['Look at the device plugin and the devices of the node'],
  next: ['kubectl logs -n kube-system -l name=nvidia-device-plugin-ds --previous', 'kubectl describe node {node}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    yield* fromStatus(snapshot, told);
    for (const failure of podFailures(snapshot, ['UnexpectedAdmissionError'], FAULT)) {
      const { ref } = failure.seen;
      if (told.has(`${ref.namespace ?? ''}/${ref.name}`)) continue;
      yield {
        subject: failure.seen.subject(),
        ...draft(failure.match.groups ?? {}, `pod ${ref.name}`, failure.node),
        evidence: [snapshot.quoteEvent(failure.event)],
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
  },
});
