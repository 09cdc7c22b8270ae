import { alertFindings, alertTexts } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-alert-firing',
  layer: 5,
  title: 'No alert on nodes and storage fires',
  failureTitle: 'An alert on nodes and storage fires',
  ...alertTexts,
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 5);
  },
});
