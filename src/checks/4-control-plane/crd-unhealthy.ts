import { isBeingDeleted } from '../../snapshot/ages.ts';
import { bySubject, quotesOf } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** Conditions of a CustomResourceDefinition and the status in which they are a fault [K8S apiextensions]. */
const FAULTS: readonly (readonly [type: string, status: string, severity: 'warning' | 'info', words: string])[] = [
  ['Established', 'False', 'warning', 'is not served'],
  ['NamesAccepted', 'False', 'warning', 'has names that another CRD uses'],
  ['NonStructuralSchema', 'True', 'info', 'has a schema that is not structural'],
  ['KubernetesAPIApprovalPolicyConformant', 'False', 'info', 'uses a k8s.io group without approval'],
];

export default defineCheck({
  id: 'crd-unhealthy',
  layer: 4,
  title: 'The custom resource definitions are served',
  failureTitle: 'A custom resource definition is not healthy',
  why: 'Custom resources of that kind cannot be read or written; their controllers, namespace deletion and garbage collection stall.',
  fix: [
    'Read the condition; repair the operator that serves its conversion webhook; migrate stored versions before removing them',
  ],
  next: ['kubectl get crd {name} -o yaml'],
  severity: 'warning',
  confidence: 'high',
  needs: ['customResourceDefinitions'],
  reads: ['crd-deletion-waits'],
  heard: (snapshot) => snapshot.hits('crd-deletion-waits').length > 0,
  *run({ customResourceDefinitions }, { snapshot }) {
    let told = false;
    for (const crd of customResourceDefinitions) {
      const subject = { kind: 'CustomResourceDefinition', name: crd.metadata.name };
      const conditions = crd.status?.conditions ?? [];
      for (const [type, status, severity, words] of FAULTS) {
        const index = conditions.findIndex((one) => one.type === type && one.status === status);
        const condition = conditions[index];
        if (condition === undefined) continue;
        yield {
          subject,
          variant: type.toLowerCase(),
          severity,
          message: `CRD ${crd.metadata.name} ${words}${condition.message === undefined ? '' : `: ${condition.message.slice(0, 300)}`}`,
          evidence: [snapshot.quote(crd, `/status/conditions/${index}`)],
        };
      }
      const versions = crd.spec?.versions?.map((version) => version.name);
      const gone = (crd.status?.storedVersions ?? []).filter(
        (version) => versions !== undefined && !versions.includes(version),
      );
      if (gone.length > 0)
        yield {
          subject,
          variant: 'stored-version',
          message: `CRD ${crd.metadata.name} may still hold objects in ${gone.join(', ')}, which it does not define any more: they cannot be read`,
          evidence: [snapshot.quote(crd, '/status/storedVersions')],
        };
      const terminating = conditions.findIndex(({ type, status }) => type === 'Terminating' && status === 'True');
      const why = conditions[terminating]?.message ?? '';
      if (isBeingDeleted(crd) || terminating >= 0) {
        told = true;
        yield {
          subject,
          variant: 'terminating',
          message: `CRD ${crd.metadata.name} is being deleted and waits for its objects${(crd.metadata.finalizers ?? []).length === 0 ? '' : ` (finalizers ${crd.metadata.finalizers?.join(', ') ?? ''})`}${/could not|failed/.test(why) ? `: ${why.slice(0, 300)}` : ''}`,
          evidence: [
            snapshot.quote(crd, terminating < 0 ? '/metadata/deletionTimestamp' : `/status/conditions/${terminating}`),
          ],
        };
      }
    }
    if (told) return;
    for (const { subject, hits } of bySubject(snapshot.hits('crd-deletion-waits'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const quotes = quotesOf(hits);
      if (quotes !== undefined)
        yield {
          subject,
          variant: 'told',
          message: `A CRD is being deleted and waits for its objects: ${quotes[0].text.trim().slice(0, 300)}`,
          evidence: quotes,
          params: { name: 'NAME' },
        };
    }
  },
});
