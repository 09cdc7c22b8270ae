import type { Evidence, HostValue } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { byMachine, machineOf, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

type Backend = 'nf_tables' | 'legacy';

/** The first fact about rules of each back end. A dump names its back end, then lists its tables. */
function backendsWithRules(values: readonly HostValue[]): ReadonlyMap<Backend, HostValue> {
  const out = new Map<Backend, HostValue>();
  const named = values.filter((value) => value.key === 'backend');
  for (const value of values) {
    if (!/^(?:filter|nat|mangle|raw)\.rules$/.test(value.key) || Number(value.value) === 0) continue;
    const line = value.source.line ?? 0;
    const own = named.findLast(({ source }) => source.file === value.source.file && (source.line ?? 0) <= line)?.value;
    if ((own === 'nf_tables' || own === 'legacy') && !out.has(own)) out.set(own, value);
  }
  return out;
}

/** Calico's own word for a back end, as the programs of iptables call it; `auto` looks for itself. */
const FELIX: Readonly<Record<string, Backend>> = { legacy: 'legacy', nft: 'nf_tables' };
const FELIX_BACKEND = 'FELIX_IPTABLESBACKEND';

interface Calicos {
  readonly backend: Backend;
  /** It was told so; else it judged by the rules that it met at its start. */
  readonly told: boolean;
  /** Where it has judged; undefined where the bundle does not say, or where it was told for all machines. */
  readonly node: string | undefined;
  readonly evidence: Evidence;
}

/** The back end that calico-node writes to, whatever the machine uses. */
function calicosBackend(snapshot: Snapshot): Calicos | undefined {
  const hits = snapshot.hits('felix-iptables-backend');
  const hit = hits.find(({ groups }) => groups['backend'] !== undefined) ?? hits[0];
  const { backend: set, found } = hit?.groups ?? {};
  const said = FELIX[(set ?? found)?.toLowerCase() ?? ''];
  if (hit !== undefined && said !== undefined)
    return {
      backend: said,
      told: set !== undefined,
      node: set === undefined ? snapshot.ownerOfLog(hit.origin).pod?.spec?.nodeName : undefined,
      evidence: snapshot.evidenceOf(hit)[0],
    };
  const templates = [
    ...snapshot
      .list('daemonSets')
      .map((object) => ({ object, spec: object.spec?.template?.spec, at: '/spec/template/spec' })),
    ...snapshot.list('pods').map((object) => ({ object, spec: object.spec, at: '/spec' })),
  ].filter(({ object }) => object.metadata.name.startsWith('calico-node'));
  for (const { object, spec, at } of templates)
    for (const [i, { env = [] }] of (spec?.containers ?? []).entries()) {
      const place = env.findIndex(({ name }) => name === FELIX_BACKEND);
      const backend = FELIX[env[place]?.value?.toLowerCase() ?? ''];
      if (backend !== undefined)
        return {
          backend,
          told: true,
          node: undefined,
          evidence: snapshot.quote(object, `${at}/containers/${i}/env/${place}`),
        };
    }
  return undefined;
}

export default defineCheck({
  id: 'iptables-backend-conflict',
  layer: 3,
  title: 'All programs of a node use one back end of iptables',
  failureTitle: 'Rules exist in both back ends of iptables, legacy and nf_tables',
  why: 'The kernel applies both sets. When kube-proxy, the network plug-in and the host firewall write to different ones, each sees only its own half, and a drop in one undoes an accept in the other.',
  fix: [
    'Choose one back end for all (update-alternatives --set iptables, or a newer image of the plug-in), and restart the node to clear the other.',
  ],
  next: ['iptables-nft-save | grep -c KUBE; iptables-legacy-save | grep -c KUBE', 'iptables --version'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['hostValues', 'events', 'containerLogs'],
  wants: ['daemonSets', 'pods'],
  reads: ['iptables-legacy-tables-present', 'felix-iptables-backend'],
  *run({ hostValues }, { snapshot }) {
    const told = new Set<string>();
    for (const [machine, values] of byMachine(
      snapshot,
      hostValues.filter((value) => value.topic === 'iptables'),
    )) {
      const found = backendsWithRules(values);
      const [nft, legacy] = [found.get('nf_tables'), found.get('legacy')];
      if (nft === undefined || legacy === undefined) continue;
      told.add(machine);
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        message: `Node ${machine} has rules in both back ends of iptables: ${nft.value} in table ${nft.key.split('.')[0] ?? ''} of nf_tables and ${legacy.value} in table ${legacy.key.split('.')[0] ?? ''} of legacy`,
        evidence: [nft.source, legacy.source],
      };
    }
    const calico = calicosBackend(snapshot);
    const other = hostValues.find(
      (value) =>
        value.topic === 'iptables' &&
        value.key === 'program' &&
        value.value !== calico?.backend &&
        (calico?.node === undefined || machineOf(snapshot, value) === calico.node),
    );
    if (calico !== undefined && other !== undefined) {
      const machine = machineOf(snapshot, other);
      const both = hostValues.find(({ topic, key }) => topic === 'iptables' && key === 'legacy.present');
      if (!told.has(machine))
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: 'calico',
          title: 'Calico writes to another back end of iptables than the node',
          confidence: 'high',
          message: `calico-node ${calico.told ? `is told to write to the back end ${calico.backend} of iptables (${FELIX_BACKEND})` : `has found the back end ${calico.backend} of iptables and writes to it`}, and iptables of node ${machine} is ${other.value}: Calico's rules and those of kube-proxy and the host stand in tables that do not see each other${both === undefined ? '' : `, and iptables says that both have some`}`,
          fix: [
            `Set ${FELIX_BACKEND} (or iptablesBackend of the FelixConfiguration) to ${calico.told ? 'Auto, or to ' : ''}${other.value === 'legacy' ? 'Legacy' : 'NFT'}${calico.told ? ' where Auto is not known (before 3.18)' : ''}, and restart the nodes to clear the other tables.`,
          ],
          evidence: [calico.evidence, other.source, ...(both === undefined ? [] : [both.source])],
        };
      told.add(machine);
    }
    for (const [node, [event]] of nodeEvents(snapshot, 'IPTablesVersionsMismatch')) {
      if (event === undefined || told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'event',
        message: `node-problem-detector reports on node ${node}: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
    for (const hit of snapshot.hits('iptables-legacy-tables-present').slice(0, 1))
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { node: hit.node, program: hit.program }),
        variant: 'log',
        // Empty tables of a program that only looked are enough for this warning.
        severity: 'info',
        confidence: 'low',
        message: 'iptables (nf_tables) says that tables of the legacy back end exist as well',
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
  },
});
