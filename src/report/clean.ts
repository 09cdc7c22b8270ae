/** The result with every string made safe to show: reports with a layout of their own start from this. */
import type { Result } from '../result.ts';
import { lines, plain } from './text.ts';

/** Longest text shown; the rest is in the JSON. A stack trace of 60 lines fits. */
const LONGEST = 4000;

const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (cut)`);

function clean(value: unknown, key: string, quoted: boolean): unknown {
  if (typeof value === 'string') return cut(key === 'text' && quoted ? lines(value) : plain(value));
  if (Array.isArray(value)) return value.map((entry) => clean(entry, key, false));
  if (typeof value !== 'object' || value === null) return value;
  const isEvidence = 'file' in value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, clean(entry, name, isEvidence)]));
}

/** Control and direction-changing characters gone; line breaks stay in quoted evidence only. */
export function cleanResult(result: Result): Result {
  return clean(result, '', false) as Result;
}
