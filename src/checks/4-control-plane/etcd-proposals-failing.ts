import { etcdSubject } from '../../snapshot/control-plane/etcd.ts';
import { counter, gauge, perHour, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** etcd answers "too many requests" when applying lags 5000 entries behind [ETCD maxGapBetweenApplyAndCommitIndex]. */
const APPLY_GAP = 5000;
/** Proposals that wait at one moment (ours). */
const PENDING = 100;
/** etcd's alerting rules (etcdHighNumberOfFailedProposals): five in 15 minutes. */
const FAILED = 5;

export default defineCheck({
  id: 'etcd-proposals-failing',
  layer: 4,
  title: 'etcd accepts what is proposed',
  failureTitle: 'Proposals to etcd fail or pile up',
  why: 'Failed proposals are lost writes, mostly in elections; pending ones mean that the disk or the peers do not keep up.',
  fix: ['Look at elections, peer connections and disk latency'],
  next: ['curl -s http://127.0.0.1:2381/metrics | grep etcd_server_proposals'],
  severity: 'warning',
  confidence: 'high',
  needs: ['metrics'],
  *run(_facts, { snapshot, now }) {
    for (const process of processesWith(snapshot, 'etcd_server_proposals_failed_total')) {
      const subject = etcdSubject(snapshot, process.node);
      const failed = counter(process, 'etcd_server_proposals_failed_total');
      if (failed !== undefined && failed.value > 0 && (failed.recent || failed.value > FAILED))
        yield {
          subject,
          variant: 'failed',
          // Since the start only says that there once was an election, unless they never end.
          severity:
            (failed.recent && failed.value > FAILED) || (perHour(process, failed, now) ?? 0) > 4 * FAILED
              ? 'warning'
              : 'info',
          message: `${failed.value} proposals to etcd failed ${failed.recent ? 'between two scrapes' : 'since the member started'}`,
          evidence: [failed.evidence],
        };
      const pending = gauge(process, 'etcd_server_proposals_pending');
      if (pending !== undefined && pending.value > PENDING)
        yield {
          subject,
          variant: 'pending',
          message: `${pending.value} proposals wait for etcd's commit`,
          evidence: [pending.evidence],
        };
      const committed = gauge(process, 'etcd_server_proposals_committed_total');
      const applied = gauge(process, 'etcd_server_proposals_applied_total');
      if (committed === undefined || applied === undefined || committed.value - applied.value <= APPLY_GAP) continue;
      yield {
        subject,
        variant: 'apply-behind',
        severity: 'critical',
        message: `etcd applies ${committed.value - applied.value} entries behind what it committed: beyond 5000 it answers "too many requests"`,
        evidence: [committed.evidence, applied.evidence],
      };
    }
  },
});
