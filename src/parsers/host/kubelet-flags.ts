import { defineParser, type Emit } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';

const FLAG = /(?:^|[\s"'=])--([a-z][a-z0-9-]{0,80})(?:[= ]((?:"[^"]{0,2000}"|'[^']{0,2000}'|[^\s"']{1,2000})))?/g;
const PROCESS = /(?:^|[\s/])kubelet\s+--?[a-z]/;
const ENVIRONMENT = /^\s*(?:Environment=)?["']?(KUBELET_[A-Z_]{0,40}(?:ARGS|OPTS|FLAGS))\s*=/;

/** True for a process line or an environment line that carries kubelet flags. */
export function hasKubeletFlags(line: string): boolean {
  return PROCESS.test(line) || ENVIRONMENT.test(line);
}

/** Emits one value per flag of the line. */
export function emitKubeletFlags(emit: Emit, origin: Origin, index: number, line: string): void {
  const environment = ENVIRONMENT.exec(line);
  // `/usr/bin/kubelet --a --b`: what stands before belongs to ps or to the tree of a cgroup.
  const from = environment === null ? line.search(PROCESS) : environment[0].length;
  for (const match of line.slice(Math.max(0, from)).matchAll(FLAG)) {
    const key = match[1] ?? '';
    let value = match[2] ?? 'true';
    if (value.startsWith('--')) value = 'true';
    emit.fact('hostValues', {
      ...factBase(origin, index, line),
      topic: 'kubelet-flag',
      key,
      value: value.replace(/^["']|["']$/g, ''),
    });
  }
}

/**
 * Flags of the kubelet from the files that hand them to it. hostValues, topic `kubelet-flag`: key `cpu-manager-policy`,
 * value `static`; a bare flag has the value `true`. A list of processes is read by processes.ts.
 *
 * Command: `cat /var/lib/kubelet/kubeadm-flags.env`, /etc/default/kubelet, /etc/sysconfig/kubelet, `systemctl cat
 *   kubelet`.
 * Versions: kubelet 1.8 to 1.36, kubeadm 1.11 and later.
 * Sample:
 *
 *     KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock --cpu-manager-policy=static"
 *
 * Empty: a file without flags leaves nothing.
 */
export default defineParser({
  kind: 'kubelet-flags',
  reads: 'kubeadm-flags.env, /etc/default/kubelet',
  priority: -1,
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '');
    return lines.length > 0 && lines.length <= 40 && lines.some((line) => ENVIRONMENT.test(line));
  },
  parse: (lines, { origin, emit }) => {
    lines.forEach((line, index) => {
      if (hasKubeletFlags(line)) emitKubeletFlags(emit, origin, index, line);
    });
  },
});
