import { refTo } from '../../snapshot/ref.ts';
import type { LogHit } from '../../parsers/records.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import type { ObjectOf, Pod, Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { gradedHits, logFinding, speaker, type GradedHits } from '../log-findings.ts';

const SIGNATURES = ['app-dns-lookup', 'app-dns-name', 'app-dns-other'] as const;
/** The server answered, and does not know the name. */
const UNKNOWN = /no such host|ENOTFOUND|not known|NXDOMAIN|host not found|bad address|does not resolve|name not found/i;

/** The Service that the line names, when the bundle leaves no doubt which one is meant. */
function serviceOf(snapshot: Snapshot, hit: LogHit, namespace: string | undefined): Service | undefined {
  const name = (hit.groups['name'] ?? hit.groups['subject'])?.replace(/[.:]$/, '');
  if (name === undefined || !UNKNOWN.test(`${hit.groups['how'] ?? ''} ${hit.groups['what'] ?? ''} ${hit.last.text}`))
    return undefined;
  const { service } = snapshot.resolve(name, namespace);
  const only = new Set(snapshot.list('services').map(({ metadata }) => metadata.namespace)).size === 1;
  return namespace === undefined && !name.includes('.') && !only ? undefined : service;
}

/** A headless Service has a name only while one of its pods is ready. */
const nameless = (snapshot: Snapshot, service: Service): boolean =>
  service.spec?.clusterIP === 'None' && !snapshot.podsSelectedBy(service).some((pod) => podReady(pod) === true);

/**
 * The name of a pod below a Service that has an address: `web-1.web.shop.svc`, or `web-1.web` inside the namespace.
 * Only headless Services give their pods names.
 */
function podBelow(snapshot: Snapshot, text: string, from: string | undefined): PodName | undefined {
  const [pod = '', name = '', third, fourth] = text.replace(/[.:]$/, '').split('.');
  const namespace = fourth === 'svc' ? third : third === undefined ? from : undefined;
  const service = namespace === undefined ? undefined : snapshot.get('services', namespace, name);
  const address = service?.spec?.clusterIP;
  if (service === undefined || address === undefined || !/^[\da-f.:]{3,45}$/i.test(address)) return undefined;
  // Two labels may be a Service and its namespace as well: then the pod has to be known.
  return fourth === 'svc' || snapshot.get('pods', namespace, pod) !== undefined ? { pod, service, address } : undefined;
}

interface PodName {
  readonly pod: string;
  readonly service: Service;
  readonly address: string;
}

/** `web-1.peers.shop.svc`, where the StatefulSet of `web-1` has another Service for the names of its pods. */
function misnamed(
  snapshot: Snapshot,
  text: string,
  from: string | undefined,
): { readonly service: Service; readonly set: ObjectOf<'statefulSets'>; readonly named: string } | undefined {
  const [pod = '', name = '', third, fourth] = text.replace(/[.:]$/, '').split('.');
  const namespace = fourth === 'svc' ? third : third === undefined ? from : undefined;
  const [, owner] = /^(.{1,250})-\d{1,4}$/.exec(pod) ?? [];
  if (namespace === undefined || owner === undefined) return undefined;
  const service = snapshot.get('services', namespace, name);
  const set = snapshot.get('statefulSets', namespace, owner);
  const named = set?.spec?.serviceName;
  return service === undefined || set === undefined || named === undefined || named === name
    ? undefined
    : { service, set, named };
}

/** Whether the pod that asks is one of those that the Service selects: who waits for its peers is not ready itself. */
const isAmongPeers = (snapshot: Snapshot, service: Service, pod: Pod | undefined): boolean =>
  service.spec?.publishNotReadyAddresses !== true &&
  pod !== undefined &&
  snapshot.podsSelectedBy(service).some(({ metadata }) => metadata.name === pod.metadata.name);

export default defineCheck({
  id: 'dns-service-name-fails',
  layer: 3,
  title: 'The cluster DNS knows the Services',
  failureTitle: 'The cluster DNS does not know the name of a Service that exists',
  why: 'The Service is in the bundle, and a program is told that there is no such name: the question does not reach the cluster DNS (the pod asks another server, or without the search domains), CoreDNS does not see the Service, or it is headless and gives the addresses of ready pods only, while its pods get ready when they have found each other.',
  fix: [
    "Compare nameserver and search of the pod's /etc/resolv.conf with the address of Service kube-dns and NAMESPACE.svc.cluster.local; when they are right, see whether CoreDNS reaches the API server.",
  ],
  next: [
    'kubectl exec POD -n {namespace} -- cat /etc/resolv.conf',
    'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['services'],
  needsAny: ['containerLogs', 'probes'],
  wants: ['pods', 'statefulSets'],
  reads: SIGNATURES,
  *run({ probes }, { snapshot }) {
    const asked = [
      ...probes.flatMap((probe) =>
        probe.outcome === 'unresolved' ? [{ name: probe.target, from: probe.from, evidence: probe.source }] : [],
      ),
      ...gradedHits(snapshot, SIGNATURES).flatMap(({ hits, subject }) =>
        hits.map((hit) => ({
          name: hit.groups['name'] ?? hit.groups['subject'] ?? '',
          from: { pod: subject.name, namespace: subject.namespace },
          evidence: snapshot.evidenceOf(hit)[0],
        })),
      ),
    ];
    const told = new Set<Service>();
    for (const { name, from, evidence } of asked) {
      const wrong = misnamed(snapshot, name, from?.namespace);
      if (wrong === undefined || told.has(wrong.service)) continue;
      const { service, set, named } = wrong;
      told.add(service);
      yield {
        subject: snapshot.subject(set),
        variant: 'service-name',
        title: 'A StatefulSet has another Service for the names of its pods than the one that is asked',
        confidence: 'high',
        message: `${name} does not exist: StatefulSet ${set.metadata.name} has serviceName ${named}, so its pods have their names below ${named}, not below Service ${service.metadata.name}`,
        fix: [
          `Make the StatefulSet anew with serviceName ${service.metadata.name} (the field cannot be changed), or ask for names below ${named} and give it a headless Service of that name.`,
        ],
        evidence: [snapshot.quote(set, '/spec/serviceName'), evidence],
        related: [refTo('Service', service.metadata.namespace, service.metadata.name)],
      };
    }
    for (const { name, from, evidence } of asked) {
      const below = podBelow(snapshot, name, from?.namespace);
      if (below === undefined || told.has(below.service)) continue;
      told.add(below.service);
      const { metadata } = below.service;
      yield {
        subject: snapshot.subject(below.service),
        variant: 'not-headless',
        title: 'Names of single pods are asked for below a Service that is not headless',
        confidence: 'high',
        message: `${name} is the name of pod ${below.pod} below Service ${metadata.name}, which has the cluster IP ${below.address}: only a headless Service (clusterIP: None) gives its pods DNS names of their own, so the name does not exist`,
        fix: [
          `Make Service ${metadata.name} headless (delete it and create it with clusterIP: None), or give the StatefulSet a headless Service of its own as serviceName and ask for names below that.`,
        ],
        evidence: [snapshot.quote(below.service, '/spec/clusterIP'), evidence],
        related: asked
          .filter(
            ({ from: asker, name: other }) =>
              asker?.pod !== undefined && podBelow(snapshot, other, asker.namespace)?.service === below.service,
          )
          .map(({ from: asker }) => refTo('Pod', asker?.namespace, asker?.pod ?? '')),
      };
    }
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      for (const hit of hits.hits) {
        const service = serviceOf(snapshot, hit, hits.subject.namespace);
        if (service === undefined || told.has(service)) continue;
        if (service.spec?.type === 'ExternalName') {
          told.add(service);
          yield aliasFails(snapshot, service, hits);
          break;
        }
        const empty = nameless(snapshot, service);
        if (empty && !isAmongPeers(snapshot, service, hits.pod)) continue;
        const { name, namespace } = service.metadata;
        const { kind, namespace: place, name: who } = hits.subject;
        const said = hit.last.text.trim().slice(0, 300);
        yield {
          ...logFinding(
            hits,
            { failing: 'critical', ongoing: 'warning' },
            {
              message: empty
                ? `The pods of headless Service ${name} look for each other by its name, which has no address while none of them is ready (publishNotReadyAddresses is not set): ${said}`
                : `${speaker(hits)} is told that the name of Service ${name} does not exist, and the Service is there: ${said}`,
            },
          ),
          ...(empty
            ? {
                variant: 'peers-not-ready',
                fix: [
                  'Set publishNotReadyAddresses: true on the Service by which the members find each other; clients ask a Service of their own.',
                ],
                evidence: [hits.evidence[0], snapshot.quote(service, '/spec/clusterIP')],
              }
            : {}),
          subject: snapshot.named('Service', name, { namespace }),
          related: [refTo(kind, place, who)],
        };
        break;
      }
    }
  },
});

/** A Service that is an alias: the DNS knows it, and what it stands for does not exist. */
function aliasFails(snapshot: Snapshot, service: Service, hits: GradedHits): FindingDraft {
  const { name, namespace } = service.metadata;
  const alias = service.spec?.externalName ?? '';
  const { kind, namespace: place, name: who } = hits.subject;
  return {
    ...logFinding(
      hits,
      { failing: 'critical', ongoing: 'warning' },
      {
        variant: 'external-name',
        title: 'The ExternalName of the Service does not resolve',
        message: `Service ${name} of type ExternalName stands for ${alias}, and ${speaker(hits)} is told that there is no such name: the name is wrong, or the resolvers that CoreDNS asks do not know it`,
      },
    ),
    subject: snapshot.named('Service', name, { namespace }),
    fix: [`Correct externalName of Service ${name}, or let the resolvers behind CoreDNS know ${alias}.`],
    evidence: [snapshot.quote(service, '/spec/externalName'), hits.evidence[0]],
    related: [refTo(kind, place, who)],
  };
}
