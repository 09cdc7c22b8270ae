import { firstFew } from '../../lib/in-words.ts';
import { claimNames, claimsWaitedFor } from '../../snapshot/scheduling/claims.ts';
import { refTo } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';
import { rejected } from './rejected.ts';

export default defineCheck({
  id: 'sched-pvc-unbound-immediate',
  layer: 2,
  title: 'No pod waits for an unbound claim',
  failureTitle: 'The pod waits for a claim that is not bound',
  why: 'Claims of an Immediate class must be bound before the scheduler looks at any node: the claim is the problem, not the nodes.',
  fix: ['Find out why the claim is not bound'],
  next: ['kubectl describe pvc -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['persistentVolumeClaims'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'claim-unbound',
      (cause, waiting) => {
        const { namespace, spec, name } = waiting.view;
        const shown = cause.reason.object === undefined ? claimNames(spec, name) : [cause.reason.object];
        const all =
          shown.length > 0
            ? shown.map((claim) => refTo('PersistentVolumeClaim', namespace, claim))
            : claimsWaitedFor(snapshot, namespace, name);
        const unbound = all.filter(
          (claim) => snapshot.get('persistentVolumeClaims', claim.namespace, claim.name)?.status?.phase !== 'Bound',
        );
        return {
          message: `Pod ${name} waits for an unbound claim${unbound.length === 0 ? '' : ` (${firstFew(unbound.map((claim) => claim.name))})`}`,
          related: unbound,
        };
      },
    );
  },
});
