/** JUnit XML: one suite per layer, one case per check. Findings of information only do not fail a build. */
import { andMore } from '../lib/in-words.ts';
import { nameOf, type CheckOutcome, type Finding, type Result } from '../result.ts';
import { lines, wellFormed } from './text.ts';
import { placeOf } from './words.ts';

/** Characters that XML 1.0 has no way to write are dropped; line breaks in attributes would become spaces. */
const xml = (text: string): string =>
  lines(wellFormed(text))
    .replaceAll(/[\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;');

const told = (finding: Finding): string =>
  [
    `${finding.severity}: ${nameOf(finding.subject)}: ${finding.message}`,
    ...finding.evidence.map((e) => `  ${placeOf(e)}: ${e.text}`),
    ...finding.fix.map((fix) => `  fix: ${fix}`),
  ].join('\n');

function testcase(layer: string, check: CheckOutcome, byId: ReadonlyMap<string, Finding>): string {
  const open = `    <testcase classname="${xml(layer)}" name="${xml(check.id)}"`;
  const findings = check.findings.flatMap((id) => byId.get(id) ?? []);
  const loud = findings.filter((finding) => finding.severity !== 'info' && finding.state === 'current');
  const text = xml(findings.map(told).join('\n'));
  const [first] = loud;
  if (check.outcome === 'crashed') return `${open}><error message="${xml(check.reason ?? 'crashed')}"/></testcase>`;
  if (check.outcome === 'not-checked' || check.outcome === 'not-applicable')
    return `${open}><skipped message="${xml(`${check.outcome}: ${check.reason ?? ''}`)}"/></testcase>`;
  if (first !== undefined)
    return `${open}><failure type="${first.severity}" message="${xml(`${first.title}: ${nameOf(first.subject)}${andMore(loud.length - 1)}`)}">${text}</failure></testcase>`;
  return findings.length === 0 ? `${open}/>` : `${open}><system-out>${text}</system-out></testcase>`;
}

/** The document. */
export function junit(result: Result): string {
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const suites = result.layers.map(({ layer, name, checks }) => {
    const cases = checks.map((check) => testcase(`${layer} ${name}`, check, byId));
    const count = (element: string): number => cases.filter((one) => one.includes(`><${element} `)).length;
    return {
      tests: cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
      name: `${layer} ${name}`,
      cases,
    };
  });
  const sum = (field: 'tests' | 'failures' | 'errors' | 'skipped'): number =>
    suites.reduce((total, suite) => total + suite[field], 0);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(result.bundle.name)}" tests="${sum('tests')}" failures="${sum('failures')}" errors="${sum('errors')}" skipped="${sum('skipped')}">`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${xml(suite.name)}" tests="${suite.tests}" failures="${suite.failures}" errors="${suite.errors}" skipped="${suite.skipped}">`,
      ...suite.cases,
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n')}\n`;
}
