import { isHistoric } from '../../snapshot/ages.ts';
import { rebootsByExits } from '../../snapshot/nodes/reboots.ts';
import { defineCheck } from '../check.ts';
import { exitFindings } from './exit-findings.ts';

export default defineCheck({
  id: 'exit-255-or-status-unknown',
  layer: 1,
  title: 'The runtime knows how every container ended',
  failureTitle: 'The runtime lost the container: exit code 255 or ContainerStatusUnknown',
  why: 'After a reboot of the node or a restart of the runtime, containers whose end nobody saw are reported with exit code 255 or as ContainerStatusUnknown. A single 255 may be the exit code of the program.',
  fix: ['Look at the node: a reboot, a restart of the container runtime, an eviction.'],
  next: ['kubectl get events -A --field-selector reason=Rebooted', 'journalctl --list-boots'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['pods'],
  *run(_facts, context) {
    const rebooted = new Map(
      [...rebootsByExits(context.snapshot).values()].flatMap(({ pods, time }) =>
        pods.map((pod) => [pod, time] as const),
      ),
    );
    yield* exitFindings(context, ({ container, ended, looping }) => {
      const unknown = ended.reason === 'ContainerStatusUnknown';
      if (!unknown && (ended.exitCode !== 255 || looping)) return undefined;
      // The finding on the node's reboot tells of them all; what it ended today is listed too, what it ended once is not.
      const reboot = rebooted.get(container.pod);
      if (reboot !== undefined && (context.now === undefined || isHistoric(context, reboot))) return undefined;
      const how = unknown ? 'an unknown status (ContainerStatusUnknown)' : 'exit code 255';
      return {
        variant: unknown ? 'status-unknown' : 'exit-255',
        // The program may have ended like this by itself, and it runs again.
        severity: reboot === undefined && (unknown || ended.reason === 'Unknown') ? 'warning' : 'info',
        ...(unknown ? { field: 'reason' as const } : {}),
        words: `ended with ${how}${ended.message === undefined ? '' : `: ${ended.message.slice(0, 200)}`}`,
      };
    });
  },
});
