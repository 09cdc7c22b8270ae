/** What a ClusterOperator of OpenShift runs: the pods that it speaks of when it is degraded, and their claims. */
import { unsteadyPods } from '../pods/steady.ts';
import { refOf, refTo, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

/** Namespaces of those operators whose namespaces are not called after them. */
const NAMESPACES: Readonly<Record<string, RegExp>> = {
  authentication: /^openshift-(?:authentication|oauth-apiserver)(?:-operator)?$/,
  network: /^openshift-(?:ovn-kubernetes|sdn|multus|network-operator|network-diagnostics)$/,
  storage: /^openshift-cluster-(?:csi-drivers|storage-operator)$/,
  'csi-snapshot-controller': /^openshift-cluster-storage-operator$/,
  'node-tuning': /^openshift-cluster-node-tuning-operator$/,
};
/** Pods that are not called after their operator, where nobody pasted their namespace. */
const NAMES: Readonly<Record<string, RegExp>> = {
  authentication: /^oauth-openshift-/,
  ingress: /^router-/,
  network: /^(?:ovnkube-|sdn-|multus-)/,
  monitoring: /^(?:prometheus-k8s-|alertmanager-main-)/,
};
/** Of a workload of many pods some speak for all (ours). */
const ENOUGH = 30;

/** Those of its pods that are in trouble or left a log, and claims of its namespaces that are not bound. */
export function operandsOf(snapshot: Snapshot, operator: string): readonly Ref[] {
  const usual = operator.startsWith('openshift-') ? operator : `openshift-${operator}`;
  const mine = (namespace: string): boolean =>
    NAMESPACES[operator]?.test(namespace) ?? (namespace === usual || namespace === `${usual}-operator`);
  const isOwn = (namespace: string | undefined, pod: string): boolean =>
    namespace === undefined || namespace === ''
      ? (NAMES[operator]?.test(pod) ?? pod.startsWith(`${operator}-`))
      : mine(namespace);
  const pods = unsteadyPods(snapshot)
    .filter(({ metadata }) => isOwn(metadata.namespace, metadata.name))
    .map(refOf);
  const logs = snapshot.logs.flatMap(({ origin: { pod, namespace } }) =>
    pod !== undefined && isOwn(namespace, pod) ? [refTo('Pod', namespace, pod)] : [],
  );
  const claims = snapshot
    .list('persistentVolumeClaims')
    .filter(({ metadata, status }) => mine(metadata.namespace ?? '') && status?.phase !== 'Bound')
    .map(refOf);
  return [...claims, ...pods, ...logs].slice(0, ENOUGH);
}
