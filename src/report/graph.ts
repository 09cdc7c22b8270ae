/** The causal graph on the five strata: findings of one check are one box, boxes stand in the band of their layer. */
import { plural } from '../lib/in-words.ts';
import { nameOf, type Layer, type Result, type Severity } from '../result.ts';
import { anchor } from './anchor.ts';
import { causalGroups, type Group } from './causal-groups.ts';
import { wrap, wrapCut } from './text.ts';
import { VERDICTS } from './words.ts';

/** Sizes in SVG units; the picture is 1000 wide. */
const WIDTH = 1000;
const LABEL = 150;
const BOX = { width: 194, height: 78, gapX: 18, gapY: 30 } as const;
/** Left free at the right edge, for the badges. */
const MARGIN = 16;
const PER_ROW = 4;
const BAND = { pad: 18, empty: 46 } as const;
/** Neighbouring layers stand beside each other's axis, so that an arrow past a layer does not run behind its boxes. */
const ASIDE: Readonly<Record<Layer, number>> = { 1: 0, 2: 1, 3: -1, 4: 1, 5: 0 };
const ASIDE_BY = 130;
/** Characters of a line inside a box: of the title (12 px, bold, in the widest of the usual fonts), and of the name below. */
const LETTERS = 22;
const NAME_LETTERS = 27;
/** Lines of a title. */
const TITLE_LINES = 3;

interface Placed extends Group {
  /** Rows above the lowest one of its layer. */
  depth: number;
  x: number;
  y: number;
}

/** Rows of one layer, top first: an effect stands above its cause. */
function rowsOf(mine: readonly Placed[], byKey: ReadonlyMap<string, Placed>): Placed[][] {
  // As many rounds as there can be rows: enough without cycles, and an end with them.
  for (let round = 0; round < 4; round++)
    for (const group of mine)
      for (const cause of group.causes) {
        const below = byKey.get(cause);
        if (below?.layer === group.layer && below !== group)
          group.depth = Math.min(4, Math.max(group.depth, below.depth + 1));
      }
  const rows: Placed[][] = [];
  for (let depth = 4; depth >= 0; depth--) {
    const same = mine.filter((group) => group.depth === depth);
    for (let at = 0; at < same.length; at += PER_ROW) rows.push(same.slice(at, at + PER_ROW));
  }
  return rows;
}

/** Everything the template draws; undefined when there is no cause and no effect to show. */
export function causalGraph(result: Result) {
  const { groups: found, left } = causalGroups(result);
  const groups = found.map((group): Placed => ({ ...group, depth: 0, x: 0, y: 0 }));
  if (groups.length === 0) return undefined;
  const byKey = new Map(groups.map((group) => [group.key, group]));
  let y = 0;
  const bands = result.path.map((step) => {
    const mine = groups.filter((group) => group.layer === step.layer);
    const rows = rowsOf(mine, byKey);
    const hidden = left.get(step.layer) ?? 0;
    const height =
      rows.length === 0 ? BAND.empty : 2 * BAND.pad + rows.length * BOX.height + (rows.length - 1) * BOX.gapY;
    rows.forEach((row, r) => {
      const room = WIDTH - LABEL - MARGIN;
      const used = row.length * BOX.width + (row.length - 1) * BOX.gapX;
      const aside = ASIDE[step.layer] * Math.min(ASIDE_BY, (room - used) / 2);
      row.forEach((group, c) => {
        group.x = LABEL + aside + (room - used) / 2 + c * (BOX.width + BOX.gapX);
        group.y = y + BAND.pad + r * (BOX.height + BOX.gapY);
      });
    });
    const name = rows.length === 0 ? [step.name] : wrap(step.name, 16);
    const band = {
      layer: step.layer,
      y,
      height,
      verdict: step.verdict,
      word: VERDICTS[step.verdict].word,
      mark: VERDICTS[step.verdict].mark,
      name: name.map((text, i) => ({ text, y: y + 28 + 15 * i })),
      numberY: y + 29,
      wordY: y + 30 + 15 * name.length,
      roomy: rows.length > 0,
      hidden: hidden > 0 ? { text: `and ${plural(hidden, 'more check')}`, y: y + 48 + 15 * name.length } : undefined,
    };
    y += height;
    return band;
  });
  return {
    width: WIDTH,
    height: y,
    bands,
    edges: edgesOf(groups, byKey),
    boxes: groups.map((group) => box(group, result.rootCauses.find(({ rank }) => rank === group.rank)?.severity)),
    sentences: groups.flatMap((group) => {
      const causes = [...group.causes].flatMap((key) => titleOf(byKey.get(key)) ?? []);
      return causes.length === 0 ? [] : [{ effect: titleOf(group), causes, layer: group.layer, href: hrefOf(group) }];
    }),
  };
}

const titleOf = (group: Placed | undefined): string | undefined => group?.findings[0]?.title;

function hrefOf(group: Placed): string {
  const [first] = group.findings;
  return group.findings.length === 1 ? anchor('finding', first.id) : anchor('check', group.key);
}

/** `severity`: of the root cause that the box is, which an information can be. */
function box(group: Placed, severity: Severity | undefined) {
  const [first] = group.findings;
  const subjects = group.findings.reduce((sum, finding) => sum + finding.count, 0);
  const where = subjects > 1 ? `${subjects} objects` : nameOf(first.subject);
  return {
    x: group.x,
    y: group.y,
    width: BOX.width,
    height: BOX.height,
    severity: severity ?? first.severity,
    root: group.rank !== undefined,
    rank: group.rank,
    badgeX: group.x + BOX.width - 8,
    badgeY: group.y + 2,
    badgeTextY: group.y + 6.5,
    textX: group.x + 16,
    lines: wrapCut(first.title, LETTERS, TITLE_LINES).map((text, i) => ({ text, y: group.y + 20 + 14 * i })),
    where: where.length > NAME_LETTERS ? `${where.slice(0, NAME_LETTERS - 1)}…` : where,
    whereY: group.y + BOX.height - 9,
    href: hrefOf(group),
  };
}

/** Arrows, their ends spread along the sides of the boxes so that they can be told apart. */
function edgesOf(groups: readonly Placed[], byKey: ReadonlyMap<string, Placed>) {
  const edges = groups.flatMap((effect) =>
    [...effect.causes].flatMap((key) => {
      const cause = byKey.get(key);
      return cause === undefined ? [] : [{ cause, effect, up: effect.y < cause.y, from: 0, to: 0 }];
    }),
  );
  const spread = (mine: typeof edges, other: (edge: (typeof edges)[number]) => Placed, end: 'from' | 'to') => {
    mine.sort((a, b) => other(a).x - other(b).x);
    mine.forEach((edge, i) => {
      edge[end] = BOX.width * (0.5 + 0.7 * ((i + 1) / (mine.length + 1) - 0.5));
    });
  };
  for (const group of groups)
    for (const up of [true, false]) {
      spread(
        edges.filter((edge) => edge.cause === group && edge.up === up),
        (edge) => edge.effect,
        'from',
      );
      spread(
        edges.filter((edge) => edge.effect === group && edge.up === up),
        (edge) => edge.cause,
        'to',
      );
    }
  return edges.map((edge, i) => ({ d: way(edge, groups, i), root: edge.cause.rank !== undefined }));
}

interface Edge {
  readonly cause: Placed;
  readonly effect: Placed;
  /** The effect stands above its cause. */
  readonly up: boolean;
  /** Where it leaves and arrives, from the left of the boxes. */
  readonly from: number;
  readonly to: number;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

/** An S from one point to another that leaves and arrives upright. */
function bends(a: Point, b: Point): [Point, Point] {
  const bend = Math.max(14, Math.abs(b.y - a.y) / 2) * (b.y < a.y ? -1 : 1);
  return [
    { x: a.x, y: a.y + bend },
    { x: b.x, y: b.y - bend },
  ];
}
const draw = (a: Point, b: Point): string => {
  const [c, d] = bends(a, b);
  return `C${r(c.x)} ${r(c.y)} ${r(d.x)} ${r(d.y)} ${r(b.x)} ${r(b.y)}`;
};

/** Whether the S runs behind a box: a line that disappears there cannot be followed. */
function hits(a: Point, b: Point, boxes: readonly Placed[]): boolean {
  const [c, d] = bends(a, b);
  for (let step = 1; step < 40; step++) {
    const t = step / 40;
    const at = (k: 'x' | 'y'): number =>
      (1 - t) ** 3 * a[k] + 3 * (1 - t) ** 2 * t * c[k] + 3 * (1 - t) * t ** 2 * d[k] + t ** 3 * b[k];
    if (boxes.some((one) => isIn(one, at('x')) && at('y') > one.y && at('y') < one.y + BOX.height)) return true;
  }
  return false;
}
/** Lines keep this far from boxes that they pass. */
const CLEAR = 5;
const isIn = (one: Placed, x: number): boolean => x > one.x - CLEAR && x < one.x + BOX.width + CLEAR;

/** From the cause to its effect, ending outside the boxes so that the arrow head shows; past the boxes between them. */
function way({ cause, effect, up, from, to }: Edge, groups: readonly Placed[], index: number): string {
  if (effect.y === cause.y) {
    const right = effect.x > cause.x;
    const middle = cause.y + BOX.height / 2;
    return `M${right ? cause.x + BOX.width : cause.x} ${middle} L${right ? effect.x - 6 : effect.x + BOX.width + 6} ${middle}`;
  }
  const a = { x: cause.x + from, y: up ? cause.y : cause.y + BOX.height };
  const b = { x: effect.x + to, y: up ? effect.y + BOX.height + 6 : effect.y - 6 };
  const start = `M${r(a.x)} ${r(a.y)}`;
  const [top, bottom] = up ? [b.y, a.y] : [a.y, b.y];
  const between = groups.filter((one) => one.y + BOX.height > top && one.y < bottom);
  if (!hits(a, b, between)) return start + draw(a, b);
  // Row by row through the nearest gap. Lines that share one stand beside each other.
  const aside = CLEAR + 1 + (index % 3) * 5;
  const rows = [...new Set(between.map((one) => one.y))].sort((p, q) => (up ? q - p : p - q));
  let path = start;
  let at: Point = a;
  for (const y of rows) {
    const row = between.filter((one) => one.y === y);
    const far = (x: number): number => Math.abs(x - at.x) + Math.abs(x - b.x);
    const [lane = at.x] = [at.x, b.x, ...row.flatMap((one) => [one.x - aside, one.x + BOX.width + aside])]
      .filter((x) => x > LABEL && x < WIDTH && !row.some((one) => isIn(one, x)))
      .sort((p, q) => far(p) - far(q) || Math.abs(p - at.x) - Math.abs(q - at.x));
    const [enter, leave] = up ? [y + BOX.height + CLEAR, y - CLEAR] : [y - CLEAR, y + BOX.height + CLEAR];
    path += `${Math.abs(lane - at.x) < 1 ? '' : draw(at, { x: lane, y: enter })}L${r(lane)} ${r(leave)}`;
    at = { x: lane, y: leave };
  }
  return path + draw(at, b);
}

/** A tenth of a unit is finer than a screen shows. */
const r = (value: number): number => Math.round(value * 10) / 10;
