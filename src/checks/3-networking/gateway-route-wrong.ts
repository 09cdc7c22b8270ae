import { groupBy } from '../../lib/group-by.ts';
import { nearest } from '../../lib/near-miss.ts';
import { clusterName } from '../../snapshot/network/addresses.ts';
import { portText } from '../../snapshot/network/ports.ts';
import { routes, type Route } from '../../snapshot/network/routes.ts';
import { refOf, refTo } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** Words that say nothing about which Service is meant. */
const FILLER = /^(?:api|rest|v\d{1,2}|public|internal|service|services|svc)$/;

/** A name without separators, and without the words all services share (`service`, `svc`). */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .split(/[-_.]/)
    .filter((word) => word !== '' && !FILLER.test(word))
    .join('')
    .replace(/(?:service|svc)$/, '');

/** The longest beginning, up to a dash, that all names share: `shop-orders`, `shop-users` → `shop-`. */
function sharedPrefix(names: readonly string[]): string {
  const [first = ''] = names;
  const dash = first.indexOf('-');
  const prefix = dash < 0 ? '' : first.slice(0, dash + 1);
  return prefix !== '' && names.length > 1 && names.every((name) => name.startsWith(prefix)) ? prefix : '';
}

/** What the segments of a path may name, fillers left out. */
const segments = (path: string): readonly string[] =>
  path
    .split('/')
    .map((segment) => bare(segment.replace(/[*?{}()^$~].*$/, '')))
    .filter((segment) => segment.length >= 3);

const service = (route: Route): string => route.backend.host.split('.')[0] ?? route.backend.host;

export default defineCheck({
  id: 'gateway-route-wrong',
  layer: 3,
  title: 'Gateway routes lead to the Services that their paths name',
  failureTitle: 'A gateway route leads to the wrong Service',
  why: 'An application gateway sends a path wherever its table says. A slip there answers 404 or 500 for one part of the application while every pod and Service is healthy.',
  fix: ['Correct the backend in the route table and restart the gateway so that it reads it.'],
  next: ['kubectl get configmap -n {namespace} -o yaml', 'kubectl get ingress -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['configMaps', 'ingresses'],
  wants: ['services'],
  *run(_facts, { snapshot }) {
    for (const [table, list] of groupBy(routes(snapshot), (route) => route.table)) {
      const namespace = table.metadata.namespace;
      const here = snapshot.list('services').filter((s) => s.metadata.namespace === namespace);
      const prefix = sharedPrefix([...new Set(list.map(service))]);
      const key = (name: string) => bare(name.startsWith(prefix) ? name.slice(prefix.length) : name);
      const byKey = new Map<string, string>();
      for (const name of [...list.map(service), ...here.map((s) => s.metadata.name)]) byKey.set(key(name), name);
      // An id is a Service's name, or has it as a word (`auth-users`) if it is not the name of another.
      const idNames = (id: string, target: string): boolean =>
        bare(id) === target || (!byKey.has(bare(id)) && id.toLowerCase().split(/[-_.]/).includes(target));
      const agrees = (route: Route): boolean => {
        const target = key(service(route));
        return segments(route.path).includes(target) || (route.id !== undefined && idNames(route.id, target));
      };
      const agreeing = list.filter(agrees).length;
      const where = `${table.kind} ${table.metadata.name}`;

      for (const route of list) {
        const target = service(route);
        // Three siblings that follow the rule, and two thirds of the table, make it a rule (HEUR).
        if (!agrees(route) && agreeing >= 3 && agreeing * 3 >= list.length * 2) {
          const meant = [...segments(route.path), ...(route.id === undefined ? [] : [bare(route.id)])]
            .map((segment) => byKey.get(segment))
            .find((name) => name !== undefined && name !== target);
          const exists = here.some((s) => s.metadata.name === meant) || here.length === 0;
          if (meant !== undefined && exists) {
            yield {
              subject: snapshot.named('Service', meant, { namespace }),
              variant: 'other-service',
              confidence: 'high',
              message: `${where} routes path ${route.path} to ${target} instead of ${meant}: ${agreeing} of its ${list.length} routes go to the service that their path or id names, and ${meant} gets no traffic from this one`,
              evidence: [route.evidence],
              fix: [`Set the backend of path ${route.path} to ${meant} in ${where} and restart the gateway`],
              next: [
                `kubectl get ${table.kind.toLowerCase()} ${table.metadata.name} -n ${namespace ?? 'default'} -o yaml`,
              ],
              related: [refOf(table), refTo('Service', namespace, target)],
            };
            continue;
          }
        }
        if (route.language === 'ingress') continue; // ingress-backend-missing tells of those
        const name = clusterName(snapshot, route.backend.host, namespace);
        if (name === undefined || !snapshot.listed('services', name.namespace)) continue;
        const backend = snapshot.get('services', name.namespace, name.service);
        const common = {
          evidence: [route.evidence] as const,
          related: [refOf(table)],
        };
        if (backend === undefined) {
          const like = nearest(
            name.service,
            here.map((s) => s.metadata.name),
          );
          // Tables ship with routes to parts that are not installed: without a like name that is no fault.
          yield {
            ...common,
            subject: snapshot.named('Service', like ?? name.service, { namespace: name.namespace }),
            variant: 'backend-missing',
            severity: like === undefined || list.some((r) => service(r) === like) ? 'info' : 'critical',
            title: 'A gateway route leads to a Service that does not exist',
            message: `${where} routes path ${route.path} to ${route.backend.host}, and namespace ${name.namespace} has no such Service${like === undefined ? '' : `; the nearest name is ${like}`}`,
          };
          continue;
        }
        const ports = backend.spec?.ports ?? [];
        const port = route.backend.port;
        if (
          port !== undefined &&
          ports.length > 0 &&
          backend.spec?.clusterIP !== 'None' &&
          !ports.some((p) => p.port === port)
        )
          yield {
            ...common,
            subject: snapshot.subject(backend),
            variant: 'backend-port',
            title: 'A gateway route leads to a port that the Service does not have',
            message: `${where} routes path ${route.path} to ${route.backend.host}:${port}, but Service ${backend.metadata.name} has only ${ports.map((p) => portText(p)).join(', ')}`,
            evidence: [route.evidence, snapshot.quote(backend, '/spec/ports')],
          };
      }
    }
  },
});
