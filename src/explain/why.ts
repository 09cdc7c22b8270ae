/**
 * `kubestrata why KIND/NAME`: everything the bundle tells about one object, and the way from it to the root cause. It
 * reads the finished result for judgements and the snapshot for facts, and adds no judgement of its own.
 */
import { redact } from '../redact/redact.ts';
import { reasonOf } from '../report/words.ts';
import { nameOf, SEVERITIES, type Finding, type Result, type RootCause, type Subject } from '../result.ts';
import type { Ref } from '../snapshot/ref.ts';
import { logsOfPod } from '../snapshot/logs/log-owner.ts';
import { containersOf } from '../snapshot/pods/containers.ts';
import { lastWords } from '../snapshot/logs/last-words.ts';
import { isWell } from '../snapshot/pods/pods-seen.ts';
import type { Pod } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { stateOf, statusOfRef, type Line } from './state.ts';
import { storyOf, type Story } from './story.ts';
import { surroundingsOf, type Neighbour } from './surroundings.ts';
import { findTarget, type Target } from './target.ts';

export interface Told {
  readonly id: string;
  readonly layer: number;
  readonly severity: Finding['severity'];
  readonly title: string;
  readonly message: string;
  readonly subject: string;
  /** How the finding's subject stands to the object: `itself`, `its workload`, `node` … */
  readonly relation: string;
}

/** One step from cause to effect. */
export interface Step extends Omit<Told, 'relation'> {
  readonly evidence: Finding['evidence'][number] | null;
  /** What ties this step to the one before; null for the first. */
  readonly because: string | null;
}

export interface Why {
  readonly schema: 'kubestrata/why/v1';
  readonly object: Ref & { readonly inBundle: boolean };
  /** What is wrong with it in one line. */
  readonly answer: string;
  readonly state: readonly Line[];
  readonly around: readonly {
    readonly relation: string;
    readonly object: Ref;
    readonly needed: boolean;
    readonly status: string | null;
  }[];
  /** The decisive log line of its containers, when it is not well. */
  readonly lastWords: readonly { readonly text: string; readonly evidence: Finding['evidence'][number] }[];
  readonly story: Story;
  readonly findings: readonly Told[];
  /** Findings about what it cannot work without. */
  readonly needs: readonly Told[];
  readonly chains: readonly { readonly rank: number; readonly confidence: number; readonly steps: readonly Step[] }[];
  readonly fix: readonly string[];
  readonly next: readonly string[];
}

/** Ways to the root told; further ones end at lesser causes. */
const CHAINS = 3;

const is = (subject: Pick<Subject, 'kind' | 'namespace' | 'name'>, ref: Ref): boolean =>
  subject.kind === ref.kind && subject.name === ref.name && (subject.namespace ?? '') === (ref.namespace ?? '');

/** How a finding is about the object; undefined when it is not. */
function relationOf(finding: Finding, ref: Ref, workload: Ref | undefined): string | undefined {
  for (const subject of [finding.subject, ...finding.also]) {
    if (is(subject, ref)) return 'itself';
    const owner = subject.workload;
    if (owner !== undefined && is({ ...owner, namespace: subject.namespace }, ref)) return 'its pod';
    if (ref.kind === 'Node' && subject.node === ref.name && subject.kind !== 'Pod') return 'on it';
    if (ref.kind === 'Namespace' && subject.namespace === ref.name) return 'in it';
    if (workload !== undefined && is(subject, workload)) return 'its workload';
  }
  // Only some of many folded subjects are named; the object may be one of the others.
  const owner = finding.subject.workload;
  const folded = finding.count > finding.also.length + 1;
  if (
    folded &&
    workload !== undefined &&
    owner?.kind === workload.kind &&
    owner.name === workload.name &&
    finding.subject.namespace === ref.namespace
  )
    return 'pods of its workload';
  return undefined;
}

function told(finding: Finding, relation: string): Told {
  const { id, layer, severity, title, message, subject } = finding;
  return { id, layer, severity, title, message, subject: nameOf(subject), relation };
}

/** The way from a finding up to the best-ranked root cause whose story holds it; root first. */
function wayUp(start: Finding, byId: ReadonlyMap<string, Finding>, roots: readonly RootCause[]) {
  const root = roots.find(
    ({ finding, chain }) => finding === start.id || chain.some((hop) => hop.finding === start.id),
  );
  if (root === undefined) return undefined;
  const hops = new Map(root.chain.map((hop) => [hop.finding, hop]));
  const steps: Step[] = [];
  // A cause stands before its effects in the chain, so that this ends.
  for (let id: string | undefined = start.id; id !== undefined;) {
    const finding = byId.get(id);
    const hop = hops.get(id);
    if (finding !== undefined) {
      const { relation: _, ...rest } = told(finding, '');
      const because = hop === undefined ? null : reasonOf(hop.because);
      steps.push({ ...rest, evidence: finding.evidence[0] ?? null, because });
    }
    id = hop?.cause;
  }
  return { root, steps: steps.toReversed() };
}

/** The ways from the findings up, one for each root cause, the longest. */
function chainsOf(
  findings: readonly Finding[],
  result: Result,
): readonly { root: RootCause; steps: readonly Step[] }[] {
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const best = new Map<number, { root: RootCause; steps: readonly Step[] }>();
  for (const finding of findings) {
    const way = wayUp(finding, byId, result.rootCauses);
    if (way === undefined) continue;
    // The longest way tells most: it starts at what the person sees.
    const known = best.get(way.root.rank);
    if (known === undefined || way.steps.length > known.steps.length) best.set(way.root.rank, way);
  }
  return [...best.values()].sort((a, b) => a.root.rank - b.root.rank).slice(0, CHAINS);
}

function lastWordsOf(snapshot: Snapshot, target: Target): Why['lastWords'] {
  if (target.ref.kind !== 'Pod' || target.object === undefined) return [];
  const pod: Pod = target.object;
  if (isWell(pod) || pod.status?.phase === 'Succeeded') return [];
  const out: { text: string; evidence: Finding['evidence'][number] }[] = [];
  for (const container of containersOf(pod)) {
    const words = lastWords(logsOfPod(snapshot, pod, container.name));
    if (words !== undefined && !out.some((one) => one.text === words.text))
      out.push({ text: words.text, evidence: { ...words.evidence } });
  }
  return out;
}

function answerOf(
  name: string,
  chains: ReturnType<typeof chainsOf>,
  findings: readonly Told[],
  needs: readonly Told[],
): string {
  const loud = (list: readonly Told[]): Told | undefined => list.find((one) => one.severity !== 'info');
  const own = loud(findings);
  const other = loud(needs);
  const [chain] = chains;
  const because =
    chain === undefined || chain.steps.length <= 1
      ? ''
      : nameOf(chain.root.subject) === name
        ? `, because: ${chain.root.title}`
        : `, because of ${nameOf(chain.root.subject)}: ${chain.root.title}`;
  if (own !== undefined) {
    const last = chain?.steps.at(-1)?.title ?? own.title;
    if (because !== '') return `${name}: ${last}${because}`;
    return chain === undefined
      ? `${name}: ${last}; the bundle proves no deeper cause`
      : `${name}: ${last}. This is root cause #${chain.root.rank}`;
  }
  if (other !== undefined)
    return `Nothing is wrong with ${name} itself, but with what it needs: ${chain?.steps.at(-1)?.title ?? other.title} (${chain?.steps.at(-1)?.subject ?? other.subject})${because}`;
  return `Nothing wrong was found about ${name} or what it needs`;
}

/** Explains one object. Throws a UserError when the bundle does not speak of it. */
export function why(
  text: string,
  namespace: string | undefined,
  { result, snapshot }: { readonly result: Result; readonly snapshot: Snapshot },
): Why {
  const target = findTarget(text, namespace, { result, snapshot });
  const { ref, object } = target;
  // Of a pod, and of a ReplicaSet or Job in between. The node that owns a static pod is what it needs, no workload.
  const owner = object === undefined ? undefined : snapshot.workloadOf(object);
  const workload = owner?.kind === 'Node' ? undefined : owner;
  const around = surroundingsOf(snapshot, target);

  const own: { finding: Finding; relation: string }[] = [];
  const needed: { finding: Finding; relation: string }[] = [];
  const neededBy = (finding: Finding): Neighbour | undefined =>
    around.find(
      (one) =>
        one.needed &&
        [finding.subject, ...finding.also].some(
          (subject) =>
            is(subject, one.ref) ||
            (subject.workload !== undefined && is({ ...subject.workload, namespace: subject.namespace }, one.ref)) ||
            (one.ref.kind === 'Node' && subject.kind !== 'Pod' && subject.node === one.ref.name),
        ),
    );
  for (const finding of result.findings) {
    const relation = relationOf(finding, ref, workload);
    const neighbour = relation === undefined ? neededBy(finding) : undefined;
    if (relation !== undefined) own.push({ finding, relation });
    else if (neighbour !== undefined) needed.push({ finding, relation: neighbour.relation });
  }
  const worst = (list: readonly { finding: Finding; relation: string }[]): Told[] =>
    list
      .toSorted((a, b) => SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity))
      .map(({ finding, relation }) => told(finding, relation));

  const current = own.filter(({ finding }) => finding.state === 'current' && finding.severity !== 'info');
  const others = needed.filter(({ finding }) => finding.state === 'current' && finding.severity !== 'info');
  // A pod's workload suffers with it, and a namespace only holds what suffers: they speak when nothing nearer does.
  const nearest = [
    current.filter(({ relation }) => !/workload$|^in it$/.test(relation)),
    current.filter(({ relation }) => relation !== 'in it'),
    current,
    others,
  ];
  const start = nearest.find((list) => list.length > 0) ?? [];
  const chains = chainsOf(
    start.map(({ finding }) => finding),
    result,
  );
  const findings = worst(own);
  const needs = worst(needed);
  const root = chains[0]?.root;
  const name = nameOf({ ...ref });
  // Story, state and quotes are raw from the snapshot: credentials in them are masked like in the result.
  return redact({
    schema: 'kubestrata/why/v1',
    object: { ...ref, inBundle: object !== undefined },
    answer: answerOf(name, chains, findings, needs),
    state: object === undefined ? [] : stateOf(snapshot, object),
    around: around.map(({ relation, ref: other, needed: isNeeded, absent }) => ({
      relation,
      object: other,
      needed: isNeeded,
      status: statusOfRef(snapshot, other, absent) ?? null,
    })),
    lastWords: lastWordsOf(snapshot, target),
    story: storyOf(snapshot, ref, around),
    findings,
    needs,
    chains: chains.map((chain) => ({
      rank: chain.root.rank,
      confidence: chain.root.confidence,
      steps: chain.steps,
    })),
    fix: root?.fix ?? [],
    next: root?.next ?? [],
  } satisfies Why);
}
