/** What proxies (ingress controllers, nginx in front of an application) log about their backends, tied to Services. */
import { refTo } from './ref.ts';
import { oncePer } from '../lib/once-per.ts';
import type { LogHit } from '../parsers/records.ts';
import type { Service } from './kinds/index.ts';
import type { Ref, Snapshot } from './snapshot.ts';

export interface UpstreamError {
  readonly hit: LogHit;
  /** `10.1.2.3:8080` or a name. */
  readonly upstream: string;
  readonly why: string;
  /** The Service the address is of, or that the pod at the address stands behind. */
  readonly service: Service | undefined;
  readonly pod: string | undefined;
  /** Who logged it. */
  readonly workload: Ref;
}

export const upstreamErrors = oncePer((snapshot: Snapshot): readonly UpstreamError[] =>
  snapshot.hits('ingress-upstream-line').map((hit) => {
    const upstream = (hit.groups['upstream'] ?? hit.groups['host'] ?? hit.groups['dialled'] ?? '')
      .replace(/^https?:\/\//, '')
      .replace(/\/.*$/s, '');
    const caller = snapshot.ownerOfLog(hit.origin).pod;
    const target = snapshot.resolve(upstream, caller?.metadata.namespace);
    const workload = caller === undefined ? undefined : snapshot.workloadOf(caller as never);
    const { kind, name, namespace } = snapshot.subjectOfLog(hit.origin, { program: hit.program });
    return {
      hit,
      upstream,
      why: hit.groups['why'] ?? '',
      service: target.service ?? (target.pod === undefined ? undefined : snapshot.servicesSelecting(target.pod)[0]),
      pod: target.pod?.metadata.name,
      workload: workload ?? refTo(kind, namespace, name),
    };
  }),
);
