/** The causal graph on the five strata: findings of one check are one box, boxes stand in the band of their layer. */
import type { Layer, Result } from '../result.ts';
import { anchor } from './anchor.ts';
import { causalGroups, type Group } from './causal-groups.ts';
import { wrap } from './text.ts';
import { nameOf, plural, VERDICTS } from './words.ts';

/** Sizes in SVG units; the picture is 1000 wide. */
const WIDTH = 1000;
const LABEL = 150;
const BOX = { width: 200, height: 78, gapX: 14, gapY: 30 } as const;
const PER_ROW = 4;
const BAND = { pad: 18, empty: 46 } as const;
/** Neighbouring layers stand beside each other's axis, so that an arrow past a layer does not run behind its boxes. */
const ASIDE: Readonly<Record<Layer, number>> = { 1: 0, 2: 1, 3: -1, 4: 1, 5: 0 };
const ASIDE_BY = 130;
/** Characters of a title line inside a box at 12 px. */
const LETTERS = 27;

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
      rows.length === 0
        ? BAND.empty
        : 2 * BAND.pad + rows.length * BOX.height + (rows.length - 1) * BOX.gapY + (hidden > 0 ? 16 : 0);
    rows.forEach((row, r) => {
      const room = WIDTH - LABEL;
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
      hidden:
        hidden > 0 ? { text: `and ${plural(hidden, 'more check')} with findings`, y: y + height - 10 } : undefined,
    };
    y += height;
    return band;
  });
  return {
    width: WIDTH,
    height: y,
    bands,
    edges: edgesOf(groups, byKey),
    boxes: groups.map(box),
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

function box(group: Placed) {
  const [first] = group.findings;
  const subjects = group.findings.reduce((sum, finding) => sum + finding.count, 0);
  const title = wrap(first.title, LETTERS);
  const shown = title.slice(0, 3);
  if (title.length > 3) shown[2] = `${(shown[2] as string).slice(0, LETTERS - 2)} …`;
  const where = subjects > 1 ? `${subjects} objects` : nameOf(first.subject);
  return {
    x: group.x,
    y: group.y,
    width: BOX.width,
    height: BOX.height,
    severity: first.severity,
    root: group.rank !== undefined,
    rank: group.rank,
    badgeX: group.x + BOX.width - 8,
    badgeY: group.y + 2,
    badgeTextY: group.y + 6.5,
    textX: group.x + 16,
    lines: shown.map((text, i) => ({ text, y: group.y + 20 + 14 * i })),
    where: where.length > LETTERS + 3 ? `${where.slice(0, LETTERS + 2)}…` : where,
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
  return edges.map((edge) => ({ d: curve(edge), root: edge.cause.rank !== undefined }));
}

/** A curve from the cause to its effect, ending outside the boxes so that the arrow head shows. */
function curve({
  cause,
  effect,
  up,
  from,
  to,
}: {
  cause: Placed;
  effect: Placed;
  up: boolean;
  from: number;
  to: number;
}): string {
  if (effect.y === cause.y) {
    const right = effect.x > cause.x;
    const middle = cause.y + BOX.height / 2;
    return `M${right ? cause.x + BOX.width : cause.x} ${middle} L${right ? effect.x - 6 : effect.x + BOX.width + 6} ${middle}`;
  }
  const x1 = cause.x + from;
  const y1 = up ? cause.y : cause.y + BOX.height;
  const x2 = effect.x + to;
  const y2 = up ? effect.y + BOX.height + 6 : effect.y - 6;
  const bend = Math.max(14, Math.abs(y2 - y1) / 2) * (up ? -1 : 1);
  return `M${r(x1)} ${y1} C${r(x1)} ${r(y1 + bend)} ${r(x2)} ${r(y2 - bend)} ${r(x2)} ${y2}`;
}

/** A tenth of a unit is finer than a screen shows. */
const r = (value: number): number => Math.round(value * 10) / 10;
