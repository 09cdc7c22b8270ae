/** What proxies (ingress controllers, nginx in front of an application) log about their backends, tied to Services. */
import { groupBy } from '../../lib/group-by.ts';
import { refTo, type Ref } from '../ref.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { LogHit } from '../../parsers/records.ts';
import { weightOf } from '../logs/hits.ts';
import type { Service } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export interface UpstreamError {
  readonly hit: LogHit;
  /** `10.1.2.3:8080` or a name. */
  readonly upstream: string;
  readonly why: string;
  /** `503`, where the log has it. */
  readonly status: string | undefined;
  /** How long the request lasted (ms), where the log has it. */
  readonly lasted: number | undefined;
  /** The Service the address is of, or that the pod at the address stands behind. */
  readonly service: Service | undefined;
  readonly pod: string | undefined;
  /** Who logged it. */
  readonly workload: Ref;
}

/** The reason of a proxy that met a closed port, by its words or its number (ECONNREFUSED). */
export const isRefusal = (why: string): boolean => /\b_?111\b|connection refused/i.test(why);

/** Requests, HEUR: a proxy answers a few by itself in every roll-out. */
const FEW = 3;

/** What Envoy calls the place it wanted to reach: `outbound|80||items.shop.svc.cluster.local`. */
const CLUSTER = /\b(in|out)bound\|(\d{1,5})\|[^|\s"]{0,60}\|([^\s"|]{0,253})/;

/** Address and reason out of an access log of Envoy (Istio), text or JSON. */
function fromEnvoy({ first, groups }: LogHit): {
  readonly upstream: string;
  readonly why: string;
  readonly status: string | undefined;
  readonly lasted: number | undefined;
} {
  const [, way, port = '', host = ''] = CLUSTER.exec(first.text) ?? [];
  const said = /"response_code_details":"([^"]{1,200})"/.exec(first.text)?.[1] ?? groups['detail'] ?? '';
  // The check of Mixer (Istio before 1.8) or of an external authorization says what it met.
  const policy = /"istio_policy_status":"\\?"?([A-Z_]{2,30}:[^"\\]{1,200})/.exec(first.text)?.[1];
  const asked = /"authority":"([^"]{1,253})"/.exec(first.text)?.[1] ?? '';
  const detail = `${said === '-' || said === '' ? '' : ` ${said}`}${policy === undefined ? '' : ` ${policy}`}`;
  // Bytes received and sent, then the time.
  const lasted = (/" \d{1,15} \d{1,15} (\d{1,9}) (?:\d{1,9}|-) "/.exec(first.text) ??
    /"duration":"?(\d{1,9})\b/.exec(first.text))?.[1];
  // Inbound: the container beside the proxy.
  return {
    upstream: way === 'in' ? `127.0.0.1:${port}` : host === '' ? asked : `${host}:${port}`,
    why: `${groups['flag'] ?? ''}${detail}`,
    status: /"response_code":"?(\d{3})/.exec(first.text)?.[1] ?? /HTTP\/[\d.]{1,3}" (\d{3}) /.exec(first.text)?.[1],
    lasted: lasted === undefined ? undefined : Number(lasted),
  };
}

/** Hits of Envoy's access logs that are more than a blip. */
function envoyHits(snapshot: Snapshot): readonly LogHit[] {
  const hits = [...snapshot.hits('envoy-upstream-line'), ...snapshot.hits('envoy-upstream-json')];
  const files = groupBy(
    hits,
    (hit) => `${hit.origin.file}\u0000${hit.origin.firstLine}\u0000${fromEnvoy(hit).upstream}`,
  );
  return [...files.values()].filter((group) => weightOf(snapshot, group, FEW) !== 'few').flat();
}

export const upstreamErrors = oncePer((snapshot: Snapshot): readonly UpstreamError[] =>
  [...snapshot.hits('ingress-upstream-line'), ...envoyHits(snapshot)].map((hit) => {
    const envoy = hit.signature.startsWith('envoy-') ? fromEnvoy(hit) : undefined;
    const upstream = (
      envoy?.upstream ??
      ['upstream', 'host', 'target', 'lookup', 'dialled']
        .map((group) => hit.groups[group])
        .find((text) => text !== undefined) ??
      ''
    )
      .replace(/^https?:\/\//, '')
      .replace(/\/.*$/s, '');
    const caller = snapshot.ownerOfLog(hit.origin).pod;
    const target = snapshot.resolve(upstream, caller?.metadata.namespace);
    const workload = caller === undefined ? undefined : snapshot.workloadOf(caller);
    const { kind, name, namespace } = snapshot.subjectOfLog(hit.origin, { program: hit.program });
    return {
      hit,
      upstream,
      why: envoy?.why ?? hit.groups['why'] ?? '',
      status: envoy?.status,
      lasted: envoy?.lasted,
      service: target.service ?? (target.pod === undefined ? undefined : snapshot.servicesSelecting(target.pod)[0]),
      pod: target.pod?.metadata.name,
      workload: workload ?? refTo(kind, namespace, name),
    };
  }),
);
