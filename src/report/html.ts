/** The result as one HTML file: no network, no script, everything from the bundle escaped. */
import { createHash } from 'node:crypto';
import type { Finding, Result, Subject } from '../result.ts';
import { plain } from './text.ts';
import { report } from './templates.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:.5rem}td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;overflow-wrap:anywhere}';

const where = (s: Subject): string => `${s.kind} ${s.namespace === undefined ? '' : `${s.namespace}/`}${s.name}`;

/** The report as one file. */
export function html(result: Result): string {
  const byId = new Map<string, Finding>(result.findings.map((finding) => [finding.id, finding]));
  return report({
    result,
    style: STYLE,
    styleHash: `sha256-${createHash('sha256').update(STYLE).digest('base64')}`,
    kubernetesVersion: result.bundle.kubernetesVersion ?? 'unknown',
    collectedAt: result.bundle.collectedAt ?? 'at an unknown time',
    stories: result.rootCauses.map((cause) => ({
      ...cause,
      where: where(cause.subject),
      percent: Math.round(cause.confidence * 100),
      evidence: cause.evidence.map((e) => ({
        place: `${e.file}${e.line === undefined ? '' : `:${e.line}`}`,
        text: plain(e.text),
      })),
      hops: cause.chain.map((hop) => ({ ...byId.get(hop.finding), because: hop.because })),
    })),
    findings: result.findings.map((finding) => ({ ...finding, where: where(finding.subject) })),
    missing: result.coverage.filter((area) => area.state !== 'present'),
    unread: result.bundle.unread.slice(0, 200),
  });
}
