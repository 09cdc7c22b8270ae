import { areaOfKind } from '../../snapshot/kinds/index.ts';
import { scaleTargetOf } from '../../snapshot/scale-target.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'hpa-target-broken',
  layer: 1,
  title: 'Autoscalers have a target that they can scale',
  failureTitle: 'The target of the HorizontalPodAutoscaler is missing or cannot be scaled',
  why: 'The autoscaler does nothing: the name is wrong, the target has no replicas, or two autoscalers fight over it.',
  fix: ['Correct scaleTargetRef, give the target replicas, or remove the second autoscaler'],
  next: ['kubectl describe hpa {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['horizontalPodAutoscalers'],
  wants: ['deployments', 'statefulSets', 'replicaSets'],
  *run({ horizontalPodAutoscalers }, { snapshot }) {
    const owners = new Map<string, string>();
    for (const hpa of horizontalPodAutoscalers) {
      const { namespace = '', name } = hpa.metadata;
      const subject = snapshot.subject(hpa);
      const conditions = hpa.status?.conditions ?? [];
      const target = scaleTargetOf(hpa);
      const related = target === undefined ? [] : [target];
      const failed = conditions.findIndex(
        (one) =>
          one.type === 'AbleToScale' && one.status === 'False' && /^Failed(?:Get|Update)Scale$/.test(one.reason ?? ''),
      );
      const area = target === undefined ? undefined : areaOfKind(target.kind);
      const gone =
        target !== undefined &&
        area !== undefined &&
        // A row without its namespace: nobody knows where to look.
        namespace !== '' &&
        snapshot.listed(area, namespace) &&
        snapshot.find(target) === undefined;
      if (failed >= 0 || gone)
        yield {
          subject,
          variant: gone ? 'missing' : 'cannot-scale',
          message: gone
            ? `Autoscaler ${name} targets ${target.kind} ${target.name}, which does not exist in namespace ${namespace}`
            : `Autoscaler ${name} cannot scale its target: ${conditions[failed]?.message ?? conditions[failed]?.reason ?? ''}`,
          evidence: [
            failed >= 0
              ? snapshot.quote(hpa, `/status/conditions/${failed}`)
              : snapshot.quote(hpa, '/spec/scaleTargetRef'),
          ],
          related,
        };
      if (target !== undefined) {
        const key = `${namespace}/${target.kind}/${target.name}`;
        const other = owners.get(key);
        owners.set(key, name);
        if (other !== undefined)
          yield {
            subject,
            variant: 'shared',
            message: `Autoscalers ${other} and ${name} both scale ${target.kind} ${target.name}`,
            evidence: [snapshot.quote(hpa, '/spec/scaleTargetRef')],
            related,
          };
      }
      const disabled = conditions.findIndex((one) => one.type === 'ScalingActive' && one.reason === 'ScalingDisabled');
      if (disabled >= 0)
        yield {
          subject,
          variant: 'disabled',
          severity: 'info',
          message: `Autoscaler ${name} is off: its target is scaled to 0`,
          evidence: [snapshot.quote(hpa, `/status/conditions/${disabled}`)],
          related,
        };
    }
  },
});
