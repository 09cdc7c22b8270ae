import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import { filesIn, listedFolder } from './listed-files.ts';

/** What kubeadm and RKE2 call it; what k3s keeps in `server/manifests` are charts, which its server reads. */
const FOLDER = /(?:\/kubernetes\/manifests|\/pod-manifests)\/?\*?$/;

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
  matches: (command) => listedFolder(command, FOLDER) !== undefined,
  sniff: () => false,
  parse: (lines, { origin, emit }) => {
    const folder = listedFolder(origin.command, FOLDER);
    if (folder === undefined) return;
    lines.forEach((line, at) => {
      for (const key of filesIn(line))
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'static-pod-file', key, value: folder });
    });
  },
});
