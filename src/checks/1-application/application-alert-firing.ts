import { alertFindings } from '../alert-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'application-alert-firing',
  layer: 1,
  title: 'No alert on the applications fires',
  failureTitle: 'An alert on the applications fires',
  why: 'The monitoring says so; nothing else in the bundle says it better.',
  fix: ['Look at what the alert names; its annotation runbook_url says what it means.'],
  next: ['amtool alert query', 'kubectl get events -A --sort-by=.lastTimestamp | tail -50'],
  severity: 'warning',
  // A threshold of somebody else: it is told where the bundle shows nothing better.
  confidence: 'low',
  needs: ['alerts'],
  *run(_facts, { snapshot }) {
    yield* alertFindings(snapshot, 1);
  },
});
