import { scaleTargetOf } from '../../snapshot/scale-target.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'hpa-maxed-out',
  layer: 1,
  title: 'Autoscalers have room to scale',
  failureTitle: 'The HorizontalPodAutoscaler is at its maximum and wants more',
  why: 'The load asks for more replicas than maxReplicas allows: the workload is saturated.',
  fix: ['Raise maxReplicas (and the capacity for it), or make the workload cheaper'],
  next: ['kubectl describe hpa {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['horizontalPodAutoscalers'],
  *run({ horizontalPodAutoscalers }, { snapshot }) {
    for (const hpa of horizontalPodAutoscalers) {
      const max = hpa.spec?.maxReplicas;
      const current = hpa.status?.currentReplicas;
      const conditions = hpa.status?.conditions ?? [];
      const index = conditions.findIndex(
        (one) => one.type === 'ScalingLimited' && one.status === 'True' && one.reason === 'TooManyReplicas',
      );
      if (index < 0 || max === undefined || (current !== undefined && current < max)) continue;
      const target = scaleTargetOf(hpa);
      yield {
        subject: snapshot.subject(hpa),
        message: `Autoscaler ${hpa.metadata.name} stands at its maximum of ${max} replicas and wants more`,
        evidence: [snapshot.quote(hpa, `/status/conditions/${index}`), snapshot.quote(hpa, '/spec/maxReplicas')],
        related: target === undefined ? [] : [target],
      };
    }
  },
});
