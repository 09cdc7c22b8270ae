import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiteralSearch } from '../../../src/parsers/logs/literal-search.ts';

function found(literals: readonly string[], bytes: Uint8Array, from = 0, to = bytes.length): string[] {
  const out: string[] = [];
  createLiteralSearch(literals)(bytes, from, to, (literal, at) => out.push(`${literal}@${at}`));
  return out.sort();
}

function expected(literals: readonly string[], bytes: Buffer, from = 0, to = bytes.length): string[] {
  const out: string[] = [];
  literals.forEach((text, literal) => {
    const wanted = Buffer.from(text);
    for (
      let at = bytes.indexOf(wanted, from);
      at >= 0 && at + wanted.length <= to;
      at = bytes.indexOf(wanted, at + 1)
    ) {
      out.push(`${literal}@${at}`);
    }
  });
  return out.sort();
}

/** A small alphabet, so that literals overlap, repeat and hide in each other. */
const word = (min: number, max: number) =>
  fc.array(fc.constantFrom('a', 'b', 'c', 'ä'), { minLength: min, maxLength: max }).map((letters) => letters.join(''));

describe('the literal search', () => {
  it('finds what indexOf finds, short and long literals, inside any range', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word(5, 20), { minLength: 1, maxLength: 12 }),
        fc.array(word(0, 30), { maxLength: 20 }),
        fc.nat(40),
        fc.nat(40),
        (literals, parts, from, cut) => {
          const bytes = Buffer.from(parts.join('') + literals.join(''));
          const to = Math.max(from, bytes.length - cut);
          expect(found(literals, bytes, from, to)).toEqual(expected(literals, bytes, from, to));
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  it('finds literals at the very start and the very end', () => {
    expect(found(['start of it', 'end of it'], Buffer.from('start of it, end of it'))).toEqual(['0@0', '1@13']);
  });

  it('tells a literal from its prefix', () => {
    const bytes = Buffer.from('no space left on device');
    expect(found(['no space left', 'no space left on disk', 'no space left on device'], bytes)).toEqual(['0@0', '2@0']);
  });

  it('refuses literals that are too short to be worth searching', () => {
    expect(() => createLiteralSearch(['eoom'])).toThrow('"eoom" is shorter than 5 bytes');
  });
});
