/** Network interfaces of machines, as `ip addr`, `ip link` and ethtool show them. */
import { groupBy } from '../../lib/group-by.ts';
import { inCidr, isInside, parseCidr, parseIp } from '../../lib/cidr.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';
import { machineOf } from './node-health.ts';

/** Names of interfaces that carry packets out of the machine. */
export const PHYSICAL = /^(?:en|eth|bond|em|ib|wl|team)\w/;
/** Every interface gives itself one; it says nothing of its use. */
const LINK_LOCAL = /^(?:fe80:|169\.254\.)/i;

export interface DownInterface {
  readonly node: string;
  readonly name: string;
  /** Why it carries nothing: `NO-CARRIER`, `state DOWN`, `Link detected: no`. */
  readonly why: string;
  readonly addresses: readonly string[];
  readonly evidence: Evidence;
}

/** Physical interfaces that bear an address and have no link now. Ports without an address may be unused on purpose. */
export function downInterfaces(snapshot: Snapshot): readonly DownInterface[] {
  const values = snapshot.facts('hostValues').filter(({ topic }) => topic === 'network');
  return [...groupBy(values, (value) => machineOf(snapshot, value))].flatMap(([node, mine]) =>
    [...groupBy(mine, ({ key }) => key.slice(0, key.lastIndexOf('.')))].flatMap(([name, facts]): DownInterface[] => {
      const valuesOf = (what: string) => facts.filter(({ key }) => key === `${name}.${what}`);
      const addresses = valuesOf('address').flatMap(({ value }) => (LINK_LOCAL.test(value) ? [] : [value]));
      if (!PHYSICAL.test(name) || addresses.length === 0) return [];
      const flags = valuesOf('flags').find(({ value }) => value.split(',').includes('NO-CARRIER'));
      const state = valuesOf('state').find(({ value }) => value === 'DOWN');
      const link = valuesOf('link').find(({ value }) => value === 'no');
      const told = flags ?? state ?? link;
      if (told === undefined) return [];
      const why = told === flags ? 'NO-CARRIER' : told === state ? 'state DOWN' : 'Link detected: no';
      return [{ node, name, why, addresses, evidence: told.source }];
    }),
  );
}

/** Networks of virtual machines and tunnels: vboxnet0, virbr0, tun0, wg0. */
const VIRTUAL = /^(?:vboxnet|vmnet|virbr|tun|tap|wg|ppp)\d/;

/**
 * Virtual interfaces that are switched off on a machine none of whose networks has the address: packets to it leave by
 * the default route, and are lost; addresses of the world do that rightly. An idle one is off on purpose, so ask for an address that gives no answer.
 */
export function switchedOffOnTheWay(
  snapshot: Snapshot,
  address: string,
): readonly { readonly node: string; readonly name: string; readonly evidence: Evidence }[] {
  const ip = parseIp(address);
  if (ip === undefined || !isInside(ip)) return [];
  const values = snapshot.facts('hostValues').filter(({ topic }) => topic === 'network');
  return [...groupBy(values, (value) => machineOf(snapshot, value))].flatMap(([node, mine]) => {
    const local = mine.some(({ key, value }) => {
      const network = key.endsWith('.address') ? parseCidr(value) : undefined;
      return network !== undefined && inCidr(ip, network);
    });
    if (local) return [];
    return mine.flatMap(({ key, value, source }) => {
      const name = key.slice(0, key.lastIndexOf('.'));
      return key.endsWith('.flags') && VIRTUAL.test(name) && !value.split(',').includes('UP')
        ? [{ node, name, evidence: source }]
        : [];
    });
  });
}

/** Times slower than the fastest card of that name on another machine (HEUR). */
const SLOWER = 10;
/** Fast Ethernet (Mb/s): no server of today has a card that can do no more. */
const ANCIENT = 100;

export interface SlowLink {
  readonly node: string;
  readonly nic: string;
  readonly what: string;
  /** Fleets have machines of several kinds; so slow on purpose are none, or more than a third. */
  readonly sure: boolean;
  readonly evidence: Evidence;
}

/** Cards with a link that runs at half duplex, or far below the same card of the other machines. */
export function slowLinks(snapshot: Snapshot): readonly SlowLink[] {
  const values = snapshot
    .facts('hostValues')
    .filter(({ topic, key }) => topic === 'network' && /\.(?:speed|duplex)$/.test(key));
  const cards = [
    ...groupBy(
      values,
      (value) => `${machineOf(snapshot, value)}\u0000${value.key.slice(0, value.key.lastIndexOf('.'))}`,
    ),
  ].map(([key, facts]) => {
    const [node = '', nic = ''] = key.split('\u0000');
    const speed = facts.find((fact) => fact.key.endsWith('.speed'));
    const duplex = facts.find((fact) => fact.key.endsWith('.duplex'));
    return { node, nic, speed, duplex, mbit: Number(/^(\d{1,7})Mb\/s$/.exec(speed?.value ?? '')?.[1] ?? Number.NaN) };
  });
  return cards.flatMap(({ node, nic, speed, duplex, mbit }) => {
    const others = cards.filter((card) => card.nic === nic && card.node !== node && card.mbit > 0);
    const fastest = Math.max(0, ...others.map((card) => card.mbit));
    const half = duplex?.value === 'Half';
    const told = speed ?? duplex;
    if (told === undefined || !(half || (mbit > 0 && fastest >= mbit * SLOWER))) return [];
    const alike = others.filter((card) => card.mbit <= mbit).length + 1;
    const words = [...(mbit > 0 ? [`${mbit}Mb/s`] : []), ...(half ? ['half duplex'] : [])].join(', ');
    return [
      {
        node,
        nic,
        what: `${words}${fastest > mbit ? `, where ${nic} of ${others.length === 1 ? 'another machine' : 'the others'} has ${fastest}Mb/s` : ''}`,
        sure: half || mbit <= ANCIENT || alike * 3 <= others.length + 1,
        evidence: told.source,
      },
    ];
  });
}
