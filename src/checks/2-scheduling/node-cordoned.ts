import { firstFew } from '../../lib/in-words.ts';
import type { ReasonKind } from '../../snapshot/scheduling/scheduling-message.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { NodeView } from '../../simulation/scheduler/cluster.ts';
import type { Unscheduled } from '../../simulation/scheduler/unscheduled.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

/** What ties a pod to the nodes where something is that it needs. */
const TIES: ReadonlySet<ReasonKind> = new Set(['pod-affinity', 'volume-node-affinity', 'volume-zone']);

/**
 * Why the other nodes do not count: the pod must be near another pod or its volume, all the others are refused for that
 * (the cordon is tested first, and hides it), and pods of the namespace are on what is cordoned.
 */
function boundTo(snapshot: Snapshot, waiting: Unscheduled, nodes: readonly NodeView[]): string | undefined {
  const { message, causes, view } = waiting;
  const tie = causes.find(({ reason }) => TIES.has(reason.kind));
  if (message === undefined || tie === undefined || nodes.length === 0) return undefined;
  if (nodes.length + tie.reason.count !== message.total) return undefined;
  const names = new Set(nodes.map((node) => node.name));
  const there = snapshot
    .podsIn(view.namespace)
    .find(({ spec, status }) => names.has(spec?.nodeName ?? '') && status?.phase !== 'Failed');
  return there === undefined
    ? undefined
    : `it must be where another pod or its volume is, which the other nodes have not, and ${there.metadata.name} of the same namespace is on ${there.spec?.nodeName ?? ''}`;
}

export default defineCheck({
  id: 'node-cordoned',
  layer: 2,
  title: 'No pod waits because its nodes are cordoned',
  failureTitle: 'The nodes that the pod could use are cordoned (SchedulingDisabled)',
  why: 'A cordon, set by kubectl cordon or drain, keeps new pods away until someone lifts it: often maintenance left over.',
  fix: ['kubectl uncordon the node when its maintenance is over'],
  next: ['kubectl get nodes | grep SchedulingDisabled'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['nodes', 'pods', 'events'],
  *run(_facts, { snapshot }) {
    const blocking = new Set<string>();
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'cordoned',
      (cause, waiting) => {
        // What the message counts and what the nodes show: the control plane's own cordon is no news.
        const cordoned = viewCluster(snapshot).nodes.filter((node) => node.cordoned);
        const workers = cordoned.filter((node) => !node.controlPlane);
        const nodes = cause.nodes.length > 0 ? cause.nodes : workers.length > 0 ? workers : cordoned;
        for (const node of nodes) blocking.add(node.name);
        const on = nodes.length === 0 ? share(cause, waiting) : firstFew(nodes.map((node) => node.name));
        const one = nodes.length === 1 || (nodes.length === 0 && cause.reason.count === 1);
        const bound = boundTo(snapshot, waiting, nodes);
        const decides = cause.secondary !== true || bound !== undefined;
        return {
          message: `Pod ${waiting.view.name} is Pending${decides ? '' : ' also'} because ${on} ${one ? 'is' : 'are'} cordoned (unschedulable, SchedulingDisabled)${bound === undefined ? '' : `: ${bound}`}`,
          // Beside what is missing on the other nodes it only takes capacity away.
          ...(decides ? { severity: 'critical' as const } : {}),
          ...(bound === undefined ? {} : { variant: 'bound' }),
          related: nodes.map((node) => ({ kind: 'Node', name: node.name })),
          evidence: nodes.slice(0, 2).map((node) => snapshot.quote(node.node, '/spec/unschedulable')),
          fix:
            nodes.length === 0 || cause.nodes.length > 0
              ? []
              : [
                  `kubectl uncordon ${nodes
                    .slice(0, 5)
                    .map((node) => node.name)
                    .join(' ')}`,
                ],
        };
      },
    );
    for (const node of viewCluster(snapshot).nodes) {
      if (!node.cordoned || blocking.has(node.name)) continue;
      yield {
        subject: snapshot.subject(node.node),
        severity: 'info',
        message: `Node ${node.name} is cordoned: it takes no new pods${node.controlPlane ? ' (usual for control-plane nodes of some installers)' : ''}`,
        evidence: [snapshot.quote(node.node, '/spec/unschedulable')],
      };
    }
  },
});
