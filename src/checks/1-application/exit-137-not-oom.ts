import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { probeKills } from '../../snapshot/pods/probes.ts';
import { defineCheck } from '../check.ts';
import { exitFindings, restartsOf } from './exit-findings.ts';

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
  *run(_facts, context) {
    const { snapshot } = context;
    yield* exitFindings(context, (crash) => {
      const { container, ended } = crash;
      if (ended.exitCode !== 137 || ended.reason === 'OOMKilled' || ended.reason === 'ContainerStatusUnknown')
        return undefined;
      if (container.pod.status?.reason === 'Evicted') return undefined;
      const kill = probeKills(snapshot).find(
        (one) => one.seen.pod === container.pod && (one.containerName === container.name || one.containerName === ''),
      );
      const last =
        kill?.event.lastTimestamp === undefined ? undefined : (timeOf(kill.event.lastTimestamp) ?? Number.NaN);
      const near =
        last === undefined ||
        ended.finishedAt === undefined ||
        Math.abs(last - ended.finishedAt) < SAME_TIME ||
        crash.looping;
      const probe = near ? kill : undefined;
      return {
        variant: probe === undefined ? 'unknown' : 'probe',
        words: `was killed with SIGKILL (exit code 137, reason ${ended.reason ?? 'unknown'})${
          probe === undefined ? '' : `: its ${probe.kind} probe failed`
        }${restartsOf(crash)}`,
        evidence: probe === undefined ? [] : [snapshot.quoteEvent(probe.event)],
      };
    });
  },
});
