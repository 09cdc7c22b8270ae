/** The result as one HTML file: no network, everything from the bundle escaped, readable without its script. */
import { plural } from '../lib/in-words.ts';
import { createHash } from 'node:crypto';
import { SEVERITIES, type Finding, type Result } from '../result.ts';
import { causalGraph } from './graph.ts';
import { cleanResult } from './clean.ts';
import { collectFirst } from './collect-first.ts';
import { eventTimeline } from './event-timeline.ts';
import { cutFindings, layerSections } from './layer-sections.ts';
import { gpuMap } from './gpu-map.ts';
import { nodeMap } from './node-map.ts';
import { placesIn } from './places.ts';
import { schedulingGrids } from './scheduling-grid.ts';
import { stories } from './stories.ts';
import { report, reportScript, reportStyle } from './templates.ts';
import { factsOf, NEAR_TIES } from './words.ts';

/** Rows of the timeline and of each table; the JSON has all that the result has. */
const ROWS = 200;
/** Lines not understood that are listed. */
const UNREAD = 200;

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const cut = <T>({ total, rows }: { readonly total: number; readonly rows: readonly T[] }) => ({
  total,
  rows: rows.slice(0, ROWS),
  more: Math.max(0, total - ROWS, total - rows.length),
});

function tablesOf(tables: NonNullable<Result['tables']>) {
  return {
    nodes: tables.nodes.rows.length === 0 ? undefined : nodeMap(tables.nodes),
    scheduling: tables.scheduling.rows.length === 0 ? undefined : schedulingGrids(tables.scheduling),
    workloads: cut({
      total: tables.workloads.total,
      rows: tables.workloads.rows.map((row) => ({ ...row, short: (row.ready ?? 0) < (row.desired ?? 0) })),
    }),
    pods: { ...cut(tables.pods), short: tables.pods.total <= 15 },
    claims: cut(tables.claims),
    gpus: gpuMap(tables, ROWS),
  };
}

/** The layer stands above the headline; said twice it only makes the line long. */
function headlineOf({ verdict, path }: Result): string {
  const name = path.find((step) => step.layer === verdict.layer)?.name;
  const tail = ` (layer ${verdict.layer}, ${name})`;
  return verdict.headline.endsWith(tail) ? verdict.headline.slice(0, -tail.length) : verdict.headline;
}

/** What the words "nothing found" rest on. */
function tallyOf({ layers }: Result): string {
  const outcomes = layers.flatMap(({ checks }) => checks.map((check) => check.outcome));
  const count = (outcome: (typeof outcomes)[number]): number => outcomes.filter((one) => one === outcome).length;
  const blind = count('not-checked');
  if (blind === outcomes.length) return `None of the ${outcomes.length} checks could run for want of data.`;
  return `${plural(outcomes.length - blind, 'check')} ran and ${count('passed')} of them passed; ${plural(blind, 'check')} could not run for want of data.`;
}

/** What is there, what is missing, and the commands that would let most be judged. */
function coverageOf(result: Result) {
  const areas = result.coverage.map((area) => ({ ...area, title: area.title ?? area.area }));
  const missing = areas.filter((area) => area.state !== 'present');
  return {
    present: areas.filter((area) => area.state === 'present'),
    missing,
    missingWords: plural(missing.length, 'kind of evidence', 'kinds of evidence'),
    first: collectFirst(result),
    asks: result.asks ?? [],
  };
}

/** The report as one file. */
export function html(original: Result): string {
  const result = cleanResult(original);
  const { bundle, verdict } = result;
  const byId = new Map<string, Finding>(result.findings.map((finding) => [finding.id, finding]));
  const told = stories(result, byId);
  const layers = layerSections(result, byId);
  return report({
    styleHash: hash(reportStyle),
    scriptHash: hash(reportScript),
    headline: headlineOf(result),
    title: verdict.headline,
    status: verdict.status,
    statusWords:
      verdict.status === 'problems'
        ? verdict.layer === null
          ? 'Problems without a proven cause'
          : `Cause at layer ${verdict.layer}: ${result.path.find((step) => step.layer === verdict.layer)?.name ?? ''}`
        : verdict.status === 'clear'
          ? 'All five layers are clear'
          : 'Inconclusive: not enough in the bundle',
    tool: result.tool,
    bundle,
    below: placesIn(result).common,
    facts: factsOf(bundle),
    first:
      told[0] === undefined
        ? undefined
        : {
            ...told[0],
            fix: told[0].fix.slice(0, 2),
            next: told[0].next.slice(0, 3),
            others: told.length > 1 ? plural(told.length - 1, 'other root cause') : undefined,
          },
    tally: tallyOf(result),
    collect: verdict.status === 'inconclusive' ? collectFirst(result) : undefined,
    nearTies: verdict.nearTies.slice(0, NEAR_TIES),
    stories: told,
    nothing: verdict.status === 'clear',
    layers,
    graph: causalGraph(result),
    counts: SEVERITIES.map((severity) => ({
      severity,
      count: result.findings.filter((finding) => finding.severity === severity).length,
    })),
    findingCount: result.findings.length,
    cut: cutFindings(result),
    namespaces: [...new Set(result.findings.flatMap((finding) => finding.subject.namespace ?? []))]
      .sort()
      .slice(0, 500),
    timeline: eventTimeline(result, ROWS),
    tables: result.tables === undefined ? undefined : tablesOf(result.tables),
    coverage: coverageOf(result),
    unread: bundle.unread.slice(0, UNREAD),
    unreadMore: Math.max(0, bundle.unread.length - UNREAD),
    refused: bundle.refused.slice(0, UNREAD),
    refusedMore: Math.max(0, bundle.refused.length - UNREAD),
    layouts: bundle.layouts.join(', ') || 'not recognised',
  });
}
