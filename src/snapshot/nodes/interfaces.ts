/** Network interfaces of machines, as `ip addr`, `ip link` and ethtool show them. */
import { groupBy } from '../../lib/group-by.ts';
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
