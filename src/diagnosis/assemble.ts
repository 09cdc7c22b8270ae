/** Puts the result together: the contract of src/result.ts, out of findings, ranking and snapshot. */
import type { Examined, Found } from '../checks/engine.ts';
import { isoTime } from '../lib/timestamp.ts';
import { LAYER_NAMES, LAYERS, SCHEMA, SEVERITIES, type Finding, type Result } from '../result.ts';
import { parseVersion, serverVersion } from '../snapshot/control-plane/versions.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { asksOf, gapFinder, suited, type Gap } from './asks.ts';
import { coverageOf } from './coverage.ts';
import type { Diagnosis } from './diagnose.ts';
import { findingOf } from './finding.ts';
import { walk } from './path.ts';
import { rootOf } from './root-cause.ts';
import { tablesOf } from './tables.ts';
import { timelineOf } from './timeline.ts';
import { verdictOf } from './verdict.ts';
import { NEAR } from './weights.ts';

/** What is known about the reading of the bundle, from the rooms before. */
export interface BundleInfo {
  readonly name: string;
  readonly layouts: readonly string[];
  /** What bundles of these kinds do not hold. */
  readonly gaps?: readonly Gap[];
  readonly files: number;
  readonly bytes: number;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** Root causes listed; the rest stay among the findings. */
const ROOT_LIMIT = 20;

/** What the API server says it is, else the newest kubelet: kubelets may be older than it, and never newer. */
function kubernetesVersion(snapshot: Snapshot): string | null {
  const kubelets = snapshot.list('nodes').flatMap((node) => parseVersion(node.status?.nodeInfo?.kubeletVersion) ?? []);
  const [newest] = kubelets.toSorted((a, b) => b.major - a.major || b.minor - a.minor || (a.text < b.text ? 1 : -1));
  return (serverVersion(snapshot)?.version ?? newest)?.text ?? null;
}

/** Builds the result. Pure: the same input gives the same object. */
export function assemble(
  examined: Examined,
  diagnosis: Diagnosis,
  snapshot: Snapshot,
  bundle: BundleInfo,
  version: string,
): Result {
  const { found, causedBy, roots } = diagnosis;
  const ids = found.map((one) => one.id);
  const findings = found.map((one, i) =>
    findingOf(
      one,
      (causedBy[i] ?? []).map((cause) => ids[cause] as string),
    ),
  );
  const first = roots[0]?.score ?? 0;
  const rootCauses = roots
    .slice(0, ROOT_LIMIT)
    .map((root, i) => rootOf(root, i + 1, first, diagnosis, findings[root.index] as Finding));
  // The walk ends at the first root; another one counts as a cause of its own when it weighs about as much.
  const causes = roots.slice(0, 3).filter((root) => root.score >= first * NEAR);
  // What is an information by itself is a cause where it explains trouble: rootCauses say so.
  const rootFound = causes.flatMap((root, i) =>
    rootCauses[i]?.severity === 'info' ? [] : [found[root.index] as Found],
  );
  const path = walk(examined, found, rootFound, snapshot);
  const gapOf = gapFinder(bundle.gaps ?? []);
  const outcomes = suited(examined.outcomes, gapOf);
  return {
    schema: SCHEMA,
    tool: { name: 'kubestrata', version },
    bundle: {
      name: bundle.name,
      layouts: [...bundle.layouts],
      collectedAt: isoTime(snapshot.now) ?? null,
      kubernetesVersion: kubernetesVersion(snapshot),
      nodes: snapshot.list('nodes').length,
      pods: snapshot.list('pods').length,
      files: bundle.files,
      bytes: bundle.bytes,
      refused: bundle.refused.map((r) => ({ ...r })),
      unread: snapshot.collected.unread.map((u) => ({ ...u })),
    },
    verdict: verdictOf(rootCauses, path, found),
    rootCauses,
    path,
    layers: LAYERS.map((layer) => ({
      layer,
      name: LAYER_NAMES[layer],
      checks: outcomes.filter((outcome) => outcome.layer === layer).map(({ layer: _, ...outcome }) => outcome),
    })),
    findings: findings.toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.layer - b.layer || (a.id < b.id ? -1 : 1),
    ),
    coverage: coverageOf(snapshot, gapOf),
    asks: asksOf(outcomes),
    tables: tablesOf(snapshot),
    timeline: timelineOf(found, snapshot),
  };
}
