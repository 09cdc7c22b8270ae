/**
 * Whose a container log is when its source does not say. People paste `kubectl logs` beside `kubectl get pods`; the log
 * they paste is that of the pod that fails. Where just one workload fails, or is there at all, the log is taken as its.
 */
import { groupBy } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { LogClass, LogHit, LogStream, Origin } from '../../parsers/records.ts';
import { programHint } from '../../parsers/logs/program.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import type { Subject } from '../../result.ts';
import { containersOf, isLooping, lastTermination } from '../pods/containers.ts';
import { unsteadyPods } from '../pods/steady.ts';
import { othersCrash, withoutOwnLog } from './suspects.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

const workloadKey = (snapshot: Snapshot, pod: Pod): string => {
  const top = snapshot.workloadOf(pod);
  const name = top?.name ?? workloadStem(pod.metadata.name);
  return `${pod.metadata.namespace ?? ''}/${name}`;
};

/** How surely a pod is the one whose log somebody pasted; 0: it cannot have a log worth pasting. */
function suspicion(pod: Pod): number {
  const containers = containersOf(pod);
  if (containers.some(isLooping)) return 4;
  // A row of a table has no exit code, only its reason.
  const failed = containers.some((c) => {
    const ended = lastTermination(c);
    return ended?.current === true && (ended.exitCode ?? (ended.reason === 'Error' ? 1 : 0)) !== 0;
  });
  if (failed) return 3;
  if (pod.status?.phase === 'Failed') return 3;
  const runs = containers.filter(
    (c) => c.status?.state?.running !== undefined || c.status?.lastState?.terminated !== undefined,
  );
  if (runs.some((c) => c.status?.ready === false)) return 2;
  // An init container runs, or waits for something.
  if (containers.some((c) => c.status?.state?.waiting?.reason === 'PodInitializing')) return 2;
  return runs.length > 0 || pod.status?.phase === 'Running' ? 1 : 0;
}

/** A bundle that names its logs has no pasted ones: what is nameless there is some other text. */
const hasNamedLogs = oncePer((snapshot: Snapshot): boolean =>
  snapshot.logs.some((log) => log.class === 'container' && log.origin.pod !== undefined),
);

const suspect = oncePer((snapshot: Snapshot): Pod | undefined => {
  if (hasNamedLogs(snapshot)) return undefined;
  const pods = snapshot.list('pods');
  return othersCrash(pods, snapshot.list('events')) ? undefined : worstOf(snapshot, withoutOwnLog(pods, snapshot.logs));
});

/** Words of a name: `es-data.log` is of `search-es-data-0`. */
const wordsIn = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1 && !NO_NAME.test(word));
/** What files are called for what they hold, not for whose it is. */
const NO_NAME =
  /^(?:logs?|txt|out|json|md|kubectl|oc|pods?|container|previous|prev|crash|error|errors|output|current|describe|stdout|stderr|tail|issue|report|\d{1,20})$/;

/** What the name of the file calls the log; a text behind a command is called by that. */
const fileWords = ({ command, file }: Origin): readonly string[] =>
  command === undefined ? wordsIn(file.slice(file.lastIndexOf('/') + 1)) : [];
const callsPod = (words: readonly string[], { metadata }: Pod): boolean =>
  words.length > 0 && words.every((word) => wordsIn(metadata.name).includes(word));

/**
 * Several pods fail alike: of those the one that the name of the file or the lines of the log call by name, when it is
 * of one workload.
 */
const calledPod = oncePer((snapshot: Snapshot) => {
  const found = new Map<string, Pod | undefined>();
  return (log: Pick<LogStream | LogHit, 'origin'>): Pod | undefined => {
    const { origin } = log;
    const key = `${origin.file}\u0000${origin.firstLine}`;
    if (found.has(key)) return found.get(key);
    const graded = withoutOwnLog(snapshot.list('pods'), snapshot.logs).map((pod) => ({ pod, grade: suspicion(pod) }));
    const most = Math.max(0, ...graded.map(({ grade }) => grade));
    const worst = most === 0 ? [] : graded.flatMap(({ pod, grade }) => (grade === most ? [pod] : []));
    const words = fileWords(origin);
    const byFile = worst.filter((pod) => callsPod(words, pod));
    const tail = snapshot.logs.find(
      (one) => one.origin.file === origin.file && one.origin.firstLine === origin.firstLine,
    )?.tail;
    const byLines = worst.filter(({ metadata }) => tail?.some(({ text }) => text.includes(metadata.name)) === true);
    const called = [byFile, byLines].find(
      (pods) => new Set(pods.map((pod) => workloadKey(snapshot, pod))).size === 1,
    )?.[0];
    found.set(key, called);
    return called;
  };
});

/** The pod that fails most, when all that fail like it are of one workload. */
function worstOf(snapshot: Snapshot, pods: readonly Pod[]): Pod | undefined {
  const graded = pods.map((pod) => ({ pod, grade: suspicion(pod) }));
  const most = Math.max(0, ...graded.map(({ grade }) => grade));
  if (most === 0) return undefined;
  const worst = graded.filter(({ grade }) => grade === most);
  const workloads = new Set(worst.map(({ pod }) => workloadKey(snapshot, pod)));
  return workloads.size === 1 ? worst[0]?.pod : undefined;
}

/** The pods that bear a program's name: `kube-flannel-ds-x2k9q` is flannel's, `cilium-x2k9q` the cilium-agent's. */
const podOfProgram = oncePer((snapshot: Snapshot) => {
  const found = new Map<string, Pod | undefined>();
  return (program: string): Pod | undefined => {
    if (!found.has(program)) {
      const stem = program.replace(/-(?:agent|node)$/, '');
      const bearers =
        stem.length < 4 ? [] : snapshot.list('pods').filter(({ metadata }) => metadata.name.includes(stem));
      // By another name as well, where one fails: `node-local-dns-x2k9q` runs CoreDNS.
      const hinted = unsteadyPods(snapshot).filter(({ metadata }) => programHint(metadata.name) === program);
      found.set(program, worstOf(snapshot, [...new Set([...bearers, ...hinted])]));
    }
    return found.get(program);
  };
});

/** Hits and streams of logs without a pod: only those that containers write. */
const anonymous = (origin: Origin, cls: LogClass, program: string | undefined): boolean =>
  origin.pod === undefined &&
  origin.node === undefined &&
  program === undefined &&
  (cls === 'container' || cls === 'text');

/** Beside a file that is called after the pod that fails, one that is called otherwise is the log of something else. */
const calledOtherwise = oncePer((snapshot: Snapshot) => {
  const pod = suspect(snapshot);
  const called = pod !== undefined && snapshot.logs.some((log) => callsPod(fileWords(log.origin), pod));
  return ({ origin }: Pick<LogStream | LogHit, 'origin'>): boolean => {
    const words = fileWords(origin);
    return called && words.length > 0 && !callsPod(words, pod);
  };
});

/** The pod behind a log, named by its source or the only one it can be. */
export function podOfLog(snapshot: Snapshot, log: Pick<LogStream | LogHit, 'origin' | 'class'>): Pod | undefined {
  const owner = snapshot.ownerOfLog(log.origin);
  const program = log.origin.program ?? (log as Partial<LogHit>).program;
  const placed = log.origin.pod !== undefined || log.origin.node !== undefined;
  if (owner.pod !== undefined && (placed || program === undefined || log.class !== 'container')) return owner.pod;
  if (owner.pod === undefined && anonymous(log.origin, log.class, program))
    return calledOtherwise(snapshot)(log)
      ? undefined
      : (suspect(snapshot) ?? (hasNamedLogs(snapshot) ? undefined : calledPod(snapshot)(log)));
  // A named program without pod and node: a container's, where one of its pods is shown.
  const bearer =
    program === undefined || placed || log.class === 'kernel' ? undefined : podOfProgram(snapshot)(program);
  // Of two pods that run it, people paste the log of the one that fails.
  return owner.pod !== undefined && (bearer === undefined || suspicion(bearer) <= suspicion(owner.pod))
    ? owner.pod
    : bearer;
}

/**
 * The pods that a log speaks for: its own, and where nobody says whose it is, the pods of that workload that fail
 * alike.
 */
export function podsOfLog(snapshot: Snapshot, log: Pick<LogStream | LogHit, 'origin' | 'class'>): readonly Pod[] {
  const pod = podOfLog(snapshot, log);
  if (pod === undefined) return [];
  if (log.origin.pod !== undefined) return [pod];
  const grade = suspicion(pod);
  const key = workloadKey(snapshot, pod);
  return snapshot
    .podsIn(pod.metadata.namespace ?? '')
    .filter((other) => other === pod || (workloadKey(snapshot, other) === key && suspicion(other) === grade));
}

/** Whom a log hit is about; a log without a name is the only suspect's. */
export function subjectOfLogHit(snapshot: Snapshot, hit: LogHit): Subject {
  const pod = podOfLog(snapshot, hit);
  const container = hit.origin.container ?? (pod === undefined ? undefined : onlyContainer(pod));
  if (pod !== undefined) return snapshot.subject(pod, container === undefined ? {} : { container });
  return snapshot.subjectOfLog(hit.origin, {
    node: hit.class === 'container' ? undefined : hit.node,
    program: hit.program,
  });
}

/** The container a log without a container name is of: the only one, else the only one that fails. */
function onlyContainer(pod: Pod): string | undefined {
  const named = containersOf(pod).filter((c) => c.name !== '' && c.role !== 'ephemeral');
  if (named.length === 1) return named[0]?.name;
  const failing = named.filter(isLooping);
  return failing.length === 1 ? failing[0]?.name : undefined;
}

const logsByPod = oncePer((snapshot: Snapshot) =>
  groupBy(
    snapshot.logs.filter((log) => log.class === 'container'),
    (log) => podOfLog(snapshot, log),
  ),
);

/** The logs of a pod, or of one container of it (`''`: whose name nobody tells), those of the run before the last restart first. */
export function logsOfPod(snapshot: Snapshot, pod: Pod, container = ''): readonly LogStream[] {
  const mine = (logsByPod(snapshot).get(pod) ?? []).filter(
    ({ origin }) => container === '' || origin.container === undefined || origin.container === container,
  );
  return mine.toSorted((a, b) => Number(b.origin.previous ?? false) - Number(a.origin.previous ?? false));
}
