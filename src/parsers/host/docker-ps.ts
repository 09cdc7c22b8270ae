import { defined } from '../../lib/defined.ts';
import { readHeader, readRow } from '../../lib/table.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const HEADER = /^CONTAINER ID\s+IMAGE\s+COMMAND\s+CREATED\s+STATUS\s.*\bNAMES\s*$/;
/** Id, image, command in quotes. */
const PICKED = /^[0-9a-f]{12,64} {2,}\S{1,255} {2,}"/;
/** How the kubelet names containers for Docker: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`. */
const OF_KUBELET = /^k8s_([a-z0-9-]{1,63})_([a-z0-9.-]{1,253})_([a-z0-9-]{1,63})_[0-9a-f-]{8,40}_(\d{1,6})$/;
/** nerdctl: `k8s://NAMESPACE/POD/CONTAINER`; a sandbox has no third part. */
const OF_NERDCTL = /^k8s:\/\/([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})(?:\/([a-z0-9-]{1,63}))?$/;

/** `Up 3 hours (healthy)` is Running; `Exited (1) 2 minutes ago`, `Created`, `Restarting (1) …` say it themselves. */
const stateOf = (status: string): string =>
  /^Up\b/.test(status) ? 'Running' : (/^\w+/.exec(status)?.[0] ?? 'Unknown');

const exitCodeOf = (status: string): number | undefined => {
  const code = /^Exited \((\d{1,3})\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
};

interface Named {
  readonly name: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly attempt?: number;
}

/** Whose container a name is; undefined for the pause containers of pods. */
function ownerOf(name: string): Named | undefined {
  if (name.startsWith('k8s_POD_')) return undefined;
  const [, container, pod, namespace, attempt] = OF_KUBELET.exec(name) ?? [];
  if (container !== undefined && pod !== undefined && namespace !== undefined)
    return { name: container, pod, namespace, attempt: Number(attempt) };
  const nerdctl = OF_NERDCTL.exec(name);
  if (nerdctl === null) return { name };
  const [, space, owner, inner] = nerdctl;
  return inner === undefined || owner === undefined || space === undefined
    ? undefined
    : { name: inner, pod: owner, namespace: space };
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly name: string;
}

function readRowBelow(heading: string): (line: string) => Row | undefined {
  const header = readHeader(heading, ['CONTAINER ID']);
  const column = (name: string): number => header.columns.findIndex((one) => one.name === name);
  const [id, status, names] = [column('CONTAINER ID'), column('STATUS'), column('NAMES')];
  return (line) => {
    const cells = readRow(header, line);
    const name = cells?.[names] ?? '';
    return cells === undefined || name === '' ? undefined : { id: cells[id] ?? '', status: cells[status] ?? '', name };
  };
}

/** A row without its heading, as `docker ps -a | grep etcd` leaves it: columns stand two blanks apart. */
function readPicked(line: string): Row | undefined {
  const cells = line.trim().split(/ {2,}/);
  const name = cells.at(-1) ?? '';
  return cells.length < 6 || !PICKED.test(line) || /\s/.test(name)
    ? undefined
    : { id: cells[0] ?? '', status: cells[4] ?? '', name };
}

/**
 * What Docker runs, on machines whose kubelet speaks to it (cri-dockerd, dockershim) or whose Kubernetes runs in its
 * containers (RKE, kind, minikube). runtimeContainers; the pause containers of pods are left out.
 *
 * Command: `docker ps -a`, `nerdctl -n k8s.io ps -a`, `podman ps -a`.
 * Versions: Docker 1.10 to 29, nerdctl 0.8 to 2.2, podman 1.0 to 5.6.
 * Sample:
 *
 *     CONTAINER ID   IMAGE          COMMAND   CREATED         STATUS                     PORTS   NAMES
 *     1f73f2d81bf9   98f6c3b32d56   "etcd"    7 minutes ago   Exited (1) 7 minutes ago           k8s_etcd_etcd-n1_kube-system_0a1b2c3d4e5f_4
 *
 * Without its heading, too: `docker ps -a | grep etcd`.
 *
 * Empty: a heading without rows says that Docker runs nothing.
 */
export default defineParser({
  kind: 'docker-ps',
  reads: 'docker ps -a, nerdctl ps -a, podman ps -a',
  matches: (command) => {
    const { tool, words, flags } = effectiveCommand(command);
    const lists = words[0] === 'ps' || (words[0] === 'container' && /^(?:ls|list|ps)$/.test(words[1] ?? ''));
    return /^(?:docker|nerdctl|podman)$/.test(tool) && lists && flags['format'] === undefined;
  },
  sniff: (head) => head.slice(0, 5).some((line) => HEADER.test(line)),
  parse: (lines, { origin, emit }) => {
    const at = lines.findIndex((line) => HEADER.test(line));
    const picked = at < 0 && lines.some((line) => PICKED.test(line));
    if (at < 0 && !picked) return emit.unread(origin, 'no table of containers in it', origin.firstLine);
    const read = picked ? readPicked : readRowBelow(lines[at] ?? '');
    lines.slice(at + 1).forEach((line, n) => {
      if (line.trim() === '') return;
      const row = read(line);
      if (row === undefined) return emit.unread(origin, 'no row of `docker ps`', origin.firstLine + at + 1 + n);
      const owner = ownerOf(row.name);
      if (owner === undefined) return;
      emit.fact('runtimeContainers', {
        ...factBase(origin, at + 1 + n, line),
        id: row.id,
        state: stateOf(row.status),
        ...defined({ exitCode: exitCodeOf(row.status) }),
        ...owner,
      });
    });
  },
});
