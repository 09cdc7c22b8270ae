import standard from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { sarif } from '../../src/report/sarif.ts';
import type { Result } from '../../src/result.ts';
import { pictured } from './pictured.ts';
import { big, cascade, hostile, HOSTILE } from './results.ts';

// The schema of the standard, as the package of its authors carries it. It is of draft 4, which says `id` for `$id`;
// else it uses nothing that later drafts read otherwise.
const { id, ...schema } = standard;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
(addFormats as unknown as (to: Ajv) => void)(ajv);
const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#', $id: id });

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine?: number };
    readonly contextRegion?: {
      readonly startLine: number;
      readonly endLine: number;
      readonly snippet: { readonly text: string };
    };
  };
  readonly message?: { readonly text: string };
}
interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly locations: readonly Location[];
    readonly relatedLocations: readonly Location[];
  }[];
}

/** The run of a log that the schema accepts. */
function runOf(result: Result): Run {
  const log = JSON.parse(sarif(result)) as { runs: [Run] };
  expect(
    validate(log) ? [] : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`),
  ).toEqual([]);
  return log.runs[0];
}

test('the schema refuses what is no SARIF', () => {
  const log = JSON.parse(sarif(cascade())) as { runs: { results: { level: string }[] }[] };
  const [first] = log.runs[0]?.results ?? [];
  if (first !== undefined) first.level = 'critical';
  expect(validate(log)).toBe(false);
  expect(validate({ version: '2.1.0' })).toBe(false);
});

test.each([
  ['cascade', cascade()],
  ['pictured', pictured()],
  ['hostile', hostile()],
  ['big', big(50)],
  ['without findings', { ...cascade(), findings: [] }],
])('%s is of the standard, also where the schema does not reach', (_, result) => {
  const run = runOf(result);
  expect(run.results).toHaveLength(result.findings.length);
  for (const { ruleId, ruleIndex, locations, relatedLocations } of run.results) {
    expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(relatedLocations.map((one) => one.id)).size).toBe(relatedLocations.length);
    for (const { physicalLocation, message } of [...locations, ...relatedLocations]) {
      // A relative reference: characters of RFC 3986 only, no scheme, no host.
      expect(physicalLocation.artifactLocation.uri).toMatch(/^(?!\/)(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$/);
      const { region, contextRegion } = physicalLocation;
      // 3.30: a text region has a line. 3.29.5: a context region needs a region, and holds it.
      if (region === undefined) expect([contextRegion, message?.text]).toEqual([undefined, expect.any(String)]);
      else expect(region.startLine).toBeGreaterThan(0);
      if (contextRegion !== undefined) {
        expect(contextRegion.startLine).toBeLessThanOrEqual(region?.startLine ?? 0);
        expect(contextRegion.endLine).toBeGreaterThanOrEqual(region?.startLine ?? Infinity);
        expect(contextRegion.snippet.text.split('\n')).toHaveLength(
          contextRegion.endLine - contextRegion.startLine + 1,
        );
      }
    }
  }
});

test('files are named relative to the bundle, encoded; what an object says stands without a region', () => {
  const result = cascade();
  const [first] = result.findings as [Result['findings'][0]];
  const evidence = [{ file: '/var/log/a b:c\ud800.log', pointer: '/items/0', text: HOSTILE }];
  const [location] = runOf({ ...result, findings: [{ ...first, evidence }] }).results[0]?.locations ?? [];
  expect(location?.physicalLocation).toEqual({
    artifactLocation: { uri: 'var/log/a%20b%3Ac%EF%BF%BD.log', uriBaseId: 'BUNDLE' },
  });
  expect(location?.message?.text).toBe(HOSTILE);
});

test('levels follow the severities, and context the quotes', () => {
  const { results } = runOf(pictured());
  expect(results.map((one) => one.level)).toEqual(['error', 'error', 'warning', 'note']);
  expect(results[0]?.locations[0]?.physicalLocation.contextRegion).toMatchObject({ startLine: 5, endLine: 9 });
});
