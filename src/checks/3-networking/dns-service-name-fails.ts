import { refTo } from '../../snapshot/ref.ts';
import type { LogHit } from '../../parsers/records.ts';
import { podReady } from '../../snapshot/network/reachability.ts';
import type { Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

const SIGNATURES = ['app-dns-lookup', 'app-dns-name'] as const;
/** The server answered, and does not know the name. */
const UNKNOWN = /no such host|ENOTFOUND|not known|NXDOMAIN|host not found|bad address|does not resolve/i;

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

export default defineCheck({
  id: 'dns-service-name-fails',
  layer: 3,
  title: 'The cluster DNS knows the Services',
  failureTitle: 'The cluster DNS does not know the name of a Service that exists',
  why: 'The Service is in the bundle, and a program is told that there is no such name: the question does not reach the cluster DNS (the pod asks another server, or without the search domains), or CoreDNS does not see the Service.',
  fix: [
    "Compare nameserver and search of the pod's /etc/resolv.conf with the address of Service kube-dns and NAMESPACE.svc.cluster.local; when they are right, see whether CoreDNS reaches the API server.",
  ],
  next: [
    'kubectl exec POD -n {namespace} -- cat /etc/resolv.conf',
    'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['containerLogs', 'services'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      for (const hit of hits.hits) {
        const service = serviceOf(snapshot, hit, hits.subject.namespace);
        if (service === undefined || nameless(snapshot, service)) continue;
        const { name, namespace } = service.metadata;
        const { kind, namespace: place, name: who } = hits.subject;
        yield {
          ...logFinding(
            hits,
            { failing: 'critical', ongoing: 'warning' },
            {
              message: `${speaker(hits)} is told that the name of Service ${name} does not exist, and the Service is there: ${hit.last.text.trim().slice(0, 300)}`,
            },
          ),
          subject: snapshot.named('Service', name, { namespace }),
          related: [refTo(kind, place, who)],
        };
        break;
      }
    }
  },
});
