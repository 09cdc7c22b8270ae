import { addressOfHit } from '../../snapshot/network/log-addresses.ts';
import type { LogHit } from '../../parsers/records.ts';
import { asksForLease, ledAfterwards } from '../../snapshot/logs/over.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { isLoopback } from '../../lib/cidr.ts';
import { gradedHits, logFinding, speaker, times, type GradedHits } from '../log-findings.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';

const HOW: Readonly<Record<string, { variant: string; words: string }>> = {
  'app-connection-refused': { variant: 'refused', words: 'refuses connections (nothing listens there)' },
  'app-connection-timeout': { variant: 'timeout', words: 'does not answer (packets are lost on the way)' },
  'app-curl-timeout': { variant: 'timeout', words: 'does not answer (packets are lost on the way)' },
  'app-no-route': { variant: 'no-route', words: 'has no route' },
  'app-no-host-available': { variant: 'no-host', words: 'is the last that the driver of a database tried in vain' },
  'app-connection-lost': { variant: 'reset', words: 'drops or refuses the connection' },
};

/** A public address of IPv6 beside the words: the machine has IPv4 alone, and the name has both kinds of address. */
const OVER_IPV6 =
  /(?:ENETUNREACH|EHOSTUNREACH)[ [(]{1,3}[23][\da-f]{3}:[\da-f:]{2,40}|\[?[23][\da-f]{3}:[\da-f:]{2,40}\]?:\d{2,5}\b.{0,40}(?:[Nn]etwork is unreachable|[Nn]o route to host|ENETUNREACH)/;

const NO_IPV6 = {
  variant: 'no-ipv6-route',
  words:
    'is asked over IPv6, for which there is no route here (its name has AAAA records as well, and pods or nodes have IPv4 alone)',
  fix: [
    'Let the program prefer IPv4 (Node.js: --dns-result-order=ipv4first; Java: -Djava.net.preferIPv4Stack=true), or let CoreDNS answer no AAAA where the cluster has no IPv6 (template ANY AAAA with rcode NOERROR), or give the pods IPv6.',
  ],
};

const addressKey = (hit: LogHit): string => {
  const address = addressOfHit(hit);
  return address === undefined ? `?${hit.signature}` : `${address.host}:${address.port ?? ''}:${hit.signature}`;
};

/** What the snapshot knows of the address: the Service with its ports and backends, the pod, the node. */
function knownOf(snapshot: Snapshot, address: string, namespace: string | undefined) {
  const { service, pod, node, port } = snapshot.resolve(address, namespace);
  if (service !== undefined) {
    const name = service.metadata.name;
    const ports = (service.spec?.ports ?? []).flatMap((p) => p.port ?? []);
    const related: Ref[] = [refOf(service), ...snapshot.podsSelectedBy(service).slice(0, 5).map(refOf)];
    if (port !== undefined && ports.length > 0 && !ports.includes(port))
      return {
        variant: 'wrong-port',
        words: `Service ${name} has no port ${port}, it has ${ports.join(', ')}`,
        related,
        evidence: [snapshot.quote(service, '/spec/ports')],
      };
    const backends = snapshot.backendsOf(service);
    const ready = backends.addresses.filter((backend) => backend.ready).length;
    if (backends.known && ready === 0)
      return {
        variant: undefined,
        words: `Service ${name} has no ready endpoint`,
        related,
        evidence: backends.objects.slice(0, 1).map((object) => snapshot.quote(object, '/subsets')),
      };
    return {
      variant: undefined,
      words: `it is Service ${name}${backends.known ? ` with ${ready} ready endpoints` : ''}`,
      related,
      evidence: [],
    };
  }
  if (pod !== undefined)
    return { variant: undefined, words: `it is pod ${pod.metadata.name}`, related: [refOf(pod)], evidence: [] };
  if (node !== undefined)
    return { variant: undefined, words: `it is node ${node.metadata.name}`, related: [refOf(node)], evidence: [] };
  return undefined;
}

/** What listens at a well-known port, by the names that its pods have. */
const SERVERS: Readonly<Record<number, RegExp>> = {
  2181: /zookeeper/,
  3306: /mysql|mariadb|galera|percona|pxc/,
  5432: /postgres|patroni|spilo|timescale/,
  5672: /rabbit/,
  6379: /redis|valkey|keydb|dragonfly/,
  8123: /clickhouse/,
  9042: /cassandra|scylla/,
  9092: /kafka|redpanda/,
  9200: /elastic|opensearch/,
  27017: /mongo/,
};

/** Pods of the namespace that do not work, and whose name says that they are what listens at the port. */
function serversOf(snapshot: Snapshot, port: number | undefined, namespace: string | undefined): readonly Ref[] {
  const name = port === undefined ? undefined : SERVERS[port];
  if (name === undefined) return [];
  return unsteadyPods(snapshot)
    .filter(({ metadata }) => metadata.namespace === namespace && name.test(metadata.name))
    .slice(0, 5)
    .map(refOf);
}

const isOwn = (host: string | undefined): host is string =>
  host !== undefined && (host === 'localhost' || isLoopback(host));

/** With more of them nobody can say which is meant. */
const MOST_SERVICES = 2;

/** Services that have the port for which a program asks itself: it may be meant to ask there. */
function elsewhere(snapshot: Snapshot, port: number | undefined, namespace: string | undefined) {
  const services = snapshot
    .list('services')
    .filter(
      ({ metadata, spec }) =>
        (namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace) &&
        (spec?.ports ?? []).some((one) => one.port === port),
    );
  const [first] = services;
  if (port === undefined || first === undefined || services.length > MOST_SERVICES) return undefined;
  const names = services.map(({ metadata }) => metadata.name).join(' and ');
  return {
    variant: undefined,
    words: `Service ${names} has port ${port}`,
    // What is wrong with that Service does not matter to who never asks it.
    related: [],
    evidence: [snapshot.quote(first, '/spec/ports')],
  };
}

/** Another container of the same pod: what is wrong there is the cause. */
const isOwnPod = ({ subject }: GradedHits, host: string | undefined): boolean =>
  subject.kind === 'Pod' && subject.container !== undefined && isOwn(host);

export default defineCheck({
  id: 'log-upstream-unreachable',
  layer: 1,
  title: 'Programs reach what they depend on',
  failureTitle: 'The log shows that a dependency cannot be reached',
  why: 'What the application sees of a problem below it. Refused: something answered, but nothing listens there or the Service has no endpoint. Timeout: packets are lost on the way. No route: the node behind the address is down.',
  fix: [
    'Follow the finding on the Service, policy or node behind {address}; where there is none, check the address itself.',
  ],
  next: ['kubectl exec {name} -n {namespace} -- nc -vz {host} {port}', 'kubectl get endpoints -n {namespace}'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services', 'endpoints'],
  reads: [
    'app-connection-refused',
    'app-connection-timeout',
    'app-curl-timeout',
    'app-no-route',
    'app-no-host-available',
    'app-connection-lost',
    'leader-acquired',
    'app-started',
  ],
  *run(_facts, { snapshot }) {
    const all = [...gradedHits(snapshot, Object.keys(HOW), addressKey)];
    for (const hits of all) {
      const hit = hits.hits[0];
      const overIpv6 = hit?.signature === 'app-no-route' && hits.hits.every(({ last }) => OVER_IPV6.test(last.text));
      const how = overIpv6 ? NO_IPV6 : HOW[hit?.signature ?? ''];
      if (hit === undefined || how === undefined) continue;
      if (hits.hits.every(({ origin }) => origin.overcome === true)) continue;
      if (hits.hits.every((one) => asksForLease(one) && ledAfterwards(snapshot, one))) continue;
      const address = addressOfHit(hit);
      // The same failure in other words, with its address: `code: 'ECONNREFUSED'` below the message.
      const named = (other: (typeof all)[number]): boolean => {
        const [one] = other.hits;
        return (
          one?.signature === hit.signature && one.origin.file === hit.origin.file && addressOfHit(one) !== undefined
        );
      };
      if (address === undefined && all.some(named)) continue;
      const text =
        address === undefined ? undefined : `${address.host}${address.port === undefined ? '' : `:${address.port}`}`;
      const known =
        (text === undefined ? undefined : knownOf(snapshot, text, hits.subject.namespace)) ??
        (isOwn(address?.host) ? elsewhere(snapshot, address?.port, hits.subject.namespace) : undefined);
      const servers = known === undefined ? serversOf(snapshot, address?.port, hits.subject.namespace) : [];
      yield logFinding(
        hits,
        // A ready program that loses a connection to nobody in particular is no news.
        {
          failing: 'critical',
          ongoing:
            how.variant === 'reset' && known === undefined && hit.groups['after'] === undefined ? 'info' : 'warning',
        },
        {
          variant: known?.variant ?? (isOwnPod(hits, address?.host) ? 'own-pod' : how.variant),
          message: `${speaker(hits)} cannot reach ${text ?? 'a dependency'}, which ${how.words}${known === undefined ? '' : `; ${known.words}`}${times(hits.count)}: ${hits.line}`,
          related: known?.related ?? servers,
          ...(overIpv6 ? { fix: NO_IPV6.fix } : {}),
          evidence:
            known === undefined ? hits.evidence : [hits.evidence[0], ...known.evidence, ...hits.evidence.slice(1)],
          params: {
            address: text ?? 'the address',
            host: address?.host ?? 'HOST',
            port: String(address?.port ?? 'PORT'),
          },
        },
      );
    }
  },
});
