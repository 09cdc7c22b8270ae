/** The Corefiles of the cluster DNS: their lines, and the zones that they forward to name servers of their own. */
import { oncePer } from '../../lib/once-per.ts';
import { pointerTo } from '../../lib/json-pointer.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { ObjectOf } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export interface CorefileLine {
  readonly config: ObjectOf<'configMaps'>;
  /** The key of the ConfigMap that the file is under. */
  readonly key: string;
  readonly text: string;
}

/** Longer data is no Corefile. */
const LINES = 2_000;

/** Every line of every Corefile, in bundle order; those of the node-local cache too. */
export const corefileLines = oncePer((snapshot: Snapshot): readonly CorefileLine[] =>
  snapshot
    .list('configMaps')
    .filter(({ metadata }) => metadata.namespace === 'kube-system' && /coredns|kube-dns/.test(metadata.name))
    .flatMap((config) =>
      Object.entries(config.data ?? {}).flatMap(([key, file]) =>
        file.split('\n', LINES).map((text) => ({ config, key, text })),
      ),
    ),
);

export const quoteCorefile = (snapshot: Snapshot, { config, key, text }: CorefileLine): Evidence => ({
  ...snapshot.quote(config, pointerTo('data', key)),
  text: text.trim(),
});

/** `forward . 10.96.0.10 /etc/resolv.conf {`; older releases say proxy. */
const FORWARD = /^\s*(?:forward|proxy)\s+\S{1,253}\s+([^{#]{1,400})/;

/** The name servers that a line forwards to, as they are written there. */
export const serversOf = ({ text }: CorefileLine): readonly string[] =>
  FORWARD.exec(text)?.[1]?.trim().split(/\s+/) ?? [];

/** `tls://10.0.0.2:853`, `[fd00::1]:53`: host and port. */
const SERVER = /^(?:dns:\/\/|tls:\/\/)?(?:\[([\da-f:.]{2,45})\]|([^:[\]]{1,253}))(?::(\d{1,5}))?$/i;

/** A name server without scheme and port. */
export function withoutPort(server: string): string {
  const match = SERVER.exec(server);
  return match?.[1] ?? match?.[2] ?? server;
}

/** The port that is written behind a name server; 53 where none is. */
export const portOf = (server: string): number => Number(SERVER.exec(server)?.[3] ?? 53);

interface StubZone {
  /** `corp.example`, without the dot at its end. */
  readonly zone: string;
  readonly servers: readonly string[];
  readonly configMap: string;
  readonly evidence: Evidence;
}

/** `corp.example:53 10.in-addr.arpa {` at the beginning of a line opens a block. */
const BLOCK = /^([^\s#{][^{#]{0,1000}?)\s*\{\s*$/;

const stubZones = oncePer((snapshot: Snapshot): readonly StubZone[] => {
  const out: StubZone[] = [];
  let zones: readonly string[] = [];
  for (const line of corefileLines(snapshot)) {
    const opened = BLOCK.exec(line.text)?.[1];
    if (opened !== undefined)
      zones = opened.split(/\s+/).map((zone) => withoutPort(zone).replace(/\.$/, '').toLowerCase());
    const servers = serversOf(line).map(withoutPort);
    if (servers.length === 0) continue;
    const evidence = quoteCorefile(snapshot, line);
    for (const zone of zones)
      if (zone !== '') out.push({ zone, servers, configMap: line.config.metadata.name, evidence });
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
