import { defined } from '../../lib/defined.ts';
import { areaOfResource } from '../../snapshot/kinds/index.ts';
import { defineParser } from '../parser.ts';
import type { Emit } from '../parser.ts';
import { quote } from '../quote.ts';
import type { CommandFailure, Origin } from '../records.ts';
import { kubectlRequest, namespaceOf } from './request.ts';
import { reasonOfStatus } from './status-reason.ts';

type Reason = CommandFailure['reason'];

/** First match wins: a handshake timeout is a timeout, whatever the sentence says about TLS. */
const PHRASES: readonly (readonly [RegExp, Reason])[] = [
  [/connection refused|was refused|actively refused/, 'refused'],
  [/no such host|server misbehaving|could not resolve/i, 'unresolved'],
  [/timeout|timed out|deadline exceeded|Client\.Timeout/i, 'timeout'],
  [/x509:|certificate|\btls: /, 'certificate'],
  [/Unauthorized|must be logged in|provide credentials|getting credentials/, 'unauthorized'],
  [/is forbidden|\bForbidden\b/, 'forbidden'],
  [/Too Many Requests|rate: Wait|throttl/i, 'throttled'],
  [
    /doesn't have a resource type|could not find the requested resource|no matches for kind|Metrics API not available|metrics not available yet|no metrics (?:known|to serve)/,
    'no-such-resource',
  ],
  [/unable to handle the request|Internal ?error|etcdserver|no endpoints available/i, 'server-error'],
  [/not found/, 'not-found'],
];

/** Lines that only the failing kubectl prints, whatever the command. */
const CERTAIN =
  /^(?:Error from server(?: \(\w{1,40}\))?: |The connection to the server .{1,300} was refused|Unable to connect to the server: |error: You must be logged in|error: the server doesn't have a resource type |error: Metrics API not available|error: metrics not available yet|error: unable to upgrade connection|Error in configuration: |Internal error occurred: |error: failed to create [a-z]{1,40}: |error: stat \S{1,300}: no such file)/;
/** With a kubectl command in front these are failures too; what a drain met has signatures. */
const LIKELY =
  /^(?:error: (?!unable to drain |cannot delete )|Error: |error when (?!evicting )|error validating |Unable to |unable to )/;
const LIKELY_OF_LOGS =
  /^(?:error: (?:a container name must be specified|container \S{1,253} is not valid|arguments in resource|expected 'logs|no resources found|timed out|You must|the server|cannot get the logs)|unable to retrieve container logs)/;
const KLOG_ERROR =
  /^E\d{4} \d{2}:\d{2}:\d{2}\.\d{1,9}\s{1,8}\d{1,8} (?:memcache|request|round_trippers|cached_discovery|shortcut|discovery|command|helpers|event)\.go:\d{1,5}\] (.{1,4000})$/;
/** Notes that kubectl prints beside its data. */
const NOISE =
  /^(?:Warning: |W\d{4} \d{2}:\d{2}:\d{2}\.\d{1,9}|I\d{4} \d{2}:\d{2}:\d{2}\.\d{1,9}|Flag --|Defaulted container |Defaulting container |Use 'kubectl |If you don't see a command prompt|command terminated with exit code )/;

/** True for notes beside the data: deprecation warnings, client-side klog lines. */
export function isNoise(line: string): boolean {
  return NOISE.test(line);
}

/** `~/src k apply -f a.yaml`. */
const ASKED =
  /^\S{0,120}\s{0,4}(?:kubectl|oc|k) (?:get|apply|create|delete|describe|logs|exec|edit|patch|run|scale|rollout|replace) \S/;
/** Behind this a policy engine goes on in lines of its own, with empty ones between; people break lists of names. */
const GOES_ON = /(?:admission webhook ".{1,253}" denied the request:|x509: certificate is valid for)\s*$/;
/** A policy engine whose answer begins in the same line goes on in the lines that follow without an empty one between. */
const GOES_ON_BELOW = /admission webhook ".{1,253}" denied the request: \S/;
/** What kubectl says of its next object. */
const OUTCOME = /^\S{1,300}\/\S{1,253} (?:created|configured|unchanged|patched|deleted|replaced)\b|^Warning: /;
/** Whether an output says of objects that they were written, and nothing else. */
export const hasWritten = (lines: readonly string[]): boolean => {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !isNoise(line));
  return said.length > 0 && said.every((line) => OUTCOME.test(line));
};
/** The name that a certificate lacks stands last. */
const ENDS = /^not \S{1,253}$|, not \S{1,253}$/;
/** Lines of such an answer that are read. */
const ANSWER_LINES = 12;

/** The line behind an answer that begins at `at`; `apart`: it goes on behind empty lines, too. */
function endOfAnswer(lines: readonly string[], at: number, apart: boolean, origin: Origin): number {
  const end = Math.min(at + 1 + ANSWER_LINES, lines.length);
  for (let next = at + 1; next < end; next++) {
    const text = (lines[next] ?? '').trim();
    if (failureMessage(text, origin) !== undefined || OUTCOME.test(text) || (text === '' && !apart)) return next;
    if (ENDS.test(text)) return next + 1;
  }
  return end;
}

/** The lines with each answer of a webhook in one; those that went on are empty. */
function joined(lines: readonly string[], origin: Origin): readonly string[] {
  if (!lines.some((line) => GOES_ON.test(line) || GOES_ON_BELOW.test(line))) return lines;
  const out = [...lines];
  lines.forEach((line, at) => {
    const apart = GOES_ON.test(line);
    if (!apart && !GOES_ON_BELOW.test(line)) return;
    const end = endOfAnswer(lines, at, apart, origin);
    const more = lines.slice(at + 1, end).map((text) => text.trim());
    out[at] = [line.trimEnd(), ...more.filter((text) => text !== '')].join(' ');
    out.fill('', at + 1, end);
  });
  return out;
}

/** About something else than "kubectl logs" may miss: a pod, its namespace, the workload that was named instead. */
const NOT_OF_LOGS =
  /^Error from server(?: \(\w{1,40}\))?: (?!(?:pods?|namespaces|(?:deployments|statefulsets|daemonsets|replicasets)\.apps)\b)[a-z]{1,60}(?:\.[a-z0-9.-]{1,100})? (?:"[^"]{1,253}" not found|"[^"]{1,253}" is forbidden|is forbidden)/;
/** Whether a container that runs kubectl wrote the line: "kubectl logs" asks for no such thing. */
function isWrittenInside(line: string, { command }: Origin): boolean {
  if (command?.tool !== 'kubectl' || command.words[0] !== 'logs' || !NOT_OF_LOGS.test(line)) return false;
  return !/^jobs?(?:\.batch)?\//.test(command.words[1] ?? '');
}

/** The message of a failure line, or undefined. */
export function failureMessage(line: string, origin: Origin): string | undefined {
  const klog = KLOG_ERROR.exec(line);
  if (klog !== null) return klog[1];
  if (CERTAIN.test(line)) return isWrittenInside(line, origin) ? undefined : line;
  if (origin.command?.tool !== 'kubectl') return undefined;
  // Programs begin their own complaints with "Error: " too.
  const likely = origin.command.words[0] === 'logs' ? LIKELY_OF_LOGS : LIKELY;
  return likely.test(line) ? line : undefined;
}

/** What kind of failure the words of kubectl, helm or the API server tell. */
export function reasonOf(message: string): Reason {
  const server = /^Error from server \((\w{1,40})\): /.exec(message)?.[1];
  const byName = server === undefined ? undefined : reasonOfStatus(server);
  // An InternalError wraps what really happened: a webhook that timed out, a certificate nobody trusts.
  if (byName !== undefined && byName !== 'server-error') return byName;
  // `?timeout=10s` in a URL is what the client would have waited, not what happened.
  const words = message.replace(/[?&]timeout=\w{1,20}/g, '');
  return PHRASES.find(([phrase]) => phrase.test(words))?.[1] ?? byName ?? 'other';
}

function areaOf(message: string, origin: Origin): string | undefined {
  const request = kubectlRequest(origin.command);
  // `pods is forbidden: User …`, `endpoints "kube-dns" not found`, `deployments.apps "web" not found`.
  const resource =
    /^Error from server \(\w{1,40}\): (?:error when \w{1,20} ".{1,300}?": )?([a-z][a-z0-9.]{1,200})(?: is forbidden| ".{0,253}" (?:not found|is forbidden))/.exec(
      message,
    )?.[1];
  if (resource?.endsWith('metrics.k8s.io') === true || request?.verb === 'top') {
    return (resource ?? request?.resources[0] ?? '').startsWith('no') ? 'nodeUsage' : 'podUsage';
  }
  const known = resource === undefined ? undefined : areaOfResource(resource);
  if (known !== undefined) return known;
  if (request?.verb === 'logs') return 'containerLogs';
  return request?.verb === 'get' || request?.verb === 'describe' || request?.verb === 'events'
    ? request.area
    : undefined;
}

/** What `kubectl logs` says of a container that has no log yet: `container "app" in pod "web-0" is waiting to start: …`. */
const WAITS = /container "([^"]{1,253})" in pod "([^"]{1,253})" is waiting to start: (.{1,300})$/;

/** The container's state, which the API server looked up to say so. */
function waitingPod(message: string, namespace: string | undefined): object | undefined {
  const [, container, pod, why = ''] = WAITS.exec(message) ?? [];
  const reason = /failing to pull image|image can't be pulled/.test(why)
    ? 'ImagePullBackOff'
    : /^\w{1,60}$/.exec(why)?.[0];
  if (pod === undefined || reason === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, ...defined({ namespace }) },
    status: { containerStatuses: [{ name: container, ready: false, state: { waiting: { reason } } }] },
  };
}

/** The failures of one text; each distinct message is told once (kubectl repeats its discovery errors five times). */
export function failureReader(
  origin: Origin,
  emit: Emit,
): { take(line: string, index: number): boolean; count(): number } {
  const seen = new Set<string>();
  return {
    count: () => seen.size,
    take(line, index) {
      const message = failureMessage(line.trim(), origin);
      if (message === undefined) return false;
      if (seen.has(message)) return true;
      seen.add(message);
      const area = areaOf(message, origin);
      const namespace = / in the namespace "([^"]{1,63})"/.exec(message)?.[1] ?? namespaceOf(origin);
      emit.fact('commandFailures', {
        source: quote(origin, index, line),
        reason: reasonOf(message),
        message,
        ...(origin.command === undefined ? {} : { command: origin.command.text }),
        ...(area === undefined ? {} : { area }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(origin.node === undefined ? {} : { node: origin.node }),
        ...(origin.overcome === undefined ? {} : { overcome: origin.overcome }),
      });
      const pod = waitingPod(message, namespace);
      if (pod !== undefined) emit.object(origin, pod, { detail: 'row', line: origin.firstLine + index });
      return true;
    },
  };
}

/**
 * What kubectl prints where data should be: `Error from server (Forbidden): …`, `The connection to the server HOST was
 * refused …`, `Unable to connect to the server: …`, `error: …` and the klog lines of its discovery cache.
 *
 * Command: `kubectl`, any verb; `oc`.
 * Versions: kubectl 1.0 to 1.36.
 * Sample:
 *
 *     E1128 16:06:12.000000   12345 memcache.go:265] couldn't get current server API group list: Get "https://10.0.0.1:6443/api?timeout=32s": EOF
 *     The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?
 *
 * Empty: an empty text is no failure.
 */
export const kubectlFailure = defineParser({
  kind: 'kubectl-failure',
  reads: 'error messages of any kubectl command',
  // Before the parsers of the command's data: a text that is nothing but errors is theirs in name only.
  priority: 20,
  sniff(head, origin) {
    let failures = 0;
    let asked = false;
    for (const raw of joined(head, origin)) {
      const line = raw.trim();
      if (line === '' || isNoise(line) || OUTCOME.test(line)) continue;
      if (failureMessage(line, origin) !== undefined) failures++;
      // A prompt of an odd form above it, with the command behind.
      else if (!asked && failures === 0 && ASKED.test(line)) asked = true;
      // A long message (a webhook's answer, an x509 chain) may go on over lines of its own.
      else if (failures === 0 || !/^[\s*]/.test(raw)) return false;
    }
    return failures > 0;
  },
  parse(lines, { origin, emit }) {
    const failures = failureReader(origin, emit);
    joined(lines, origin).forEach((line, index) => failures.take(line, index));
  },
});
