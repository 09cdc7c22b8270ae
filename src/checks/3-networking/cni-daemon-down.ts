import type { Evidence } from '../../parsers/records.ts';
import { lastWordsOfPod } from '../../snapshot/pods/crashes.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { refOf } from '../../snapshot/ref.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { isNetworkAgent } from '../../snapshot/network/agents.ts';
import { isReady } from '../../snapshot/nodes/node-health.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { endOfLog } from '../log-end.ts';

/** Agents, and the controllers without which they do not get ready. */
const CONTROLLERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:calico-node|canal)-/, /^calico-typha-/],
  [/^cilium-/, /^cilium-operator-/],
  [/^antrea-agent-/, /^antrea-controller-/],
  [/^ovnkube-node-/, /^ovnkube-(?:master|control-plane|cluster-manager)-/],
  [/^ovnkube-node-/, /^ovnkube-db-/],
  [/^(?:kube-ovn-cni|ovs-ovn)-/, /^ovn-central-/],
  [/^(?:kube-ovn-cni|ovs-ovn)-/, /^kube-ovn-controller-/],
];

/** A controller of the plug-in that is not ready either. */
function controllerDown(pods: readonly Pod[], agent: Pod): Pod | undefined {
  for (const [agents, controllers] of CONTROLLERS) {
    if (!agents.test(agent.metadata.name)) continue;
    const all = pods.filter(
      ({ metadata }) => metadata.namespace === agent.metadata.namespace && controllers.test(metadata.name),
    );
    if (all.every((pod) => podReady(pod) === false) && all[0] !== undefined) return all[0];
  }
  return undefined;
}

export default defineCheck({
  id: 'cni-daemon-down',
  layer: 3,
  title: 'The agent of the network plug-in runs on every node',
  failureTitle: 'The agent of the network plug-in is not ready on the node',
  why: 'The agent sets up the network of new pods and keeps routes and policies up to date on its node.',
  fix: ['Look at the log of the agent pod on {node}.'],
  next: [
    'kubectl -n {namespace} describe pod {name}',
    'kubectl -n {namespace} logs {name} --all-containers --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['nodes'],
  reads: ['cni-flannel-error'],
  *run({ pods }, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const { name } = pod.metadata;
      if (!isNetworkAgent(name) || podReady(pod) !== false || pod.status?.phase === 'Succeeded') continue;
      const node = pod.spec?.nodeName;
      const machine = node === undefined ? undefined : snapshot.get('nodes', undefined, node);
      // A node that is away takes its agent with it; NotReady because of the network is the agent's doing.
      const message = machine?.status?.conditions?.find((c) => c.type === 'Ready')?.message ?? '';
      if (machine !== undefined && isReady(machine) === false && !/network/i.test(message)) continue;
      const evidence: [Evidence, ...Evidence[]] = [quoteReadiness(snapshot, pod)];
      const said = snapshot.hits('cni-flannel-error').find((hit) => snapshot.ownerOfLog(hit.origin).pod === pod);
      if (said !== undefined) evidence.push(snapshot.evidenceOf(said)[0]);
      const end = endOfLog(said === undefined ? lastWordsOfPod(snapshot, pod) : undefined);
      const controller = controllerDown(pods, pod);
      if (controller !== undefined) evidence.push(quoteReadiness(snapshot, controller));
      evidence.push(...end.evidence);
      yield {
        subject: snapshot.subject(pod),
        message: `The network plug-in's pod ${name}${node === undefined ? '' : ` on node ${node}`} is not ready${said === undefined ? '' : `: ${said.groups['why'] ?? ''}`}; new pods there get no network${end.words}${controller === undefined ? '' : `; its controller ${controller.metadata.name} is not ready either`}`,
        evidence,
        related: [
          ...(node === undefined ? [] : [{ kind: 'Node', name: node }]),
          ...(controller === undefined ? [] : [refOf(controller)]),
        ],
      };
    }
  },
});
