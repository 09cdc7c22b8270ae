import { basename } from 'node:path/posix';
import { defineParser } from '../parser.ts';
import type { Command, Origin } from '../records.ts';
import { withProgram } from './component-log.ts';
import { programHint } from './program.ts';

/** `[pod/web-5f7/app] message`: `kubectl logs --prefix`, or of several pods. */
const PREFIXED = /^\[pod\/[^/\]\s]{1,253}\/[^/\]\s]{1,253}\] /;
/** Names that a controller made: `web-7d4f8b9c6-x2k9q`, `agent-x2k9q`, `db-0`; and static pods with their node's name. */
const GENERATED = /-(?:[a-z0-9]{8,10}-[a-z0-9]{5}|[bcdfghjklmnpqrstvwxz2456789]{5}|\d{1,4})$/;
/** Folders in which collectors keep container logs. */
const LOG_FOLDER = /^(?:logs?|pod-?logs|pods?|containers?|container-?logs|kubernetes-logs)$/i;
/** Files under them that are about the machine or about no container at all. */
const NOT_CONTAINERS =
  /^(?:messages|syslog|dmesg|kern|journal(?:ctl)?|kubelet|containerd|crio|docker(?:d)?|audit|auth|cloud-init(?:-output)?|boot|cron|maillog|secure|system|build|install|collect(?:or)?|support-bundle|must-gather|version|events?)$/i;
const LOG_FILE = /\.(?:log|logs|txt)$/i;
/** What collectors add to a name for the run before the last restart. */
const PREVIOUS = /[._-](?:previous|prev|exited|last|previous-logs)$/i;

function fromCommand(command: Command, file: string): Partial<Origin> {
  const { flags, words } = command;
  const kubectl = command.tool === 'kubectl';
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const namespace = kubectl ? text('namespace') : undefined;
  const previous = flags['previous'] === true || flags['p'] === true;
  const target = words[0] === 'logs' ? words[1] : undefined;
  const container = kubectl ? (text('container') ?? words[2]) : target;
  // Any kind but a pod names many; the snapshot finds the workload by that name.
  const pod = kubectl
    ? target?.replace(/^(?:pods?|po|deploy(?:ments?)?(?:\.apps)?|sts|statefulsets?|ds|daemonsets?|jobs?)\//, '')
    : undefined;
  // A command that is only a file's name (`kubectl-logs-init.txt`) may end in any word; generated names are pods.
  const fileNamed = basename(file).toLowerCase().startsWith('kubectl');
  const podKnown = pod !== undefined && (!fileNamed || GENERATED.test(pod));
  const program = programHint(container, pod, text('selector'));
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(podKnown ? { pod } : {}),
    ...(container === undefined ? {} : { container }),
    ...(previous ? { previous: true } : {}),
    ...(program === undefined ? {} : { program }),
  };
}

/** `logs/web-7d4f8-x2k9q.log`, `pods/shop/web-0/app.log`, `logs/web-0_app-previous.log`, `shop_web-0_app.log`. */
function fromPath(path: string): Partial<Origin> {
  const folders = path.split('/').slice(0, -1);
  let name = basename(path).replace(LOG_FILE, '').replace(LOG_FILE, '');
  const previous = PREVIOUS.test(name);
  if (previous) name = name.replace(PREVIOUS, '');
  const parts = name.split('_').filter((part) => part !== '');
  const at = folders.findLastIndex((folder) => LOG_FOLDER.test(folder));
  const below = at < 0 ? [] : folders.slice(at + 1);
  const named = ((): { namespace?: string; pod?: string; container?: string } => {
    if (below.length >= 2) return { namespace: below[0]!, pod: below[1]!, container: parts.at(-1)! };
    if (below.length === 1 && parts.length === 1) {
      return GENERATED.test(below[0]!) && !GENERATED.test(name)
        ? { pod: below[0]!, container: name }
        : { namespace: below[0]!, pod: name };
    }
    if (parts.length >= 3) return { namespace: parts[0]!, pod: parts[1]!, container: parts[2]! };
    if (parts.length === 2) return { pod: parts[0]!, container: parts[1]! };
    return { pod: name };
  })();
  return { ...named, ...(previous ? { previous: true } : {}) };
}

function isContainerLogPath(path: string): boolean {
  const name = basename(path);
  if (!/\.(?:log|logs)(?:\.txt)?$/i.test(name)) return false;
  const bare = name.replace(LOG_FILE, '').replace(LOG_FILE, '').replace(PREVIOUS, '');
  if (NOT_CONTAINERS.test(bare)) return false;
  const folders = path.split('/').slice(0, -1);
  // /var/log and its kin belong to the machine; below /var/log/pods there are containers again.
  if (/(?:^|\/)var\/log\/(?!pods\/|containers\/)/.test(path)) return false;
  return folders.some((folder) => LOG_FOLDER.test(folder)) || GENERATED.test(bare.split('_')[0] ?? bare);
}

/**
 * Container logs: `kubectl logs` (1.0 to 1.36; also of workloads, selectors and several pods), `crictl logs`,
 * `docker logs`, and the files that collectors name after pods. The command or the path says whose they are.
 *
 *     2025-11-28T08:04:00.1Z I1128 08:04:00.100000       1 main.go:52] starting
 *
 * An empty text means that the container wrote nothing.
 */
export default defineParser({
  kind: 'kubectl-logs',
  reads: 'kubectl logs, crictl logs, docker logs, nerdctl logs, podman logs; files named after pods',
  // The command decides: a container may print anything, also what looks like another command's output.
  priority: 10,
  matches: ({ tool, words }) =>
    words[0] === 'logs' && ['kubectl', 'crictl', 'docker', 'nerdctl', 'podman'].includes(tool),
  sniff: (head, origin) =>
    head.slice(0, 20).some((line) => PREFIXED.test(line)) ||
    (origin.command === undefined && origin.program === undefined && isContainerLogPath(origin.file)),
  async stream(chunks, { origin, emit, scan }) {
    const known = origin.command !== undefined ? fromCommand(origin.command, origin.file) : {};
    const guessed =
      origin.command === undefined && origin.pod === undefined && isContainerLogPath(origin.file)
        ? fromPath(origin.file)
        : {};
    // What the layout or a manifest said is surer than any name.
    const all = { ...guessed, ...known, ...origin };
    // A log without a name may be any program's, CoreDNS's or an application's: its words tell.
    const found = all.pod === undefined ? await withProgram(chunks, all.program) : { chunks, program: all.program };
    const program = found.program === undefined ? {} : { program: found.program };
    emit.log(await scan(found.chunks, { ...all, ...program }, 'container'));
  },
});
