import { defineCheck } from '../check.ts';
import { insufficient } from './rejected.ts';

export default defineCheck({
  id: 'sched-insufficient-ephemeral-storage',
  layer: 2,
  title: 'Nodes have enough ephemeral storage and huge pages for the pods that wait',
  failureTitle: 'Insufficient ephemeral storage or huge pages',
  why: 'Both are counted by requests; huge pages must be reserved on the node at boot.',
  fix: ['Lower the request, or enlarge the node; reserve huge pages at boot and restart the kubelet'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,ALLOC:.status.allocatable'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* insufficient(snapshot, (resource) => resource === 'ephemeral-storage' || resource.startsWith('hugepages-'));
  },
});
