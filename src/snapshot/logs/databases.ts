/** Which database a line of a log is about: the server's own log, or the server that the client is told to use. */
import type { Subject } from '../../result.ts';
import { configuredAddresses } from '../network/addresses.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import type { Pod, Service } from '../kinds/index.ts';
import { workloadsBehind } from '../network/service-graph.ts';
import type { Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

/** Default ports of the servers [their documentation]. */
const PORTS: Readonly<Record<string, readonly number[]>> = {
  mysql: [3306, 33_060],
  postgresql: [5432, 6432],
  mongodb: [27_017],
  redis: [6379],
  clickhouse: [8123, 8443, 9000, 9440],
};

/** The product by the wording of its errors. */
export function databaseOf(line: string): keyof typeof PORTS | undefined {
  if (
    /mysql|MariaDB|using password: |SQLNonTransientConnectionException|read-only option|max_user_connections|\[(?:Note|Warning)\]/i.test(
      line,
    )
  )
    return 'mysql';
  if (/postgres|psycopg|pq: |pgx|FATAL: |read-only transaction|too many clients|pg_hba|connection slots/i.test(line))
    return 'postgresql';
  if (/mongo|NotWritablePrimary|SCRAM/i.test(line)) return 'mongodb';
  if (/redis|READONLY You|NOAUTH|WRONGPASS|max number of clients/i.test(line)) return 'redis';
  if (/DB::Exception|in readonly mode/.test(line)) return 'clickhouse';
  return undefined;
}

/** What the pods of a server are called after. */
const NAMES: Readonly<Record<string, RegExp>> = {
  mysql: /mysql|mariadb|percona/,
  postgresql: /postgres|pgsql|pgbouncer|pgpool/,
  mongodb: /mongo/,
  redis: /redis|valkey|keydb|dragonfly/,
  clickhouse: /clickhouse/,
};

/** The one workload beside the client that is called after the product of which the line speaks. */
export function serverBeside(snapshot: Snapshot, client: Subject, line: string): Pod | undefined {
  const pattern = NAMES[databaseOf(line) ?? ''];
  if (pattern === undefined) return undefined;
  const own = client.workload?.name ?? client.name;
  const servers = snapshot
    .list('pods')
    .filter(
      ({ metadata, status }) =>
        (client.namespace === undefined ||
          metadata.namespace === undefined ||
          metadata.namespace === client.namespace) &&
        status?.phase !== 'Succeeded' &&
        pattern.test(workloadStem(metadata.name)) &&
        workloadStem(metadata.name) !== workloadStem(own),
    );
  return new Set(servers.map(({ metadata }) => workloadStem(metadata.name))).size === 1 ? servers[0] : undefined;
}

export interface Database {
  readonly service: Service;
  /** What runs behind the Service; undefined when no pods are known. */
  readonly workload: Ref | undefined;
}

/** The databases (by port) that the configuration of a client names, each once. */
export function databasesOfClient(snapshot: Snapshot, client: Subject, line: string): readonly Database[] {
  const product = databaseOf(line);
  const ports = product === undefined ? Object.values(PORTS).flat() : (PORTS[product] ?? []);
  const name = client.workload?.name ?? client.name;
  const found = new Map<Service, Database>();
  for (const address of configuredAddresses(snapshot)) {
    if (address.workload.name !== name || address.namespace !== client.namespace) continue;
    const { service } = snapshot.resolve(address.host, address.namespace);
    if (service === undefined) continue;
    const speaks = [address.port, ...(service.spec?.ports ?? []).map((p) => p.port)].some(
      (port) => port !== undefined && ports.includes(port),
    );
    if (speaks) found.set(service, { service, workload: workloadsBehind(snapshot, service)[0] });
  }
  return [...found.values()];
}
