import { expect, test } from 'vitest';
import { jsonSchema, parseResult } from '../../src/report/json-contract.ts';
import { json, jsonPieces, ndjson } from '../../src/report/json.ts';
import { junit } from '../../src/report/junit.ts';
import { result as contract } from '../../src/result-schema.ts';
import { cascade, hostile } from './results.ts';

/** A small strict reader of XML: elements, attributes and text, nothing else. Throws where they do not nest. */
function elements(xml: string): { name: string; attributes: Record<string, string>; depth: number }[] {
  const out: { name: string; attributes: Record<string, string>; depth: number }[] = [];
  const open: string[] = [];
  let at = xml.indexOf('?>') + 2;
  while (at < xml.length) {
    const start = xml.indexOf('<', at);
    const text = xml.slice(at, start === -1 ? undefined : start);
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)|>/.test(text)) throw new Error(`bad text: ${text}`);
    if (start === -1) break;
    const tag = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/.exec(xml.slice(start));
    if (tag === null) throw new Error(`bad tag at ${xml.slice(start, start + 80)}`);
    const [whole, closing, name = '', attributes = '', empty] = tag;
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`${name} closes nothing`);
    } else {
      out.push({
        name,
        depth: open.length,
        attributes: Object.fromEntries([...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map((m) => [m[1], m[2]])),
      });
      if (empty === '') open.push(name);
    }
    at = start + whole.length;
  }
  if (open.length > 0) throw new Error(`left open: ${open.join()}`);
  return out;
}

test.each([
  ['cascade', cascade()],
  ['hostile', hostile()],
])('JUnit of %s is well formed and its counts are right', (_, result) => {
  const all = elements(junit(result));
  const count = (name: string) => all.filter((one) => one.name === name).length;
  const [root] = all;
  expect(root?.name).toBe('testsuites');
  expect(Number(root?.attributes['tests'])).toBe(count('testcase'));
  expect(count('testcase')).toBe(result.layers.flatMap((layer) => layer.checks).length);
  expect(Number(root?.attributes['failures'])).toBe(count('failure'));
  expect(Number(root?.attributes['skipped'])).toBe(count('skipped'));
  expect(count('skipped')).toBe(5);
});

test('JUnit: an information does not fail the build', () => {
  const all = elements(junit(cascade()));
  expect(all.filter((one) => one.name === 'failure')).toHaveLength(3);
  expect(all.filter((one) => one.name === 'system-out')).toHaveLength(1);
});

test.each([0, 1, 99, 100, 101, 200, 201, 1234])(
  'JSON: the pieces of a result are the whole, with %i findings',
  (count) => {
    const [finding] = hostile().findings;
    for (const result of [cascade(), hostile()]) {
      const many = { ...result, findings: Array.from({ length: count }, () => finding ?? result.findings[0]!) };
      const pieces = [...jsonPieces(many)];
      const whole = JSON.stringify(many, null, 2);
      expect(pieces.join('')).toBe(`${whole}\n`);
      if (count > 1000) expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(whole.length / 5);
    }
  },
);

test('JSON: a written result is read again, and what is none is refused with the place', () => {
  expect(parseResult(json(cascade()))).toEqual(cascade());
  expect(() => parseResult('{"schema":"other"}')).toThrow(/schema/);
  expect(() => parseResult('Kind: Pod')).toThrow(/not JSON/);
  const broken = { ...cascade(), findings: [{ id: 'x' }] };
  expect(() => parseResult(JSON.stringify(broken))).toThrow(/findings\.0\.check/);
});

test('NDJSON: one finding per line', () => {
  const lines = ndjson(cascade()).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(cascade().findings.map((one) => one.id));
});

test('the schema names every part of the contract', () => {
  const schema = JSON.parse(jsonSchema()) as { $schema: string; properties: object; required: string[] };
  expect(schema.$schema).toMatch(/2020-12/);
  expect(Object.keys(schema.properties)).toEqual(Object.keys(contract.shape));
  expect(schema.required).not.toContain('tables');
});
