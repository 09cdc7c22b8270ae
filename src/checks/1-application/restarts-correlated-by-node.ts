import { isHistoric } from '../../snapshot/ages.ts';
import { groupBy } from '../../lib/group-by.ts';
import { clusters, endings } from '../../snapshot/pods/restarts.ts';
import { rebootsByExits } from '../../snapshot/nodes/reboots.ts';
import { defineCheck } from '../check.ts';

/** Containers of this many owners that end within this span (ms) on one node are no coincidence (catalogue). */
const OWNERS = 3;
const SPAN = 60_000;

export default defineCheck({
  id: 'restarts-correlated-by-node',
  layer: 1,
  title: 'Containers do not end together on one node',
  failureTitle: 'Containers of different workloads ended together on one node',
  why: 'Programs that have nothing in common but their node ended at one moment: the reason lies with the node.',
  fix: ['Go to the findings on node {node}.'],
  next: [
    'kubectl get pods -A -o wide --field-selector spec.nodeName={node}',
    'journalctl -u kubelet -u containerd --since -1h',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['pods'],
  *run(_facts, { snapshot, now }) {
    const byNode = groupBy(endings(snapshot), ({ node }) => (node === '' ? undefined : node));
    const reboots = rebootsByExits(snapshot);
    for (const [node, mine] of byNode) {
      const group = clusters(mine, SPAN).findLast((one) => new Set(one.map((e) => e.owner)).size >= OWNERS);
      const [first, ...rest] = group ?? [];
      if (group === undefined || first === undefined) continue;
      // A reboot has a finding of its own.
      const reboot = reboots.get(node);
      if (reboot !== undefined && Math.abs(reboot.time - first.time) < 2 * SPAN) continue;
      const owners = [...new Set(group.map((e) => e.owner.split('/')[1] ?? ''))];
      const old = isHistoric(snapshot, first.time);
      const running = group.every((e) => e.container.status?.ready === true);
      yield {
        subject: snapshot.named('Node', node, { node }),
        severity: running ? 'warning' : 'critical',
        message: `${group.length} containers of ${owners.length} workloads (${owners.slice(0, 4).join(', ')}) ended within ${SPAN / 1000} s on node ${node}`,
        evidence: [
          snapshot.quote(first.container.pod, first.at),
          ...rest.slice(0, 3).map((e) => snapshot.quote(e.container.pod, e.at)),
        ],
        since: first.time,
        params: { node },
        ...(old
          ? { state: 'historic' as const }
          : running && now !== undefined && now - first.time > 600_000
            ? { state: 'recovered' as const }
            : {}),
      };
    }
  },
});
