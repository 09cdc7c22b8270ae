import { pointerTo } from '../../lib/json-pointer.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** What a classic load balancer of AWS waits for a byte, in either direction. */
const DEFAULT_SECONDS = 60;
const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';
const IDLE = `${PREFIX}connection-idle-timeout`;
const READ = 'nginx.ingress.kubernetes.io/proxy-read-timeout';
const CONTROLLER = /ingress|nginx/;

export default defineCheck({
  id: 'lb-idle-timeout-short',
  layer: 3,
  title: 'Load balancers wait as long as the proxies behind them',
  failureTitle:
    'The load balancer in front of the ingress controller ends idle connections sooner than the Ingress asks for',
  why: 'A long proxy-read-timeout is for WebSockets and slow answers. The classic load balancer of AWS before the controller has an idle timeout of its own, 60 seconds by default, and closes the connection whatever nginx was told.',
  fix: [
    `Set the annotation ${IDLE} of Service {service} to at least the timeout of the Ingress (3600 at most), use a network load balancer (350 s), or let the program send something more often.`,
  ],
  next: ['kubectl get svc -A -o yaml | grep -i idle-timeout'],
  severity: 'info',
  confidence: 'medium',
  needs: ['ingresses', 'services'],
  *run({ ingresses, services }, { snapshot }) {
    const classic = services.find(
      ({ metadata, spec, status }) =>
        spec?.type === 'LoadBalancer' &&
        CONTROLLER.test(`${metadata.namespace ?? ''}/${metadata.name}`) &&
        metadata.annotations?.[`${PREFIX}type`] === undefined &&
        (status?.loadBalancer?.ingress ?? []).some(({ hostname }) =>
          /\d\.[\w-]{1,40}\.elb\.amazonaws\.com$/.test(hostname ?? ''),
        ),
    );
    const waits = Number(classic?.metadata.annotations?.[IDLE] ?? DEFAULT_SECONDS);
    const longer = ingresses.find(({ metadata }) => Number(metadata.annotations?.[READ] ?? 0) > waits);
    if (classic === undefined || longer === undefined) return;
    const name = `${classic.metadata.namespace ?? ''}/${classic.metadata.name}`;
    yield {
      subject: snapshot.subject(classic),
      // Somebody asked for long connections. Of these manifests alone it is what they are about; in a cluster an observation.
      ...(snapshot.has('pods') || snapshot.has('nodes') ? {} : { guess: true as const }),
      message: `Ingress ${longer.metadata.name} asks for ${longer.metadata.annotations?.[READ] ?? ''} s (proxy-read-timeout), and the classic ELB of Service ${name} in front of the controller closes connections that are idle for ${waits} s (idle timeout${classic.metadata.annotations?.[IDLE] === undefined ? ', the default' : ''})`,
      evidence: [
        snapshot.quote(longer, pointerTo('metadata', 'annotations', READ)),
        snapshot.quote(classic, '/status/loadBalancer'),
      ],
      related: [refOf(longer)],
      params: { service: name },
    };
  },
});
