/** The root-cause stories for the page: what follows is gathered by check. */
import { groupBy } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import { nameOf, pathOf, LAYER_NAMES, type Finding, type Result, type RootCause } from '../result.ts';
import { anchor } from './anchor.ts';
import { policyWay, wayOf } from './policy-way.ts';
import { quotesOf } from './quotes.ts';
import { rootGroups } from './root-groups.ts';
import { checkOf, ownerOf, percent, reasonOf } from './words.ts';

/** Links to single objects under one consequence. */
const EXAMPLES = 4;
/** Consequences that stand open; with one more than that none is folded. */
const STEPS = 6;
/** Quotes that stand open in a story; the others are one click away. */
const QUOTES = 3;

export const linkTo = (finding: Finding) => ({
  href: anchor('finding', finding.id),
  kind: finding.subject.kind,
  path: pathOf(finding.subject),
});

/** Stories that stand open; a page of twenty is not read to its end. */
const OPEN = 3;

/** What follows from a cause, one entry per check, nearest first. */
function consequences(cause: RootCause, byId: ReadonlyMap<string, Finding>) {
  const because = new Map(cause.chain.map((hop) => [hop.finding, reasonOf(hop.because)]));
  const told = new Set([...cause.chain.map((hop) => hop.finding), ...cause.explains]);
  const groups = groupBy(
    [...told].flatMap((id) => byId.get(id) ?? []),
    ({ layer, check, title }) => `${layer} ${check} ${title}`,
  );
  return [...groups.values()].map((findings) => {
    const [first] = findings as [Finding];
    return {
      layer: first.layer,
      layerName: LAYER_NAMES[first.layer],
      severity: first.severity,
      title: first.title,
      count: findings.length > 1 ? findings.length : undefined,
      because: because.get(first.id),
      message: findings.length === 1 ? first.message : undefined,
      links: findings.slice(0, EXAMPLES).map(linkTo),
      more: Math.max(0, findings.length - EXAMPLES),
    };
  });
}

/** The first consequences, and those that are one click away. */
const folded = <T>(all: readonly T[]) => {
  const open = all.length <= STEPS + 1 ? all.length : STEPS;
  return {
    consequences: all.slice(0, open),
    consequencesMore: all.slice(open),
    consequencesMoreWords: plural(all.length - open, 'more kind of trouble', 'more kinds of trouble'),
  };
};

/** A story for each group of root causes. */
export function stories(result: Result, byId: ReadonlyMap<string, Finding>) {
  const quotes = quotesOf(result);
  return rootGroups(result.rootCauses).map(({ cause, same }, i) => {
    const finding = byId.get(cause.finding);
    return {
      rank: cause.rank,
      folded: i >= OPEN,
      layer: cause.layer,
      layerName: LAYER_NAMES[cause.layer],
      severity: cause.severity,
      percent: percent(cause.confidence),
      title: cause.title,
      who: nameOf(cause.subject),
      owner: ownerOf(cause.subject),
      node: cause.subject.kind === 'Node' ? undefined : cause.subject.node,
      message: finding?.message ?? cause.summary,
      deadlock: cause.deadlock?.text,
      count: finding !== undefined && finding.count > 1 ? finding.count : undefined,
      check: checkOf(cause),
      href: anchor('finding', cause.finding),
      evidence: quotes(cause.evidence.slice(0, QUOTES)),
      evidenceMore: quotes(cause.evidence.slice(QUOTES)),
      evidenceMoreCount: Math.max(0, cause.evidence.length - QUOTES),
      way: policyWay(wayOf(cause, byId)),
      ...folded(consequences(cause, byId)),
      fix: cause.fix,
      next: cause.next,
      same: same.map((one) => {
        const other = byId.get(one.finding);
        return other === undefined
          ? { anchor: `cause-${one.rank}`, kind: one.subject.kind, path: pathOf(one.subject) }
          : { anchor: `cause-${one.rank}`, ...linkTo(other) };
      }),
      sameWords: plural(same.length, 'other object'),
    };
  });
}
