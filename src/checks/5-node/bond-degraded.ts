import { groupBy } from '../../lib/group-by.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** In LACP: nobody at the other end speaks it. */
const NO_PARTNER = '00:00:00:00:00:00';

const isOfBond = ({ topic }: { readonly topic: string }): boolean => topic === 'bonding';

export default defineCheck({
  id: 'bond-degraded',
  layer: 5,
  title: 'All members of network bonds are up',
  failureTitle: 'A member of a network bond is down',
  why: 'The node runs on half its links, without a spare.',
  fix: ['Check cable, transceiver and switch port of the member'],
  next: ['cat /proc/net/bonding/BOND', 'ip -s link', 'ethtool MEMBER'],
  severity: 'warning',
  confidence: 'high',
  wants: ['hostValues'],
  heard: (snapshot) => snapshot.facts('hostValues').some(isOfBond),
  *run({ hostValues }, { snapshot }) {
    const facts = hostValues.filter(isOfBond);
    for (const of of groupBy(facts, (fact) => `${machineOf(snapshot, fact)} ${fact.scope ?? ''}`).values()) {
      const one = (key: string) => of.find((fact) => fact.key === key);
      const bond = of[0]?.scope ?? '';
      const down = of.filter(({ key, value }) => key.endsWith('.mii') && value !== 'up');
      const [first, ...more] = down;
      const polling = one('mii-polling');
      // Of the two ways to watch the links one must be on; by default none is.
      const unwatched = polling?.value === '0' && (one('arp-polling')?.value ?? '0') === '0';
      if (first !== undefined) {
        const members = down.map(({ key }) => key.replace(/\.mii$/, '')).join(', ');
        yield {
          subject: machineSubject(snapshot, first),
          message: `Member ${members} of ${bond} is down${unwatched ? ', and the bond does not watch its links (MII polling interval 0: miimon is not set, nor is ARP monitoring), so that it takes no note when they come back' : ''}`,
          evidence: [first.source, ...[...more, ...(unwatched ? [polling] : [])].map(({ source }) => source)],
          ...(unwatched
            ? {
                variant: 'unwatched',
                title: 'A bond that does not watch its links has lost a member',
                fix: [
                  `Set miimon (100 ms; with updelay and downdelay of 200) for ${bond}, then look whether the member comes back; else check cable, transceiver and switch port`,
                ],
              }
            : {}),
        };
        continue;
      }
      const partner = one('partner');
      if (partner?.value !== NO_PARTNER || one('mii')?.value !== 'up') continue;
      yield {
        subject: machineSubject(snapshot, partner),
        variant: 'no-lacp',
        title: 'The switch does not answer LACP on a bond',
        message: `${bond} is in mode 802.3ad, and no partner answers (Partner Mac Address ${NO_PARTNER}): only one of its links is used, or none`,
        evidence: [partner.source],
        fix: ['Make the switch ports one LACP channel (active or passive), or choose another mode for the bond'],
      };
    }
  },
});
