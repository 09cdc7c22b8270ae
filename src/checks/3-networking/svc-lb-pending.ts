import type { LogHit } from '../../parsers/records.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, ObjectOf, Service } from '../../snapshot/kinds/index.ts';
import { refTo } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** A cloud needs a minute or two (the catalogue: 5 minutes). */
const WAIT_MS = 5 * 60 * 1000;
const MADE = 'EnsuredLoadBalancer';
const REASONS = new Set([
  'SyncLoadBalancerFailed',
  'UnAvailableLoadBalancer',
  'AllocationFailed',
  'CreatingLoadBalancerFailed',
]);

/** There is a controller, and the cloud refuses: installing one is no help. */
const REFUSED = /(?:ensure|ensuring|create|creating|update|updating|sync\w{0,5}) (?:the )?(?:load ?balancer|lb\b)/i;
const REFUSED_FIX = [
  'Mend what the cloud complains of in the message (permission of the controller, quota, subnet or network, a resource in a failed state, an annotation); the controller tries again by itself.',
];

const METALLB_FIX = [
  'MetalLB has no configuration that it can use: create an IPAddressPool and an L2Advertisement (or BGPAdvertisement) in its namespace; since 0.13 it does not read the ConfigMap "config" any more. Its log names what is not valid.',
];

const SHARING_FIX = [
  'Set externalTrafficPolicy to Cluster on all Services that share the address, give them the same selector, or enlarge the pool.',
];

/** What the logs of controllers say of a Service that they could not serve. */
interface Said {
  readonly hit: LogHit;
  readonly reason: string;
  readonly fix: readonly string[] | undefined;
}

/** `shop/front` → the last that a controller said of it; '' where MetalLB complains of its configuration as a whole. */
function saidOf(snapshot: Snapshot): ReadonlyMap<string, Said> {
  const out = new Map<string, Said>();
  for (const hit of snapshot.hits('svc-lb-sync-line')) {
    const { service = '', reason = '' } = hit.groups;
    if (!BEING_MADE.test(reason)) out.set(service, { hit, reason, fix: REFUSED_FIX });
  }
  for (const hit of snapshot.hits('svc-lb-metallb-line')) {
    const { service = '', why = '', error } = hit.groups;
    const reason = `MetalLB says: ${error === undefined ? why : `${why}: ${error}`}`;
    out.set(service, { hit, reason, fix: /config/.test(why) ? METALLB_FIX : undefined });
  }
  return out;
}

/** Services with the same key may share one address of MetalLB. */
const SHARING = ['metallb.io/allow-shared-ip', 'metallb.universe.tf/allow-shared-ip'];
const sharingKey = ({ metadata }: Service): string | undefined =>
  SHARING.flatMap((key) => metadata.annotations?.[key] ?? [])[0];

/** The Service that keeps an address from one which may share it: traffic policy Local asks for the very same pods. */
function keeperOf(service: Service, services: readonly Service[]): Service | undefined {
  const key = sharingKey(service);
  const podsOf = ({ spec }: Service): string => JSON.stringify(Object.entries(spec?.selector ?? {}).toSorted());
  if (key === undefined) return undefined;
  return services.find(
    (other) =>
      other !== service &&
      sharingKey(other) === key &&
      (other.status?.loadBalancer?.ingress ?? []).length > 0 &&
      [service, other].some(({ spec }) => spec?.externalTrafficPolicy === 'Local') &&
      (service.metadata.namespace !== other.metadata.namespace || podsOf(service) !== podsOf(other)),
  );
}

/** The configuration of MetalLB before 0.13, where nobody made a pool of today's kind: somebody brought it along in vain. */
function oldPools(snapshot: Snapshot): ObjectOf<'configMaps'> | undefined {
  if (!snapshot.listed('ipAddressPools') || snapshot.list('ipAddressPools').length > 0) return undefined;
  return snapshot
    .list('configMaps')
    .find(({ metadata, data }) => metadata.name === 'config' && /^address-pools:/m.test(data?.['config'] ?? ''));
}

/** A load balancer that is being made: the next try finds it ready. */
const BEING_MADE = /PENDING_(?:CREATE|UPDATE)|not yet active|current status: pending|AnotherOperationInProgress/;

/** The failure that tells most: the last that is not a mere waiting for the cloud. */
const telling = (failures: readonly KubeEvent[]): KubeEvent | undefined =>
  failures.findLast((event) => !BEING_MADE.test(eventMessage(event))) ?? failures.at(-1);

export default defineCheck({
  id: 'svc-lb-pending',
  layer: 3,
  title: 'LoadBalancer Services have an address',
  failureTitle: 'The LoadBalancer Service has no external address',
  why: 'Somebody has to hand out the address: the cloud, MetalLB, kube-vip. Without one, or with an empty pool, EXTERNAL-IP stays <pending>.',
  fix: ['Install or repair the load balancer controller, enlarge its pool, or use NodePort or an Ingress.'],
  next: ['kubectl describe service {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['services', 'events', 'containerLogs'],
  wants: ['ipAddressPools', 'configMaps'],
  reads: ['svc-lb-sync-line', 'svc-lb-metallb-line'],
  *run({ services, events }, { snapshot }) {
    const told = new Set<string>();
    const logged = saidOf(snapshot);
    for (const service of services) {
      if (service.spec?.type !== 'LoadBalancer' || (service.spec.externalIPs ?? []).length > 0) continue;
      if ((service.status?.loadBalancer?.ingress ?? []).length > 0) continue;
      if ((ageOf(snapshot, service) ?? WAIT_MS) < WAIT_MS) continue;
      const { namespace, name } = service.metadata;
      const event = telling(
        snapshot.eventsAbout(refTo('Service', namespace, name)).filter((e) => REASONS.has(e.reason ?? '')),
      );
      // A table row that was cut, or a describe without the line, says nothing about the address.
      const full = snapshot.sourcesOf(service).some((source) => source.detail === 'full');
      if (!full && event === undefined && service.status?.loadBalancer === undefined) continue;
      told.add(name);
      const own = [...logged].find(
        ([key]) => key === `${namespace ?? ''}/${name}` || (namespace === undefined && key.endsWith(`/${name}`)),
      );
      const said = event === undefined ? (own?.[1] ?? logged.get('')) : undefined;
      const unread = event === undefined && said === undefined ? oldPools(snapshot) : undefined;
      const why =
        event !== undefined
          ? eventMessage(event)
          : unread === undefined
            ? said?.reason
            : `its pools stand in the ConfigMap ${unread.metadata.name} of namespace ${unread.metadata.namespace ?? ''}, which MetalLB does not read since 0.13, and there is no IPAddressPool`;
      const keeper =
        why === undefined || !/no available IPs|sharing key/.test(why) ? undefined : keeperOf(service, services);
      const fix =
        keeper !== undefined
          ? SHARING_FIX
          : event === undefined
            ? unread === undefined
              ? said?.fix
              : METALLB_FIX
            : REFUSED.test(eventMessage(event))
              ? REFUSED_FIX
              : undefined;
      yield {
        subject: snapshot.subject(service),
        // What says no more than that it waits goes behind what says why.
        ...(why === undefined ? { confidence: 'medium' as const } : {}),
        ...(keeper === undefined
          ? {}
          : { variant: 'sharing', title: 'A Service may not share the address that MetalLB would give it' }),
        message: `Service ${name} of type LoadBalancer has no external address${why === undefined ? '' : `: ${why}`}${keeper === undefined ? '' : `; it would share ${keeper.status?.loadBalancer?.ingress?.[0]?.ip ?? 'an address'} with Service ${keeper.metadata.namespace ?? ''}/${keeper.metadata.name} (allow-shared-ip ${sharingKey(service) ?? ''}), which MetalLB allows with externalTrafficPolicy Local only where both select the same pods`}`,
        ...(fix === undefined ? {} : { fix }),
        evidence: [
          event === undefined ? snapshot.quote(service, '/status/loadBalancer') : snapshot.quoteEvent(event),
          ...(said === undefined ? [] : [snapshot.evidenceOf(said.hit)[0]]),
          ...(unread === undefined ? [] : [snapshot.quote(unread, '/data/config')]),
          ...(keeper === undefined ? [] : [snapshot.quote(keeper, '/spec/externalTrafficPolicy')]),
        ],
        related: keeper === undefined ? [] : [refTo('Service', keeper.metadata.namespace, keeper.metadata.name)],
      };
    }
    // Events alone: what became of the Service is not known.
    for (const event of events) {
      const about = event.involvedObject;
      if (about?.kind !== 'Service' || about.name === undefined || !REASONS.has(event.reason ?? '')) continue;
      if (told.has(about.name) || snapshot.get('services', about.namespace, about.name) !== undefined) continue;
      if (snapshot.listed('services', about.namespace)) continue;
      told.add(about.name);
      const all = snapshot.eventsAbout(refTo('Service', about.namespace, about.name));
      // A later try has made it.
      if (all.findLast((e) => REASONS.has(e.reason ?? '') || e.reason === MADE)?.reason === MADE) continue;
      const said = telling(all.filter((e) => REASONS.has(e.reason ?? ''))) ?? event;
      yield {
        subject: snapshot.named('Service', about.name, { namespace: about.namespace }),
        message: `Service ${about.name} of type LoadBalancer gets no external address: ${said.reason ?? ''}: ${eventMessage(said)}`,
        ...(REFUSED.test(eventMessage(said)) ? { fix: REFUSED_FIX } : {}),
        evidence: [snapshot.quoteEvent(said)],
      };
    }
    // The log of the controller alone: it prints the error of each try, the events only part of them.
    for (const [service, { hit, reason, fix }] of logged) {
      const [namespace, name] = service.split('/');
      if (namespace === undefined || name === undefined || told.has(name)) continue;
      if (snapshot.get('services', namespace, name) !== undefined || snapshot.listed('services', namespace)) continue;
      const made = snapshot.eventsAbout(refTo('Service', namespace, name)).findLast((e) => e.reason === MADE);
      if (made !== undefined) continue;
      told.add(name);
      yield {
        subject: snapshot.named('Service', name, { namespace }),
        message: `Service ${name} of type LoadBalancer gets no external address: ${reason}`,
        ...(fix === undefined ? {} : { fix }),
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
    }
  },
});
