import { spellDuration } from '../../lib/duration.ts';
import type { EtcdMember } from '../../parsers/records.ts';
import {
  etcdSubject,
  isDistrusted,
  latestHealth,
  memberCount,
  memberSubject,
} from '../../snapshot/control-plane/etcd.ts';
import { instancesOf } from '../../snapshot/control-plane/control-plane.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** The health check commits a proposal: it is as fast as any write (ours; etcd's own limit for gRPC p99 is 150 ms). */
const SLOW_MS = 100;
const VERY_SLOW_MS = 1000;

/** What etcdctl says when no member answers it at all. */
const NO_ANSWER = /connection refused|deadline exceeded|no route to host|unreachable|no such host|x509: |tls: |\bEOF\b/;

export default defineCheck({
  id: 'etcd-member-unhealthy',
  layer: 4,
  title: 'Every etcd member is healthy',
  failureTitle: 'An etcd member is unhealthy',
  why: 'A cluster of three stands the loss of one member, and of no further one.',
  fix: [
    'Look at that member: does it run, is its disk full or slow, do its certificates fit, can the others reach ports 2379 and 2380',
    'When its data is lost: etcdctl member remove, wipe its data directory, member add, start it with initial-cluster-state existing',
  ],
  next: [
    'etcdctl endpoint health --cluster; etcdctl endpoint status --cluster -w table',
    'crictl ps -a --name etcd; crictl logs $(crictl ps -a --name etcd -q | head -1) 2>&1 | tail -50',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['etcdHealth', 'etcdMembers', 'units', 'pods', 'runtimeContainers', 'toolFailures'],
  wants: ['etcdEndpoints', 'nodes'],
  *run({ etcdMembers, toolFailures }, { snapshot }) {
    const healths = latestHealth(snapshot);
    const of = memberCount(snapshot);
    const distrusted = healths.filter(isDistrusted);
    const quotes = evidenceIn(distrusted.map(({ source }) => source));
    if (quotes !== undefined)
      yield {
        subject: etcdSubject(snapshot),
        variant: 'distrusted',
        severity: 'warning',
        title: 'etcdctl does not trust the certificates of the etcd members',
        message: `etcdctl does not know the authority that signed the certificates of ${distrusted.map(({ endpoint }) => endpoint).join(', ')}: the members answer, whether they are healthy is not known`,
        evidence: quotes,
        fix: [
          'Give etcdctl the CA of etcd (--cacert, with the v2 API --ca-file) and a client certificate, and ask again',
        ],
      };
    for (const health of healths) {
      if (distrusted.includes(health)) continue;
      const { endpoint, healthy, tookMs, error, source } = health;
      const subject = memberSubject(snapshot, health);
      if (!healthy)
        yield {
          subject,
          variant: 'unhealthy',
          message: `etcd member ${endpoint} is unhealthy${error === undefined ? '' : `: ${error}`}${of === undefined || of < 2 ? '' : ` (one of ${of} members)`}`,
          evidence: [source],
        };
      else if (tookMs !== undefined && tookMs > SLOW_MS)
        yield {
          subject,
          variant: 'slow',
          severity: tookMs > VERY_SLOW_MS ? 'critical' : 'warning',
          confidence: 'medium',
          message: `etcd member ${endpoint} is healthy but needs ${spellDuration(tookMs / 1000)} to commit a proposal`,
          evidence: [source],
        };
    }
    const learners = new Map(etcdMembers.filter((one) => one.learner === true).map((one) => [one.id, one]));
    for (const { id, name, peerUrls, source } of learners.values())
      yield {
        subject: { kind: 'Component', name: `etcd ${name === '' ? id : name}` },
        variant: 'learner',
        severity: 'warning',
        confidence: 'medium',
        message: `etcd member ${name === '' ? id : `${name} (${id})`}${peerUrls.length === 0 ? '' : ` at ${peerUrls.join(', ')}`} is a learner: it has no vote and answers no requests; one that is no longer joining was never promoted`,
        evidence: [source],
        fix: [
          'See that the machine came up as a node and reaches the others at port 2380; then promote it (etcdctl member promote ID), or remove it (etcdctl member remove ID) and let it join anew',
        ],
      };
    for (const { id, name, peerUrls, source } of orphans(snapshot, etcdMembers))
      yield {
        subject: { kind: 'Component', name: `etcd ${name}` },
        variant: 'orphan',
        severity: 'warning',
        confidence: 'medium',
        message: `etcd member ${name} (${id}) at ${peerUrls.join(', ')} belongs to a machine that is no node of the cluster: it still counts for the quorum, and a new machine of that name or address cannot join as a member`,
        evidence: [source],
        fix: [
          'When the machine is gone for good take its member off the list (etcdctl member remove ID), then let the new one join',
        ],
      };
    for (const member of etcdMembers) {
      if (member.started || member.learner === true) continue;
      yield {
        subject: { kind: 'Component', name: `etcd ${member.name === '' ? member.id : member.name}` },
        variant: 'unstarted',
        severity: 'warning',
        message: `etcd member ${member.id}${member.peerUrls.length === 0 ? '' : ` (${member.peerUrls.join(', ')})`} was added and has never started: it counts for the quorum already`,
        evidence: [member.source],
      };
    }
    const silent = toolFailures.find(({ tool, message }) => tool === 'etcdctl' && NO_ANSWER.test(message));
    if (silent !== undefined && !healths.some(({ healthy }) => healthy)) {
      const { message } = silent;
      const endpoint = /dial tcp (\S{3,80}:\d{2,5})/.exec(message)?.[1];
      yield {
        subject: { kind: 'Component', name: 'etcd' },
        variant: 'no-answer',
        // A client without certificates waits in vain for a member that is well.
        ...(/refused|no route|unreachable/.test(message) ? {} : { severity: 'warning' as const }),
        message: `etcdctl got no answer${endpoint === undefined ? '' : ` from ${endpoint}`}: ${message.slice(0, 240)}: ${/refused/.test(message) ? 'nothing listens there: the member does not run, or listens elsewhere (--endpoints)' : /bad certificate|certificate required/.test(message) ? 'the member runs and refuses the certificate of this client: none was given (--cert, --key), or its own CA did not sign it' : 'the member does not run or has no majority, or the client lacks --endpoints, --cacert, --cert and --key'}`,
        evidence: [silent.source],
      };
    }
    if (healths.length > 0) return;
    const instances = instancesOf(snapshot, 'etcd');
    for (const one of instances.filter((instance) => !instance.up)) {
      const draft: FindingDraft = {
        subject: one.subject,
        variant: 'down',
        message: `etcd${one.node === undefined ? '' : ` on node ${one.node}`} does not run: ${one.words}${instances.length > 1 ? ` (one of ${instances.length} members)` : ''}`,
        evidence: [one.evidence],
        ...(one.since === undefined ? {} : { since: one.since }),
      };
      yield draft;
    }
  },
});

/** k3s and RKE2 put an id behind the name of the machine, RKE a word before it. */
const machineNameOf = (member: string): string => member.replace(/^etcd-/, '').replace(/-[0-9a-f]{8}$/, '');
const firstLabel = (name: string): string => name.split('.')[0] ?? name;

/** Members whose machine is gone, where other members are named for nodes and all nodes were listed. */
function orphans(snapshot: Snapshot, members: readonly EtcdMember[]): readonly EtcdMember[] {
  if (!snapshot.listed('nodes')) return [];
  const nodes = snapshot.list('nodes');
  const names = new Set(nodes.map(({ metadata }) => firstLabel(metadata.name)));
  const addresses = new Set(nodes.flatMap(({ status }) => status?.addresses?.map(({ address }) => address) ?? []));
  const isOfNode = ({ name, peerUrls }: EtcdMember): boolean =>
    names.has(firstLabel(machineNameOf(name))) ||
    peerUrls.some((url) => addresses.has(/^https?:\/\/\[?([^\]/]{1,253}?)\]?:\d{1,5}$/.exec(url)?.[1]));
  if (!members.some(isOfNode)) return [];
  // Controllers of k0s, whose list has no ids, need not be nodes.
  const gone = members.filter(
    (one) => one.id !== one.name && one.name !== '' && one.started && one.peerUrls.length > 0 && !isOfNode(one),
  );
  return [...new Map(gone.map((one) => [one.name, one])).values()];
}
