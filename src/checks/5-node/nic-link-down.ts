import type { LogHit } from '../../parsers/records.ts';
import { bySubject, countOf, quotesOf, timing, weightOf, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { serverOf } from '../../snapshot/control-plane/api-access.ts';
import { downInterfaces, switchedOffOnTheWay } from '../../snapshot/nodes/interfaces.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

/** Drivers take a link down once or twice while they set it up (ours). */
const FEW = 3;

export default defineCheck({
  id: 'nic-link-down',
  layer: 5,
  title: 'The network links stay up',
  failureTitle: 'A network link went down',
  why: 'The cable, the transceiver, the switch port or the card lost the signal.',
  fix: ['Check cable, transceiver and switch port; compare the times with NotReady of the node.'],
  next: ['ethtool {nic}', 'ip -s link show {nic}'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['kernelLogs', 'hostLogs', 'hostValues'],
  reads: ['nic-link-down', 'nic-link-up'],
  wants: ['commandFailures'],
  *run({ commandFailures }, { snapshot }) {
    for (const { subject, hits } of bySubject(snapshot.hits('nic-link-down'), (hit) => subjectOfHit(hit, snapshot))) {
      const quotes = quotesOf(hits);
      if (quotes === undefined) continue;
      const nics = [...new Set(hits.flatMap((hit) => hit.groups['nic'] ?? []))];
      const members = [...new Set(hits.flatMap((hit) => memberOf(hit) ?? []))];
      const ofBond = members.length === 0 ? '' : ` (${members.join(', ')})`;
      const count = countOf(hits);
      const weight = weightOf(snapshot, hits, FEW);
      const up = hits.every((hit) => cameUp(hit, snapshot));
      yield {
        subject,
        ...(weight === 'enough' || (weight === 'excerpt' && !up) ? {} : { severity: 'info' as const }),
        message: `The link of ${nics.join(', ')}${ofBond} on ${subject.name} went down ${count === 1 ? 'once' : `${count} times`}${up ? '; it came up again each time' : ''}: ${wordsOfHits(hits)}`,
        evidence: quotes,
        params: { nic: nics[0] ?? 'NIC' },
        ...timing(snapshot, hits),
      };
    }
    const lost = commandFailures.find(({ reason }) => reason === 'timeout');
    const server = lost === undefined ? undefined : serverOf(lost)?.replace(/:\d{1,5}$/, '');
    for (const { node, name, evidence } of server === undefined ? [] : switchedOffOnTheWay(snapshot, server))
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'switched-off',
        title: 'A virtual network of this machine is switched off',
        message: `${name} of ${node} is down (not UP), and no other interface has a network with ${server}, which gives no answer: packets to it leave by the default route`,
        fix: ['ip link set {nic} up (of VirtualBox: also look at its host-only network; of a VPN: connect it)'],
        evidence: [evidence, ...(lost === undefined ? [] : [lost.source])],
        params: { nic: name },
      };
    for (const { node, name, why, addresses, evidence } of downInterfaces(snapshot))
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: name,
        confidence: 'high',
        message: `${name} of ${node} (${addresses.join(', ')}) has no link: ${why}`,
        evidence: [evidence],
        params: { nic: name },
      };
  },
});

/** The card in a bond that the line is about. */
const memberOf = ({ groups }: LogHit): string | undefined => groups['member'] ?? groups['slave'];

/** The same log says further down that the same link is up. */
function cameUp(down: LogHit, snapshot: Snapshot): boolean {
  return snapshot
    .hits('nic-link-up')
    .some(
      (up) =>
        up.origin.file === down.origin.file &&
        up.groups['nic'] === down.groups['nic'] &&
        memberOf(up) === memberOf(down) &&
        up.last.line > down.last.line,
    );
}
