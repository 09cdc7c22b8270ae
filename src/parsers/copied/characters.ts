/** Characters that web pages, mail programs and word processors put in place of those that a program printed. */
import type { Trace } from '../copied.ts';

/** Blanks that are no spaces: what HTML keeps the width of columns with, and what typography uses. */
const BLANK = /[\u00a0\u2002\u2003\u2007\u2009\u202f]/g;
/** Nothing to see: places where a line may break, joiners, marks of byte order. */
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;
const STRANGE = /[\u00a0\u2002\u2003\u2007\u2009\u200b-\u200d\u202f\u2060\ufeff]/;
/** Share of the lines: a name in a log may hold one such character and means it. */
const OFTEN = 0.3;

export const blanks: Trace = {
  in: (lines) => {
    const strange = lines.filter((line) => STRANGE.test(line)).length;
    return strange > 0 && strange >= lines.length * OFTEN;
  },
  without: (lines) => lines.map((line) => line.replace(BLANK, ' ').replace(INVISIBLE, '')),
};

const ENTITY = /&(?:quot|apos|lt|gt|amp|nbsp|#39|#34|#x27|#x22|#160);/g;
const MEANS: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#x22;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&#160;': ' ',
  '&amp;': '&',
};

/** The source of a page, or what an API says of one: what had to be escaped stands nowhere as it is. */
export const entities: Trace = {
  in: (lines) => lines.some((line) => line.search(ENTITY) >= 0) && !lines.some((line) => /[<>"]/.test(line)),
  without: (lines) => lines.map((line) => line.replace(ENTITY, (entity) => MEANS[entity] ?? entity)),
};

const CURLED = /[\u201c-\u201f]/g;
const CURLED_SINGLE = /[\u2018-\u201b]/g;

/** Word processors turn every quotation mark that has its partner on the line; programs that print such marks print straight ones too. */
export const quotationMarks: Trace = {
  in: (lines) => {
    const text = lines.join('\n');
    const curled = text.match(CURLED)?.length ?? 0;
    return curled > 1 && curled > (text.match(/"/g)?.length ?? 0);
  },
  without: (lines) => lines.map((line) => line.replace(CURLED, '"').replace(CURLED_SINGLE, "'")),
};
