import { defineCheck } from '../check.ts';
import { insufficient } from './rejected.ts';

export default defineCheck({
  id: 'sched-insufficient-cpu',
  layer: 2,
  title: 'Nodes have enough CPU for the pods that wait',
  failureTitle: 'Insufficient cpu: no node has the requested CPU free',
  why: 'The scheduler counts requests, not usage: nodes that look idle can be full.',
  fix: ['Lower the CPU request, free or add nodes, or move competing pods'],
  next: ["kubectl describe nodes | grep -A8 'Allocated resources'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* insufficient(snapshot, (resource) => resource === 'cpu');
  },
});
