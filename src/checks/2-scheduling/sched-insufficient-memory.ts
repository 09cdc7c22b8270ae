import { defineCheck } from '../check.ts';
import { insufficient } from './rejected.ts';

export default defineCheck({
  id: 'sched-insufficient-memory',
  layer: 2,
  title: 'Nodes have enough memory for the pods that wait',
  failureTitle: 'Insufficient memory: no node has the requested memory free',
  why: 'The scheduler counts requests, not usage: nodes that look idle can be full.',
  fix: ['Lower the memory request, free or add nodes, or move competing pods'],
  next: ["kubectl describe nodes | grep -A8 'Allocated resources'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* insufficient(snapshot, (resource) => resource === 'memory');
  },
});
