import { alertFindings, alertTexts } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'application-alert-firing',
  layer: 1,
  title: 'No alert on the applications fires',
  failureTitle: 'An alert on the applications fires',
  ...alertTexts,
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 1);
  },
});
