import { noObjects } from './gaps.ts';
import { defineLayout } from './layout.ts';

/** eks-log-collector.sh of the Amazon EKS AMI: one machine, no API objects. */
export default defineLayout({
  id: 'eks',
  title: 'EKS log collector',
  marks: [
    'system/{instance-id,availability-zone,large_environments,cpu_throttling}.txt',
    'ipamd/{networkutils-env-settings,metrics}.json',
    'kubelet/kubelet_service.txt',
  ],
  rules: [
    { path: 'kernel/dmesg.{boot,current,human.current}', holds: 'kernel log', kind: 'kernel-log' },
    { path: 'kubelet/kubelet.log', holds: 'journal of the kubelet', kind: 'journal', program: 'kubelet' },
    { path: 'containerd/containerd-log.txt', holds: 'journal of containerd', kind: 'journal', program: 'containerd' },
    { path: 'var_log/messages', holds: 'system log', kind: 'journal' },
    { path: 'kubelet/kubelet_service.txt', holds: 'unit of the kubelet', command: 'systemctl status kubelet' },
    { path: 'storage/inodes.txt', holds: 'inodes', command: 'df -i' },
    { path: 'sysctls/sysctl_all.txt', holds: 'kernel parameters', command: 'sysctl -a' },
    { path: 'networking/resolv.conf', holds: 'resolver', command: 'cat /etc/resolv.conf' },
    { path: 'networking/iptables-save.txt', holds: 'packet filter', command: 'iptables-save' },
    { path: 'networking/iproute.txt', holds: 'routes', command: 'ip route' },
    { path: 'ipamd/metrics.json', holds: 'Prometheus text in spite of its name', kind: 'metrics', program: 'aws-node' },
    { path: 'var_log/kube-system_<pod>_<container>.log', holds: 'container log', kind: 'kubectl-logs' },
    {
      path: '{system,modinfo}/{pkglist,allprocstat,procstat,script-params,region,instance-id,availability-zone,ip_vs,lustre}.txt',
      holds: 'packages, processes, names',
      kind: 'ignore',
    },
    { path: 'system/systemd-analyze.svg', holds: 'a picture', kind: 'ignore' },
  ],
  gaps: [
    ...noObjects('the EKS log collector looks at one node and asks no API server'),
    { areas: ['gpus'], why: 'only on nodes with the NVIDIA driver', ask: 'nvidia-smi -q -x' },
  ],
});
