import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

/** Of `k8s_app_web-0_shop_UID_0` (CRI-O) and `app_web-0_shop_UID_0` (containerd) what people know. */
function ofName(name: string | undefined): string {
  const parts = (name ?? '').replace(/^k8s_/, '').split('_').slice(0, -2);
  return parts.length < 2 ? '' : ` (${parts.join(' of ')})`;
}

export default defineCheck({
  id: 'runtime-name-reserved',
  layer: 5,
  title: 'Containers are created in time',
  failureTitle: 'The runtime still works on an earlier attempt to create the container (name is reserved)',
  why: 'The first attempt took longer than the kubelet waits (2 min): slow disk, many files to relabel, a hanging CNI or hook. The retries then collide with it. What counts is why the first one was slow.',
  fix: [
    'Look at disk and load of the node at the first "context deadline exceeded"; restart the runtime when it never ends',
  ],
  next: [
    'crictl ps -a | head',
    'iostat -xz 1 5',
    'journalctl -u containerd -u crio --no-pager | grep -i deadline | head',
  ],
  severity: 'warning',
  confidence: 'high',
  reads: ['runtime-name-reserved'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern:
        /failed to reserve (?<what>container|sandbox|pod) name(?: "?(?<name>[^"\s]{1,300}))?|name "?(?<held>[^"\s]{1,300})"? is reserved for|Kubelet may be retrying requests that are timing out in CRI-O due to system load\.? Currently at stage (?<stage>[^:]{1,80})/,
      signature: 'runtime-name-reserved',
      message: ({ stage, what, name, held, crio, slow }, who) =>
        `An earlier attempt to create ${what === 'sandbox' || what === 'pod' ? 'the sandbox' : 'a container'} ${/^(?:Node|Log) /.test(who) ? 'on' : 'of'} ${who}${ofName(name ?? held ?? crio ?? slow)} is still under way in the runtime, retries collide with it${stage === undefined ? '' : ` (stage: ${stage})`}`,
    });
  },
});
