import { memo } from '../../lib/once-per.ts';
import { inCidr, parseCidr, parseIp } from '../../lib/cidr.ts';
import { onlyOne } from '../../lib/only-one.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Subject } from '../../result.ts';
import { defineCheck } from '../check.ts';

const FLOW = /^(\w{3,4}) (\S{3,45}):(\d{1,5})$/;
const TARGET = /^(\S{3,45}):(\d{1,5})$/;

interface Now {
  readonly subject: Subject;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly evidence: Evidence;
}

/** Where the Service leads now: by its address, else the only one that has endpoints at this port. */
function backendsNow(snapshot: Snapshot, address: string, port: number): Now | undefined {
  const { service } = snapshot.resolve(address);
  if (service !== undefined) {
    const backends = snapshot.backendsOf(service);
    const [object] = backends.objects;
    if (!backends.known || object === undefined || backends.addresses.length === 0) return undefined;
    return {
      subject: snapshot.subject(service),
      name: service.metadata.name,
      addresses: backends.addresses.map(({ ip }) => ip),
      evidence: quoteBackends(snapshot, object),
    };
  }
  const endpoints = onlyOne(
    snapshot
      .list('endpoints')
      .filter(({ subsets = [] }) => subsets.some(({ ports = [] }) => ports.some((one) => one.port === port))),
  );
  if (endpoints === undefined) return undefined;
  const { name, namespace } = endpoints.metadata;
  return {
    subject: snapshot.named('Service', name, namespace === undefined ? {} : { namespace }),
    name,
    addresses: (endpoints.subsets ?? []).flatMap(({ addresses = [] }) => addresses.flatMap(({ ip }) => ip ?? [])),
    evidence: quoteBackends(snapshot, endpoints),
  };
}

/** Pods of a node share this much of their addresses, with every plug-in that gives each node a range of its own. */
const NODE_PREFIX = 24;

/** A pod on whose node the address would be, where pods are shown with their addresses. */
function neighbourOf(snapshot: Snapshot, address: string): Pod | undefined {
  const range = parseCidr(`${address}/${NODE_PREFIX}`);
  if (range === undefined || range.bits !== 32) return undefined;
  return snapshot.list('pods').find(({ status }) => {
    const ip = parseIp(status?.podIP ?? '');
    return ip !== undefined && inCidr(ip, range);
  });
}

export default defineCheck({
  id: 'conntrack-stale-endpoint',
  layer: 3,
  title: 'Entries of the connection table lead to pods that exist',
  failureTitle: 'Entries of the connection table send UDP packets of a Service to a pod that is gone',
  why: 'The first packet of a UDP flow decides where all others go, for as long as packets come at least every 30 s (120 s with answers): a client that sends steadily (statsd, syslog, DNS, SIP) from one socket keeps the way to a pod that was replaced. kube-proxy deletes such entries when endpoints change; it misses some, of host ports and of Services that had no endpoint for a while above all.',
  fix: [
    'Delete the entries on each node that has them (conntrack -D -p udp --orig-port-dst {port}), or restart the clients; then take a version of kube-proxy that reconciles the table (1.32 and later), and for host ports a newer portmap plug-in.',
  ],
  next: ['conntrack -L -p udp --dport {port}', 'kubectl get endpoints {service} -n {namespace}'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['hostValues'],
  needsAny: ['endpoints', 'endpointSlices', 'pods'],
  wants: ['services'],
  *run({ hostValues }, { snapshot }) {
    const told = new Set<string>();
    const nowOf = memo((key: string) => {
      const [address = '', port] = key.split(' ');
      return backendsNow(snapshot, address, Number(port));
    });
    for (const hostValue of hostValues) {
      const { topic, key, value, scope, source } = hostValue;
      if (topic !== 'conntrack-dnat' || scope !== 'UNREPLIED') continue;
      const [, protocol, address, port] = FLOW.exec(key) ?? [];
      const [, backend, backendPort] = TARGET.exec(value) ?? [];
      // A connection of TCP to a pod that is gone ends by itself.
      if (protocol !== 'udp' || address === undefined || backend === undefined) continue;
      const there = snapshot.resolve(backend);
      if (there.pod !== undefined || there.node !== undefined) continue;
      const now = nowOf(`${address} ${backendPort ?? ''}`);
      if (told.has(`${key}>${value}`)) continue;
      told.add(`${key}>${value}`);
      const { service } = snapshot.resolve(address);
      const neighbour = service === undefined && now === undefined ? neighbourOf(snapshot, backend) : undefined;
      if (neighbour !== undefined) {
        const subject = machineSubject(snapshot, hostValue);
        yield {
          subject,
          variant: 'host-port',
          severity: 'warning',
          title: 'An entry of the connection table sends UDP packets to an address that no pod has',
          message: `The connection table of ${subject.name} sends UDP packets for ${address}:${port ?? ''} (a host port or node port) to ${value}, the address of none of the pods that are shown, and nothing answers from there: a pod that was replaced had it, and a client that sends steadily keeps the stale entry`,
          evidence: [source, snapshot.quote(neighbour, '/status/podIP')],
          params: { port: port ?? 'PORT', service: '' },
        };
        continue;
      }
      if (now === undefined || now.addresses.length === 0 || now.addresses.includes(backend)) continue;
      yield {
        subject: now.subject,
        ...(port === '53' ? { variant: 'dns' } : {}),
        message: `The connection table sends UDP packets for ${address}:${port ?? ''} to ${value}, which is no endpoint of Service ${now.name} any more (now ${now.addresses.slice(0, 3).join(', ')}); nothing answers from there`,
        evidence: [source, now.evidence],
        params: { port: port ?? 'PORT', service: now.name },
      };
    }
  },
});
