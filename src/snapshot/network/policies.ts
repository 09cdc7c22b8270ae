/** NetworkPolicies with the pods they speak about, ready for the evaluator. */
import { onlyOne } from '../../lib/only-one.ts';
import { memo, oncePer } from '../../lib/once-per.ts';
import type { Direction, PolicyPod } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy, Pod } from '../kinds/index.ts';
import { declaredPorts } from './ports.ts';
import type { Snapshot } from '../snapshot.ts';

/** Names of network plug-ins that ignore NetworkPolicy objects. Canal and kube-router add a policy engine of their own. */
const IGNORES = /flannel/;
const ENFORCES =
  /calico|canal|cilium|antrea|weave|kube-router|ovn|romana|azure-npm|aws-node|kindnet|multus-networkpolicy/;

/** False when the bundle shows a plug-in that ignores policies and none that enforces them; undefined when it shows neither. */
export const enforced = oncePer((snapshot: Snapshot): boolean | undefined => {
  const names = [
    ...snapshot.list('daemonSets').map((set) => set.metadata.name),
    ...snapshot
      .list('pods')
      .flatMap((pod) =>
        pod.spec?.hostNetwork === true || (pod.metadata.namespace ?? '').startsWith('kube-') ? [pod.metadata.name] : [],
      ),
    ...snapshot.facts('configFiles').flatMap((file) => (file.path.includes('cni/net.d') ? [file.path] : [])),
  ];
  if (names.some((name) => ENFORCES.test(name))) return true;
  return names.some((name) => IGNORES.test(name)) ? false : undefined;
});

/** Whether a policy that isolates pods in a direction lets nothing through there ("default deny"). */
export const deniesAll = (policy: NetworkPolicy, direction: Direction): boolean =>
  ((direction === 'Egress' ? policy.spec?.egress : policy.spec?.ingress) ?? []).length === 0;

/** A pod as the evaluator wants it. */
export const policyPod = (snapshot: Snapshot, pod: Pod): PolicyPod => policyPods(snapshot)(pod);
const policyPods = oncePer((snapshot: Snapshot) => memo((pod: Pod) => view(snapshot, pod)));

/** Where the rows of a table are that was made without `-A`: where the policies are that somebody put beside it. */
const namespaceOfTables = oncePer(
  (snapshot: Snapshot): string =>
    onlyOne([...new Set(snapshot.list('networkPolicies').map(({ metadata }) => metadata.namespace))]) ?? 'default',
);

function view(snapshot: Snapshot, pod: Pod): PolicyPod {
  const namespace = pod.metadata.namespace ?? namespaceOfTables(snapshot);
  const space = snapshot.get('namespaces', undefined, namespace);
  return {
    kind: 'pod',
    namespace,
    name: pod.metadata.name,
    labels: snapshot.labelsOf(pod),
    ...(snapshot.hasAllLabels(pod) ? {} : { someLabels: true }),
    namespaceLabels: space?.metadata.labels,
    ...(pod.status?.podIP === undefined ? {} : { ip: pod.status.podIP }),
    hostNetwork: pod.spec?.hostNetwork === true,
    ports: declaredPorts(snapshot, pod),
  };
}

/** Policies whose rules the bundle shows: a table row has a selector at most. */
export const knownPolicies = oncePer((snapshot: Snapshot): readonly NetworkPolicy[] =>
  snapshot
    .list('networkPolicies')
    .filter((policy) => snapshot.sourcesOf(policy).some((source) => source.detail !== 'row')),
);

/** Policies of engines that the evaluator does not know: with them a verdict of "denied" or "allowed" may be wrong. */
export const otherEngines = (snapshot: Snapshot): boolean =>
  snapshot.list('ciliumNetworkPolicies').length > 0 || strangeEngines(snapshot);

/** Policies above those of namespaces, of which nothing is read. */
export const strangeEngines = oncePer((snapshot: Snapshot): boolean =>
  snapshot
    .list('customResourceDefinitions')
    .some((crd) =>
      /^(?:admin|baselineadmin)networkpolicies\.policy\.networking|^(?:globalnetworkpolicies|ciliumclusterwidenetworkpolicies)\./.test(
        crd.metadata.name,
      ),
    ),
);
