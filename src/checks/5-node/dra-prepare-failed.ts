import { defineCheck } from '../check.ts';
import { toldFindings } from './start-events.ts';

/** The kubelet's words, and the driver that they name; a claim that is not the pod's is the scheduler's doing. */
const WORDS =
  /^(?!.{0,300}is not allowed to use (?:resource claim|ResourceClaim)).{0,600}?(?<words>(?:DRA )?(?:driver|plugin)(?: name)? (?<driver>[\w.-]{1,120}) (?:is not registered|not found).{0,100}|NodePrepareResources.{1,400}|[Pp]repare dynamic resources: .{1,400})/s;

export default defineCheck({
  id: 'dra-prepare-failed',
  layer: 5,
  title: 'The kubelet can prepare the devices of claims (DRA)',
  failureTitle: 'The devices of a ResourceClaim cannot be prepared on the node (DRA)',
  why: 'The scheduler gave the pod a device, and on the node the DRA driver that shall hand it over is not registered with the kubelet, or refuses. Its kubelet plugin does not run there (it crashes, its selector leaves the node out, the kubelet speaks another API version), or what it waits for is not ready (the driver of the device, the IMEX domain).',
  fix: [
    "Look at the driver's kubelet plugin on {node}: does it run, which of its containers fails, has it registered; restart it, then delete the pod and its claim",
  ],
  next: [
    'kubectl get pods -A -o wide | grep -i dra',
    'kubectl get resourceslices; kubectl get resourceclaims -A',
    'ls /var/lib/kubelet/plugins_registry /var/lib/kubelet/plugins',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['dra-prepare-failed'],
  needsAny: ['events', 'hostLogs', 'kernelLogs', 'containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: ['FailedPrepareDynamicResources'],
      pattern: WORDS,
      signature: 'dra-prepare-failed',
      message: ({ words, driver, error, reason, claim, why }, who) =>
        `The devices of the resource claim of ${claim ?? who} cannot be prepared${driver === undefined ? '' : `: DRA driver ${driver} is not registered with the kubelet`}${driver !== undefined && words === undefined ? '' : `: ${words ?? error ?? reason ?? why ?? 'the kubelet or its DRA driver refuses'}`}`,
    });
  },
});
