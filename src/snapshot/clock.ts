/** When the bundle was collected: as a record states it, else the newest instant that objects, else logs, mention. */
import type { Evidence, LogStream, ObjectSource } from '../parsers/records.ts';
import type { ObjectArea } from './kinds/index.ts';

interface Instant {
  readonly time: number;
  readonly evidence: Evidence;
}

export interface Clock {
  /** A record states the time; `reckoned`: it follows from a time and an age. */
  state(time: number, evidence: Evidence, reckoned?: boolean): void;
  /** The times that an object mentions. Rows and descriptions give ages, which are no times. */
  note(area: ObjectArea, object: Fields, source: ObjectSource): void;
  read(logs: readonly LogStream[]): Instant | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const NONE: readonly never[] = [];

const later = (a: Instant | undefined, b: Instant): Instant => (a === undefined || b.time > a.time ? b : a);
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** The fields of an object that say when something was last seen, each with its name. */
function timesOf(area: ObjectArea, object: Fields): readonly (readonly [string, unknown])[] {
  switch (area) {
    case 'events': {
      const field = object['lastTimestamp'] ? 'lastTimestamp' : 'eventTime';
      return [[field, object[field]]];
    }
    case 'nodes': {
      const { conditions } = fieldsOf(object['status']);
      // A dead node beats no more: that it was given up is later.
      return (Array.isArray(conditions) ? conditions : []).flatMap((condition) =>
        ['lastHeartbeatTime', 'lastTransitionTime'].map((field) => [field, fieldsOf(condition)[field]] as const),
      );
    }
    case 'leases':
      return [['renewTime', fieldsOf(object['spec'])['renewTime']]];
    default:
      return NONE;
  }
}

/** The newest last line of all logs. */
function lastLine(logs: readonly LogStream[]): Instant | undefined {
  let last: Instant | undefined;
  for (const { lastTime, tail, origin } of logs) {
    if (lastTime === undefined || (last !== undefined && lastTime <= last.time)) continue;
    const line = tail.at(-1);
    const evidence = { file: origin.file, ...(line ? { line: line.line } : {}), text: line?.text ?? '' };
    last = { time: lastTime, evidence };
  }
  return last;
}

export function createClock(): Clock {
  let stated: Instant | undefined;
  let mentioned: Instant | undefined;
  return {
    state(time, evidence, reckoned = false) {
      if (reckoned) mentioned = later(mentioned, { time, evidence });
      else stated = later(stated, { time, evidence });
    },
    note(area, object, { file, pointer }) {
      for (const [field, text] of timesOf(area, object)) {
        const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
        if (Number.isNaN(time) || (mentioned !== undefined && time <= mentioned.time)) continue;
        const place = pointer === undefined ? { file } : { file, pointer };
        mentioned = { time, evidence: { ...place, text: `${field}: ${String(text)}` } };
      }
    },
    read: (logs) => stated ?? mentioned ?? lastLine(logs),
  };
}
