/** SARIF 2.1.0: findings as results of one run, for code-scanning dashboards and editors. */
import { nameOf, pathOf, LAYER_NAMES, type Finding, type Result } from '../result.ts';
import { neighboursIn } from './excerpts.ts';
import { wellFormed } from './text.ts';

const LEVEL = { critical: 'error', warning: 'warning', info: 'note' } as const;

/** A relative URI reference of a path in the bundle; lone surrogates have no encoding and become U+FFFD. */
const uri = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(wellFormed(part)))
    .join('/')
    // A first segment with a colon would read as a scheme, two slashes as a host.
    .replace(/^\/+/, '');

/** A region needs a line (SARIF 3.30); what an object says, found by a pointer, is the message of its location instead. */
function location(finding: Finding, e: Finding['evidence'][number], near: ReturnType<typeof neighboursIn>) {
  const around = near(e);
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(e.file), uriBaseId: 'BUNDLE' },
      ...(e.line === undefined ? {} : { region: { startLine: e.line, snippet: { text: e.text } } }),
      ...(around === undefined
        ? {}
        : {
            contextRegion: {
              startLine: around.from,
              endLine: around.to,
              snippet: { text: around.rows.map(({ text }) => text).join('\n') },
            },
          }),
    },
    logicalLocations: [
      { name: finding.subject.name, fullyQualifiedName: pathOf(finding.subject), kind: finding.subject.kind },
    ],
    ...(e.line === undefined ? { message: { text: e.text } } : {}),
  };
}

/** The log as indented JSON. */
export function sarif(result: Result): string {
  const checks = new Map(
    result.layers.flatMap(({ layer, checks }) => checks.map((check) => [check.id, { ...check, layer }] as const)),
  );
  const ids = [...new Set(result.findings.map((finding) => finding.check))].sort();
  const index = new Map(ids.map((id, i) => [id, i]));
  const position = new Map(result.findings.map((finding, i) => [finding.id, i]));
  const near = neighboursIn(result);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: result.tool.name,
            semanticVersion: result.tool.version,
            rules: ids.map((id) => {
              const layer = checks.get(id)?.layer;
              return {
                id,
                shortDescription: { text: checks.get(id)?.title ?? id },
                ...(layer === undefined ? {} : { properties: { layer, tags: [LAYER_NAMES[layer]] } }),
              };
            }),
          },
        },
        originalUriBaseIds: { BUNDLE: { description: { text: `The bundle ${result.bundle.name}` } } },
        columnKind: 'utf16CodeUnits',
        properties: { headline: result.verdict.headline, status: result.verdict.status },
        results: result.findings.map((finding) => ({
          ruleId: finding.check,
          ruleIndex: index.get(finding.check),
          level: LEVEL[finding.severity],
          message: { text: `${finding.title}: ${nameOf(finding.subject)}. ${finding.message}` },
          locations: finding.evidence.slice(0, 1).map((e) => location(finding, e, near)),
          relatedLocations: finding.evidence.slice(1).map((e, i) => ({ id: i, ...location(finding, e, near) })),
          partialFingerprints: { 'kubestrataFinding/v1': finding.id },
          properties: {
            layer: finding.layer,
            confidence: finding.confidence,
            state: finding.state,
            count: finding.count,
            ...(finding.variant === undefined ? {} : { variant: finding.variant }),
            causedBy: finding.causedBy.filter((id) => position.has(id)),
            fix: finding.fix,
            next: finding.next,
          },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
