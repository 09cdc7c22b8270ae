/** The event timeline as a picture: one lane per layer, one dot per moment, larger where much happened. */
import { entryOf } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import { LAYERS, type Result } from '../result.ts';
import { anchor } from './anchor.ts';
import { shortTime } from './words.ts';

/** The measures of one picture, in SVG units. */
interface Sheet {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  /** Room beside the axis: on the left stand the names of the lanes, or they stand above their dots. */
  readonly left: number;
  readonly right: number;
  readonly lane: number;
  /** Where in its lane a name and a dot stand. */
  readonly nameY: number;
  readonly dotY: number;
  readonly most: number;
  readonly ticks: number;
}
const WIDE: Sheet = {
  name: 'wide',
  width: 1000,
  left: 202,
  right: 24,
  lane: 34,
  nameY: 21,
  dotY: 17,
  most: 13,
  ticks: 4,
};
/** For a phone: as wide as its column, so that the letters are as large as those around it. */
const NARROW: Sheet = {
  name: 'narrow',
  width: 330,
  left: 30,
  right: 20,
  lane: 50,
  nameY: 17,
  dotY: 34,
  most: 11,
  ticks: 2,
};
/** Moments closer than this on the axis are one dot. */
const DOT = 10;

type Entry = Result['timeline'][number] & { readonly at: number };

/** The moments on the axis and the rows of the table below it; undefined without any time. */
export function eventTimeline(result: Result, limit: number) {
  const entries = result.timeline
    .map((entry) => ({ ...entry, at: Date.parse(entry.time) }))
    .filter((entry) => !Number.isNaN(entry.at));
  const times = entries.map((entry) => entry.at);
  const first = times[0];
  if (first === undefined) return undefined;
  const start = times.reduce((a, b) => Math.min(a, b), first);
  const end = times.reduce((a, b) => Math.max(a, b), first);
  const span = Math.max(end - start, 1000);
  const label = `${plural(entries.length, 'event')} from ${shortTime(new Date(start).toISOString())} to ${shortTime(new Date(end).toISOString())} UTC`;
  const names = LAYERS.map((layer) => result.path.find((step) => step.layer === layer)?.name ?? '');
  return {
    label,
    pictures: [WIDE, NARROW].map((sheet) => ({ label, ...picture(sheet, entries, start, span, names) })),
    rows: result.timeline.slice(0, limit).map((entry) => ({
      ...entry,
      time: shortTime(entry.time),
      href: entry.finding === undefined ? undefined : anchor('finding', entry.finding),
    })),
    more: Math.max(0, result.timeline.length - limit),
    total: result.timeline.length,
  };
}

function picture(sheet: Sheet, entries: readonly Entry[], start: number, span: number, names: readonly string[]) {
  const { width, left, lane, dotY, most } = sheet;
  const x = (at: number): number => left + ((at - start) / span) * (width - left - sheet.right);
  const dots = new Map<string, { layer: number; cx: number; texts: string[]; count: number; finding: boolean }>();
  for (const entry of entries) {
    const cell = Math.round((x(entry.at) - left) / DOT);
    const make = () => ({ layer: entry.layer, cx: left + cell * DOT, texts: [], count: 0, finding: false });
    const dot = entryOf(dots, `${entry.layer} ${cell}`, make);
    dot.count++;
    dot.finding ||= entry.finding !== undefined;
    if (dot.texts.length < 3) dot.texts.push(`${shortTime(entry.time)} ${entry.text.slice(0, 120)}`);
  }
  return {
    name: sheet.name,
    width,
    height: lane * 5 + 30,
    lanes: LAYERS.map((layer) => ({
      layer,
      y: lane * (layer - 1),
      textY: lane * (layer - 1) + sheet.nameY,
      width,
      height: lane,
      name: names[layer - 1] ?? '',
    })),
    dots: [...dots.values()].map((dot) => ({
      finding: dot.finding,
      cx: dot.cx,
      cy: lane * (dot.layer - 1) + dotY,
      r: Math.min(most, 4 + 2 * Math.log2(dot.count)),
      title: `${dot.texts.join('\n')}${dot.count > dot.texts.length ? `\nand ${dot.count - dot.texts.length} more` : ''}`,
    })),
    ticks: Array.from({ length: sheet.ticks + 1 }, (_, i) => {
      const at = start + (span * i) / sheet.ticks;
      return {
        x: x(at),
        y1: 0,
        y2: lane * 5,
        textY: lane * 5 + 18,
        // Within a day the time of day is enough; the caption has the date.
        text:
          span < 86_400_000
            ? new Date(at).toISOString().slice(11, 19)
            : shortTime(new Date(at).toISOString()).slice(5, 16),
        anchor: i === 0 ? 'start' : i === sheet.ticks ? 'end' : 'middle',
      };
    }),
  };
}
