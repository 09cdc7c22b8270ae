/** The event timeline as a picture: one lane per layer, one dot per moment, larger where much happened. */
import { LAYERS, type Result } from '../result.ts';
import { anchor } from './anchor.ts';
import { plural, shortTime } from './words.ts';

/** SVG units. */
const WIDTH = 1000;
const LEFT = 190;
const RIGHT = 24;
const LANE = 34;
/** Moments closer than this on the axis are one dot. */
const DOT = 10;
const TICKS = 4;

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
  const x = (at: number): number => LEFT + 12 + ((at - start) / span) * (WIDTH - LEFT - RIGHT - 12);
  const dots = new Map<string, { layer: number; cx: number; texts: string[]; count: number; finding: boolean }>();
  for (const entry of entries) {
    const cell = Math.round(x(entry.at) / DOT);
    const key = `${entry.layer} ${cell}`;
    const dot = dots.get(key) ?? { layer: entry.layer, cx: cell * DOT, texts: [], count: 0, finding: false };
    dots.set(key, dot);
    dot.count++;
    dot.finding ||= entry.finding !== undefined;
    if (dot.texts.length < 3) dot.texts.push(`${shortTime(entry.time)} ${entry.text.slice(0, 120)}`);
  }
  return {
    width: WIDTH,
    height: LANE * 5 + 30,
    label: `${plural(entries.length, 'event')} from ${shortTime(new Date(start).toISOString())} to ${shortTime(new Date(end).toISOString())} UTC`,
    lanes: LAYERS.map((layer) => ({
      layer,
      y: LANE * (layer - 1),
      textY: LANE * (layer - 1) + 21,
      height: LANE,
      name: result.path.find((step) => step.layer === layer)?.name ?? '',
    })),
    dots: [...dots.values()].map((dot) => ({
      finding: dot.finding,
      cx: dot.cx,
      cy: LANE * (dot.layer - 1) + LANE / 2,
      r: Math.min(13, 4 + 2 * Math.log2(dot.count)),
      title: `${dot.texts.join('\n')}${dot.count > dot.texts.length ? `\nand ${dot.count - dot.texts.length} more` : ''}`,
    })),
    ticks: Array.from({ length: TICKS + 1 }, (_, i) => {
      const at = start + (span * i) / TICKS;
      return {
        x: x(at),
        y1: 0,
        y2: LANE * 5,
        textY: LANE * 5 + 18,
        // Within a day the time of day is enough; the caption has the date.
        text:
          span < 86_400_000
            ? new Date(at).toISOString().slice(11, 19)
            : shortTime(new Date(at).toISOString()).slice(5, 16),
        anchor: i === 0 ? 'start' : i === TICKS ? 'end' : 'middle',
      };
    }),
    rows: result.timeline.slice(0, limit).map((entry) => ({
      ...entry,
      time: shortTime(entry.time),
      href: entry.finding === undefined ? undefined : anchor('finding', entry.finding),
    })),
    more: Math.max(0, result.timeline.length - limit),
    total: result.timeline.length,
  };
}
