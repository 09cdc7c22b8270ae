import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

/** What QEMU, Firecracker, Cloud Hypervisor and Kata say of a machine that cannot run virtual machines. */
const WORDS =
  /(?<words>[Cc]ould not access KVM kernel module: [\w ]{3,40}|[Ff]ailed to initialize [Kk][Vv][Mm]\b|\/dev\/(?:kvm|vhost-vsock)\W{0,4}:? (?:[Nn]o such|[Pp]ermission denied|does not exist)|[Ee]rror creating KVM object: [\w ]{3,40}|unable to open vhost device|is not capable of running Kata|(?:[Uu]nable|[Ff]ailed) to launch (?:\/\S{0,80})?qemu[\w-]{0,40}: .{3,300}|\/\S{1,100}\/(?:qemu-system-\w{2,20}|cloud-hypervisor|firecracker|jailer)\W{1,3}no such file or directory)/;

export default defineCheck({
  id: 'runtime-vm-unavailable',
  layer: 5,
  title: 'The node can run pods in virtual machines',
  failureTitle: 'The node cannot start the virtual machine of a pod (KVM, QEMU)',
  why: 'Kata Containers, Firecracker and KubeVirt start each pod in a small virtual machine. They need /dev/kvm: virtualisation switched on in the BIOS, the modules kvm_intel or kvm_amd (and vhost_vsock), nested virtualisation when the node is a virtual machine itself, and memory for the hypervisor.',
  fix: [
    'Switch virtualisation on (BIOS, nested virtualisation of the hypervisor, an instance type that has it) and load kvm_intel or kvm_amd, vhost, vhost_vsock on the nodes',
    'Keep such pods off other nodes: scheduling.nodeSelector in the RuntimeClass',
  ],
  next: [
    'ls -l /dev/kvm /dev/vhost-vsock',
    'kata-runtime check',
    'lsmod | grep kvm',
    'grep -cE "vmx|svm" /proc/cpuinfo',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-vm-unavailable', 'runtime-hypervisor-missing'],
  needsAny: ['events', 'hostLogs', 'kernelLogs', 'containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern: WORDS,
      signature: ['runtime-vm-unavailable', 'runtime-hypervisor-missing'],
      message: ({ words, kvm, qemu, device, hypervisor }, who) =>
        `The virtual machine (KVM, QEMU) of ${who} cannot start: ${words ?? (kvm === undefined ? undefined : `no access to the KVM kernel module, ${kvm}`) ?? qemu ?? device ?? (hypervisor === undefined ? undefined : `${hypervisor} is not there`) ?? 'the machine offers no virtualisation'}`,
    });
  },
});
