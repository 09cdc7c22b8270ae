/** The shape of a check: everything a check's author imports. */
import type { Evidence, FactArea } from '../parsers/records.ts';
import type { Layer, Severity, Subject } from '../result.ts';
import type { Ref } from '../snapshot/ref.ts';
import type { Area, LogArea } from '../snapshot/areas.ts';
import type { ObjectArea } from '../snapshot/kinds/index.ts';
import type { PolicyPath } from '../simulation/network-policy/path.ts';
import type { Facts, Snapshot } from '../snapshot/snapshot.ts';

export type Confidence = 'high' | 'medium' | 'low';

/** What a check yields. Evidence is compulsory: without a quoted source it does not compile. */
export interface FindingDraft {
  readonly subject: Subject;
  /** One sentence with the real names and numbers in it. */
  readonly message: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Tells causes apart inside one check: `liveness-port`. */
  readonly variant?: string;
  /** Defaults to the check's. */
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** Defaults to the check's failureTitle. */
  readonly title?: string;
  /** More specific than the check's, with the real names filled in; `{name}` style places are filled from `params`. */
  readonly fix?: readonly string[];
  readonly next?: readonly string[];
  /** Values for the places in fix and next besides the subject's own: {kind} {namespace} {name} {node} {container} {workload}. */
  readonly params?: Readonly<Record<string, string>>;
  /** Other objects that this finding is about: the Service it breaks, the claim it mounts, the nodes it rejects. Links join on them. */
  readonly related?: readonly Ref[];
  /** A connection that NetworkPolicies drop, for a picture of its way. */
  readonly way?: PolicyPath;
  /** When it began, ms since 1970, where known. */
  readonly since?: number;
  /** `since` is the last time of many: how early it began is not known. */
  readonly recurs?: true;
  /** An observation that is told as a cause, and as a guess, where the bundle has nothing else. */
  readonly guess?: true;
  /** Default: current. */
  readonly state?: 'current' | 'recovered' | 'historic';
}

/** What a check may ask besides its facts. */
export interface CheckContext {
  /** The time of collection, ms since 1970; undefined when the bundle cannot be dated. */
  readonly now: number | undefined;
  /** Look-ups over the whole snapshot. */
  readonly snapshot: Snapshot;
}

export type FactOf<A extends Area> = A extends ObjectArea | FactArea | LogArea ? Facts[A] : never;

interface CheckTexts {
  /** Equal to the file name; a noun in the failing state. */
  readonly id: string;
  readonly layer: Layer;
  /** True when it passes: "Every Service with a selector selects pods". */
  readonly title: string;
  /** True when it fails: "The Service selects no pod". */
  readonly failureTitle: string;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  readonly fix: readonly string[];
  /** Commands to run next; places as in FindingDraft.params. */
  readonly next: readonly string[];
  readonly severity: Severity;
  readonly confidence: Confidence;
}

/**
 * One question of the debugging framework. `needs`: facts without which nothing can be said; when one is absent the
 * outcome is not-checked with the reason. `needsAny`: at least one of them. `wants`: used when there.
 * `reads`: ids of the signatures whose log hits the check uses; hits make up for absent log areas.
 * `heard`: other facts speak of it, so that it can tell without those that it needs; it must tell then. A check that
 * needs none asks there whether what it `wants` holds anything of its topic.
 */
export interface Check extends CheckTexts {
  readonly needs: readonly Area[];
  readonly needsAny: readonly Area[];
  readonly wants: readonly Area[];
  readonly reads: readonly string[];
  readonly heard?: (snapshot: Snapshot) => boolean;
  run(facts: Readonly<Record<string, readonly unknown[]>>, context: CheckContext): Iterable<FindingDraft>;
}

/** Types the facts that `run` receives by what was declared: needs and wants, nothing else. Absent wants are empty lists. */
export function defineCheck<const N extends Area = never, const W extends Area = never, const A extends Area = never>(
  check: CheckTexts & {
    readonly needs?: readonly N[];
    readonly needsAny?: readonly A[];
    readonly wants?: readonly W[];
    readonly reads?: readonly string[];
    readonly heard?: (snapshot: Snapshot) => boolean;
    run(facts: { readonly [K in N | W | A]: FactOf<K> }, context: CheckContext): Iterable<FindingDraft>;
  },
): Check {
  return {
    ...check,
    needs: check.needs ?? [],
    needsAny: check.needsAny ?? [],
    wants: check.wants ?? [],
    reads: check.reads ?? [],
    run: check.run as Check['run'],
  };
}

export type { Evidence };
