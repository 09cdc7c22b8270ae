import type { Evidence, LogHit } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** What one output of `cilium status` or `cilium-health status` says. */
interface Status {
  readonly lines: LogHit[];
  readonly away: LogHit[];
}

function statusesOf(snapshot: Snapshot): readonly Status[] {
  const out = new Map<string, Status>();
  const at = ({ origin }: LogHit): Status => {
    const key = `${origin.file}\u0000${origin.firstLine}`;
    let status = out.get(key);
    if (status === undefined) out.set(key, (status = { lines: [], away: [] }));
    return status;
  };
  for (const hit of snapshot.hits('cilium-status-line')) at(hit).lines.push(hit);
  for (const hit of snapshot.hits('cilium-status-row')) at(hit).away.push(hit);
  return [...out.values()];
}

/** Nodes reached and all nodes, when not all are reached. */
function reached({ groups }: LogHit): readonly [number, number] | undefined {
  const [up, all] = [Number(groups['up']), Number(groups['all'])];
  return groups['all'] !== undefined && up < all ? [up, all] : undefined;
}

export default defineCheck({
  id: 'cni-cilium-status-bad',
  layer: 3,
  title: 'Cilium reaches all nodes, and its parts are healthy',
  failureTitle: 'Cilium does not reach all nodes, or a part of it fails',
  why: 'Every agent probes every other node and its health endpoint, through the same tunnel or routes that pods use. A node that does not answer cannot be reached by pods either; a controller that fails leaves the data path of its node as it was.',
  fix: [
    'Open what Cilium needs between the nodes: UDP 8472 (VXLAN) or 6081 (Geneve), TCP 4240 and ICMP; with native routing see that the network routes the pod CIDRs',
  ],
  next: [
    'cilium-health status --probe',
    'cilium status --verbose',
    'kubectl -n kube-system logs -l k8s-app=cilium --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  reads: ['cilium-status-line', 'cilium-status-row'],
  *run(_facts, { snapshot }) {
    for (const { lines, away } of statusesOf(snapshot)) {
      const health = lines.find((hit) => reached(hit) !== undefined);
      const [up, all] = (health === undefined ? undefined : reached(health)) ?? [];
      const rows = health === undefined ? [] : away;
      const failing = lines.filter((hit) => hit !== health && hit.groups['all'] === undefined);
      const [first, ...rest] = [...(health === undefined ? [] : [health]), ...rows, ...failing].map(
        (hit): Evidence => snapshot.evidenceOf(hit)[0],
      );
      if (first === undefined) continue;
      const names = rows.map(({ groups }) => groups['node'] ?? '').slice(0, 5);
      const words = failing
        .map(
          ({ groups }) =>
            `${groups['part'] ?? groups['controller'] ?? groups['probe'] ?? ''}: ${(groups['why'] ?? groups['error'] ?? groups['answer'] ?? '').trim()}`,
        )
        .slice(0, 3)
        .join('; ');
      const origin = (health ?? failing[0] ?? rows[0])?.origin;
      if (origin === undefined) continue;
      yield {
        subject: snapshot.subjectOfLog(origin, { program: 'cilium-agent' }),
        variant: health === undefined ? 'part' : 'nodes',
        ...(health === undefined ? { severity: 'warning' as const, confidence: 'medium' as const } : {}),
        message:
          health === undefined
            ? `Cilium says that a part of it fails: ${words}`
            : `Cilium reaches ${up} of ${all} nodes${names.length === 0 ? '' : `, not ${names.join(', ')}`} (Cluster health: ${up}/${all} reachable)${words === '' ? '' : `; ${words}`}`,
        evidence: [first, ...rest.slice(0, 5)],
        related: rows.map(({ groups }) => ({ kind: 'Node', name: (groups['node'] ?? '').replace(/^.*\//, '') })),
      };
    }
  },
});
