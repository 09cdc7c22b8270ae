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

/** Control and direction-changing characters gone; line breaks stay in quoted evidence and excerpts only. */
export function cleanResult({ excerpts, ...result }: Result): Result {
  const cleaned = clean(result, '', false) as Result;
  if (excerpts === undefined) return cleaned;
  // Line by line: their numbers must stay true, and an excerpt of many quotes may be long.
  const oneLine = (text: string): string => lines(text).replaceAll('\n', ' ');
  return {
    ...cleaned,
    excerpts: excerpts.map(({ file, line, text }) => ({
      file: plain(file),
      line,
      text: text.split('\n').map(oneLine).join('\n'),
    })),
  };
}
