/**
 * Every area a check can ask for, what people call it, and the command that collects it. "Not checked" must always
 * come with the way to change that.
 */
import type { FactArea } from '../parsers/records.ts';
import { KINDS, OBJECT_AREAS, type ObjectArea } from './kinds/index.ts';

/** Logs by who wrote them: containers, host daemons, the kernel. */
export type LogArea = 'containerLogs' | 'hostLogs' | 'kernelLogs';
export type Area = ObjectArea | FactArea | LogArea;

interface AreaInfo {
  readonly title: string;
  readonly collectWith: string;
}

const FACTS: Readonly<Record<FactArea | LogArea, AreaInfo>> = {
  units: { title: 'systemd units', collectWith: 'systemctl status kubelet containerd kube-proxy --no-pager' },
  filesystems: { title: 'file systems of the nodes', collectWith: 'df -PT; df -iP' },
  etcdEndpoints: { title: 'etcd endpoint status', collectWith: 'etcdctl endpoint status --cluster -w json' },
  etcdHealth: { title: 'etcd endpoint health', collectWith: 'etcdctl endpoint health --cluster -w json' },
  etcdMembers: { title: 'etcd members', collectWith: 'etcdctl member list -w json' },
  etcdAlarms: { title: 'etcd alarms', collectWith: 'etcdctl alarm list' },
  certificates: { title: 'certificates', collectWith: 'kubeadm certs check-expiration' },
  gpus: { title: 'GPUs', collectWith: 'nvidia-smi -q -x' },
  toolFailures: { title: 'tools that failed', collectWith: 'nvidia-smi' },
  toolChecks: {
    title: 'checks that tools of the network make',
    collectWith: 'linkerd check; cilium connectivity test',
  },
  metrics: { title: 'component metrics', collectWith: 'kubectl get --raw /metrics' },
  alerts: { title: 'alerts', collectWith: 'amtool alert query -o json' },
  probes: { title: 'connectivity probes', collectWith: 'kubectl exec POD -- nc -vz SERVICE PORT' },
  nodeUsage: { title: 'node usage', collectWith: 'kubectl top nodes' },
  podUsage: { title: 'pod usage', collectWith: 'kubectl top pods -A --containers' },
  healthChecks: { title: 'API server health checks', collectWith: "kubectl get --raw '/readyz?verbose'" },
  commandFailures: { title: 'commands that failed', collectWith: 'kubectl get nodes' },
  commandTimings: { title: 'durations of commands', collectWith: 'time kubectl get nodes' },
  timeSync: { title: 'time synchronisation', collectWith: 'timedatectl; chronyc tracking' },
  hostValues: { title: 'kernel and host settings', collectWith: 'sysctl -a' },
  configFiles: { title: 'configuration files', collectWith: 'cat /etc/resolv.conf /etc/cni/net.d/*' },
  runtimeContainers: { title: 'containers of the runtime', collectWith: 'crictl ps -a' },
  diskUse: { title: 'sizes of folders', collectWith: 'du -xk -d 1 /var/lib/containerd; du -xk -d 1 /var/lib/kubelet' },
  processes: { title: 'processes of the machines', collectWith: 'ps -eo pid,ppid,stat,comm' },
  fabricPorts: { title: 'ports of InfiniBand adapters', collectWith: 'ibstat' },
  releases: { title: 'releases of Helm', collectWith: 'helm list -A -a' },
  accessReviews: {
    title: 'what accounts may do',
    collectWith: 'kubectl auth can-i VERB RESOURCE --as=system:serviceaccount:NAMESPACE:NAME',
  },
  apiRequests: { title: "the API server's audit log", collectWith: 'cat /var/log/kubernetes/audit/audit.log' },
  customResources: { title: 'descriptions of custom resources', collectWith: 'kubectl describe KIND NAME' },
  containerLogs: {
    title: 'container logs',
    collectWith: 'kubectl logs POD --all-containers --timestamps; kubectl logs POD --previous',
  },
  hostLogs: {
    title: 'logs of kubelet and container runtime',
    collectWith: 'journalctl -u kubelet -u containerd --no-pager -n 5000',
  },
  kernelLogs: { title: 'kernel log', collectWith: 'journalctl -k --no-pager' },
};

/** Title and collecting command of an area. */
export function areaInfo(area: Area): AreaInfo {
  if (area in KINDS) {
    const kind = KINDS[area as ObjectArea];
    return {
      title: `${kind.kind} objects`,
      // Of Secrets a table: names and types, no values.
      collectWith:
        area === 'secrets'
          ? 'kubectl get secrets -A'
          : `kubectl get ${kind.names[0]}${kind.namespaced ? ' -A' : ''} -o json`,
    };
  }
  return FACTS[area as FactArea | LogArea];
}

export const AREAS: readonly Area[] = [...OBJECT_AREAS, ...(Object.keys(FACTS) as (FactArea | LogArea)[])];
