/** systemd units by what they are for. */
import type { UnitStatus } from '../../parsers/records.ts';

/** `kubelet` of `kubelet.service`. */
export function unitName(unit: Pick<UnitStatus, 'unit'>): string {
  return unit.unit.replace(/\.service$/, '');
}

/** Loaded and not running. A unit that is not there at all is no fault: the machine may use another program. */
export function isDown(unit: UnitStatus): boolean {
  if (unit.load === 'not-found' || unit.load === 'masked') return false;
  if (unit.active === undefined || unit.active === 'active' || unit.active === 'reloading') return false;
  // `activating (start)` is a start in progress; `activating (auto-restart)` waits after a failure.
  return unit.active !== 'activating' || unit.sub === 'auto-restart';
}

/** Units that run the kubelet, in kubeadm, k3s, RKE2, MicroK8s and k0s clusters. */
const KUBELET =
  /^(?:kubelet|k3s|k3s-agent|rke2-server|rke2-agent|snap\.microk8s\.daemon-kubelite|snap\.kubelet-eks\.daemon|k0sworker|k0scontroller)$/;
/** Container runtimes with a unit of their own. */
const RUNTIME = /^(?:containerd|crio|cri-o|docker|cri-docker|cri-dockerd|snap\.microk8s\.daemon-containerd)$/;

export const runsKubelet = (unit: UnitStatus): boolean => KUBELET.test(unitName(unit));
export const runsContainers = (unit: UnitStatus): boolean => RUNTIME.test(unitName(unit));

/** What systemd could not do before it started the program (systemd.exec(5), process exit codes). */
const EXEC_STATUS: Readonly<Record<number, string>> = {
  200: 'CHDIR: no such working directory',
  203: 'EXEC: the program cannot be executed',
  209: 'STDOUT',
  214: 'SETSCHEDULER',
  216: 'GROUP: no such group',
  217: 'USER: no such user',
  218: 'CAPABILITIES',
  219: 'CGROUP',
  226: 'NAMESPACE: its mounts (PrivateTmp, ProtectSystem, a directory of its unit that is not there) cannot be set up',
  228: 'SECCOMP',
  238: 'STATE_DIRECTORY',
  239: 'CACHE_DIRECTORY',
  240: 'LOGS_DIRECTORY',
};

/** `inactive (dead)`, `failed (Result: exit-code, status 1)`: as systemctl words it. */
export function describeUnit(unit: UnitStatus): string {
  const details = [
    ...(unit.sub === undefined ? [] : [unit.sub]),
    ...(unit.result === undefined || unit.result === 'success' ? [] : [`Result: ${unit.result}`]),
    ...(unit.exitCode === undefined || unit.exitCode === 0
      ? []
      : [
          `exit code ${unit.exitCode}${EXEC_STATUS[unit.exitCode] === undefined ? '' : `/${EXEC_STATUS[unit.exitCode]}`}`,
        ]),
    ...(unit.signal === undefined ? [] : [`signal ${unit.signal}`]),
  ];
  return `${unit.active ?? 'unknown'}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
