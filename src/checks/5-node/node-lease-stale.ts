import { spellTime } from '../../lib/timestamp.ts';
import { isReady, isSilent, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** leaseDurationSeconds of node leases; the kubelet renews every 10 s. */
const LEASE_SECONDS = 40;
/** Listings of one collection are minutes apart; the newest renewal is the time of the listing. */
const TOLERANCE_MS = LEASE_SECONDS * 1000;
/** Two clocks, and a person who types commands, are minutes apart (ours). */
const ALONE_MS = 5 * 60_000;

export default defineCheck({
  id: 'node-lease-stale',
  layer: 5,
  title: 'Every kubelet renews its lease',
  failureTitle: 'The lease of the node is not renewed',
  why: 'The lease is the heartbeat of a node: without it the node goes Unknown after the grace period.',
  fix: ['Look at the kubelet of {node} and its way to the API server'],
  next: ['kubectl get leases -n kube-node-lease', 'journalctl -u kubelet -n 100 --no-pager'],
  severity: 'critical',
  confidence: 'high',
  needs: ['leases'],
  wants: ['nodes'],
  *run({ leases }, { snapshot, now }) {
    const renewals = leases
      .filter((lease) => lease.metadata.namespace === 'kube-node-lease')
      .flatMap((lease) => {
        const renewed = timeOf(lease.spec?.renewTime);
        return renewed === undefined ? [] : [{ lease, renewed }];
      });
    // Measured against the other leases of the listing, not the clock: a wrong time of collection changes nothing, and
    // when all are stale the API server or etcd refuses writes, which is not the nodes' fault.
    // One that somebody asked for alone has nothing but the clock beside it.
    const alone = renewals.length === 1 && now !== undefined && now - (renewals[0]?.renewed ?? now) > ALONE_MS;
    const newest = alone ? now : Math.max(...renewals.map((one) => one.renewed));
    for (const { lease, renewed } of renewals) {
      if (newest - renewed <= TOLERANCE_MS) continue;
      const name = lease.metadata.name;
      const node = snapshot.get('nodes', undefined, name);
      if (node === undefined && snapshot.listed('nodes')) continue;
      const silent = node !== undefined && isSilent(node);
      // A Ready node with an old lease in a listing taken earlier is a node that was read at another moment.
      if (node !== undefined && isReady(node) === true && newest - renewed < 5 * 60_000) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        ...(silent ? {} : { severity: 'warning' as const }),
        message: `The lease of node ${name} was last renewed at ${spellTime(renewed)}, ${Math.round((newest - renewed) / 1000)} s before ${alone ? 'the bundle was collected' : 'the newest lease'} (renewed every 10 s, valid for ${LEASE_SECONDS} s)`,
        evidence: [snapshot.quote(lease, '/spec/renewTime')],
        since: renewed,
      };
    }
  },
});
