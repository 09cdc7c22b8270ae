/**
 * The checks of the network plug-in (CNI) share one question: does the runtime, the kubelet, the agent or an event say
 * so? Sandbox events carry the plug-in's own words, node conditions and journals repeat them.
 */
import type { Evidence, LogHit } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { eventFirstTime, eventMessage, eventTime } from '../../snapshot/events.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { podsOfLog } from '../../snapshot/logs/log-owner.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { isLaterEvent } from '../../snapshot/ages.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { CheckContext, FindingDraft } from '../check.ts';

interface Words {
  readonly id: string;
  readonly title: string;
  readonly failureTitle: string;
  readonly why: string;
  readonly fix: readonly string[];
  readonly next: readonly string[];
  readonly severity?: 'critical' | 'warning';
}

interface Rule extends Words {
  /** Tried on messages of sandbox events and node conditions. Bounded, no nested repetition. */
  readonly pattern: RegExp;
  /** Signature whose hits say the same in logs. */
  readonly signature?: string;
  /** Leaves out a hit that is no fault. */
  readonly harmless?: (hit: LogHit) => boolean;
  /** Printed once at every start of a program: alone, and nothing after it, it says nothing. */
  readonly startLine?: RegExp;
  /** It keeps a node from being Ready: a node that is Ready after the words has got over it. */
  readonly blocksReady?: boolean;
  /** What to do about these words, where that differs from `fix`. */
  readonly advice?: (words: string) => readonly string[] | undefined;
  /** Tells these words apart from others of the rule, for links. */
  readonly variant?: (words: string) => string | undefined;
  /** The sentence, from the words that were found. */
  readonly says: (match: RegExpExecArray, where: string) => string;
}

const REASONS = new Set([
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'FailedCreatePodSandbox',
  'Unhealthy',
  'FailedKillPod',
  // The VPC resource controller of EKS, which makes the interfaces of pods with security groups.
  'BranchAllocationFailed',
]);

/** A container begins only in a sandbox that has its network. */
const WENT_ON = new Set(['Pulling', 'Pulled', 'Created', 'Started']);
const SANDBOX = /^(?:FailedCreatePodSand[Bb]ox|BranchAllocationFailed)$/;

const READY_AFTER_MS = 60_000;
/** Signature of the lines that say that a node became ready. */
const NODE_READY = 'kubelet-node-ready';

/** A sandbox that failed this long (ms) after the end of the last run is a new one. */
const NEW_SANDBOX_MS = 60_000;

interface Place {
  readonly subject: Subject;
  readonly where: string;
  readonly related: readonly Ref[];
}

/** The node where it happened, with the pods it happened to; the pod where the node is not known. */
function placeOfEvent(event: KubeEvent, snapshot: Snapshot): Place | undefined {
  const about = event.involvedObject;
  if (about?.name === undefined || about.kind === undefined) return undefined;
  const namespace = about.namespace ?? event.metadata?.namespace;
  const here = namespace === undefined ? {} : { namespace };
  if (about.kind === 'Node')
    return { subject: machineSubject(snapshot, { node: about.name }), where: `node ${about.name}`, related: [] };
  const pod = snapshot.get('pods', namespace, about.name);
  const ref: Ref = { kind: 'Pod', ...here, name: about.name };
  const node = pod?.spec?.nodeName ?? event.source?.host ?? scheduledTo(ref, snapshot);
  const workload = pod === undefined ? undefined : snapshot.workloadOf(pod);
  const related = [ref, ...(workload === undefined ? [] : [workload])];
  return node === undefined || node === ''
    ? {
        subject: snapshot.subject({ kind: 'Pod', metadata: { ...here, name: about.name } }),
        where: `the node of pod ${about.name}`,
        related,
      }
    : { subject: machineSubject(snapshot, { node }), where: `node ${node}`, related };
}

/** `Successfully assigned shop/web-1 to node-3`. */
function scheduledTo(pod: Ref, snapshot: Snapshot): string | undefined {
  for (const event of snapshot.eventsAbout(pod)) {
    const node = /^Successfully assigned \S{1,300} to (\S{1,253})$/.exec(eventMessage(event))?.[1];
    if (node !== undefined) return node;
  }
  return undefined;
}

interface Group extends Place {
  readonly says: string;
  /** What was matched, each once. */
  readonly words: Set<string>;
  readonly evidence: Evidence[];
  readonly pods: Map<string, Ref>;
  since: number | undefined;
  /** When it was said last; infinite when that is not known. */
  last: number;
  /** Something other than the line of a start says so. */
  lasting: boolean;
  /** Log lines, to see whether the node became ready after them. */
  readonly hits: LogHit[];
}

/** Who looks at nodes from elsewhere quotes their kubelets: `node "x" not ready since … (NetworkReady=false …)`. */
const QUOTED_NODE = /\bnode \\{0,3}"([a-z0-9][a-z0-9.-]{0,252})\\{0,3}" not ready/;
const LONGEST_LINE = 2000;

/** Lines of the kubelet and the runtimes that carry the words of any plug-in, as the sandbox events do. */
const SANDBOX_LINE = 'cni-sandbox-network-failed';

/** What defineCheck needs for the check of one cause. */
export function networkPluginRule(rule: Rule) {
  const { pattern, signature, harmless, startLine, blocksReady, advice, variant, says, severity, ...words } = rule;
  return {
    ...words,
    layer: 3 as const,
    severity: severity ?? ('critical' as const),
    confidence: 'high' as const,
    needsAny: ['events', 'nodes', 'hostLogs', 'containerLogs'] as const,
    reads: [
      ...new Set([SANDBOX_LINE, ...(signature === undefined ? [] : [signature])]),
      ...(blocksReady === true ? [NODE_READY] : []),
    ],
    *run(_facts: unknown, { snapshot }: CheckContext): Iterable<FindingDraft> {
      const groups = new Map<string, Group>();
      const add = (
        place: Place,
        match: RegExpExecArray,
        evidence: Evidence,
        since: number | undefined,
        last = since,
        hit?: LogHit,
      ): void => {
        const at = `${place.subject.kind}/${place.subject.name}`;
        let group = groups.get(at);
        if (group === undefined)
          groups.set(
            at,
            (group = {
              ...place,
              says: says(match, place.where),
              words: new Set(),
              evidence: [],
              pods: new Map(),
              since,
              last: -Infinity,
              lasting: false,
              hits: [],
            }),
          );
        group.evidence.push(evidence);
        if (group.words.size < 3) group.words.add(match[0].slice(0, 120).replace(/["'})\]\s]+$/, ''));
        for (const ref of place.related) group.pods.set(`${ref.kind}/${ref.namespace ?? ''}/${ref.name}`, ref);
        if (since !== undefined && (group.since === undefined || since < group.since)) group.since = since;
        group.last = Math.max(group.last, last ?? Infinity);
        if (hit !== undefined) group.hits.push(hit);
        if (hit === undefined || startLine?.test(hit.first.text) !== true) group.lasting = true;
      };
      for (const event of snapshot.list('events')) {
        if (!REASONS.has(event.reason ?? '')) continue;
        const match = pattern.exec(eventMessage(event));
        const place = match === null ? undefined : placeOfEvent(event, snapshot);
        if (match === null || place === undefined || recovered(event, snapshot)) continue;
        add(place, match, snapshot.quoteEvent(event), eventFirstTime(event), eventTime(event));
      }
      for (const node of snapshot.list('nodes'))
        (node.status?.conditions ?? []).forEach((condition, i) => {
          const match =
            condition.type === 'Ready' && condition.status !== 'True' ? pattern.exec(condition.message ?? '') : null;
          if (match === null) return;
          const name = node.metadata.name;
          const place = { subject: machineSubject(snapshot, { node: name }), where: `node ${name}`, related: [] };
          add(place, match, snapshot.quote(node, `/status/conditions/${i}`), undefined);
        });
      const own = signature === undefined ? [] : snapshot.hits(signature);
      const place = ({ origin, first }: LogHit): string => `${origin.file}:${first.line}`;
      const seen = new Set(own.map(place));
      const others = signature === SANDBOX_LINE ? [] : snapshot.hits(SANDBOX_LINE);
      for (const hit of [...own, ...others.filter((one) => !seen.has(place(one)))]) {
        if (harmless?.(hit) === true) continue;
        const match = pattern.exec(hit.first.text.replace(/\\{1,8}"/g, '"')) ?? pattern.exec(hit.groups['why'] ?? '');
        if (match === null) continue;
        const agents = podsOfLog(snapshot, hit);
        const quoted = QUOTED_NODE.exec(hit.first.text.slice(0, LONGEST_LINE))?.[1];
        const node = quoted ?? hit.node ?? hit.origin.node ?? agents[0]?.spec?.nodeName;
        const subject = machineSubject(snapshot, { node });
        add(
          { subject, where: `node ${subject.name}`, related: agents.map(refOf) },
          match,
          snapshot.evidenceOf(hit)[0],
          hit.first.time,
          hit.last.time,
          hit,
        );
      }
      // What a log without a machine says belongs to the only machine that the rest speaks of.
      const unnamed = [...groups].find(([, group]) => group.subject.name === UNNAMED);
      const named = [...groups.values()].filter((group) => group.subject.name !== UNNAMED);
      const [only] = named;
      if (unnamed !== undefined && named.length === 1 && only !== undefined) {
        groups.delete(unnamed[0]);
        only.evidence.splice(1, 0, ...unnamed[1].evidence);
        only.lasting ||= unnamed[1].lasting;
        only.hits.push(...unnamed[1].hits);
        for (const word of unnamed[1].words) only.words.add(word);
      }
      for (const group of groups.values()) {
        const more = [...group.words].slice(1, 3);
        const [first, ...rest] = group.evidence;
        if (first === undefined) continue;
        yield {
          subject: group.subject,
          message: `${more.length === 0 ? group.says : `${group.says} (also: ${more.join('; ')})`}${podsOf(group)}`,
          evidence: [first, ...rest],
          ...((fix) => (fix === undefined ? {} : { fix }))(advice?.([group.says, ...group.words].join('\n'))),
          ...((name) => (name === undefined ? {} : { variant: name }))(
            variant?.([group.says, ...group.words].join('\n')),
          ),
          related: [...group.pods.values()].slice(0, 50),
          ...(group.since === undefined ? {} : { since: group.since }),
          ...(group.lasting ? {} : { severity: 'info' as const }),
          ...(blocksReady === true && (readyAfter(group, snapshot) || saysReady(group, snapshot))
            ? { state: 'recovered' as const }
            : {}),
        };
      }
    },
  };
}

/** Pods named in a message. */
const NAMED = 3;

/** The pods that it happened to, as far as the sentence does not name them. */
function podsOf({ pods, says, subject }: Group): string {
  const names = [...pods.values()].flatMap(({ kind, name }) =>
    kind === 'Pod' && name !== subject.name && !says.includes(name) && name !== UNNAMED ? [name] : [],
  );
  if (names.length === 0) return '';
  return `; it happens to ${names.length === 1 ? 'pod' : 'pods'} ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;
}

/** The node reported Ready at least a minute later: the kubelet checks the runtime's network every few seconds. */
function readyAfter({ subject, last }: Group, snapshot: Snapshot): boolean {
  const node = snapshot.get('nodes', undefined, subject.node ?? subject.name);
  const ready = node?.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (ready?.status !== 'True') return false;
  // A table says how it is at the collection, and that comes last.
  if (ready.lastHeartbeatTime === undefined) return true;
  return Date.parse(ready.lastHeartbeatTime) - last > READY_AFTER_MS;
}

/** All that tells of it are log lines, and each of these logs says further down that the node became ready. */
function saysReady({ hits, evidence }: Group, snapshot: Snapshot): boolean {
  return (
    hits.length === evidence.length &&
    hits.every((hit) =>
      snapshot
        .hits(NODE_READY)
        .some(({ origin, last }) => origin.file === hit.origin.file && last.line > hit.last.line),
    )
  );
}

/** The pod has started since: the sandbox came about after some tries. */
function recovered(event: KubeEvent, snapshot: Snapshot): boolean {
  const about = event.involvedObject;
  if (about?.kind !== 'Pod' || about.name === undefined) return false;
  const all = SANDBOX.test(event.reason ?? '')
    ? snapshot.eventsAbout(refTo('Pod', about.namespace ?? event.metadata?.namespace, about.name))
    : [];
  if (all.some((other) => WENT_ON.has(other.reason ?? '') && isLaterEvent(other, event))) return true;
  const pod = snapshot.get('pods', about.namespace ?? event.metadata?.namespace, about.name);
  if (pod === undefined) return false;
  // An agent that runs is not yet ready: that is what its probe says.
  if (event.reason === 'Unhealthy') return isWell(pod);
  const last = eventTime(event);
  return (
    pod.status?.phase === 'Succeeded' ||
    (pod.status?.containerStatuses ?? []).some(({ state, lastState, ready, restartCount = 0 }) => {
      if (state?.running !== undefined || ready === true) return true;
      // Its last run ended before this: the pod was to get a new sandbox, and has none yet.
      const ended = Date.parse((state?.terminated ?? lastState?.terminated)?.finishedAt ?? '');
      return restartCount > 0 && !(last !== undefined && last - ended > NEW_SANDBOX_MS);
    })
  );
}
