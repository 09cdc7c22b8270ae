import { describe, expect, it } from 'vitest';
import { parseSignatureExamples, parseSignatureFile } from '../../src/signatures/file.ts';
import { compileSignatures } from '../../src/signatures/signature.ts';

const good = `
- id: disk-on-fire
  layer: 5
  sources: [kernel]
  literals: ['on fire']
  pattern: 'lp(?<n>\\d) on fire'
  severity: critical
  confidence: high
  title: Nothing burns
  failureTitle: It burns
  why: Heat.
  fix: [Water]
  next: [date]
  examples:
    hits: [lp0 on fire]
    misses: [printer on fire drill]
`;

describe('parseSignatureFile', () => {
  it('reads a signature, fills in defaults and leaves the examples out', () => {
    const [signature] = parseSignatureFile(good, 'fire.yaml');
    expect(signature).toMatchObject({ id: 'disk-on-fire', atLeast: 1, startupNoise: false, startMarker: false });
    expect(signature).not.toHaveProperty('examples');
    expect(parseSignatureExamples(good, 'fire.yaml')[0]?.examples?.hits).toEqual(['lp0 on fire']);
  });

  it('refuses words of a signature that a written check reads: it has its own', () => {
    const words = /^  (?:layer|severity|confidence|title|failureTitle|why|fix|next):.*\n/gm;
    const read = good.replace('- id: disk-on-fire', '- id: disk-on-fire\n  check: disk-burns');
    expect(parseSignatureFile(read.replaceAll(words, ''), 'fire.yaml')).toEqual([
      {
        id: 'disk-on-fire',
        check: 'disk-burns',
        sources: ['kernel'],
        literals: ['on fire'],
        pattern: 'lp(?<n>\\d) on fire',
        startupNoise: false,
        startMarker: false,
      },
    ]);
    expect(() => parseSignatureFile(read, 'fire.yaml')).toThrow('Unrecognized keys: "layer"');
  });

  it.each([
    ['a signature without words', good.replace('  why: Heat.\n', ''), 'disk-on-fire: why'],
    ['an unknown field', good.replace('why:', 'reason: x\n  why:'), 'Unrecognized key'],
    ['a short literal', good.replace("'on fire'", "'on'"), '5 bytes'],
    ['a pattern that explodes', good.replace('lp(?<n>\\d) on fire', '(a+)+b'), 'nested quantifiers'],
    ['an id that is not kebab-case', good.replace('disk-on-fire', 'Disk_Fire'), 'kebab-case'],
    ['a layer that does not exist', good.replace('layer: 5', 'layer: 6'), 'layer'],
    ['text that is not YAML', '- id: [', 'fire.yaml'],
    ['YAML that is not a list', 'id: x', 'array'],
  ])('refuses %s and names the file', (_what, text, reason) => {
    expect(() => parseSignatureFile(text, 'fire.yaml')).toThrow(reason);
    expect(() => parseSignatureFile(text, 'fire.yaml')).toThrow('fire.yaml');
  });
});

describe('compileSignatures', () => {
  it('shares literals between signatures', () => {
    const [a] = parseSignatureFile(good, 'a.yaml');
    const set = compileSignatures([a!, { ...a!, id: 'other', literals: ['on fire', 'burning'] }]);
    expect(set.literals).toEqual(['on fire', 'burning']);
    expect(set.byLiteral).toEqual([[0, 1], [1]]);
  });

  it('refuses two signatures with one id', () => {
    const list = parseSignatureFile(good, 'a.yaml');
    expect(() => compileSignatures([...list, ...list])).toThrow('disk-on-fire');
  });
});

describe('literals with quotes', () => {
  it('are looked for as structured logs escape them, too', () => {
    const [signature] = parseSignatureFile(
      good.replace("literals: ['on fire']", `literals: ['no "x" is', '" leads']`),
      'q',
    );
    const { literals, byLiteral } = compileSignatures(signature === undefined ? [] : [signature]);
    expect(literals).toEqual(['no "x" is', 'no \\"x\\" is', '" leads']);
    expect(byLiteral).toEqual([[0], [0], [0]]);
  });
});
