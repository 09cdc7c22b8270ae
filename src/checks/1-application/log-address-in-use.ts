import { containersOf } from '../../snapshot/pods/containers.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';

const portOf = (hit: LogHit): number | undefined => {
  const { port, after, spring, other } = hit.groups;
  const number = Number(port ?? after ?? spring ?? other ?? Number.NaN);
  return number > 0 && number < 65_536 ? number : undefined;
};

interface Holder {
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly related: readonly Ref[];
}

/** Who else holds the port: a container of the same pod, or a pod on the same host network. */
function holderOf(
  snapshot: Snapshot,
  pod: Pod | undefined,
  container: string | undefined,
  port: number | undefined,
): Holder | undefined {
  if (pod === undefined || port === undefined) return undefined;
  const inPod = containersOf(pod).find(
    ({ name, role, spec }) =>
      name !== container &&
      role !== 'init' &&
      spec?.ports?.some(({ containerPort }) => containerPort === port) === true,
  );
  if (inPod !== undefined)
    return {
      words: `container ${inPod.name} of the same pod uses port ${port} too`,
      evidence: [snapshot.quote(pod, `${inPod.specAt}/ports`)],
      related: [],
    };
  if (pod.spec?.hostNetwork !== true || pod.spec.nodeName === undefined) return undefined;
  const neighbour = snapshot
    .podsOnNode(pod.spec.nodeName)
    .find(
      (one) =>
        one !== pod &&
        one.spec?.hostNetwork === true &&
        (one.spec.containers ?? []).some((c) =>
          (c.ports ?? []).some((p) => p.containerPort === port || p.hostPort === port),
        ),
    );
  return neighbour === undefined
    ? {
        words: `the pod is on the host network: a process of node ${pod.spec.nodeName} holds port ${port}`,
        evidence: [],
        related: [{ kind: 'Node', name: pod.spec.nodeName }],
      }
    : {
        words: `pod ${neighbour.metadata.name} on the same host network uses port ${port}`,
        evidence: [],
        related: [refOf(neighbour)],
      };
}

export default defineCheck({
  id: 'log-address-in-use',
  layer: 1,
  title: 'Ports are free for the programs that want them',
  failureTitle: 'The port that the program wants is already in use',
  why: 'The containers of one pod share its network, pods on the host network share that of the node: a port can be bound once. Sidecars that are injected often take one.',
  fix: ['Give one of the two programs another port than {port}, or remove the duplicate on the host network.'],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].ports}'", 'ss -ltnp | grep {port}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-address-in-use'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-address-in-use'])) {
      const port = hits.hits.map(portOf).find((p) => p !== undefined);
      const holder = holderOf(snapshot, hits.pod, hits.subject.container, port);
      const [first, ...rest] = hits.evidence;
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          message: `${speaker(hits)} cannot listen${port === undefined ? '' : ` on port ${port}`}, the address is already in use${holder === undefined ? '' : `: ${holder.words}`}: ${hits.line}`,
          evidence: [first, ...(holder?.evidence ?? []), ...rest],
          related: holder?.related ?? [],
          params: { port: String(port ?? '') },
        },
      );
    }
  },
});
