import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { objectLimit } from '../../snapshot/control-plane/object-limits.ts';
import { gauge, labelValues, processesWith } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** The same number under three names, by version. */
const FAMILIES = ['apiserver_resource_objects', 'apiserver_storage_objects', 'etcd_object_counts'] as const;

export default defineCheck({
  id: 'api-object-bloat',
  layer: 4,
  title: 'The number of objects is in usual bounds',
  failureTitle: 'There are very many objects of a kind',
  why: 'Every list of them is slow and etcd grows; nearly always something forgot to clean up.',
  fix: ['Find who creates them; set TTLs and history limits (Jobs: ttlSecondsAfterFinished, Helm: --history-max)'],
  next: ['kubectl get --raw /metrics | grep -E "apiserver_(storage|resource)_objects" | sort -k2 -n -r | head'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const family of FAMILIES)
      for (const process of processesWith(snapshot, family))
        for (const resource of labelValues(process, family, 'resource')) {
          const count = gauge(process, family, (labels) => labels['resource'] === resource);
          const limit = objectLimit(resource);
          if (count === undefined || limit === undefined || count.value <= limit || told.has(resource)) continue;
          told.add(resource);
          yield {
            subject: componentSubject(snapshot, 'kube-apiserver', process.node),
            variant: resource,
            message: `etcd holds ${count.value} ${resource}; more than ${limit} make lists slow`,
            evidence: [count.evidence],
          };
        }
  },
});
