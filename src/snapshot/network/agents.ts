/** Agents of network plug-ins, as their DaemonSets name the pods. */
const AGENT =
  /^(?:calico-node|canal|cilium|kube-flannel(?:-ds)?(?:-[a-z0-9]+)?|aws-node|weave-net|antrea-agent|ovnkube-node|ovs-ovn|kube-ovn-cni|kube-router|kindnet|azure-cni|sdn|(?:kube-)?multus(?:-ds)?)-[a-z0-9]{5}$/;

/** Whether a pod is the agent of a network plug-in, by its name. */
export const isNetworkAgent = (podName: string): boolean => AGENT.test(podName);
