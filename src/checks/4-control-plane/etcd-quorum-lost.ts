import {
  etcdSubject,
  isDistrusted,
  latestHealth,
  latestStatus,
  memberCount,
} from '../../snapshot/control-plane/etcd.ts';
import { countOf, quotesOf, spanOfHits, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { gauge, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck, type Evidence } from '../check.ts';

/** One such line belongs to every election. */
const FEW = 2;
/** Two members may stand at once and split the votes; three terms without a winner are no accident. */
const CAMPAIGNS = 3;

export default defineCheck({
  id: 'etcd-quorum-lost',
  layer: 4,
  title: 'etcd has a majority and a leader',
  failureTitle: 'etcd has no leader: the quorum is lost',
  why: 'Fewer than half of the members see each other. Nothing can be written: pods that run keep running, and nothing changes any more.',
  fix: [
    'Bring members back until a majority runs and reaches each other on port 2380',
    'Only when that is impossible: restore a snapshot, or start one member with --force-new-cluster',
  ],
  next: ['etcdctl endpoint health --cluster', 'etcdctl member list -w table', 'crictl ps -a --name etcd'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['etcdHealth', 'etcdEndpoints', 'metrics', 'containerLogs', 'hostLogs'],
  wants: ['etcdMembers'],
  reads: ['etcd-quorum-lost', 'etcd-election', 'etcd-campaign'],
  *run(_facts, { snapshot }) {
    const healths = latestHealth(snapshot);
    const sick = healths.filter((health) => !health.healthy && !isDistrusted(health));
    const count = memberCount(snapshot) ?? 0;
    const quorum = Math.floor(count / 2) + 1;
    const evidence: Evidence[] = sick.map((health) => health.source);
    const [first, ...rest] = evidence;
    if (first !== undefined && count > 0 && count - sick.length < quorum && healths.length >= quorum) {
      yield {
        subject: etcdSubject(snapshot),
        variant: 'members',
        message: `Only ${count - sick.length} of ${count} etcd members are healthy and ${quorum} are needed: unhealthy are ${sick.map((health) => health.endpoint).join(', ')}`,
        evidence: [first, ...rest],
      };
      return;
    }
    const status = latestStatus(snapshot);
    const leaderless = status.filter((one) => one.leaderId !== undefined && /^0+$/.test(one.leaderId));
    const [odd] = leaderless;
    if (odd !== undefined) {
      yield {
        subject: etcdSubject(snapshot),
        variant: 'status',
        message: `etcd has no leader: ${leaderless.length} of ${status.length} endpoints report leader 0`,
        evidence: [odd.source, ...leaderless.slice(1).map((one) => one.source)],
      };
      return;
    }
    for (const process of processesWith(snapshot, 'etcd_server_has_leader')) {
      const leader = gauge(process, 'etcd_server_has_leader');
      if (leader?.value !== 0) continue;
      yield {
        subject: etcdSubject(snapshot, process.node),
        variant: 'metrics',
        message: 'The etcd member sees no leader (etcd_server_has_leader is 0)',
        evidence: [leader.evidence],
      };
    }
    const elected = snapshot.hits('etcd-election').filter((hit) => hit.groups['lost'] === undefined);
    const highest = Math.max(-1, ...elected.map((hit) => Number(hit.groups['term'])));
    // Who wins an election does so in a term above all in which somebody stood.
    const campaigns = snapshot.hits('etcd-campaign').filter((hit) => Number(hit.groups['term']) >= highest);
    const stood = quotesOf(campaigns);
    // Since 3.5 members ask beforehand whether they would win (pre-vote): the term stays the same.
    const tries = countOf(campaigns);
    if (stood !== undefined && tries > 1 && weightOf(snapshot, campaigns, CAMPAIGNS) !== 'few') {
      const terms = campaigns.map((hit) => Number(hit.groups['term']));
      const [low, high] = [Math.min(...terms), Math.max(...terms)];
      yield {
        subject: etcdSubject(snapshot),
        variant: 'campaign',
        message: `etcd has no leader: a member asks for votes again and again (${low === high ? `${tries} times in term ${low}` : `terms ${low} to ${high}`}) and nobody wins`,
        evidence: stood,
        ...timing(snapshot, campaigns),
      };
      return;
    }
    const hits = snapshot.hits('etcd-quorum-lost');
    const quotes = quotesOf(hits);
    if (quotes === undefined) return;
    // A member that elects a leader after its last such line has a quorum again; the commands of the bundle may say so too.
    const { to: lost } = spanOfHits(hits);
    const { to: won } = spanOfHits(elected);
    const found = lost !== undefined && won !== undefined && won >= lost;
    const over = found || status.length > 0 || (healths.length > 0 && sick.length === 0);
    const lines = countOf(hits);
    // Somebody stands for election, or others cannot be reached: the same trouble from another side.
    const peers = [...new Set(snapshot.hits('etcd-peer-network').flatMap((hit) => hit.groups['peer'] ?? []))];
    const confirmed = campaigns.length > 0 || peers.length > 0;
    yield {
      subject: etcdSubject(snapshot),
      variant: 'log',
      severity: lines < FEW && !confirmed ? 'info' : 'critical',
      message: `etcd had no leader: "${hits[0]?.groups['what'] ?? 'no leader'}" ${lines === 1 ? 'once' : `${lines} times`} in the logs${found ? '; one was elected since' : over ? '; it has one now' : peers.length === 0 ? '' : `; this member does not reach ${peers.slice(0, 4).join(', ')}`}`,
      evidence: quotes,
      ...timing(snapshot, hits),
      ...(over ? { state: 'recovered' as const } : {}),
    };
  },
});
