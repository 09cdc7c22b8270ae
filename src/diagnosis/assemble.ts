/** Puts the result together: the contract of src/result.ts, out of findings, ranking and snapshot. */
import { type Examined, type Found } from '../checks/engine.ts';
import type { FindingDraft } from '../checks/check.ts';
import { inWords } from '../lib/in-words.ts';
import { remember } from '../lib/remember.ts';
import { isUnnamed } from '../parsers/kubectl/nameless.ts';
import {
  nameOf,
  LAYER_NAMES,
  LAYERS,
  SCHEMA,
  type Finding,
  type Layer,
  type Result,
  type RootCause,
  type Severity,
} from '../result.ts';
import { areaInfo, AREAS, type Area } from '../snapshot/areas.ts';
import { KINDS } from '../snapshot/kinds/index.ts';
import { distinctQuotes } from '../snapshot/quote.ts';
import { eventFirstTime, eventMessage, type Snapshot } from '../snapshot/snapshot.ts';
import { asksOf, gapFinder, suited, type Gap } from './asks.ts';
import { confidenceOf } from './confidence.ts';
import type { Diagnosis, Edge, Root } from './graph.ts';
import { headlineOf, nearTiesOf } from './near-ties.ts';
import { walk } from './path.ts';
import { tablesOf } from './tables.ts';
import { CONFIDENCE_SHOWN, NEAR } from './weights.ts';

/** What is known about the reading of the bundle, from the rooms before. */
export interface BundleInfo {
  readonly name: string;
  readonly layouts: readonly string[];
  /** What bundles of these kinds do not hold. */
  readonly gaps?: readonly Gap[];
  readonly files: number;
  readonly bytes: number;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** Examples named in a folded finding; the count says how many there are. */
const EXAMPLES = 5;
/** Events shown on the timeline for the objects that have findings. */
const TIMELINE_LIMIT = 300;
/** Root causes listed; the rest stay among the findings. */
const ROOT_LIMIT = 20;

/**
 * Shell-safe value for a suggested command: names from a bundle are hostile, and people paste these commands. Names
 * that a shell would read otherwise are quoted.
 */
function shellWord(value: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(value)
    ? value
    : `'${value.replaceAll("'", `'\\''`).replaceAll(/[\u0000-\u001f\u007f]/g, ' ')}'`;
}

/** A text by its `{name}` places: words and, at odd positions, names. The texts of a check come with each finding. */
const partsOf = remember((text) => text.split(/\{([a-zA-Z]{1,30})\}/));

/** Fills `{name}` places. In commands values are quoted for a shell; a place without a value stays visible. */
function fill(texts: readonly string[], draft: FindingDraft, command: boolean): readonly string[] {
  if (!texts.some((text) => partsOf(text).length > 1)) return texts;
  const { subject } = draft;
  const values: Record<string, string | undefined> = {
    kind: subject.kind.toLowerCase(),
    namespace: subject.namespace,
    name: subject.name,
    node: subject.node ?? (subject.kind === 'Node' ? subject.name : undefined),
    container: subject.container,
    workload:
      subject.workload === undefined ? undefined : `${subject.workload.kind.toLowerCase()}/${subject.workload.name}`,
    pod: subject.kind === 'Pod' ? subject.name : undefined,
    service: subject.kind === 'Service' ? subject.name : draft.related?.find((ref) => ref.kind === 'Service')?.name,
    ...draft.params,
  };
  const filled = (part: string, i: number): string => {
    if (i % 2 === 0) return part;
    const value = Object.hasOwn(values, part) ? values[part] : undefined;
    if (value === undefined || value === '') return part.toUpperCase();
    // kubectl knows no "unnamed pod".
    if (command && isUnnamed(value)) return part === 'name' ? subject.kind.toUpperCase() : part.toUpperCase();
    return command ? shellWord(value) : value;
  };
  return texts.map((text) => partsOf(text).map(filled).join(''));
}

const iso = (time: number | undefined): string | undefined =>
  time === undefined || !Number.isFinite(time) || Math.abs(time) > 8.64e15 ? undefined : new Date(time).toISOString();

/** Messages begin like sentences, unless they begin with a name: names keep their letters. */
const sentence = (message: string): string =>
  /^(?:an?|the|container|init container) /.test(message)
    ? `${message.charAt(0).toUpperCase()}${message.slice(1)}`
    : message;

/** Quotes and lists are not copied, there are many: nobody changes what a check said, nor a result. */
function findingOf(found: Found, causedBy: string[]): Finding {
  const time = iso(found.since);
  return {
    id: found.id,
    check: found.check.id,
    ...(found.variant === undefined ? {} : { variant: found.variant }),
    layer: found.check.layer,
    severity: found.severity,
    confidence: CONFIDENCE_SHOWN[found.confidence],
    title: found.title ?? found.check.failureTitle,
    message: sentence(found.message),
    subject: found.subject,
    count: found.also.length + 1,
    also: found.also.slice(0, EXAMPLES).map((draft) => draft.subject),
    evidence: distinctQuotes(found.evidence) as unknown as Finding['evidence'],
    ...(found.way === undefined ? {} : { way: found.way as NonNullable<Finding['way']> }),
    fix: fill(found.fix ?? found.check.fix, found, false) as string[],
    next: fill(found.next ?? found.check.next, found, true) as string[],
    causedBy,
    state: found.state,
    ...(time === undefined ? {} : { time }),
  };
}

function hopOf({ cause, effect, because, weight }: Edge, found: readonly Found[]): RootCause['chain'][number] {
  const [from, to] = [found[cause] as Found, found[effect] as Found];
  return {
    finding: to.id,
    cause: from.id,
    because: `${nameOf(from.subject)} → ${nameOf(to.subject)}: ${because}`,
    strength: Math.round(weight * 100) / 100,
  };
}

/** A circle whose members keep each other up: it ends only where somebody breaks it. */
function deadlockOf({ closing }: Root, found: readonly Found[]): Pick<RootCause, 'deadlock'> {
  const [surest] = closing;
  if (surest === undefined) return {};
  const last = found[surest.cause] as Found;
  return {
    deadlock: {
      text: `It is a deadlock: what it brings about (${last.title ?? last.check.failureTitle}: ${nameOf(last.subject)}) keeps it up in turn. Break it here`,
      hops: closing.map((edge) => hopOf(edge, found)),
    },
  };
}

function rootOf(ranked: Root, rank: number, first: number, diagnosis: Diagnosis, finding: Finding): RootCause {
  const found = diagnosis.found[ranked.index] as Found;
  const explained = ranked.explains.map((e) => diagnosis.found[e.index] as Found);
  const visible = explained.filter((one) => one.severity !== 'info');
  const summary =
    visible.length === 0
      ? finding.message
      : `${finding.message.replace(/[.\s]+$/, '')}. It explains ${visible.length} other finding${visible.length === 1 ? '' : 's'}: ${visible
          .slice(0, 3)
          .map((one) => `${one.title ?? one.check.failureTitle} (${nameOf(one.subject)})`)
          .join('; ')}${visible.length > 3 ? '; …' : ''}.`;
  return {
    rank,
    finding: finding.id,
    check: finding.check,
    ...(finding.variant === undefined ? {} : { variant: finding.variant }),
    layer: finding.layer,
    severity: found.severity === 'info' ? (visible[0]?.severity ?? 'info') : found.severity,
    confidence: confidenceOf(found.confidence, visible.length),
    title: finding.title,
    summary,
    subject: finding.subject,
    evidence: finding.evidence,
    explains: explained.map((one) => one.id),
    chain: ranked.hops.map((edge) => hopOf(edge, diagnosis.found)),
    ...deadlockOf(ranked, diagnosis.found),
    share: first > 0 ? Math.round((ranked.score / first) * 100) / 100 : 0,
    fix: finding.fix,
    next: finding.next,
  };
}

function coverageOf(snapshot: Snapshot, gapOf: (area: string) => Gap | undefined): Result['coverage'] {
  const failures = snapshot.facts('commandFailures');
  return AREAS.map((area: Area) => {
    const count =
      area in KINDS
        ? snapshot.list(area as never).length
        : area === 'containerLogs' || area === 'hostLogs' || area === 'kernelLogs'
          ? snapshot.logsOfClass(area).length
          : snapshot.facts(area as never).length;
    const failed = failures.find((failure) => failure.area === area);
    const { title, ...info } = areaInfo(area);
    const gap = gapOf(area);
    const collectWith = gap?.ask ?? info.collectWith;
    if (snapshot.has(area))
      return failed === undefined
        ? { area, title, state: 'present' as const, count }
        : {
            area,
            title,
            state: 'partial' as const,
            count,
            reason: failed.message,
            collectWith,
          };
    return {
      area,
      title,
      state: 'absent' as const,
      count: 0,
      reason: failed?.message ?? (gap === undefined ? 'not in the bundle' : `not in the bundle: ${gap.why}`),
      collectWith,
    };
  });
}

function timelineOf(found: readonly Found[], snapshot: Snapshot): Result['timeline'] {
  const entries: Result['timeline'] = [];
  const seen = new Set<string>();
  for (const one of found) {
    const time = iso(one.since);
    if (time !== undefined)
      entries.push({
        time,
        layer: one.check.layer,
        text: `${one.title ?? one.check.failureTitle}: ${nameOf(one.subject)}`,
        finding: one.id,
      });
    for (const event of snapshot.eventsAbout({
      kind: one.subject.kind,
      ...(one.subject.namespace === undefined ? {} : { namespace: one.subject.namespace }),
      name: one.subject.name,
    })) {
      if (event.type !== 'Warning') continue;
      const at = iso(eventFirstTime(event));
      const text = `${nameOf(one.subject)}: ${event.reason ?? ''}: ${eventMessage(event)}`.slice(0, 300);
      const key = `${at ?? ''}${text}`;
      if (at === undefined || seen.has(key)) continue;
      seen.add(key);
      entries.push({ time: at, layer: one.check.layer, text });
    }
  }
  return entries
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.text < b.text ? -1 : 1))
    .slice(0, TIMELINE_LIMIT);
}

/** The newest server version any source tells: nodes' kubelets at worst. */
function kubernetesVersion(snapshot: Snapshot): string | null {
  const stated = snapshot.facts('hostValues').find((value) => value.topic === 'version' && /server/i.test(value.key));
  if (stated !== undefined) return stated.value;
  const versions = snapshot.list('nodes').flatMap((node) => node.status?.nodeInfo?.kubeletVersion ?? []);
  return versions.length === 0 ? null : (versions.toSorted((a, b) => (a < b ? 1 : -1))[0] ?? null);
}

const layerWords = (layers: readonly Layer[]): string => `layer${layers.length === 1 ? '' : 's'} ${inWords(layers)}`;

function verdictOf(roots: readonly RootCause[], path: Result['path'], found: readonly Found[]): Result['verdict'] {
  const top = roots[0];
  if (top !== undefined && top.severity !== 'info')
    return { status: 'problems', layer: top.layer, headline: headlineOf(top), nearTies: nearTiesOf(roots) };
  const loud = found.filter((one) => one.severity !== 'info' && one.state === 'current');
  if (loud.length > 0)
    return {
      status: 'problems',
      layer: null,
      headline: `${loud.length} finding${loud.length === 1 ? '' : 's'}, but no root cause that the bundle proves`,
      nearTies: [],
    };
  const unknown = path.filter((step) => step.verdict === 'unknown');
  const clear = path.filter((step) => step.verdict === 'clear').map((step) => step.layer);
  if (unknown.length > 0)
    return {
      status: 'inconclusive',
      layer: null,
      headline:
        unknown.length === path.length
          ? 'None of the five layers could be judged: the bundle holds too little that is understood'
          : `${clear.length > 0 ? `Nothing wrong found at ${layerWords(clear)}; ` : ''}${layerWords(unknown.map((step) => step.layer))} could not be judged from this bundle`,
      nearTies: [],
    };
  return { status: 'clear', layer: null, headline: 'Nothing wrong found at any layer', nearTies: [] };
}

const RANK: readonly Severity[] = ['critical', 'warning', 'info'];

/** Builds the result. Pure: the same input gives the same object. */
export function assemble(
  examined: Examined,
  diagnosis: Diagnosis,
  snapshot: Snapshot,
  bundle: BundleInfo,
  version: string,
): Result {
  const ids = diagnosis.found.map((one) => one.id);
  const findings = diagnosis.found.map((one, i) =>
    findingOf(
      one,
      (diagnosis.causedBy[i] ?? []).map((cause) => ids[cause] as string),
    ),
  );
  const rootCauses = diagnosis.roots
    .slice(0, ROOT_LIMIT)
    .map((ranked, i) =>
      rootOf(ranked, i + 1, diagnosis.roots[0]?.score ?? 0, diagnosis, findings[ranked.index] as Finding),
    );
  // The walk ends at the first root; another one counts as a cause of its own when it weighs about as much.
  const [first, ...others] = diagnosis.roots;
  const causes =
    first === undefined ? [] : [first, ...others.slice(0, 2).filter((root) => root.score >= first.score * NEAR)];
  // What is an information by itself is a cause where it explains trouble: rootCauses say so.
  const rootFound = causes.flatMap((ranked, i) =>
    rootCauses[i]?.severity === 'info' ? [] : [diagnosis.found[ranked.index] as Found],
  );
  const path = walk(examined, diagnosis.found, rootFound, snapshot);
  const gapOf = gapFinder(bundle.gaps ?? []);
  const outcomes = suited(examined.outcomes, gapOf);
  return {
    schema: SCHEMA,
    tool: { name: 'kubestrata', version },
    bundle: {
      name: bundle.name,
      layouts: [...bundle.layouts],
      collectedAt: iso(snapshot.now) ?? null,
      kubernetesVersion: kubernetesVersion(snapshot),
      nodes: snapshot.list('nodes').length,
      pods: snapshot.list('pods').length,
      files: bundle.files,
      bytes: bundle.bytes,
      refused: bundle.refused.map((r) => ({ ...r })),
      unread: snapshot.collected.unread.map((u) => ({ ...u })),
    },
    verdict: verdictOf(rootCauses, path as Result['path'], diagnosis.found),
    rootCauses,
    path: path as Result['path'],
    layers: LAYERS.map((layer) => ({
      layer,
      name: LAYER_NAMES[layer],
      checks: outcomes.filter((outcome) => outcome.layer === layer).map(({ layer: _, ...outcome }) => outcome),
    })),
    findings: findings.toSorted(
      (a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity) || a.layer - b.layer || (a.id < b.id ? -1 : 1),
    ),
    coverage: coverageOf(snapshot, gapOf),
    asks: asksOf(outcomes),
    tables: tablesOf(snapshot),
    timeline: timelineOf(diagnosis.found, snapshot),
  };
}
