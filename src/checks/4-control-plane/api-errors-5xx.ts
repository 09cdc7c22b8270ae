import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { counter, labelValues, processesWith, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'apiserver_request_total';
/** The error budget of kubernetes-mixin is 1 %. */
const SHARE = 0.01;
/** So many of all requests since the start of the process are more than its start and one bad hour (ours). */
const LASTING_SHARE = 0.05;
const MIN_REQUESTS = 100;

export default defineCheck({
  id: 'api-errors-5xx',
  layer: 4,
  title: 'The API server serves its requests',
  failureTitle: 'The API server answers with errors (5xx)',
  why: 'Overload, etcd, or an aggregated API that is down; the resource with most errors tells which.',
  fix: [
    'Split the errors by resource and group: metrics.k8s.io and other aggregated groups point to their APIService, all groups to etcd',
  ],
  next: ["kubectl get --raw /metrics | grep 'apiserver_request_total.*code=\"5'"],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, FAMILY)) {
      const all = counter(process, FAMILY);
      const failed = counter(process, FAMILY, (labels) => /^5\d\d$/.test(labels['code'] ?? ''));
      if (all === undefined || failed === undefined || all.value < MIN_REQUESTS || failed.value / all.value <= SHARE)
        continue;
      const groups = labelValues(process, FAMILY, 'resource')
        .map((resource) => ({
          resource,
          count:
            counter(
              process,
              FAMILY,
              (labels) => labels['resource'] === resource && /^5\d\d$/.test(labels['code'] ?? ''),
            )?.value ?? 0,
        }))
        .filter((one) => one.count > 0)
        .toSorted((a, b) => b.count - a.count);
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', process.node),
        severity: failed.recent || failed.value / all.value > LASTING_SHARE ? 'warning' : 'info',
        message: `${failed.value} of ${all.value} requests to the API server ended in a server error (${Math.round((failed.value / all.value) * 1000) / 10} %, ${spanOf(failed)}), most for ${groups
          .slice(0, 3)
          .map((one) => (one.resource === '' ? 'no resource' : one.resource))
          .join(', ')}`,
        evidence: [failed.evidence],
      };
    }
  },
});
