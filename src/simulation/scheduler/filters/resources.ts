/** Filters over what a node has to give: resources, pod slots, host ports (catalogue 5.2, 5.5). */
import { oncePer } from '../../../lib/once-per.ts';
import type { PodSpec } from '../../../snapshot/kinds/core.ts';
import type { NodeView } from '../cluster.ts';
import { APPROVES, PASSES, type Filter, type Judgement, type Rejection } from '../filter.ts';

/** Doubles are not exact in sums of `0.1`: a millionth of a unit is no shortfall. */
const EPSILON = 1e-6;

export const nodeResourcesFit: Filter = ({ requests }) => {
  const asked = Array.from(requests, ([name, wanted]) => ({ name, wanted, text: `Insufficient ${name}` }));
  const wants = asked.filter(({ wanted }) => wanted > 0);
  return (node) => fit(wants, node);
};

function fit(
  wants: readonly { readonly name: string; readonly wanted: number; readonly text: string }[],
  node: NodeView,
): Judgement {
  const { allocatable, used } = node;
  if (allocatable === undefined) return 'unknown';
  let rejections: Rejection[] | undefined;
  const slots = allocatable.get('pods');
  if (slots !== undefined && node.podsKnown && node.pods.length + 1 > slots)
    rejections = [
      {
        filter: 'NodeResourcesFit',
        kind: 'too-many-pods',
        text: 'Too many pods',
        wanted: 1,
        free: slots - node.pods.length,
        allocatable: slots,
        because: `${node.pods.length} of ${slots} pod slots in use`,
      },
    ];
  let unknown = slots !== undefined && !node.podsKnown;
  for (const { name, wanted, text } of wants) {
    const total = allocatable.get(name) ?? 0;
    const taken = used?.get(name) ?? 0;
    if (wanted <= total - taken + EPSILON) {
      if (used === undefined) unknown = true;
      continue;
    }
    (rejections ??= []).push({
      filter: 'NodeResourcesFit',
      kind: 'resource',
      text,
      resource: name,
      wanted,
      free: total - taken,
      allocatable: total,
    });
  }
  return rejections ?? (unknown ? 'unknown' : PASSES);
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** The ports a pod takes on its node. With hostNetwork the API server copies containerPort to hostPort. */
export const hostPorts = oncePer((spec: PodSpec): readonly HostPort[] => {
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...(spec.containers ?? []), ...sidecars].flatMap((container) =>
    (container.ports ?? []).flatMap((port) => {
      const taken = port.hostPort ?? (spec.hostNetwork === true ? port.containerPort : undefined);
      return taken === undefined || taken <= 0
        ? []
        : [{ ip: port.hostIP || '0.0.0.0', protocol: port.protocol || 'TCP', port: taken }];
    }),
  );
});

const clash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');

export const nodePorts: Filter = (pod) => {
  const wanted = hostPorts(pod.spec);
  if (wanted.length === 0) return APPROVES;
  return (node) => {
    for (const other of node.pods) {
      const taken = hostPorts(other.spec);
      const hit = wanted.find((port) => taken.some((one) => clash(port, one)));
      if (hit !== undefined)
        return [
          {
            filter: 'NodePorts',
            kind: 'host-ports',
            text: "node(s) didn't have free ports for the requested pod ports",
            because: `port ${hit.port}/${hit.protocol} of ${node.name} is held by pod ${other.namespace}/${other.name}`,
          },
        ];
    }
    return node.podsKnown ? PASSES : 'unknown';
  };
};
