import { defineCheck } from '../check.ts';
import type { Cause } from '../../simulation/scheduler/decide.ts';
import type { Unscheduled } from '../../simulation/scheduler/unscheduled.ts';
import { because, quoteSpec, rejected, share } from './rejected.ts';

const POINTER = '/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution';

/** Schedulers before 1.20 say "pod affinity/anti-affinity" for both; a spec with only anti-affinity settles it. */
const isAntiAffinity = ({ reason }: Cause, waiting: Unscheduled): boolean =>
  reason.kind === 'pod-anti-affinity' ||
  reason.kind === 'existing-anti-affinity' ||
  (reason.kind === 'pod-affinity' &&
    reason.text.includes('anti-affinity') &&
    waiting.view.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined &&
    waiting.view.spec.affinity.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined);

/** Rook tries out where the place of a monitor that fails could be taken by a new one; with one on each node, nowhere. */
const STAND_IN = /^rook-ceph-mon-[a-z]{1,3}-canary-/;

export default defineCheck({
  id: 'sched-pod-anti-affinity-conflict',
  layer: 2,
  title: 'Pod anti-affinity leaves room for every pod',
  failureTitle: 'Pod anti-affinity leaves no node: a pod that it must keep away from is on each of them',
  why: 'A required rule that spreads pods needs a free node (or zone) for each: more replicas than nodes, or a surge during a rollout, leaves pods Pending.',
  fix: [
    'Make the anti-affinity preferred, run fewer replicas, or add nodes; for rollouts set maxSurge: 0 and maxUnavailable: 1',
  ],
  next: ['kubectl get pods -A -o wide --show-labels'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(snapshot, isAntiAffinity, (cause, waiting) => {
      const whose =
        cause.reason.kind === 'existing-anti-affinity'
          ? 'The anti-affinity of running pods keeps'
          : 'Its required anti-affinity keeps';
      const standsIn = STAND_IN.test(waiting.view.name);
      return {
        ...(standsIn ? { variant: 'stand-in', severity: 'warning' as const } : {}),
        message: `${standsIn ? 'Rook looks for a place for a monitor instead of one that fails. ' : ''}${whose} pod ${waiting.view.name} off ${share(cause, waiting)}${because(cause)}`,
        evidence: cause.reason.kind === 'existing-anti-affinity' ? [] : quoteSpec(snapshot, waiting, [POINTER]),
      };
    });
  },
});
