import { crashes, stateOf } from '../../snapshot/crashes.ts';
import { describeContainer } from '../../snapshot/containers.ts';
import { rebootsByExits } from '../../snapshot/reboots.ts';
import { defineCheck } from '../check.ts';

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
  *run(_facts, { snapshot, now }) {
    const rebooted = new Set([...rebootsByExits(snapshot).values()].flatMap((reboot) => reboot.pods));
    for (const crash of crashes(snapshot)) {
      const { container, ended } = crash;
      const unknown = ended?.reason === 'ContainerStatusUnknown';
      if (ended === undefined || !(unknown || (ended.exitCode === 255 && !crash.looping))) continue;
      // Told once for the node, by the finding on its reboot.
      if (rebooted.has(container.pod)) continue;
      const state = stateOf(crash, now);
      const lost = unknown || ended.reason === 'Unknown';
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        variant: unknown ? 'status-unknown' : 'exit-255',
        // The program may have ended like this by itself, and it runs again.
        severity: lost ? 'warning' : 'info',
        message: `${describeContainer(container)} ended with ${unknown ? 'an unknown status (ContainerStatusUnknown)' : 'exit code 255'}${ended.message === undefined ? '' : `: ${ended.message.slice(0, 200)}`}`,
        evidence: [snapshot.quote(container.pod, ended.at)],
        ...(ended.finishedAt === undefined ? {} : { since: ended.finishedAt }),
        ...(state === 'current' ? {} : { state }),
      };
    }
  },
});
