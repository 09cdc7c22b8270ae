/** A signature that no written check reads is a check of its own: its hits are the findings. */
import { UNNAMED } from '../parsers/kubectl/nameless.ts';
import { SETTLED_AFTER_MS } from '../parsers/logs/start-up.ts';
import type { Evidence, LogHit } from '../parsers/records.ts';
import type { Subject } from '../result.ts';
import type { OwnSignature } from '../signatures/file.ts';
import type { LogArea } from '../snapshot/areas.ts';
import { besideHits, fellSilent, podsBeside, timing, weightOf, wentOn, wordsOfHits } from '../snapshot/logs/hits.ts';
import { reconciledIn } from '../snapshot/logs/reconciled.ts';
import { lastWords } from '../snapshot/logs/last-words.ts';
import { podOfLog, subjectOfLogHit } from '../snapshot/logs/log-owner.ts';
import { isReady, machineOf, timeOf } from '../snapshot/nodes/node-health.ts';
import { containersOf, isLooping } from '../snapshot/pods/containers.ts';
import { isWell } from '../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { evidenceOf } from '../snapshot/quote.ts';
import { refTo } from '../snapshot/ref.ts';
import type { Check, FindingDraft } from './check.ts';

const CLASSES: Readonly<Record<string, readonly LogArea[]>> = {
  container: ['containerLogs'],
  host: ['hostLogs'],
  kernel: ['kernelLogs'],
  // Daemons of the node log to the journal; the control plane and the add-ons run as pods on most clusters.
  kubelet: ['hostLogs'],
  containerd: ['hostLogs'],
  crio: ['hostLogs'],
  docker: ['hostLogs'],
  systemd: ['hostLogs'],
  'nvidia-fabricmanager': ['hostLogs'],
  // Any text at all may hold it: nothing that is or is not there proves that it was looked for.
  text: [],
};

/** Programs that every node runs one of; the control plane's may be of another machine. */
const NODE_DAEMONS = new Set(['kubelet', 'containerd', 'crio', 'docker', 'dockerd', 'systemd', 'kernel']);

/** Log areas in which a signature's programs write; any of them makes "nothing found" a statement. */
export function areasOf(signature: Pick<OwnSignature, 'sources'>): readonly LogArea[] {
  return [
    ...new Set(signature.sources.flatMap((source) => CLASSES[source] ?? (['containerLogs', 'hostLogs'] as const))),
  ];
}

/** Whom a log hit is about. */
export function subjectOfHit(hit: LogHit, snapshot: Snapshot): Subject {
  if (hit.class === 'container') return subjectOfLogHit(snapshot, hit);
  // A journal or kernel log without a host name is of the one machine that the bundle is about, or of an unnamed one.
  const daemon = hit.class === 'kernel' || (hit.class === 'host' && NODE_DAEMONS.has(hit.program ?? ''));
  return snapshot.subjectOfLog(hit.origin, {
    node: daemon ? machineOf(snapshot, hit) : hit.node,
    program: hit.program,
  });
}

/** What only daemons of a machine say was said on one, also in a text that somebody cut out. */
function machineFor({ sources }: OwnSignature, subject: Subject, snapshot: Snapshot): Subject {
  const ofMachine =
    sources.some((source) => NODE_DAEMONS.has(source)) &&
    sources.every((source) => NODE_DAEMONS.has(source) || source === 'text');
  if (subject.kind !== 'Log' || !ofMachine) return subject;
  const node = subject.node ?? machineOf(snapshot, {});
  return { kind: 'Node', name: node, node };
}

/** A machine that the line itself names is whom it is about, where nobody says whose text it is. */
function machineNamed(subject: Subject, { groups }: LogHit): Subject {
  const node = subject.kind === 'Log' && subject.node === undefined ? groups['node'] : undefined;
  return node === undefined ? subject : { kind: 'Node', name: node, node };
}

/** What a controller could not bring about is whom its line is about, where nobody says whose log it is. */
function objectNamed(subject: Subject, { last, class: logClass }: LogHit, snapshot: Snapshot): Subject {
  if (subject.kind !== 'Log' || logClass === 'kernel') return subject;
  const { kind, name, namespace } = reconciledIn(last.text);
  return kind === undefined || name === undefined
    ? subject
    : snapshot.named(kind, name, namespace === undefined ? {} : { namespace });
}

/** The lines of texts that name no machine tell of the only one that others of them name. */
function ofOneMachine<T extends { readonly subject: Subject; readonly hits: LogHit[] }>(
  groups: readonly T[],
): readonly T[] {
  const named = groups.filter(({ subject, hits }) => hits.some(({ groups: { node } }) => node === subject.name));
  const [only] = named;
  if (named.length !== 1 || only === undefined) return groups;
  const nameless = groups.filter(({ subject }) => subject.kind === 'Log' && subject.node === undefined);
  only.hits.push(...nameless.flatMap(({ hits }) => hits));
  return groups.filter((group) => !nameless.includes(group));
}

/** Texts that only say that it failed (a state in a table) are told with the first one that says why. */
function withReasons<T extends { readonly subject: Subject; readonly hits: LogHit[] }>(
  groups: readonly T[],
): readonly T[] {
  const names = ({ groups: words }: LogHit): boolean => Object.keys(words).length > 0;
  const first = groups.find(({ hits }) => hits.some(names));
  if (first === undefined) return groups;
  const mute = groups.filter(({ subject, hits }) => subject.kind === 'Log' && !hits.some(names));
  first.hits.push(...mute.flatMap(({ hits }) => hits));
  return groups.filter((group) => !mute.includes(group));
}

/** What only the run before the last restart of a container said, which is ready now, is over. */
function isOver(hit: LogHit, snapshot: Snapshot): boolean {
  if (hit.class !== 'container' || hit.origin.previous !== true) return false;
  const pod = podOfLog(snapshot, hit);
  return pod !== undefined && isWell(pod);
}

/** A program that would have said it again did not, and is there to say it. */
function isSilent(hits: readonly LogHit[], { repeats }: OwnSignature, snapshot: Snapshot): boolean {
  if (repeats === undefined || !fellSilent(snapshot, hits, repeats)) return false;
  return hits.every((hit) => {
    const pod = hit.class === 'container' ? podOfLog(snapshot, hit) : undefined;
    if (pod !== undefined) return isWell(pod);
    // A container of which nothing else is known ran on as long as its log does.
    return hit.class !== 'container' || wentOn(snapshot, hit) > repeats * 1000;
  });
}

/**
 * What a healthy program prints too while it starts came from nothing but the start of a container that is ready now.
 * (In a stream that shows the start itself the scanner has left such lines out.)
 */
function isStartUp(hits: readonly LogHit[], { startupNoise }: OwnSignature, snapshot: Snapshot): boolean {
  if (!startupNoise || snapshot.now === undefined) return false;
  const { now } = snapshot;
  return hits.every((hit) => {
    const pod = hit.class === 'container' ? podOfLog(snapshot, hit) : undefined;
    if (pod === undefined || !isWell(pod)) return false;
    const { containerStatuses = [] } = pod.status ?? {};
    const status = containerStatuses.find(({ name }) => name === hit.origin.container) ?? containerStatuses[0];
    const started = timeOf(status?.state?.running?.startedAt);
    const last = hit.last.time;
    if (started === undefined || last === undefined) return false;
    return last - started <= SETTLED_AFTER_MS && now - started > SETTLED_AFTER_MS;
  });
}

/** Whether two lines name the same thing, as far as both name one. */
const isOfSame = ({ groups }: LogHit, other: LogHit): boolean =>
  Object.entries(groups).every(([name, value]) => (other.groups[name] ?? value) === value);

/** Below each of the lines its program says in the same log that what it complained about has passed. */
function isSettled(hits: readonly LogHit[], { settledBy }: OwnSignature, snapshot: Snapshot): boolean {
  if (settledBy === undefined) return false;
  const settled = snapshot.hits(settledBy);
  return hits.every((hit) =>
    settled.some(
      (one) =>
        one.origin.file === hit.origin.file &&
        one.program === hit.program &&
        one.last.line > hit.last.line &&
        isOfSame(one, hit),
    ),
  );
}

/** The cluster operators of OpenShift that the lines name are well by now, as their own objects say. */
function isNamedWell(hits: readonly LogHit[], snapshot: Snapshot): boolean {
  return hits.every(({ groups }) => {
    const operator = groups['operator'];
    const conditions =
      operator === undefined ? undefined : snapshot.get('clusterOperators', undefined, operator)?.status?.conditions;
    const met = (wanted: string): boolean => conditions?.find(({ type }) => type === wanted)?.status === 'True';
    return met('Available') && !met('Degraded');
  });
}

/** The pod or node that the lines are about works now; a machine without a name is one of the nodes. */
function isSubjectWell(subject: Subject, snapshot: Snapshot): boolean {
  // kube-proxy is Ready whether it hears of the API or not.
  if (subject.kind === 'Pod' && subject.name.startsWith('kube-proxy-')) return false;
  const pod = subject.kind === 'Pod' ? snapshot.get('pods', subject.namespace, subject.name) : undefined;
  if (pod !== undefined) return isWell(pod);
  if (subject.kind === 'Node' && subject.name === UNNAMED) {
    const nodes = snapshot.list('nodes');
    return nodes.length > 0 && nodes.every((node) => isReady(node) === true);
  }
  const node = subject.node === undefined ? undefined : snapshot.get('nodes', undefined, subject.node);
  return node !== undefined && isReady(node) === true;
}

/** The pod that the lines are about crashes: what its log says before the end is no blip. */
function isSubjectCrashing(subject: Subject, snapshot: Snapshot): boolean {
  const pod = subject.kind === 'Pod' ? snapshot.get('pods', subject.namespace, subject.name) : undefined;
  return pod !== undefined && containersOf(pod).some(isLooping);
}

/** What fewer lines than the trouble prints are worth. */
function weigh(
  { severity }: OwnSignature,
  weight: 'enough' | 'excerpt' | 'few',
  well: boolean,
): Pick<FindingDraft, 'severity' | 'confidence'> {
  if (weight === 'enough' || severity === 'info') return {};
  return weight === 'excerpt' && !well ? { severity: 'warning', confidence: 'medium' } : { severity: 'info' };
}

/** Tools that only show what others wrote. */
const READERS = new Set([
  'kubectl',
  'oc',
  'cat',
  'less',
  'head',
  'tail',
  'grep',
  'zcat',
  'journalctl',
  'docker',
  'crictl',
  'nerdctl',
  'podman',
  'ctr',
  'stern',
  'dmesg',
]);

/** Which program of a machine says so, and how often: ` (kube-apiserver, 3 lines)`. */
function asides({ kind }: Subject, hits: readonly LogHit[], count: number): string {
  const programs = new Set(hits.map((hit) => hit.program));
  const [program] = programs;
  const named = kind === 'Node' && programs.size === 1 && program !== undefined && !NODE_DAEMONS.has(program);
  const asked = hits[0]?.origin.command;
  const said =
    kind === 'Log' && asked !== undefined && !READERS.has(asked.tool) ? [`output of ${asked.text.slice(0, 120)}`] : [];
  const all = [...(named ? [program] : []), ...said, ...(count > 1 ? [`${count} lines`] : [])];
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

/**
 * Around the line with which a program ends: the errors just above it (what went wrong before the last thing did), and
 * the line itself with those below that belong to it, when there are any.
 */
function errorsAround(
  snapshot: Snapshot,
  { severity }: OwnSignature,
  hits: readonly LogHit[],
): { readonly above: readonly Evidence[]; readonly whole?: Evidence } {
  const last = hits.at(-1);
  if (last === undefined || severity !== 'critical') return { above: [] };
  const { file, firstLine } = last.origin;
  const log = snapshot.logs.find((one) => one.origin.file === file && one.origin.firstLine === firstLine);
  const words = log === undefined || log.class === 'kernel' ? undefined : lastWords([log]);
  if (words === undefined || words.evidence.line !== last.last.line) return { above: [] };
  return {
    above: words.grade === 3 ? words.before : [],
    ...(words.evidence.text.includes('\n') ? { whole: words.evidence } : {}),
  };
}

/** Makes the check of one signature. */
export function signatureCheck(signature: OwnSignature): Check {
  const nearby = signature.nearby === undefined ? undefined : new RegExp(signature.nearby);
  return {
    id: signature.id,
    layer: signature.layer,
    title: signature.title,
    failureTitle: signature.failureTitle,
    why: signature.why,
    fix: signature.fix,
    next: signature.next,
    severity: signature.severity,
    confidence: signature.confidence,
    needs: [],
    needsAny: areasOf(signature),
    wants: [],
    reads: [signature.id, ...(signature.settledBy === undefined ? [] : [signature.settledBy])],
    *run(_facts, { snapshot }): Iterable<FindingDraft> {
      const bySubject = new Map<string, { subject: Subject; hits: LogHit[] }>();
      for (const hit of snapshot.hits(signature.id)) {
        const subject = objectNamed(
          machineNamed(machineFor(signature, subjectOfHit(hit, snapshot), snapshot), hit),
          hit,
          snapshot,
        );
        const at = `${subject.kind}\u0000${subject.namespace ?? ''}\u0000${subject.name}\u0000${subject.container ?? ''}`;
        const known = bySubject.get(at);
        if (known === undefined) bySubject.set(at, { subject, hits: [hit] });
        else known.hits.push(hit);
      }
      for (const { subject, hits } of withReasons(ofOneMachine([...bySubject.values()]))) {
        const count = hits.reduce((sum, hit) => sum + hit.count, 0);
        const [first, ...rest] = hits.flatMap((hit) => evidenceOf(hit));
        if (first === undefined) continue;
        const counted = weightOf(snapshot, hits, signature.atLeast);
        const weight = counted === 'few' && isSubjectCrashing(subject, snapshot) ? 'excerpt' : counted;
        const members = hits.flatMap(({ groups }) => groups['member'] ?? []);
        const pods = [
          ...members.map((name) => refTo('Pod', subject.namespace, name)),
          ...(nearby === undefined ? [] : podsBeside(snapshot, hits, nearby)),
        ];
        const around = errorsAround(snapshot, signature, hits);
        const whole = (one: Evidence): Evidence =>
          one.file === around.whole?.file && one.line === around.whole.line ? around.whole : one;
        yield {
          subject,
          message: `${signature.failureTitle}${asides(subject, hits, count)}: ${wordsOfHits(hits)}${nearby === undefined ? '' : besideHits(hits, nearby)}`,
          evidence: [whole(first), ...rest.map(whole), ...around.above],
          ...(pods.length === 0 ? {} : { related: pods }),
          ...(hits.every((hit) => isOver(hit, snapshot)) ||
          isSilent(hits, signature, snapshot) ||
          isStartUp(hits, signature, snapshot) ||
          isSettled(hits, signature, snapshot) ||
          isNamedWell(hits, snapshot)
            ? { state: 'recovered' as const }
            : {}),
          ...timing(snapshot, hits),
          ...weigh(signature, weight, isSubjectWell(subject, snapshot)),
          // The name of a file is none that kubectl knows.
          params: { ...(subject.kind === 'Log' ? { name: 'POD' } : {}), ...hits[0]?.groups },
        };
      }
    },
  };
}
