import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import type { Command } from '../records.ts';
import { factBase } from '../quote.ts';

/** What kubeadm and RKE2 call it; what k3s keeps in `server/manifests` are charts, which its server reads. */
const FOLDER = /(?:\/kubernetes\/manifests|\/pod-manifests)\/?\*?$/;
const ROW = /^[-dlbcps][-rwxsStT]{9}/;

const folderOf = (command: Command): string | undefined => {
  const { tool, words } = effectiveCommand(command);
  return tool === 'ls' || tool === 'll' ? words.find((word) => FOLDER.test(word)) : undefined;
};

/**
 * Which files lie where the kubelet looks for static pods, without what is in them.
 *
 * Command: `ls /etc/kubernetes/manifests`, `ls /var/lib/rancher/rke2/agent/pod-manifests`, with -l, -a, -1.
 * Versions: coreutils 5 to 9, busybox 1.x.
 * Sample:
 *
 *     -rw------- 1 root root 2394 Mar  1 09:00 etcd.yaml
 *
 * Empty: a folder without files prints nothing, or `total 0`: a node without static pods, as most are.
 */
export default defineParser({
  kind: 'static-pod-folder',
  reads: 'ls /etc/kubernetes/manifests',
  matches: (command) => folderOf(command) !== undefined,
  sniff: () => false,
  parse: (lines, { origin, emit }) => {
    const folder = (origin.command === undefined ? undefined : folderOf(origin.command))?.replace(/\/?\*?$/, '');
    if (folder === undefined) return;
    lines.forEach((line, at) => {
      const row = line.trim();
      // Directories are no manifests.
      if (row.length > 2000 || /^(?:ls: |total \d|d[-rwxsStT]{9})/.test(row)) return;
      const words = row.split(/\s+/);
      // A long row ends with its name, a short one is nothing but names.
      for (const file of ROW.test(row) ? words.slice(-1) : words) {
        const key = file.slice(file.lastIndexOf('/') + 1);
        if (key !== '')
          emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'static-pod-file', key, value: folder });
      }
    });
  },
});
