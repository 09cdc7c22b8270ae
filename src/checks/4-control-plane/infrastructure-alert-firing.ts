import { alertFindings, alertTexts } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'infrastructure-alert-firing',
  layer: 4,
  title: 'No alert on the control plane fires',
  failureTitle: 'An alert on the control plane fires',
  ...alertTexts,
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 4);
  },
});
