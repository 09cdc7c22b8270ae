import { firstFew } from '../../lib/in-words.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import { groupBy } from '../../lib/group-by.ts';
import { podOfWord, workloadStem } from '../../parsers/pod-name.ts';
import { timing, weightOf } from '../../snapshot/logs/hits.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { podSpecOf, templateOf } from '../../snapshot/pods/pod-spec.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import { hostPorts } from '../../simulation/scheduler/filters/resources.ts';
import { podRequests } from '../../simulation/scheduler/requests.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

/** Reasons with which kubelets reject a pod that is bound to them; before 1.18 the names of scheduler predicates. */
const REASONS: Readonly<Record<string, string>> = {
  UnexpectedAdmissionError: 'device',
  TopologyAffinityError: 'topology',
  SMTAlignmentError: 'cores',
  NodeAffinity: 'node-affinity',
  MatchNodeSelector: 'node-affinity',
  NodePorts: 'host-port',
  PodFitsHostPorts: 'host-port',
  PodFitsResources: 'resources',
  GeneralPredicates: 'resources',
  HostName: 'node-affinity',
  TaintToleration: 'taint',
  PodOSNotSupported: 'os',
  PodOSSelectorNodeLabelDoesNotMatch: 'os',
  SysctlForbidden: 'security',
  PodFeatureUnsupported: 'security',
  ProviderFailed: 'provider',
  ProviderCreateFailed: 'provider',
};

const FIX: Readonly<Record<string, string>> = {
  'host-port': 'Free the host port on the node, drop hostPort, or run one such pod per node',
  resources: 'Let the scheduler choose the node, lower the request, or free the node',
  'node-affinity': 'Label the node again, or let the scheduler choose another one',
  device: 'Check the device plugin and the health of the devices on the node',
  provider:
    'Behind a virtual node stands a service of the cloud (ACI, Fargate): mend what it says about the pod (limits and requests that it allows, images, secrets, quota, network); of a fault of its own it recovers, but the pod has to be deleted',
  cores:
    'Exclusive CPUs are handed out as whole cores (CPU manager static, full-pcpus-only): request a multiple of the threads of a core, and leave that many cores free on the node',
  topology: 'No NUMA alignment is possible: relax the Topology Manager policy or the request',
};

/** The kubelet's event has the same reason as the status that it sets; where only the event is known it speaks alone. */
const TOLD_BY_EVENTS = [
  'UnexpectedAdmissionError',
  'TopologyAffinityError',
  'SMTAlignmentError',
  'NodeAffinity',
  'NodePorts',
  'OutOfcpu',
  'OutOfmemory',
  'OutOfpods',
  'OutOfephemeral-storage',
  'OutOfnvidia.com/gpu',
  'ProviderCreateFailed',
] as const;

/** `OutOfmemory` → memory. */
const OUT_OF = /^OutOf([A-Za-z0-9./_-]{1,200})$/;

function details(snapshot: Snapshot, pod: Pod, reason: string, variant: string): string {
  const spec = podSpecOf(snapshot, pod);
  const resource = OUT_OF.exec(reason)?.[1];
  const wanted = resource === undefined ? undefined : podRequests(spec).get(resource);
  if (resource !== undefined && wanted !== undefined)
    return `it requests ${formatAmount(resource, wanted)} of ${resource}`;
  const ports = variant === 'host-port' ? hostPorts(spec).map((port) => `${port.port}/${port.protocol}`) : [];
  return ports.length === 0 ? '' : `host port ${firstFew(ports)} is taken there`;
}

const whoRejects = (variant: string, node: string | undefined): string =>
  variant === 'provider'
    ? `The provider behind ${node === undefined ? 'the virtual node' : `virtual node ${node}`}`
    : `The kubelet${node === undefined ? '' : ` of ${node}`}`;

/** Logs in which a rejection stands with its pod. */
const LOGGED = [
  { signature: 'virtual-kubelet-refused', variant: 'provider' },
  { signature: 'kubelet-pod-rejected', variant: 'resources' },
] as const;

const keyOf = ({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string =>
  `${namespace ?? ''}/${name}`;

/** Pods of one workload that were rejected for one reason. */
function fellowKey(snapshot: Snapshot, pod: Pod): string {
  const owner = snapshot.workloadOf(pod);
  return `${pod.metadata.namespace ?? ''}/${owner?.kind ?? 'Pod'}/${owner?.name ?? pod.metadata.name}/${pod.status?.reason ?? ''}`;
}

export default defineCheck({
  id: 'pod-admission-rejected',
  layer: 2,
  title: 'Kubelets accept the pods that are bound to them',
  failureTitle: 'The kubelet rejected the pod',
  why: 'The scheduler, or a hand-set nodeName that bypasses it, chose a node whose kubelet refuses: no room, a taken host port, unlike labels, a lost device. The controller keeps making new pods that meet the same end.',
  fix: ['Remove the reason; let the scheduler choose the node'],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.status.reason}: {.status.message}'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events', 'containerLogs'],
  reads: ['virtual-kubelet-refused', 'kubelet-pod-rejected'],
  wants: ['deployments', 'replicaSets', 'nodes'],
  *run(_facts, { snapshot }) {
    const alike = new Map<string, number>();
    const failures = podFailures(snapshot, TOLD_BY_EVENTS, /^.{0,4000}/s);
    const eventOf = new Map(failures.map((failure) => [keyOf(failure.seen.ref), failure]));
    const told = new Set<string>();
    for (const pod of unsteadyPods(snapshot)) {
      if (pod.status?.reason === undefined) continue;
      const key = fellowKey(snapshot, pod);
      alike.set(key, (alike.get(key) ?? 0) + 1);
    }
    for (const pod of unsteadyPods(snapshot)) {
      // Until 1.21 with blanks: `Topology Affinity Error`.
      const reason = pod.status?.reason?.replaceAll(' ', '');
      if (reason === undefined || pod.status?.phase === 'Running') continue;
      const variant = OUT_OF.test(reason) ? 'resources' : REASONS[reason];
      if (variant === undefined) continue;
      told.add(keyOf(pod.metadata));
      const template = templateOf(snapshot, pod);
      const pinned = template?.spec.nodeName ?? undefined;
      const node = pod.spec?.nodeName ?? pinned;
      const detail = details(snapshot, pod, reason, variant);
      // A row of a table has the reason only; the kubelet's event has its words.
      const failure = pod.status?.message === undefined ? eventOf.get(keyOf(pod.metadata)) : undefined;
      const words = pod.status?.message ?? failure?.match[0];
      const says = detail !== '' || words === undefined ? '' : `: "${words.slice(0, 300)}"`;
      const workload = snapshot.workloadOf(pod);
      const fellows = alike.get(fellowKey(snapshot, pod)) ?? 0;
      const created = Date.parse(pod.metadata.creationTimestamp ?? pod.status?.startTime ?? '');
      // A leftover of a rejection long ago, whose workload has its pods: the object just was never removed.
      const old = isHistoric(snapshot, created);
      yield {
        subject: snapshot.subject(pod),
        variant,
        message: `${whoRejects(variant, node)} rejected pod ${pod.metadata.name} (${reason})${detail === '' ? '' : `: ${detail}`}${says}${pinned === undefined ? '' : `; its template sets nodeName: ${pinned}, which bypasses the scheduler`}${fellows > 1 ? `; ${fellows} pods of ${workload?.kind ?? ''} ${workload?.name ?? ''} met the same end` : ''}`,
        evidence: [
          snapshot.quote(pod, pod.status?.message === undefined ? '/status/reason' : '/status/message'),
          ...(failure === undefined ? [] : [snapshot.quoteEvent(failure.event)]),
          ...(pinned === undefined || template === undefined
            ? []
            : [snapshot.quote(template.owner, '/spec/template/spec/nodeName')]),
        ],
        related: node === undefined ? [] : [{ kind: 'Node', name: node }],
        fix: [
          ...(pinned === undefined
            ? []
            : [
                'Remove nodeName from the pod template: use nodeSelector or affinity, so that the scheduler sees what fits',
              ]),
          ...(FIX[variant] === undefined ? [] : [FIX[variant]]),
        ],
        ...(old ? { state: 'historic' as const } : {}),
        ...(Number.isNaN(created) ? {} : { since: created }),
      };
    }
    for (const failure of failures) {
      const { ref } = failure.seen;
      if (told.has(keyOf(ref))) continue;
      const reason = failure.event.reason ?? '';
      const variant = OUT_OF.test(reason) ? 'resources' : (REASONS[reason] ?? 'resources');
      yield {
        subject: failure.seen.subject(),
        variant,
        message: `${whoRejects(variant, failure.node)} rejected ${ref.name === UNNAMED ? 'the pod' : `pod ${ref.name}`} (${reason}): "${failure.match[0].slice(0, 300)}"`,
        evidence: [snapshot.quoteEvent(failure.event)],
        related: failure.node === undefined ? [] : [{ kind: 'Node', name: failure.node }],
        ...(FIX[variant] === undefined ? {} : { fix: [FIX[variant]] }),
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
    for (const { variant, signature } of LOGGED) {
      const logged = snapshot.hits(signature).filter(({ groups }) => groups['pod'] !== undefined);
      // A controller makes one pod after the other.
      for (const hits of groupBy(logged, ({ groups }) => workloadStem(podOfWord(groups['pod'] ?? '').name)).values()) {
        const hit = hits.at(-1);
        if (hit === undefined) continue;
        const { name, namespace } = podOfWord(hit.groups['pod'] ?? '');
        if (told.has(`${namespace ?? ''}/${name}`)) continue;
        const pods = new Set(hits.map(({ groups }) => groups['pod'])).size;
        yield {
          subject: snapshot.named('Pod', name, { namespace }),
          variant,
          message: `${whoRejects(variant, hit.node)} rejected pod ${name}: ${(hit.groups['why'] ?? '').replaceAll('\\', '').slice(0, 400)}${pods > 1 ? `; ${pods} pods of this name met the same end` : ''}`,
          evidence: snapshot.evidenceOf(hit),
          related: hit.node === undefined ? [] : [{ kind: 'Node', name: hit.node }],
          fix: [FIX[variant] ?? ''],
          // A pod or two that were on the node before it was started anew.
          ...(variant === 'resources' && weightOf(snapshot, hits, 2) === 'few' ? { severity: 'info' as const } : {}),
          ...timing(snapshot, hits),
        };
      }
    }
  },
});
