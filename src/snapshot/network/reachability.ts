/** What probes from inside the cluster met at a Service. */
import type { Evidence, Probe } from '../../parsers/records.ts';
import type { AnyObject, Service } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export interface ServiceProbes {
  readonly ok: readonly Probe[];
  readonly failed: readonly Probe[];
}

/** Connectivity probes aimed at a Service (by any of its names or its address), on one of its ports or on any. */
export function probesOf(snapshot: Snapshot, service: Service, port?: number): ServiceProbes {
  const ok: Probe[] = [];
  const failed: Probe[] = [];
  for (const probe of snapshot.facts('probes')) {
    if (port !== undefined && probe.port !== undefined && probe.port !== port) continue;
    const target = snapshot.resolve(probe.target, probe.from?.namespace ?? service.metadata.namespace).service;
    const byAddress = probe.address === undefined ? undefined : snapshot.resolve(probe.address).service;
    if (target !== service && byAddress !== service) continue;
    (probe.outcome === 'ok' ? ok : failed).push(probe);
  }
  return { ok, failed };
}

/** How a failed probe ended, in words. */
export function outcomeText(probe: Probe): string {
  const words: Readonly<Record<Probe['outcome'], string>> = {
    ok: 'succeeds',
    refused: 'is refused',
    timeout: 'times out',
    unreachable: 'finds no route',
    unresolved: 'cannot resolve the name',
    reset: 'is reset',
    'http-error': `answers HTTP ${probe.httpStatus ?? 'error'}`,
    failed: 'fails',
  };
  return words[probe.outcome];
}

/** Where the addresses behind a Service are written: in its Endpoints, or in the one EndpointSlice given. */
export function quoteBackends(snapshot: Snapshot, object: AnyObject): Evidence {
  return snapshot.quote(object, object.kind === 'EndpointSlice' ? '/endpoints' : '/subsets');
}
