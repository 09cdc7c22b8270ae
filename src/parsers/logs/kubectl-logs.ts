import { basename } from 'node:path/posix';
import { commandFromFileName } from '../command-file-name.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import type { Command, Origin } from '../records.ts';
import { withProgram } from './component-log.ts';
import { lookAt } from './looks.ts';
import { programHint } from './program.ts';

/** `[pod/web-5f7/app] message`: `kubectl logs --prefix`, or of several pods. */
const PREFIXED = /^\[pod\/[^/\]\s]{1,253}\/[^/\]\s]{1,253}\] /;
/** Names that a controller made: `web-7d4f8b9c6-x2k9q`, `agent-x2k9q`, `db-0`; and static pods with their node's name. */
const GENERATED = /-(?:[a-z0-9]{8,10}-[a-z0-9]{5}|[bcdfghjklmnpqrstvwxz2456789]{5}|\d{1,3})$/;
/** A name that only a ReplicaSet gives. */
const REPLICA = /-[a-z0-9]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** Such a name with that of a container behind it: `web-7d4f8b9c6-x2k9q-istio-proxy`. */
const REPLICA_CONTAINER = /^(.{1,253}?-[a-z0-9]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5})-([a-z0-9][a-z0-9-]{0,62})$/;
/** Folders in which collectors keep container logs. */
const LOG_FOLDER = /^(?:logs?|pod-?logs|pods?|containers?|container-?logs|kubernetes-logs)$/i;
/** Files under them that are about the machine or about no container at all. */
const NOT_CONTAINERS =
  /^(?:messages|syslog|dmesg|kern|journal(?:ctl)?|kubelet|containerd|crio|docker(?:d)?|audit|auth|cloud-init(?:-output)?|boot|cron|maillog|secure|system|build|install|collect(?:or)?|support-bundle|must-gather|version|events?)$/i;
const LOG_FILE = /\.(?:log|logs|txt)$/i;
/** What collectors add to a name for the run before the last restart. */
const PREVIOUS = /[._-](?:previous|prev|exited|last|previous-logs)$/i;

/** What an inner command searches for: `$(crictl ps -a --name etcd -q)`, `$(docker ps -q -f name=k8s_etcd)`, `| grep etcd`. */
const SOUGHT = /(?:--name[= ]|\bname=|\bgrep (?:-\S{1,20} )?)['"]?(?:k8s_)?(?<name>[a-z][a-z0-9-]{2,60})/;

function fromCommand(typed: Command, file: string): Partial<Origin> {
  const command = effectiveCommand(typed);
  const { flags, words } = command;
  const kubectl = command.tool === 'kubectl';
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const namespace = kubectl ? text('namespace') : undefined;
  const previous = flags['previous'] === true || flags['p'] === true;
  // What the shell put in there (`$POD`, `$(kubectl get pods …)`) nobody wrote down.
  const filled = words[0] === 'logs' && /^[$`]/.test(words[1] ?? '');
  const target = words[0] === 'logs' && !filled ? words[1] : undefined;
  const container = kubectl ? (text('container') ?? (filled ? undefined : words[2])) : target;
  // Any kind but a pod names many; the snapshot finds the workload by that name.
  const pod = kubectl
    ? target?.replace(/^(?:pods?|po|deploy(?:ments?)?(?:\.apps)?|sts|statefulsets?|ds|daemonsets?|jobs?)\//i, '')
    : undefined;
  // A command that is only a file's name (`kubectl-logs-init.txt`) may end in any word; generated names are pods.
  const fileNamed = commandFromFileName(file)?.text === typed.text;
  const podKnown = pod !== undefined && (!fileNamed || GENERATED.test(pod));
  const sought = filled ? SOUGHT.exec(command.text)?.groups?.['name'] : undefined;
  const program = programHint(container, pod, text('selector'), sought);
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(podKnown ? { pod } : {}),
    ...(container === undefined ? {} : { container }),
    ...(previous ? { previous: true } : {}),
    ...(program === undefined ? {} : { program }),
  };
}

/** File names that say which part of a log it is, not whose. */
const PART = /^(?:current|previous|rotated|last-\d{1,6}-lines|errors?|messages|stdout|stderr|logs?|output|all)$/i;

/** The segment after the last one called so. */
function after(folders: readonly string[], name: RegExp): string | undefined {
  const at = folders.findLastIndex((folder) => name.test(folder));
  return at < 0 ? undefined : folders[at + 1];
}

/** Whose log it is by its folders and its name, without what says that it is of an earlier run. */
function ownerIn(folders: readonly string[], name: string): Pick<Origin, 'namespace' | 'pod' | 'container'> {
  const parts = name.split('_').filter((part) => part !== '');
  const namespace = after(folders, /^namespaces?$/i);
  const pod = after(folders, /^pods?$/i);
  if (namespace !== undefined && pod !== undefined) {
    const at = folders.lastIndexOf(pod) + 1;
    const container = after(folders, /^containers$/i) ?? folders[at] ?? (PART.test(name) ? undefined : name);
    return { namespace, pod, ...(container === undefined || PART.test(container) ? {} : { container }) };
  }
  const container = PART.test(name) ? {} : { container: parts.at(-1)! };
  const generated = folders.findLastIndex((folder) => REPLICA.test(folder));
  if (generated >= 0) {
    const above = folders[generated - 1];
    return {
      ...(above === undefined || LOG_FOLDER.test(above) ? {} : { namespace: above }),
      pod: folders[generated]!,
      ...container,
    };
  }
  const at = folders.findLastIndex((folder) => LOG_FOLDER.test(folder));
  const below = at < 0 ? [] : folders.slice(at + 1);
  if (below.length >= 2) return { namespace: below[0]!, pod: below[1]!, ...container };
  if (below.length === 1 && (PART.test(name) || (GENERATED.test(below[0]!) && !GENERATED.test(name))))
    return { pod: below[0]!, ...container };
  if (parts.length >= 3) return { namespace: parts[0]!, pod: parts[1]!, container: parts[2]! };
  const here = below.length === 1 ? { namespace: below[0]! } : {};
  if (parts.length === 2) return { ...here, pod: parts[0]!, container: parts[1]! };
  const [, replica, last] = REPLICA_CONTAINER.exec(name) ?? [];
  if (replica !== undefined && last !== undefined)
    return { ...here, pod: replica, ...(PART.test(last) ? {} : { container: last }) };
  return PART.test(name) ? here : { ...here, pod: name };
}

/**
 * `logs/web-7d4f8b9c6-x2k9q.log`, `logs/shop/web-0/app.log`, `logs/web-0_app-previous.log`, `shop_web-0_app.log`,
 * `namespaces/shop/pods/web-0/app/app/logs/current.log`, `shop/web-7d4f8b9c6-x2k9q/istio-proxy.log`,
 * `web-7d4f8b9c6-x2k9q-istio-proxy.log`.
 */
function fromPath(path: string): Partial<Origin> {
  const folders = path.split('/').slice(0, -1);
  const stem = stemOf(path);
  const previous = PREVIOUS.test(stem) || stem === 'previous';
  const name = stem.replace(PREVIOUS, '');
  return { ...ownerIn(folders, name), ...(previous ? { previous: true } : {}) };
}

function stemOf(path: string): string {
  return basename(path).replace(LOG_FILE, '').replace(LOG_FILE, '');
}

/** True when the path speaks of containers: in a folder of logs or pods, or named as controllers name pods. */
function isContainerLogPath(path: string): boolean {
  if (!/\.(?:log|logs)(?:\.txt)?$/i.test(path)) return false;
  const stem = stemOf(path).replace(PREVIOUS, '');
  const folders = path.split('/').slice(0, -1);
  if (folders.some((folder) => REPLICA.test(folder))) return true;
  if (NOT_CONTAINERS.test(stem)) return false;
  // /var/log and its kin belong to the machine; below /var/log/pods there are containers again.
  if (/(?:^|\/)var\/log\/(?!pods\/|containers\/)/.test(path)) return false;
  return (
    folders.some((folder) => LOG_FOLDER.test(folder)) ||
    stem.split('_').some((part) => GENERATED.test(part) || REPLICA_CONTAINER.test(part))
  );
}

/** `web-7d4f8b9c6-x2k9q.txt`, `db-0_postgres.txt`: named after a pod, and a log only where the lines are those of one. */
function isPodText(path: string): boolean {
  if (!/[^/]\.txt$/i.test(path)) return false;
  const parts = stemOf(path).replace(PREVIOUS, '').split('_');
  return parts.some(
    (part) => REPLICA.test(part) || REPLICA_CONTAINER.test(part) || (parts.length > 1 && GENERATED.test(part)),
  );
}
/** Share of lines with a time or a level that makes such a text a log. */
const MOST = 0.6;

/**
 * Container logs, also of workloads, selectors and several pods, and the files that collectors name after pods. The
 * command or the path says whose they are.
 *
 * Command: `kubectl logs web-7f6c -n shop -c app --previous`, `crictl logs`, `docker logs`, `nerdctl logs`, `podman
 *   logs`.
 * Versions: kubectl 1.0 to 1.36, cri-tools 1.11 to 1.36, Docker 1.10 to 28.
 * Sample:
 *
 *     2025-11-28T08:04:00.1Z I1128 08:04:00.100000       1 main.go:52] starting
 *
 * Empty: an empty text means that the container wrote nothing.
 */
export default defineParser({
  kind: 'kubectl-logs',
  reads: 'kubectl logs, crictl logs, docker logs, nerdctl logs, podman logs; files named after pods',
  // The command decides: a container may print anything, also what looks like another command's output.
  priority: 10,
  matches(command) {
    const { tool, words } = effectiveCommand(command);
    return words[0] === 'logs' && ['kubectl', 'crictl', 'docker', 'nerdctl', 'podman'].includes(tool);
  },
  sniff(head, origin) {
    if (head.slice(0, 20).some((line) => PREFIXED.test(line))) return true;
    if (origin.command !== undefined || origin.program !== undefined) return false;
    const named = isContainerLogPath(origin.file);
    if (!named && !isPodText(origin.file)) return false;
    // Nodes' logs lie in such folders too; their lines carry a machine and a program.
    const look = lookAt(head);
    return look.journal < MOST && look.kernel < MOST && (named || (look.lines > 0 && look.dated >= MOST));
  },
  async stream(chunks, { origin, emit, scan }) {
    const known = origin.command !== undefined ? fromCommand(origin.command, origin.file) : {};
    const guessed =
      origin.command === undefined &&
      origin.pod === undefined &&
      (isContainerLogPath(origin.file) || isPodText(origin.file))
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
