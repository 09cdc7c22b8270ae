import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { refOf } from '../../snapshot/ref.ts';
import { webhooksOf } from '../../snapshot/control-plane/webhooks.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-single-endpoint',
  layer: 3,
  title: 'Services that matter have more than one endpoint',
  failureTitle: 'The Service has a single endpoint left',
  why: 'When the one pod behind it restarts, the Service answers nobody. Behind an admission webhook with failurePolicy Fail the API then refuses what the webhook would see.',
  fix: ['Bring the other pods back, or run two or more replicas on different nodes.'],
  next: ['kubectl get endpoints {name} -n {namespace}', 'kubectl get pods -n {namespace} -o wide'],
  severity: 'info',
  confidence: 'high',
  needs: ['services'],
  needsAny: ['endpoints', 'endpointSlices'],
  wants: ['pods', 'nodes', 'validatingWebhookConfigurations', 'mutatingWebhookConfigurations'],
  *run({ services, nodes }, { snapshot }) {
    const webhooks = new Map(
      webhooksOf(snapshot).flatMap((view) =>
        view.service === undefined || view.webhook.failurePolicy === 'Ignore'
          ? []
          : [[`${view.service.namespace ?? ''}/${view.service.name}`, view] as const],
      ),
    );
    for (const service of services) {
      const { addresses, objects } = snapshot.backendsOf(service);
      const ready = addresses.filter((address) => address.ready);
      const [object] = objects;
      if (ready.length !== 1 || object === undefined) continue;
      const place = quoteBackends(snapshot, object);
      const pods = snapshot
        .podsSelectedBy(service)
        .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
      const unready = pods.filter((pod) => podReady(pod) === false);
      const { name, namespace } = service.metadata;
      const subject = snapshot.subject(service);
      const [waiting] = unready;
      if (waiting !== undefined && pods.length > 1) {
        yield {
          subject,
          variant: 'last',
          message: `Service ${name} has one ready endpoint (${ready[0]?.ip ?? ''}) left of ${pods.length} pods; ${unready.length} ${unready.length === 1 ? 'is' : 'are'} not ready (${unready
            .slice(0, 3)
            .map((pod) => pod.metadata.name)
            .join(', ')})`,
          evidence: [place, quoteReadiness(snapshot, waiting)],
          related: unready.slice(0, 5).map(refOf),
        };
        continue;
      }
      const view = webhooks.get(`${namespace ?? ''}/${name}`);
      // A cluster of one node has nowhere to put a second.
      if (view === undefined || nodes.length < 2) continue;
      yield {
        subject,
        variant: 'webhook',
        message: `Service ${name} has one endpoint (${ready[0]?.ip ?? ''}), and the admission webhook ${view.name} with failurePolicy Fail depends on it`,
        evidence: [place, snapshot.quote(view.configuration, `/webhooks/${view.index}`)],
      };
    }
  },
});
