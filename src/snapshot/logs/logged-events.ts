/**
 * Events out of logs: the kubelet, the scheduler and the controllers log the failures of pods in the words of their
 * events, and people paste the message alone. Only what was still being said when the log ends counts, and only where
 * the bundle has no events of the API server, which say the same and more.
 */
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { bareMessage } from './bare-messages.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import type { LogHit, LogStream, ObjectSource } from '../../parsers/records.ts';
import { isExcerpt } from './hits.ts';

/** Signatures whose lines are events (src/signatures/logged-events.yaml). */
const SIGNATURES = new Set([
  'logged-start-failure',
  'logged-start-error',
  'logged-probe-failure',
  'logged-event',
  'logged-storage-event',
  'logged-unschedulable',
  'logged-pull-error',
  'pasted-message',
  'pasted-event-row',
  'pasted-controller-message',
  'pasted-start-message',
  'pasted-claim-message',
  'pasted-runtime-message',
  'pasted-admission-message',
]);

/** The kubelet repeats a failure with pauses of up to five minutes; what it has not said for longer (ms) is over. */
const STILL_SAID = 900_000;
/** Fewer failed probes are what starting pods show: the kubelet's own threshold is three. */
const PROBES = 3;

interface Told {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly container?: string;
  readonly reason: string;
  readonly message: string;
}

export interface LoggedEvent {
  readonly object: Readonly<Record<string, unknown>>;
  readonly source: ObjectSource;
}

/** klog and journald escape quotes inside of quotes, each level once more. */
const plain = (text: string): string => text.replaceAll(/\\+"/g, '"').replaceAll(/\\+n/g, ' ');

const IMAGE_REASON = /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError)$/;

/** `failed to "StartContainer" for "app" with REASON: "…"`, of all versions. */
function failedStart(line: string): Told | undefined {
  const match = /failed to "StartContainer" for "([^"]{1,63})" with (\w{1,40}): "(.{0,3000})/.exec(line);
  if (match === null) return undefined;
  const [, container = '', reason = '', rest = ''] = match;
  const end = rest.search(/""? pod="|"\]?"? podUID=|"$/);
  const message = (end < 0 ? rest : rest.slice(0, end)).trim();
  const pod =
    / pod="([^"]{1,320})"/.exec(line)?.[1] ?? /Error syncing pod \S{1,60} \("([^"]{1,320})"\)/.exec(line)?.[1];
  if (pod === undefined) return undefined;
  const about = { kind: 'Pod', ...podOfWord(pod), container };
  if (reason === 'CrashLoopBackOff')
    return { ...about, reason: 'BackOff', message: `Back-off restarting failed container: ${message}` };
  if (reason === 'ImagePullBackOff') return { ...about, reason: 'BackOff', message };
  return {
    ...about,
    reason: 'Failed',
    message: IMAGE_REASON.test(reason) ? `Error: ${reason}: ${message}` : `Error: ${message}`,
  };
}

/** `container … start failed in pod web_shop(6a1c…): RunContainerError: …`, the kubelet's line beside the one above. */
function unstarted(line: string): Told | undefined {
  const match =
    /start failed(?: in pod (\S{1,320}?))?: (CreateContainer\w{1,20}|RunContainerError|PreCreateHookError|PostStartHookError): (.{1,3000})$/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, pod, , message = ''] = match;
  const container = /container &(?:Container\{Name:|\{)([^,\s]{1,63})/.exec(line)?.[1];
  const about = pod === undefined ? { name: UNNAMED } : podOfWord(pod);
  return {
    kind: 'Pod',
    ...about,
    ...(container === undefined ? {} : { container }),
    reason: 'Failed',
    message: `Error: ${message}`,
  };
}

/** `Unable to mount volumes for pod "web_shop(6a1c…)": configmaps "x" not found; skipping pod`, kubelets before 1.7. */
function unmounted(line: string): Told | undefined {
  const match = /Unable to mount volumes for pod "([^"]{1,320})": (.{1,3000}?)(?:; skipping pod)?$/.exec(line);
  if (match === null) return undefined;
  return { kind: 'Pod', ...podOfWord(match[1] ?? ''), reason: 'FailedMount', message: match[2] ?? '' };
}

/** `"Event occurred" object="shop/web" … reason="…" message="…"`, and how it was written before 1.20. */
function occurred(line: string): Told | undefined {
  const old =
    /Event\((?:v1|api)\.ObjectReference\{Kind:"(\w{1,60})", Namespace:"([^"]{0,63})", Name:"([^"]{1,253})".{0,300}?type: '(?:Warning|Normal)' reason: '(\w{1,60})' (.{1,3000})$/.exec(
      line,
    );
  if (old !== null) {
    const [, kind = '', namespace = '', name = '', reason = '', message = ''] = old;
    return { kind, ...(namespace === '' ? {} : { namespace }), name, reason, message };
  }
  const field = (key: string): string | undefined =>
    new RegExp(String.raw`[ ,]${key}="?([^" ]{1,320})`).exec(line)?.[1];
  const object = field('object');
  const kind = field('kind');
  const reason = field('reason');
  // A message of several lines stands between angle brackets.
  const [, quoted, lines] = /\smessage=(?:"(.{1,3000}?)"?|<\s*(\S.{0,3000}?)\s*>?)\s*$/.exec(line) ?? [];
  const message = quoted ?? lines;
  if (object === undefined || kind === undefined || reason === undefined || message === undefined) return undefined;
  return { kind, ...podOfWord(object), reason, message };
}

/** `"Probe failed" probeType="Liveness" pod="shop/web-0" containerName="app" … output="…"`, and before 1.21. */
function probed(line: string): Told | undefined {
  const match = /"Probe failed" probeType="(\w{1,12})" pod="([^"]{1,320})"/.exec(line);
  if (match !== null) {
    const container = /containerName="([^"]{1,63})"/.exec(line)?.[1];
    const output = /output="?(.{0,2000}?)"?\s*$/.exec(line)?.[1] ?? '';
    return {
      kind: 'Pod',
      ...podOfWord(match[2] ?? ''),
      ...(container === undefined ? {} : { container }),
      reason: 'Unhealthy',
      message: `${match[1] ?? ''} probe failed: ${output}`,
    };
  }
  const old =
    /(Liveness|Readiness|Startup) probe for "([^":]{1,320}):([^"]{1,63})" failed(?: \(failure\))?: (.{1,2000})$/.exec(
      line,
    );
  if (old === null) return undefined;
  const place = podOfWord(old[2] ?? '');
  const message = `${old[1] ?? ''} probe failed: ${old[4] ?? ''}`;
  return { kind: 'Pod', ...place, container: old[3] ?? '', reason: 'Unhealthy', message };
}

/** `"Unable to schedule pod; no fit; waiting" pod="shop/web-0" err="0/3 nodes are available: …"`. */
function unfit(line: string): Told | undefined {
  const match =
    /no fit; waiting" pod="([^"]{1,320})" err="(\d{1,5}\/\d{1,5} nodes are available: .{1,3000}?)"?\s*$/.exec(line);
  if (match === null) return undefined;
  return { kind: 'Pod', ...podOfWord(match[1] ?? ''), reason: 'FailedScheduling', message: match[2] ?? '' };
}

/** `"Pod admission denied" podUID="6a1c" pod="shop/web-0" reason="OutOfcpu" message="Node didn't have enough …"`. */
function denied(line: string): Told | undefined {
  const match =
    /"(?:Pod admission denied|Failed to admit pod)".{0,120}? pod="([^"]{1,320})" reason="([^"]{1,120})" message="(.{1,3000}?)"?\s*$/.exec(
      line,
    );
  if (match === null) return undefined;
  return { kind: 'Pod', ...podOfWord(match[1] ?? ''), reason: match[2] ?? '', message: match[3] ?? '' };
}

/** The image service's own complaint names no pod: it is that of the pod which waits for the image. */
function pullOf(line: string, others: readonly Told[]): Told | undefined {
  const match =
    /(?:PullImage from image service failed|Failed to pull image)"? err="(.{1,3000}?)" image="([^"]{1,300})"/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, message = '', image = ''] = match;
  const waiting = others.find((one) => one.message.includes(`"${image}"`));
  const about = waiting ?? { kind: 'Pod', name: UNNAMED };
  return { ...about, reason: 'Failed', message: `Failed to pull image "${image}": ${message}` };
}

/** One failed pull in a long journal is a blip; in a few lines that somebody cut out it is what they mean. */
const PULLS = 2;

/** What containerd, docker and CRI-O say when a pull fails; the image stands in the words or in the address. */
function runtimePull(line: string): Told | undefined {
  const containerd = /PullImage "([^"]{1,300})" failed"? error="?(.{1,3000}?)"?$/.exec(line);
  const docker =
    /(?:(?:Attempting next endpoint for pull|Not continuing with pull) after error|[Ee]rror trying v2 registry|Error pulling image(?: "[^"]{1,300}")?): (.{1,3000}?)"?$/.exec(
      line,
    );
  const words = containerd?.[2] ?? docker?.[1];
  // Docker ends with "not found" whatever it was: the reason stands in the lines above.
  if (words === undefined || /^Error: image \S{1,300} not found$/.test(words)) return undefined;
  const address = /https?:\/\/([^/\s"]{1,253})\/v2\/([^\s"]{1,200}?)\/manifests\/([^\s":]{1,128})/.exec(words);
  const named = containerd?.[1] ?? /[Ii]mage "?([\w./:@-]{1,300}?)"?(?: not found|:|$)/.exec(words)?.[1];
  const image = address === null ? named : `${address[1] ?? ''}/${address[2] ?? ''}:${address[3] ?? ''}`;
  if (image === undefined) return undefined;
  return { kind: 'Pod', name: UNNAMED, reason: 'Failed', message: `Failed to pull image "${image}": ${words}` };
}

/** Schedulers before 1.8 put what each node lacks on the lines below. */
const fitFailures = ({ text, around }: LogHit['last']): string =>
  text.trimEnd().endsWith('failed to fit in any node')
    ? (around?.after ?? [])
        .filter((line) => line.startsWith('fit failure'))
        .map((line) => ` ${line}`)
        .join('')
    : '';

/** A message that names no pod is of the one that the lines beside it name: `pod/web-0 did not start`. */
function named(told: Told | undefined, { last: { around } }: LogHit): Told | undefined {
  if (told?.kind !== 'Pod' || told.name !== UNNAMED) return told;
  const pods = [...(around?.after ?? []), ...(around?.before ?? [])].flatMap((line) => {
    const match = /\bpod\/([a-z0-9][a-z0-9.-]{0,252})/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
  const [only, ...others] = new Set(pods);
  return only === undefined || others.length > 0 ? told : { ...told, name: only };
}

const tell = (hit: LogHit): Told | undefined => {
  const line = `${plain(hit.last.text)}${fitFailures(hit.last)}`;
  return (
    failedStart(line) ??
    unstarted(line) ??
    unmounted(line) ??
    occurred(line) ??
    probed(line) ??
    unfit(line) ??
    denied(line) ??
    (hit.signature === 'logged-pull-error' ? runtimePull(line) : undefined) ??
    (hit.class === 'text' ? named(bareMessage(line), hit) : undefined)
  );
};

function eventOf(told: Told, hit: LogHit): LoggedEvent {
  const { kind, name, namespace, container, reason, message } = told;
  const place = namespace === undefined || namespace === '' ? {} : { namespace };
  const time = (at: number | undefined, field: string) =>
    at === undefined ? {} : { [field]: new Date(at).toISOString() };
  const mark = { line: hit.last.line, text: hit.last.text };
  return {
    object: {
      kind: 'Event',
      metadata: { name: `${hit.origin.file}:${hit.last.line}`, ...place },
      involvedObject: {
        kind,
        name,
        ...place,
        ...(container === undefined || container === '' ? {} : { fieldPath: `spec.containers{${container}}` }),
      },
      type: 'Warning',
      reason,
      message,
      count: hit.count,
      ...time(hit.first.time, 'firstTimestamp'),
      ...time(hit.last.time, 'lastTimestamp'),
      source: {
        ...(hit.program === undefined ? {} : { component: hit.program }),
        ...(hit.node === undefined ? {} : { host: hit.node }),
      },
    },
    source: { file: hit.origin.file, detail: 'row', line: hit.last.line, marks: { '/message': mark } },
  };
}

/** The events that the logs hold. */
export function loggedEvents(logs: readonly LogStream[]): readonly LoggedEvent[] {
  const out: LoggedEvent[] = [];
  for (const log of logs) {
    const hits = log.hits.filter(
      (hit) =>
        SIGNATURES.has(hit.signature) &&
        (hit.signature !== 'logged-probe-failure' || hit.count >= PROBES) &&
        (hit.signature !== 'logged-pull-error' || hit.count >= PULLS || isExcerpt(log)) &&
        (hit.last.time === undefined || log.lastTime === undefined || log.lastTime - hit.last.time <= STILL_SAID),
    );
    const told = hits.map((hit) => ({ hit, one: tell(hit) }));
    const known = told.flatMap(({ one }) => one ?? []);
    for (const { hit, one } of told) {
      const event = one ?? pullOf(plain(hit.last.text), known);
      if (event !== undefined) out.push(eventOf(event, hit));
    }
  }
  return out;
}
