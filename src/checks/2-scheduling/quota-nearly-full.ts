import { pointerTo } from '../../lib/json-pointer.ts';
import { isDeclaredOnly } from '../../snapshot/declared.ts';
import { quotaUses } from '../../snapshot/scheduling/quota.ts';
import { defineCheck } from '../check.ts';

/** Share of the hard limit from which it is worth a word [kubernetes-mixin KubeQuotaAlmostFull]. */
const NEARLY = 0.9;

export default defineCheck({
  id: 'quota-nearly-full',
  layer: 2,
  title: 'ResourceQuotas have room',
  failureTitle: 'A ResourceQuota is at least 90% used',
  why: 'The next pod, Service or claim of the namespace may be refused.',
  fix: ['Raise the quota or free what is not needed'],
  next: ['kubectl describe quota -n {namespace}'],
  severity: 'info',
  confidence: 'high',
  needs: ['resourceQuotas'],
  *run({ resourceQuotas }, { snapshot }) {
    for (const quota of resourceQuotas) {
      if (isDeclaredOnly(snapshot, quota)) continue;
      const pods = quotaUses(quota).find(({ resource }) => resource === 'pods' || resource === 'count/pods');
      // Whatever a pod asks for: not one more can be made.
      if (pods !== undefined && pods.hard > 0 && pods.used >= pods.hard)
        yield {
          subject: snapshot.subject(quota),
          variant: 'no-more-pods',
          message: `Quota ${quota.metadata.name} of namespace ${quota.metadata.namespace ?? ''} is used up: ${pods.usedText} of ${pods.hardText} ${pods.resource}`,
          evidence: [snapshot.quote(quota, pointerTo('status', 'used', pods.resource))],
        };
      for (const { resource, used, hard, usedText, hardText } of quotaUses(quota)) {
        if (hard <= 0 || used / hard < NEARLY || (resource === pods?.resource && used >= hard)) continue;
        yield {
          subject: snapshot.subject(quota),
          variant: resource,
          message: `Quota ${quota.metadata.name}: ${usedText} of ${hardText} ${resource} used (${Math.round((used / hard) * 100)}%)`,
          evidence: [snapshot.quote(quota, pointerTo('status', 'used', resource))],
        };
      }
    }
  },
});
