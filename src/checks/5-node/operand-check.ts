/** The shape that the checks of the GPU stack's pods share. */
import { plural } from '../../lib/in-words.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { LogHit } from '../../parsers/records.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { crashes, describeEnd, lastWordsOfCrash, type Crash } from '../../snapshot/pods/crashes.ts';
import { pullFailures } from '../../snapshot/pods/image-pulls.ts';
import { operandOf, operandPods, type Operand, type OperandPod } from '../../snapshot/nodes/gpu.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import type { FindingDraft } from '../check.ts';

interface OperandTexts {
  readonly operand: Operand;
  /** How people call it. */
  readonly name: string;
  /** Signatures of its log; the last line of the first that hits is the reason. */
  readonly signatures: readonly string[];
  /** Of these, what others print too: in a text of unknown origin it counts beside one of the others only. */
  readonly shared?: readonly string[];
  /** What a pod that waits in its init containers waits for. */
  readonly waitsFor: string;
}

/** What a script's own error (`…, return code: 22`) leaves to the tool that it ran, some lines before. */
const OF_TOOL = /\b(?:curl: \(\d{1,3}\)|wget: |(?:modprobe|insmod|depmod): (?:ERROR|FATAL)|E: |gpg: ).{3,160}/;

/** What the installer quotes of the kernel below its own guess. */
const OF_KERNEL =
  /NVRM: .{3,120}already bound to \w{1,30}|Kernel module load error: .{3,80}|NVRM: .{0,80}(?:not supported|API mismatch).{0,80}/;

/** Ends whose reason stands in the status and in no log: the kernel killed it, the runtime could not start it. */
const UNSAID = /^(?:OOMKilled|StartError|ContainerCannotRun|ContainerStatusUnknown)$/;

/** `exit code 128 (StartError): failed to create …`, for an end whose log says nothing. */
function unsaidEnd({ ended }: Crash): string | undefined {
  if (ended?.reason === undefined || !UNSAID.test(ended.reason)) return undefined;
  const said = ended.message === undefined || ended.message === '' ? '' : `: ${ended.message.slice(-240).trim()}`;
  return `${describeEnd(ended)}${said}`;
}

/** The words of a log line that decide: the group of the signature, else the whole line without its time. */
function wordsOf(snapshot: Snapshot, hit: LogHit): string {
  const { reason, frame } = hit.groups;
  // A frame of a stack: what the program died of stands above it.
  const died = frame === undefined ? undefined : lastWords(snapshot.logs.filter((log) => log.hits.includes(hit)));
  if (died !== undefined) return `${died.text} (in ${frame})`;
  const text = reason ?? parseLogLine(hit.last.text).message;
  const words = text.length <= 240 ? text.trim() : `${text.slice(0, 240).trim()} …`;
  if (/Unable to load the kernel module/.test(words)) return `${words.slice(0, 120)}${besideHits([hit], OF_KERNEL)}`;
  if (/driver is in use|cleanup driver modules|uninstall nvidia/.test(words))
    return `${words}${besideHits([hit], HOLDERS)}`;
  return `${words}${/return code|exit (?:code|status)/.test(words) ? besideHits([hit], OF_TOOL) : ''}`;
}

/** Of the lines of the first signature that hits, one that names its reason. */
const telling = (hits: readonly LogHit[]): LogHit | undefined =>
  hits.find(
    ({ signature, groups }) =>
      signature === hits[0]?.signature && Object.values(groups).some((group) => group !== undefined && group !== ''),
  ) ?? hits[0];

/** Pods that the driver manager names before it gives up, because they hold the driver. */
const HOLDERS = /GPU pod - \S{1,253} in namespace \S{1,63} is still running/;

const isOf = (snapshot: Snapshot, hit: LogHit, pod: OperandPod): boolean => {
  const subject = snapshot.subjectOfLog(hit.origin);
  if (subject.kind === 'Pod' && subject.name === pod.pod.metadata.name) return true;
  const named = hit.origin.pod === undefined ? undefined : operandOf(`${hit.origin.pod}-`);
  return hit.origin.pod === undefined || (named === pod.operand && subject.kind !== 'Pod');
};

/** Pods of one operand that are not ready, and logs of it that tell of a failure without any pod. */
export function* operandFindings(snapshot: Snapshot, texts: OperandTexts): Iterable<FindingDraft> {
  const found = texts.signatures.flatMap((signature) => snapshot.hits(signature));
  const own = found.filter(({ signature }) => texts.shared?.includes(signature) !== true);
  const hits = found.filter(
    (hit) => hit.class !== 'text' || own.includes(hit) || own.some(({ origin }) => origin.file === hit.origin.file),
  );
  const used = new Set<LogHit>();
  const pods = operandPods(snapshot).filter((one) => one.operand === texts.operand);
  for (const one of pods) {
    if (one.ready || one.pod.status?.containerStatuses === undefined) continue;
    const { pod, trouble, initializing } = one;
    // Deleted pods and those of a node that is gone are not the operand's fault.
    if (isBeingDeleted(pod)) continue;
    const mine = hits.filter((hit) => isOf(snapshot, hit, one));
    for (const hit of mine) used.add(hit);
    const hit = telling(mine);
    // What went wrong before that is often its reason: packages that could not be fetched, then headers that are missing.
    const before = mine.find(
      ({ signature, last }) => signature !== hit?.signature && last.line < (hit?.last.line ?? 0),
    );
    // And what it ended with, where one signature knows several stages of the same trouble.
    const after = mine.findLast(
      ({ signature, first }) => signature === hit?.signature && first.line > (hit?.last.line ?? 0),
    );
    const waits = trouble === undefined && initializing;
    const crash = hit === undefined ? crashes(snapshot).find(({ container }) => container.pod === pod) : undefined;
    const ended = crash === undefined ? undefined : lastWordsOfCrash(snapshot, crash);
    const unsaid = crash === undefined ? undefined : unsaidEnd(crash);
    const waited = waits
      ? lastWords(snapshot.logs.filter(({ origin }) => origin.pod === pod.metadata.name))
      : undefined;
    const pull = pullFailures(snapshot).find(({ seen, over }) => !over && seen.pod === pod);
    const subject = snapshot.subject(pod);
    const state = trouble?.evidence ?? snapshot.quote(pod, '/status/containerStatuses/0');
    const guess = hit === undefined ? undefined : gpuNodeOf(snapshot, hit);
    const node = subject.node ?? (guess === UNNAMED ? undefined : guess);
    yield {
      subject: node === undefined ? subject : { ...subject, node },
      variant: waits ? 'waiting' : (hit?.signature ?? trouble?.reason ?? 'not-ready'),
      ...(waits || trouble === undefined ? { severity: 'warning' as const } : {}),
      message: waits
        ? `${texts.name} pod ${pod.metadata.name} waits in its init containers for ${texts.waitsFor}${waited === undefined ? '' : `; ${waited.container === undefined ? 'its log' : `the log of ${waited.container}`} says: ${waited.text}`}`
        : `${texts.name} pod ${pod.metadata.name}${node === undefined ? '' : ` on ${node}`} is not ready${trouble === undefined ? '' : `: ${trouble.reason}`}${pull === undefined ? '' : ` (image ${pull.image ?? '?'}: ${pull.words.slice(0, 240)})`}${one.restarts > 0 ? `, ${plural(one.restarts, 'restart')}` : ''}${hit === undefined ? '' : `; its log says: ${wordsOf(snapshot, hit)}`}${before === undefined ? '' : `, and before that: ${wordsOf(snapshot, before)}`}${after === undefined ? '' : `, and then: ${wordsOf(snapshot, after)}`}${unsaid === undefined ? '' : `; it ended with ${unsaid}`}${ended === undefined ? '' : `; its log ends with: ${ended.text}`}`,
      evidence: evidenceIn([
        ...(hit === undefined ? [] : snapshot.evidenceOf(hit)),
        ...(before === undefined ? [] : snapshot.evidenceOf(before)),
        ...(waited === undefined ? [] : [waited.evidence]),
        ...(after === undefined ? [] : snapshot.evidenceOf(after)),
        ...(ended === undefined ? [] : [ended.evidence]),
        ...(unsaid === undefined || crash?.ended === undefined
          ? []
          : [snapshot.quote(pod, `${crash.ended.at}/${crash.ended.message === undefined ? 'reason' : 'message'}`)]),
        state,
        ...(pull === undefined ? [] : pull.evidence),
      ]) ?? [state],
      ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
    };
  }
  for (const hit of hits) {
    if (used.has(hit)) continue;
    const subject = snapshot.subjectOfLog(hit.origin, { program: hit.program });
    const known = subject.kind === 'Pod' ? snapshot.get('pods', subject.namespace, subject.name) : undefined;
    const node = gpuNodeOf(snapshot, hit);
    const well = known !== undefined && pods.some((one) => one.pod === known && one.ready);
    yield {
      subject: { ...subject, node: subject.node ?? node },
      variant: hit.signature,
      message: `${texts.name} fails: ${wordsOf(snapshot, hit)}${hit.count > 1 ? ` (${hit.count} lines)` : ''}`,
      evidence: snapshot.evidenceOf(hit),
      ...(well ? { state: 'recovered' as const } : {}),
      related: [{ kind: 'Node', name: node }],
    };
  }
}
