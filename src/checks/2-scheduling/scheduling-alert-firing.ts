import { alertFindings, alertTexts } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'scheduling-alert-firing',
  layer: 2,
  title: 'No alert on the scheduling of pods fires',
  failureTitle: 'An alert on the scheduling of pods fires',
  ...alertTexts,
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 2);
  },
});
