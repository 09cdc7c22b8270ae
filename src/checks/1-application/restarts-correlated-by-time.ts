import { isHistoric } from '../../snapshot/ages.ts';
import { clusters, endings } from '../../snapshot/pods/restarts.ts';
import { defineCheck } from '../check.ts';

/** Four containers of three owners on two nodes within two minutes (catalogue, our judgement). */
const CONTAINERS = 4;
const OWNERS = 3;
const NODES = 2;
const SPAN = 120_000;

export default defineCheck({
  id: 'restarts-correlated-by-time',
  layer: 1,
  title: 'Workloads on different nodes do not end together',
  failureTitle: 'Containers of different workloads ended together on several nodes',
  why: 'They share something that failed at that moment: DNS, the API, the network, storage, a certificate.',
  fix: ['Look for findings of layers 3 and 4 that began at the same time.'],
  next: ['kubectl get events -A --sort-by=.lastTimestamp'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    const group = clusters(endings(snapshot), SPAN).findLast(
      (one) =>
        one.length >= CONTAINERS &&
        new Set(one.map((e) => e.owner)).size >= OWNERS &&
        new Set(one.flatMap((e) => e.node ?? [])).size >= NODES,
    );
    const [first, ...rest] = group ?? [];
    if (group === undefined || first === undefined) return;
    const owners = [...new Set(group.map((e) => e.owner.split('/')[1] ?? ''))];
    const nodes = [...new Set(group.flatMap((e) => e.node ?? []))].sort();
    const running = group.every((e) => e.container.status?.ready === true);
    yield {
      subject: snapshot.named('Cluster', 'cluster'),
      message: `${group.length} containers of ${owners.length} workloads (${owners.slice(0, 4).join(', ')}) on ${nodes.length} nodes ended within ${SPAN / 60_000} min`,
      evidence: [
        snapshot.quote(first.container.pod, first.at),
        ...rest.slice(0, 3).map((e) => snapshot.quote(e.container.pod, e.at)),
      ],
      since: first.time,
      related: nodes.map((name) => ({ kind: 'Node', name })),
      ...(isHistoric(snapshot, first.time)
        ? { state: 'historic' as const }
        : running
          ? { state: 'recovered' as const }
          : {}),
    };
  },
});
