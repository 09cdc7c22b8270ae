import { pointerTo } from '../../lib/json-pointer.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const CLASS = 'kubernetes.io/ingress.class';
/** Which prefixes the controllers read, by the usual names of their classes. */
const READS: readonly (readonly [RegExp, string, readonly string[]])[] = [
  [/^gce(?:-internal)?$/, "Google's", ['networking.gke.io', 'cloud.google.com']],
  [/^alb$/, 'the AWS Load Balancer', ['alb.ingress.kubernetes.io']],
  [/^(?:azure-application-gateway|azure\/application-gateway)$/, "Azure's", ['appgw.ingress.kubernetes.io']],
  // Two controllers have this name for their class.
  [/^nginx$/, 'the nginx', ['nginx.ingress.kubernetes.io', 'nginx.org', 'nginx.com']],
  [/^traefik$/, 'the Traefik', ['traefik.ingress.kubernetes.io', 'nginx.ingress.kubernetes.io']],
  [/^kong$/, 'the Kong', ['konghq.com']],
  [/^contour$/, 'the Contour', ['projectcontour.io', 'ingress.kubernetes.io']],
];
/** Everything that some controller reads; `ingress.kubernetes.io` was that of all before they had their own. */
const PREFIX =
  /^((?:nginx|alb|appgw|traefik)\.ingress\.kubernetes\.io|nginx\.(?:org|com)|konghq\.com|haproxy\.org|ingress\.kubernetes\.io)\//;
/** What controllers write down themselves. */
const STATUS =
  /^ingress\.kubernetes\.io\/(?:backends|forwarding-rule|https-forwarding-rule|target-proxy|https-target-proxy|url-map|ssl-cert|static-ip|redirect-url-map)$/;
/** What decides how long and how large a request may be: when it is ignored, somebody notices. */
const LIMIT = /timeout|body-size|buffer|max-body|whitelist|allowlist|backend-protocol|rewrite|websocket|affinity/;

interface Reader {
  readonly shown: string;
  readonly who: string;
  readonly prefixes: readonly string[];
}

function readerOf(snapshot: Snapshot, { metadata, spec }: ObjectOf<'ingresses'>): Reader | undefined {
  const shown = metadata.annotations?.[CLASS] ?? spec?.ingressClassName;
  if (shown === undefined) return undefined;
  // A class may be called anything: what its controller is called decides.
  const controller = snapshot.get('ingressClasses', undefined, shown)?.spec?.controller;
  if (controller !== undefined && !controller.includes(shown)) return undefined;
  const found = READS.find(([name]) => name.test(shown));
  return found === undefined ? undefined : { shown, who: found[1], prefixes: found[2] };
}

export default defineCheck({
  id: 'ingress-annotation-ignored',
  layer: 3,
  title: 'Annotations of an Ingress are those of its controller',
  failureTitle: 'An Ingress has annotations that the controller of its class does not read',
  why: 'Each controller reads annotations with its own prefix and passes over all others without a word, so limits and timeouts that are written down do not hold: nginx keeps its 1 MiB for a body and 60 s for an answer, the load balancer of Google its 30 s.',
  fix: [
    'Write the setting as the controller of class {class} has it (nginx.ingress.kubernetes.io/…, nginx.org/…, alb.ingress.kubernetes.io/…; for Google a BackendConfig with timeoutSec, named in an annotation of the Service).',
  ],
  next: ['kubectl get ingress {name} -n {namespace} -o yaml', 'kubectl get ingressclass'],
  severity: 'info',
  confidence: 'medium',
  needs: ['ingresses'],
  wants: ['ingressClasses', 'containerLogs'],
  *run({ ingresses }, { snapshot }) {
    for (const ingress of ingresses) {
      const reader = readerOf(snapshot, ingress);
      const annotations = ingress.metadata.annotations ?? {};
      const foreign = Object.keys(annotations).filter((key) => {
        const prefix = PREFIX.exec(key)?.[1];
        return prefix !== undefined && !STATUS.test(key) && reader?.prefixes.includes(prefix) === false;
      });
      // Some write a setting once for each controller that may serve the Ingress.
      const own = Object.keys(annotations).filter((key) => reader?.prefixes.some((one) => key.startsWith(`${one}/`)));
      const meant = foreign.filter(
        (key) => LIMIT.test(key) && !own.some((one) => one.slice(one.indexOf('/')) === key.slice(key.indexOf('/'))),
      );
      const [first] = meant;
      if (reader === undefined || first === undefined) continue;
      const hosts = (ingress.spec?.rules ?? []).flatMap(({ host }) => host ?? []);
      const body = meant.find((key) => /body/.test(key));
      const refused =
        body === undefined
          ? undefined
          : snapshot
              .hits('ingress-body-too-large')
              .find(({ groups }) => groups['server'] === undefined || hosts.includes(groups['server']));
      yield {
        subject: snapshot.subject(ingress),
        // Left over from another controller it does no harm: only of a manifest alone it is what that is about.
        ...(refused === undefined
          ? snapshot.has('pods') || snapshot.has('nodes')
            ? {}
            : { guess: true as const }
          : { variant: 'body', severity: 'warning' as const, confidence: 'high' as const }),
        message: `Ingress ${ingress.metadata.namespace ?? ''}/${ingress.metadata.name} has class ${reader.shown}, whose controller (${reader.who} one) does not read the annotation ${meant.slice(0, 3).join(', ')}: the setting has no effect, and the default of the controller holds${refused === undefined ? '' : '; bodies are refused as too large (413)'}`,
        evidence: [
          snapshot.quote(ingress, pointerTo('metadata', 'annotations', first)),
          ...(refused === undefined ? [] : [snapshot.evidenceOf(refused)[0]]),
        ],
        related: hosts.slice(0, 10).map((name) => ({ kind: 'Host', name })),
        params: { class: reader.shown },
      };
    }
  },
});
