import { crashes, stateOf } from '../../snapshot/crashes.ts';
import { describeContainer } from '../../snapshot/containers.ts';
import { probeKills } from '../../snapshot/probes.ts';
import { timeOf } from '../../snapshot/node-health.ts';
import { defineCheck } from '../check.ts';

/** The container was killed this near (ms) to the event that a probe failed. */
const SAME_TIME = 60_000;

export default defineCheck({
  id: 'exit-137-not-oom',
  layer: 1,
  title: 'No container is killed from outside',
  failureTitle: 'The container was killed with SIGKILL (exit code 137), and not for memory',
  why: '137 is 128 + 9, SIGKILL; it means OOM only with reason OOMKilled. Otherwise a probe, the end of the grace period, the runtime or somebody on the node sent it (or the runtime missed an OOM kill).',
  fix: [
    'Find the sender: a failed probe, a deletion whose grace period ran out (handle SIGTERM), or the kernel log of the node.',
  ],
  next: ['kubectl describe pod {name} -n {namespace}', "journalctl -k | grep -i -E 'oom-kill|Killed process'"],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['events'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended?.exitCode !== 137 || ended.reason === 'OOMKilled' || ended.reason === 'ContainerStatusUnknown')
        continue;
      if (container.pod.status?.reason === 'Evicted') continue;
      const kill = probeKills(snapshot).find(
        (one) => one.seen.pod === container.pod && (one.containerName === container.name || one.containerName === ''),
      );
      const state = stateOf(crash, now);
      const last =
        kill?.event.lastTimestamp === undefined ? undefined : (timeOf(kill.event.lastTimestamp) ?? Number.NaN);
      const near =
        last === undefined ||
        ended.finishedAt === undefined ||
        Math.abs(last - ended.finishedAt) < SAME_TIME ||
        crash.looping;
      const byProbe = kill !== undefined && near;
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        variant: byProbe ? 'probe' : 'unknown',
        message: `${describeContainer(container)} was killed with SIGKILL (exit code 137, reason ${ended.reason ?? 'unknown'})${
          byProbe ? `: its ${kill.kind} probe failed` : ''
        }${restarts > 0 ? `, ${restarts} restarts` : ''}`,
        evidence: [
          snapshot.quote(container.pod, `${ended.at}/exitCode`),
          ...(kill !== undefined && byProbe ? [snapshot.quoteEvent(kill.event)] : []),
        ],
        ...(ended.finishedAt === undefined ? {} : { since: ended.finishedAt }),
        ...(state === 'current' ? {} : { state }),
      };
    }
  },
});
