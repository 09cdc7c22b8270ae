/** Zones of a Corefile that CoreDNS forwards to name servers of their own. */
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

export interface StubZone {
  /** `corp.example`, without the dot at its end. */
  readonly zone: string;
  readonly servers: readonly string[];
  readonly configMap: string;
  readonly evidence: Evidence;
}

/** `corp.example:53 10.in-addr.arpa {` at the beginning of a line opens a block. */
const BLOCK = /^([^\s#{][^{#]{0,1000}?)\s*\{\s*$/;
const FORWARD = /^\s*(?:forward|proxy)\s+\S{1,253}\s+([^{#]{1,400})/;
const LINES = 2_000;

const withoutPort = (server: string): string => server.replace(/^(?:dns|tls):\/\//, '').replace(/:\d{1,5}$/, '');

export const stubZones = oncePer((snapshot: Snapshot): readonly StubZone[] => {
  const out: StubZone[] = [];
  for (const config of snapshot.list('configMaps')) {
    if (config.metadata.namespace !== 'kube-system' || !/coredns|kube-dns/.test(config.metadata.name)) continue;
    for (const [key, text] of Object.entries(config.data ?? {})) {
      let zones: readonly string[] = [];
      for (const line of text.split('\n', LINES)) {
        const opened = BLOCK.exec(line)?.[1];
        if (opened !== undefined)
          zones = opened.split(/\s+/).map((zone) => withoutPort(zone).replace(/\.$/, '').toLowerCase());
        const servers = FORWARD.exec(line)?.[1]?.trim().split(/\s+/).map(withoutPort) ?? [];
        if (servers.length === 0) continue;
        const evidence = { ...snapshot.quote(config, `/data/${key}`), text: line.trim() };
        for (const zone of zones)
          if (zone !== '') out.push({ zone, servers, configMap: config.metadata.name, evidence });
      }
    }
  }
  return out;
});

/** The zone that a name lies in: the longest. */
export function stubZoneOf(snapshot: Snapshot, name: string): StubZone | undefined {
  const plain = name.replace(/\.$/, '').toLowerCase();
  return stubZones(snapshot)
    .filter(({ zone }) => plain === zone || plain.endsWith(`.${zone}`))
    .toSorted((a, b) => b.zone.length - a.zone.length)[0];
}
