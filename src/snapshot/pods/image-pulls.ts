/** Image pulls that failed, with the words that say why: from container states and from events. */
import { eventFirstTime, eventMessage } from '../events.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import { containersOf } from './containers.ts';
import type { KubeEvent } from '../kinds/index.ts';
import { containerOfEvent, isWell, podsWithNews, type PodSeen } from './pods-seen.ts';
import type { Snapshot } from '../snapshot.ts';

/** Why a pull failed; each has its check `image-…`. `unknown`: the bundle has the state but not the reason. */
export type PullCause =
  | 'name-invalid'
  | 'never-pull-absent'
  | 'no-space'
  | 'rate-limited'
  | 'wrong-platform'
  | 'policy'
  | 'network'
  | 'tls'
  | 'not-found'
  | 'auth'
  | 'unknown';

export interface PullFailure {
  readonly seen: PodSeen;
  /** '' when the source does not name it. */
  readonly container: string;
  readonly image: string | undefined;
  readonly cause: PullCause;
  readonly variant: string | undefined;
  /** The decisive part of the message. */
  readonly words: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly since: number | undefined;
  /** The container runs by now, or the pod is gone. */
  readonly over: boolean;
}

const WAITING = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'SignatureValidationFailed',
  'RegistryUnavailable',
]);

/** Name resolution on the node; all wordings of Go's net package and of the C library. */
const DNS =
  /lookup \S{1,253}?(?: on \S{1,60})?: |no such host|server misbehaving|Temporary failure in name resolution|Name or service not known/;
const NETWORK: readonly (readonly [string, RegExp])[] = [
  ['dns', DNS],
  ['refused', /connection refused/],
  ['no-route', /no route to host|network is unreachable/],
  ['proxy', /proxyconnect tcp/],
  [
    'timeout',
    /i\/o timeout|TLS handshake timeout|request canceled|Client\.Timeout|context deadline exceeded|connection timed out/,
  ],
  ['reset', /connection reset by peer|unexpected EOF|: EOF\b/],
];
const TLS =
  /x509: |server gave HTTP response to HTTPS client|tls: (?:failed to verify|handshake failure|bad certificate|first record)|certificate signed by unknown authority/;
const NOT_FOUND =
  /manifest unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|name unknown|code = NotFound|404 Not Found|Tag \S{1,128} (?:not found|was deleted)|(?:manifest|image|repository|tag|reference) [^\n]{0,300}? ?not found|: not found\b|does not exist in (?:the )?(?:registry|repository)/i;
const STORE = /reader from content store|blob not found|content digest sha256:[0-9a-f]{8,64}: not found/;
const AUTH =
  /401 Unauthorized|403 Forbidden|status(?: code)?:? ?40[13]\b|unauthorized|no basic auth credentials|authorization failed|failed to authorize|pull access denied|insufficient_scope|authentication (?:is )?required|no credentials on this request|access denied|\bdenied: |access forbidden/i;
const ORDERED: readonly (readonly [PullCause, RegExp])[] = [
  [
    'name-invalid',
    /InvalidImageName|couldn't parse image (?:reference|name)|invalid reference format|must be lowercase|Failed to apply default image tag/,
  ],
  ['never-pull-absent', /ErrImageNeverPull|is not present with pull policy of Never/],
  ['no-space', /no space left on device|Thin Pool has \d{1,12} free (?:data|metadata) blocks/],
  ['rate-limited', /toomanyrequests|429 Too Many Requests|pull rate limit/i],
  ['wrong-platform', /no match for platform in manifest|no matching manifest for /],
  [
    'policy',
    /SignatureValidationFailed|short[- ]name mode is enforcing|short-name "[^"]{1,300}" did not resolve to an alias|Source image rejected|signature [^\n]{0,80}?(?:invalid|required)|blocked by (?:policy|registr)|pull QPS exceeded/,
  ],
];

/** The registry was reached and failed itself; what stands behind its host (storage, database, proxy) is at fault. */
const SERVER_ERROR =
  /\b50[0-4] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|status(?: code)?:? ?50[0-4]\b/i;

/** Which cause a pull error states; the first that its words allow, from the most specific on. */
export function classifyPull(text: string): { cause: PullCause; variant: string | undefined } {
  for (const [cause, pattern] of ORDERED) if (pattern.test(text)) return { cause, variant: undefined };
  // What is not found is a blob of the node's own store.
  if (STORE.test(text)) return { cause: 'unknown', variant: undefined };
  // A token server that cannot be reached is a network matter though the message says "failed to authorize".
  if (TLS.test(text)) return { cause: 'tls', variant: /HTTP response to HTTPS/.test(text) ? 'plain-http' : undefined };
  if (/dial tcp|dial udp|proxyconnect|lookup |i\/o timeout|TLS handshake timeout/.test(text))
    for (const [variant, pattern] of NETWORK) if (pattern.test(text)) return { cause: 'network', variant };
  if (SERVER_ERROR.test(text)) return { cause: 'network', variant: 'server-error' };
  const refused = /\b40[13] |\b40[13]$|unauthorized: |pull access denied|no basic auth|insufficient_scope|\bdenied: /i;
  if (NOT_FOUND.test(text) && !refused.test(text)) return { cause: 'not-found', variant: undefined };
  if (AUTH.test(text)) return { cause: 'auth', variant: undefined };
  for (const [variant, pattern] of NETWORK) if (pattern.test(text)) return { cause: 'network', variant };
  if (/RegistryUnavailable/.test(text)) return { cause: 'network', variant: 'other' };
  return { cause: 'unknown', variant: undefined };
}

/** `redis:7`, `docker.io/library/redis:7`: the official images, which anybody may pull. */
const OFFICIAL = /^(?:(?:registry-1\.)?docker\.io\/)?(?:library\/)?[^/]{1,200}$/;

/** Docker Hub and its mirrors answer "denied" for what does not exist; official images are public, so no login helps. */
function verdictOf(text: string, image: string | undefined): ReturnType<typeof classifyPull> {
  const verdict = classifyPull(text);
  const denied =
    verdict.cause === 'auth' && image !== undefined && OFFICIAL.test(image) && !image.startsWith('localhost');
  return denied ? { cause: 'not-found', variant: undefined } : verdict;
}

const IMAGE = /image:? "([^"\s]{1,500})"|image pull failed for ([^\s,]{1,300})/i;
const imageIn = (text: string): string | undefined => {
  const match = IMAGE.exec(text);
  return match?.[1] ?? match?.[2];
};
const isPullEvent = (event: KubeEvent): boolean => {
  const message = eventMessage(event);
  if (event.reason === 'InspectFailed' || event.reason === 'ErrImageNeverPull') return true;
  if (event.reason !== 'Failed' && event.reason !== 'BackOff') return false;
  return /Failed to pull image|[Ii]mage pull failed for |Failed to inspect image|ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|Back-off pulling image/.test(
    message,
  );
};

/** The words after the last repetition of what was tried: containerd wraps its error three times. */
function decisive(text: string): string {
  const parts = text.split(
    /failed to resolve (?:reference|image) "[^"]{1,500}": |: rpc error: code = \w{1,30} desc = /,
  );
  const last = (parts.at(-1) ?? text).trim();
  return (last === '' ? text : last).slice(0, 400);
}

/** One failure for each container whose image cannot be pulled; for event-only pods one for each image. */
export const pullFailures = oncePer((snapshot: Snapshot): readonly PullFailure[] => {
  const out: PullFailure[] = [];
  for (const seen of podsWithNews(snapshot)) {
    const waiting =
      seen.pod === undefined
        ? []
        : containersOf(seen.pod).filter((c) => WAITING.has(c.status?.state?.waiting?.reason ?? ''));
    const events = seen.events.filter(isPullEvent);
    if (waiting.length === 0 && events.length === 0) continue;
    const names = new Set([...waiting.map((c) => c.name), ...events.map(containerOfEvent)]);
    if (names.size > 1) names.delete('');
    for (const name of names) {
      const container = waiting.find((c) => c.name === name);
      const mine = events.filter((event) => containerOfEvent(event) === '' || containerOfEvent(event) === name);
      const told = mine.filter((event) => classifyPull(eventMessage(event)).cause !== 'unknown');
      // The newest telling event; "Failed to pull image" before the bare "Error: ErrImagePull".
      const best =
        told.findLast((event) => /Failed to/.test(eventMessage(event))) ??
        told.at(-1) ??
        // Words of no known kind are better than none.
        mine.findLast((event) => /Failed to (?:pull|inspect) image/.test(eventMessage(event)));
      const state = container?.status?.state?.waiting;
      const texts = [best === undefined ? '' : eventMessage(best), state?.message ?? '', state?.reason ?? ''];
      const text = texts.find((t) => classifyPull(t).cause !== 'unknown') ?? texts.find((t) => t !== '') ?? '';
      const evidence: Evidence[] = [];
      if (container !== undefined && seen.pod !== undefined && text === texts[1])
        evidence.push(snapshot.quote(seen.pod, `${container.at}/state/waiting/message`));
      if (best !== undefined) evidence.push(snapshot.quoteEvent(best));
      if (container !== undefined && seen.pod !== undefined)
        evidence.push(snapshot.quote(seen.pod, `${container.at}/state/waiting/reason`));
      const shown = mine.at(-1);
      if (evidence.length === 0 && shown !== undefined) evidence.push(snapshot.quoteEvent(shown));
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const image =
        imageIn(mine.map(eventMessage).find((message) => IMAGE.test(message)) ?? state?.message ?? '') ??
        container?.spec?.image ??
        container?.status?.image;
      const firstTime = mine[0] === undefined ? undefined : eventFirstTime(mine[0]);
      out.push({
        seen,
        container: name,
        image,
        ...verdictOf(text, image),
        words: decisive(text),
        evidence: [first, ...rest],
        since: firstTime,
        over:
          container === undefined &&
          (seen.gone || (seen.pod !== undefined && (isWell(seen.pod) || hasStarted(seen.pod)))),
      });
    }
  }
  return out;
});

/** Some container has run: an image error of the past is past. */
function hasStarted(pod: NonNullable<PodSeen['pod']>): boolean {
  const apps = containersOf(pod).filter((c) => c.role === 'app' && c.status !== undefined);
  return (
    apps.length > 0 &&
    apps.every((c) => c.status?.state?.waiting === undefined || c.status.lastState?.terminated !== undefined)
  );
}

/** Repository of an image: without tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@sha256:.*$/, '').replace(/:[^:/]{1,128}$/, '');
/** The registry's host: Docker Hub when the reference names none. */
export const registryOf = (image: string): string => {
  const first = image.split('/')[0] ?? '';
  return image.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
};

/** Other references of the same repository that run in this cluster. */
export function siblingImages(snapshot: Snapshot, image: string): readonly string[] {
  const name = repositoryOf(image).split('/').at(-1);
  const found = new Set<string>();
  const consider = (other: string | undefined): void => {
    if (other !== undefined && other !== image && repositoryOf(other).split('/').at(-1) === name) found.add(other);
  };
  for (const pod of snapshot.list('pods'))
    for (const c of containersOf(pod))
      if (c.status?.state?.running !== undefined) consider(c.spec?.image ?? c.status.image);
  for (const set of snapshot.list('replicaSets'))
    for (const c of set.spec?.template?.spec?.containers ?? []) consider(c.image);
  return [...found].sort().slice(0, 3);
}
