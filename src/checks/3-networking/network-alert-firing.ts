import { alertFindings, alertTexts } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'network-alert-firing',
  layer: 3,
  title: 'No alert on the network fires',
  failureTitle: 'An alert on the network fires',
  ...alertTexts,
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 3);
  },
});
