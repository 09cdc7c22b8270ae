/**
 * Events in the terms of core/v1. What events.k8s.io/v1 calls otherwise gets these names when it comes in, so that
 * nobody else has to know both.
 */
import type { KubeEvent } from './kinds/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The first of the values that says something. */
const firstOf = (...values: readonly unknown[]): unknown =>
  values.find((value) => value !== undefined && value !== null);

/** One event with the names of core/v1 beside its own; the same object when it has no others. */
export function inCoreTerms(event: Fields): Fields {
  const series = event['series'] as Fields | null | undefined;
  const told: Fields = {
    involvedObject: firstOf(event['involvedObject'], event['regarding']),
    message: firstOf(event['message'], event['note']),
    count: firstOf(event['count'], series?.['count'], event['deprecatedCount']),
    firstTimestamp: firstOf(event['firstTimestamp'], event['deprecatedFirstTimestamp'], event['eventTime']),
    lastTimestamp: firstOf(
      event['lastTimestamp'],
      series?.['lastObservedTime'],
      event['deprecatedLastTimestamp'],
      event['eventTime'],
    ),
    source: firstOf(event['source'], event['deprecatedSource']),
    reportingComponent: firstOf(event['reportingComponent'], event['reportingController']),
  };
  const more = Object.entries(told).filter(([field, value]) => value !== undefined && value !== event[field]);
  return more.length === 0 ? event : { ...event, ...Object.fromEntries(more) };
}

/** How often an event happened. */
export const eventCount = (event: KubeEvent): number => event.count ?? 1;

const firstDate = (...texts: readonly (string | undefined)[]): number | undefined =>
  texts.map((text) => (text === undefined ? Number.NaN : Date.parse(text))).find((time) => !Number.isNaN(time));

/** When an event was last seen, ms since 1970. */
export const eventTime = (event: KubeEvent): number | undefined =>
  firstDate(event.lastTimestamp, event.firstTimestamp, event.metadata?.creationTimestamp);

/** When an event was first seen, ms since 1970. */
export const eventFirstTime = (event: KubeEvent): number | undefined =>
  firstDate(event.firstTimestamp, event.metadata?.creationTimestamp, event.lastTimestamp);

/** Events from tables are called by their place: `events.txt:12`. */
const lineOf = ({ metadata }: KubeEvent): number => Number(/:(\d{1,9})$/.exec(metadata?.name ?? '')?.[1] ?? 0);

/** Oldest first; where nothing dates the bundle by the ages that `kubectl describe` prints, then as they stand there. */
export function bySeen(a: KubeEvent, b: KubeEvent): number {
  const seen = (event: KubeEvent): number => eventTime(event) ?? -1000 * (event.seenAgo ?? 0);
  return seen(a) - seen(b) || lineOf(a) - lineOf(b);
}

/** What clients that send many like it put in front. */
const COMBINED = '(combined from similar events): ';

/** An event's text. */
export function eventMessage({ message = '' }: KubeEvent): string {
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}
