import { webhooksOf } from '../../snapshot/control-plane/webhooks.ts';
import { refOf, soleNodeOf } from '../../snapshot/ref.ts';
import { defineCheck, type Evidence } from '../check.ts';

export default defineCheck({
  id: 'webhook-backend-absent',
  layer: 4,
  title: 'Every admission webhook has a ready backend',
  failureTitle: 'An admission webhook with failurePolicy Fail has no backend',
  why: 'Every object that it covers is refused until a pod serves it. When it covers its own pods too, it keeps them from coming back: a deadlock.',
  fix: [
    'Bring a pod behind Service {service} to readiness; when nothing serves the webhook any more, delete {kind} {name}',
    'Exclude kube-system and the namespace of the webhook by namespaceSelector',
  ],
  next: ['kubectl get endpointslices,pods -n {serviceNamespace}', 'kubectl get {kind} {name} -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['validatingWebhookConfigurations', 'mutatingWebhookConfigurations'],
  wants: ['services', 'endpoints', 'endpointSlices'],
  *run(_facts, { snapshot }) {
    for (const { configuration, webhook, name, index, service } of webhooksOf(snapshot)) {
      // Unset is Fail in admissionregistration/v1; v1beta1 meant Ignore, and is gone since 1.22.
      if (service === undefined || webhook.failurePolicy === 'Ignore') continue;
      const object = snapshot.get('services', service.namespace, service.name);
      const at = `${service.namespace ?? ''}/${service.name}`;
      let why: string | undefined;
      let variant = 'no-endpoints';
      const evidence: Evidence[] = [];
      if (object === undefined) {
        if (!snapshot.listed('services', service.namespace)) continue;
        why = `Service ${at} does not exist`;
        variant = 'service-missing';
      } else {
        const port = webhook.clientConfig?.service?.port ?? 443;
        const ports = object.spec?.ports ?? [];
        if (ports.length > 0 && !ports.some((one) => one.port === port)) {
          why = `Service ${at} has no port ${port}`;
          variant = 'port-missing';
          evidence.push(snapshot.quote(object, '/spec/ports'));
        } else {
          const backends = snapshot.backendsOf(object);
          if (!backends.known || backends.addresses.some((address) => address.ready)) continue;
          why = `Service ${at} has no ready endpoint${backends.addresses.length === 0 ? '' : ` (${backends.addresses.length} not ready)`}`;
          const [first] = backends.objects;
          if (first !== undefined)
            evidence.push(snapshot.quote(first, first.kind === 'EndpointSlice' ? '/endpoints' : '/subsets'));
        }
      }
      yield {
        subject: refOf(configuration),
        variant,
        message: `Webhook "${name}" of ${configuration.metadata.name} has failurePolicy ${webhook.failurePolicy ?? 'Fail'} and ${why}: what it covers (${coverage(webhook.rules)}) is refused`,
        evidence: [snapshot.quote(configuration, `/webhooks/${index}/clientConfig/service`), ...evidence],
        related: [
          service,
          { kind: 'Webhook', name },
          ...(object === undefined ? [] : soleNodeOf(snapshot.podsSelectedBy(object))),
        ],
        params: { service: at, serviceNamespace: service.namespace ?? 'default' },
      };
    }
  },
});

function coverage(
  rules: readonly { readonly operations?: readonly string[]; readonly resources?: readonly string[] }[] | undefined,
): string {
  const resources = [...new Set((rules ?? []).flatMap((rule) => rule.resources ?? []))];
  const operations = [...new Set((rules ?? []).flatMap((rule) => rule.operations ?? []))];
  if (resources.length === 0) return 'its rules are not in the bundle';
  return `${operations.length === 0 ? '' : `${operations.join(', ')} of `}${resources.slice(0, 6).join(', ')}`;
}
