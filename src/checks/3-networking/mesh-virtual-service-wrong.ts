import { matchesLabels } from '../../lib/labels.ts';
import type { ObjectOf, Service } from '../../snapshot/kinds/index.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

type VirtualService = ObjectOf<'virtualServices'>;

/** Where a name of a Gateway leads: `edge/shop-gw`, the older `shop-gw.edge.svc.cluster.local`, else the own namespace. */
function placeOf(written: string, { metadata }: VirtualService): readonly [string | undefined, string] {
  const [first = '', ...rest] = written.split('/');
  if (rest[0] !== undefined) return [first === '.' ? metadata.namespace : first, rest[0]];
  const [name = '', namespace] = written.split('.');
  return [namespace ?? metadata.namespace, name];
}

type DestinationRule = ObjectOf<'destinationRules'>;

/** Short names are those of the namespace of the object that has them. */
const wholeName = (host: string, namespace: string | undefined): string =>
  host.includes('.') ? host.split('.').slice(0, 2).join('.') : `${host}.${namespace ?? ''}`;

/** The rules of a host that a bundle shows, whichever way the host is written. */
const rulesOf = (
  rules: readonly DestinationRule[],
  host: string,
  namespace: string | undefined,
): readonly DestinationRule[] =>
  rules.filter(
    ({ spec, metadata }) =>
      spec?.host === host || wholeName(spec?.host ?? '', metadata.namespace) === wholeName(host, namespace),
  );

/**
 * Pods of the Service whose labels are known to the last one; of a table of pods with their names alone, none. The
 * pods of a Service whose selector is not shown are those that its name begins.
 */
function knownPods(snapshot: Snapshot, service: Service | undefined, host: string, namespace: string | undefined) {
  const name = service?.metadata.name ?? host.split('.')[0] ?? '';
  const place = service?.metadata.namespace ?? host.split('.')[1] ?? namespace;
  const selected = service === undefined ? [] : snapshot.podsSelectedBy(service);
  const pods =
    selected.length > 0
      ? selected
      : snapshot
          .list('pods')
          .filter(({ metadata }) => metadata.namespace === place && metadata.name.startsWith(`${name}-`));
  return pods.filter((pod) => snapshot.hasAllLabels(pod));
}

type Fault = NonNullable<NonNullable<NonNullable<VirtualService['spec']>['http']>[number]['fault']>;

/** What a rule does to requests on purpose: `answers 60 % of the requests with 503`; undefined where it touches none. */
function injected({ abort, delay }: Fault): { readonly says: string; readonly aborts: boolean } | undefined {
  const share = (percent: number): string => (percent >= 100 ? 'all requests' : `${percent} % of the requests`);
  // Istio aborts all requests where no share is written, and delays none.
  const aborted = abort === undefined ? 0 : (abort.percentage?.value ?? abort.percent ?? 100);
  const delayed = delay === undefined ? 0 : (delay.percentage?.value ?? delay.percent ?? 0);
  const words = [
    ...(aborted > 0 ? [`answers ${share(aborted)} with ${abort?.httpStatus ?? abort?.grpcStatus ?? 'an error'}`] : []),
    ...(delayed > 0 ? [`delays ${share(delayed)} by ${delay?.fixedDelay ?? 'a fixed time'}`] : []),
  ];
  return words.length === 0 ? undefined : { says: words.join(' and '), aborts: aborted > 0 };
}

export default defineCheck({
  id: 'mesh-virtual-service-wrong',
  layer: 3,
  title: 'VirtualServices name Gateways, ports and subsets that exist, and inject no faults',
  failureTitle: 'A VirtualService of Istio names a Gateway, a port or a subset that is not there',
  why: 'A Gateway without a namespace is looked for in the namespace of the VirtualService; one that is not found is left out without a word, and the proxies answer 404 (NR). A port that the Service has not is a cluster that Envoy does not know: 503 (NC). Short names of Services, too, are those of the namespace of the VirtualService.',
  fix: ['Write the Gateway as NAMESPACE/NAME, and the host and port as the Service has them.'],
  next: ['istioctl analyze -n {namespace}', 'kubectl get gateways.networking.istio.io,virtualservices -A'],
  severity: 'critical',
  confidence: 'high',
  needs: ['virtualServices'],
  wants: ['istioGateways', 'services', 'destinationRules', 'pods'],
  *run({ virtualServices, istioGateways, destinationRules }, { snapshot }) {
    for (const virtual of virtualServices) {
      const { name, namespace } = virtual.metadata;
      const hosts = virtual.spec?.hosts ?? [];
      const about = `VirtualService ${namespace ?? ''}/${name}${hosts.length === 0 ? '' : ` (${hosts.slice(0, 3).join(', ')})`}`;
      const asked = hosts.slice(0, 10).map((host) => ({ kind: 'Host', name: host }));
      for (const [i, written] of (virtual.spec?.gateways ?? []).entries()) {
        const [place, gateway] = placeOf(written, virtual);
        const others = istioGateways.filter(({ metadata }) => metadata.name === gateway);
        if (
          written === 'mesh' ||
          others.length === 0 ||
          others.some(({ metadata }) => place === undefined || metadata.namespace === place)
        )
          continue;
        const [other] = others;
        if (other === undefined) continue;
        const right = `${other.metadata.namespace ?? ''}/${gateway}`;
        yield {
          subject: snapshot.subject(virtual),
          variant: 'gateway',
          title: 'A VirtualService of Istio names a Gateway in a namespace where it is not',
          message: `${about} names Gateway ${written}, which is looked for in namespace ${place ?? ''}; the Gateway of that name is in namespace ${other.metadata.namespace ?? ''}, so no proxy gets these routes`,
          fix: [`Write the Gateway as ${right}.`],
          evidence: [snapshot.quote(virtual, `/spec/gateways/${i}`), snapshot.quote(other, '/metadata/namespace')],
          related: [refOf(other), ...asked],
        };
      }
      for (const [i, rule] of (virtual.spec?.http ?? []).entries()) {
        const fault = rule.fault === undefined ? undefined : injected(rule.fault);
        if (fault === undefined) continue;
        // Requests of a tester alone, known by a header or by the pod that sends them, hurt nobody else.
        const some =
          (rule.match ?? []).length > 0 && (rule.match ?? []).every((one) => one.headers ?? one.sourceLabels);
        yield {
          subject: snapshot.subject(virtual),
          variant: 'fault',
          // Late answers are answers.
          severity: some ? 'info' : fault.aborts ? 'critical' : 'warning',
          title: 'A VirtualService of Istio injects faults',
          message: `${about} injects a fault: it ${fault.says}${some ? ', of those that its match takes' : ''}; the proxies of the callers do that, the Service itself never sees these requests`,
          fix: [`Take the fault out of VirtualService ${name}, unless the test that it belongs to still runs.`],
          evidence: [snapshot.quote(virtual, `/spec/http/${i}/fault`)],
          related: [
            ...hosts.slice(0, 10).map((host) => {
              const service = snapshot.resolve(host, namespace).service;
              const place = service?.metadata.namespace ?? namespace;
              return {
                kind: 'Service',
                name: service?.metadata.name ?? host,
                ...(place === undefined ? {} : { namespace: place }),
              };
            }),
            ...asked,
          ],
        };
      }
      const told = new Set<string>();
      for (const [i, rule] of (virtual.spec?.http ?? []).entries())
        for (const [j, { destination }] of (rule.route ?? []).entries()) {
          const { host, subset } = destination ?? {};
          if (host === undefined || subset === undefined || told.has(`${host} ${subset}`)) continue;
          const { service } = snapshot.resolve(host, namespace);
          const place = service?.metadata.namespace ?? namespace;
          const rules = rulesOf(destinationRules, host, namespace);
          // A row of `kubectl get destinationrules` does not tell its subsets.
          const known = rules.every(({ spec }) => spec?.subsets !== undefined);
          const quote = snapshot.quote(virtual, `/spec/http/${i}/route/${j}/destination`);
          const related = [
            { kind: 'Service', name: host.split('.')[0] ?? host, ...(place === undefined ? {} : { namespace: place }) },
            ...rules.map(refOf),
            ...asked,
          ];
          const defined = rules.flatMap((one) =>
            (one.spec?.subsets ?? []).map((has, at) => ({ ...has, rule: one, at })),
          );
          const found = defined.find((has) => has.name === subset);
          if (found === undefined) {
            if (!known || (rules.length === 0 && !snapshot.listed('destinationRules', place))) continue;
            told.add(`${host} ${subset}`);
            yield {
              subject: snapshot.subject(virtual),
              variant: 'subset',
              title: 'A VirtualService of Istio routes to a subset that no DestinationRule defines',
              message: `${about} routes to subset ${subset} of ${host}; ${
                rules.length === 0
                  ? `there is no DestinationRule for ${host}`
                  : `DestinationRule ${rules.map(({ metadata }) => metadata.name).join(', ')} defines ${defined.length === 0 ? 'no subset' : `only ${defined.map((has) => has.name ?? '').join(', ')}`}`
              }, so Envoy knows no cluster for it (503 NC)`,
              fix: [
                `Define subset ${subset} in a DestinationRule for ${host}, with labels that its pods have, or route without a subset.`,
              ],
              evidence: [quote, ...rules.slice(0, 2).map((one) => snapshot.quote(one, '/spec/subsets'))],
              related,
            };
            continue;
          }
          const pods = knownPods(snapshot, service, host, namespace);
          if (pods.length === 0 || pods.some((pod) => matchesLabels(found.labels, snapshot.labelsOf(pod)))) continue;
          told.add(`${host} ${subset}`);
          const wanted = Object.entries(found.labels ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .join(',');
          yield {
            subject: snapshot.subject(found.rule),
            variant: 'subset-empty',
            title: 'A subset of a DestinationRule of Istio selects no pod',
            message: `DestinationRule ${found.rule.metadata.name} defines subset ${subset} of ${host} as the pods with label ${wanted}, which none of them has (${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}), so ${about} leads to no endpoint: 503, no healthy upstream`,
            fix: [
              `Give the pods behind ${host} the label ${wanted} (in the template of their workload), or take the labels that they have into the subset, or route without it.`,
            ],
            evidence: [
              snapshot.quote(found.rule, `/spec/subsets/${found.at}`),
              ...pods.slice(0, 1).map((pod) => snapshot.quote(pod, '/metadata/labels')),
              quote,
            ],
            related: [refOf(virtual), ...pods.slice(0, 5).map(refOf), ...related],
          };
        }
      for (const [i, rule] of (virtual.spec?.http ?? []).entries())
        for (const [j, { destination }] of (rule.route ?? []).entries()) {
          const { host, port } = destination ?? {};
          if (host === undefined || port?.number === undefined) continue;
          const { service } = snapshot.resolve(host, namespace);
          const ports = (service?.spec?.ports ?? []).flatMap((one) => one.port ?? []);
          const key = `${host}:${port.number}`;
          if (service === undefined || ports.length === 0 || ports.includes(port.number) || told.has(key)) continue;
          told.add(key);
          yield {
            subject: snapshot.subject(virtual),
            variant: 'port',
            title: 'A VirtualService of Istio routes to a port that the Service has not',
            message: `${about} routes to port ${port.number} of ${host}; Service ${service.metadata.name} has no port ${port.number}, it has ${ports.join(', ')}, so Envoy knows no cluster for it (503 NC)`,
            fix: [
              `Route to port ${ports.length === 1 ? (ports[0] ?? '') : ports.join(' or ')}, or give the Service that port.`,
            ],
            evidence: [
              snapshot.quote(virtual, `/spec/http/${i}/route/${j}/destination`),
              snapshot.quote(service, '/spec/ports'),
            ],
            related: [refOf(service), ...asked],
          };
        }
    }
  },
});
