import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { components } from '../../src/lib/components.ts';

describe('components', () => {
  it('gives one number to nodes that reach each other, and to no others', () => {
    // 0 ⇄ 1 → 2 → 3 → 2, and 4 alone
    const [a, b, c, d, e] = components(5, [[1], [0, 2], [3], [2], []]);
    expect(a).toBe(b);
    expect(c).toBe(d);
    expect(new Set([a, c, e]).size).toBe(3);
  });

  it('agrees with reachability on any graph', () => {
    const graph = fc
      .integer({ min: 1, max: 8 })
      .chain((count) => fc.array(fc.array(fc.nat(count - 1)), { minLength: count, maxLength: count }));
    fc.assert(
      fc.property(graph, (out) => {
        const reach = out.map((_, from) => {
          const seen = new Set([from]);
          for (const at of seen) for (const next of out[at] ?? []) seen.add(next);
          return seen;
        });
        const found = components(out.length, out);
        for (let a = 0; a < out.length; a++)
          for (let b = 0; b < out.length; b++)
            expect(found[a] === found[b]).toBe(reach[a]?.has(b) === true && reach[b]?.has(a) === true);
      }),
    );
  });

  it('takes a chain of any length', () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, i) => (i + 1 < count ? [i + 1] : []));
    expect(new Set(components(count, chain)).size).toBe(count);
  });
});
