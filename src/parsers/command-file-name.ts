/** Files that hold one command's output and are named after it: `kubectl-get-pods.txt`, `df_-alP`, `nvidia-smi-L.txt`. */
import { parseCommand } from './command.ts';
import type { Command } from './records.ts';
import { isKnownTool } from './tools.ts';

/** Tools whose own name holds a dash, so that a dash between words cannot be told from it otherwise. */
const DASHED = [
  'nvidia-smi',
  'nvidia-ctk',
  'nvidia-container-cli',
  'systemd-analyze',
  'systemd-resolve',
  'systemd-cgtop',
  'edac-util',
];
/** Words that are no command as a file's whole name: too many other files are called so. */
const TOO_COMMON = new Set([
  'host',
  'file',
  'service',
  'ip',
  'route',
  'id',
  'who',
  'last',
  'cut',
  'cat',
  'stat',
  'kubelet',
  'containerd',
  'kube-proxy',
  'etcd',
  'crio',
  'cilium',
  'helm',
  'az',
  'aws',
  'docker',
  'echo',
  'w',
  'k',
  'args',
  'velero',
  'argocd',
  'snap',
  'kind',
  'rdma',
  'bridge',
]);
const ENDING = /(?:\.(?:txt|log|out|output|stdout|json|yaml|yml|md|html))+$/i;
/** What somebody kept of a description, in place of a pod's name or behind it. */
const KEPT_PART = /(?:^|(?<=-[a-z0-9]{5})-)(?:events?|conditions?|status|state|output|excerpt|snippet|tail)$/;
/** Dash-separated words that are flags; those with a value take words up to the next flag. */
const SHORT = /^[A-Za-z]$/;
const TAKES_VALUE = new Set(['n', 'o', 'l', 'c', 'u', 'w']);
const LONG: Readonly<Record<string, string>> = {
  wide: '-o wide',
  selector: '--selector',
  namespace: '--namespace',
  previous: '--previous',
  prev: '--previous',
};

/** Words of a dashed name as a command line. Names of objects hold dashes too, so what follows a kind is one word. */
function fromDashes(tool: string, words: readonly string[]): string {
  const out = [tool];
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const until = (): string => {
      const value: string[] = [];
      while (
        i + 1 < words.length &&
        !SHORT.test(words[i + 1] ?? '') &&
        !(value.length > 0 && Object.hasOwn(LONG, words[i + 1] ?? ''))
      ) {
        value.push(words[++i] ?? '');
      }
      return value.join('-');
    };
    if (word === 'all' && words[i + 1] === 'namespaces') {
      out.push('-A');
      i++;
    } else if (word === 'show' && words[i + 1] === 'labels') {
      out.push('--show-labels');
      i++;
    } else if (tool === 'kubectl' && Object.hasOwn(LONG, word)) {
      const flag = LONG[word] ?? '';
      out.push(flag === '--selector' || flag === '--namespace' ? `${flag}=${until()}` : flag);
    } else if (SHORT.test(word) && !/^\d$/.test(word)) {
      out.push(`-${word}`);
      if (TAKES_VALUE.has(word) && (tool === 'kubectl' || tool === 'journalctl')) out.push(until());
    } else if (
      tool === 'kubectl' &&
      (rest.length === 0 || (rest.length === 1 && rest[0] !== 'logs') || rest[0] === 'cluster')
    ) {
      rest.push(word);
    } else if (tool === 'kubectl' || tool === 'journalctl' || (tool === 'systemctl' && rest.length > 0)) {
      rest.push([word, until()].filter((part) => part !== '').join('-'));
    } else rest.push(word);
  }
  // `journalctl-kubelet.txt` is the journal of a unit.
  if (tool === 'journalctl' && rest.length > 0) return [...out, '-u', ...rest].join(' ').trim();
  if (rest[0] === 'describe' && rest[2] !== undefined) rest[2] = rest[2].replace(KEPT_PART, '');
  return [out[0], ...rest, ...out.slice(1)].filter((part) => part !== '').join(' ');
}

/**
 * The command that a file's name tells, or undefined. Understood: words with underscores (`kubectl_get_pods_-n_shop`,
 * as sosreport writes them), with dashes (`kubectl-get-pods-o-wide.txt`), both, and with blanks.
 */
export function commandFromFileName(path: string): Command | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(ENDING, '');
  if (name.length > 300) return undefined;
  const words = name.split(/[_ +]+/).filter((word) => word !== '');
  const first = words[0] ?? '';
  const dashed = DASHED.find((tool) => first === tool || first.startsWith(`${tool}-`));
  const tool = dashed ?? first.split('-')[0] ?? '';
  if (!isKnownTool(tool) || (TOO_COMMON.has(tool) && words.length === 1 && first === tool)) return undefined;
  const head = first
    .slice(tool.length)
    .split('-')
    .filter((word) => word !== '');
  // `free-space.txt`, `date-parser.log`: a dash behind a common word is no command; a capital flag or a verb is.
  if (head.length > 0 && !DASH_STYLE.has(tool)) return undefined;
  // `kubeadm.md` is about a tool, and not what it printed.
  if (words.length === 1 && head.length === 0 && /\.(?:md|html)$/i.test(path)) return undefined;
  if (words.length === 1) return parseCommand(fromDashes(tool, head));
  return parseCommand([tool, ...head, ...words.slice(1)].join(' '));
}

const DASH_STYLE = new Set([
  ...DASHED,
  'kubectl',
  'oc',
  'etcdctl',
  'systemctl',
  'journalctl',
  'df',
  'dmesg',
  'crictl',
  'kubeadm',
  'docker',
  'chronyc',
  'timedatectl',
  'ip',
  'sysctl',
  'lsblk',
  'iptables',
  'calicoctl',
  'istioctl',
  'talosctl',
]);
