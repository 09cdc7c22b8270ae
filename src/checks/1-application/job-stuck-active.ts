import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf, isInjected } from '../../snapshot/pods/containers.ts';
import { podsOfJob } from '../../snapshot/pods/failed-pods.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** [kubernetes-mixin KubeJobNotCompleted] */
const LONG_MS = 12 * 3600 * 1000;
/** All pods Pending for this long is no queueing any more [HEUR]. */
const PENDING_MS = 600_000;

/** A container that ends by itself after its neighbour has done so within this (ms) [HEUR]. */
const HELD_MS = 300_000;

/** The name of the Job that made a pod. */
const jobOf = (snapshot: Snapshot, pod: Pod): string | undefined => {
  const controller = snapshot.controllerOf(pod);
  if (controller !== undefined) return controller.kind === 'Job' ? controller.name : undefined;
  return pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? pod.metadata.labels?.['job-name'];
};

/** The pod's work is done, but a container beside it runs on; undefined when it is not so, or may just be ending. */
function heldOpen(pod: Pod, now: number | undefined) {
  if (pod.status?.phase !== 'Running') return undefined;
  const apps = containersOf(pod).filter(({ role }) => role === 'app');
  const done = apps.filter(({ status }) => {
    const ended = status?.state?.terminated;
    return ended !== undefined && (ended.exitCode ?? (ended.reason === 'Completed' ? 0 : 1)) === 0;
  });
  const runs = apps.filter(({ status }) => status?.state?.running !== undefined);
  const [first] = done;
  const [holder] = runs;
  if (first === undefined || holder === undefined || done.length + runs.length !== apps.length) return undefined;
  const since = Math.max(...done.map(({ status }) => Date.parse(status?.state?.terminated?.finishedAt ?? '')));
  const held = now === undefined || Number.isNaN(since) ? undefined : now - since;
  // Without times only a proxy is known to run for ever.
  if (held === undefined ? !isInjected(holder.name) : held < HELD_MS && !isInjected(holder.name)) return undefined;
  return { done: first, holder, since: Number.isNaN(since) ? undefined : since };
}

export default defineCheck({
  id: 'job-stuck-active',
  layer: 1,
  title: 'Jobs come to an end',
  failureTitle: 'The Job has been active for very long without an end',
  why: 'It hangs, or its pods wait for a node or for admission.',
  fix: ['Look at its pods: Pending ones have no node, running ones may hang; set activeDeadlineSeconds'],
  next: ['kubectl describe job {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['jobs', 'pods'],
  *run({ jobs }, { snapshot, now }) {
    for (const pod of unsteadyPods(snapshot)) {
      const job = jobOf(snapshot, pod);
      const held = job === undefined ? undefined : heldOpen(pod, now);
      if (held === undefined) continue;
      const { done, holder, since } = held;
      yield {
        subject: snapshot.subject(pod, { container: holder.name }),
        variant: 'sidecar',
        confidence: 'high',
        title: 'The Job never completes: a sidecar goes on running',
        message: `Container ${done.name} of Job ${job} has completed, but ${holder.name} still runs in pod ${pod.metadata.name}, so the Job never completes`,
        fix: [
          'Make the sidecar a native one (an init container with restartPolicy Always; for Istio ENABLE_NATIVE_SIDECARS), leave it out of the Job (sidecar.istio.io/inject: "false"), or let the program end it (POST localhost:15020/quitquitquit).',
        ],
        evidence: [
          snapshot.quote(pod, `${done.at}/state/terminated`),
          snapshot.quote(pod, `${holder.at}/state/running`),
        ],
        ...(since === undefined ? {} : { since }),
      };
    }
    for (const job of jobs) {
      const started = Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? '');
      if ((job.status?.active ?? 0) === 0 || now === undefined || Number.isNaN(started)) continue;
      const age = now - started;
      const pods = podsOfJob(snapshot, job);
      const pending = pods.length > 0 && pods.every((pod) => pod.status?.phase === 'Pending');
      if (!(age > LONG_MS || (pending && age > PENDING_MS))) continue;
      yield {
        subject: snapshot.subject(job),
        ...(pending ? { variant: 'pending' } : { severity: 'info' as const }),
        message: `Job ${job.metadata.name} has been active for ${spellDuration(age / 1000)}${pending ? ' with all its pods Pending' : ''}`,
        evidence: [snapshot.quote(job, '/status/active')],
        since: started,
      };
    }
  },
});
