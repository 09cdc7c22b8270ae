/** docs/checks.md */
import type { Check } from '../../src/checks/check.ts';
import { LAYER_NAMES, LAYERS } from '../../src/result.ts';
import { areaInfo } from '../../src/snapshot/areas.ts';

export function checksPage(builtInChecks: readonly Check[]): string {
  const lines = [
    '# Checks',
    '',
    `${builtInChecks.length} checks. Written by \`npm run generate\` from the checks themselves; what was left out on purpose is in [left-out-checks.md](left-out-checks.md).`,
    '',
  ];
  for (const layer of LAYERS) {
    const mine = builtInChecks.filter((check) => check.layer === layer);
    lines.push(`## Layer ${layer}: ${LAYER_NAMES[layer]} (${mine.length})`, '');
    for (const check of mine) {
      const needs = [...check.needs, ...check.needsAny].map((area) => areaInfo(area).title).join(', ');
      lines.push(
        `### \`${check.id}\``,
        '',
        `${check.failureTitle}. *${check.severity}*, confidence ${check.confidence}.`,
        '',
        check.why,
        '',
      );
      if (needs) lines.push(`Needs: ${needs}.`, '');
      if (check.fix.length > 0) lines.push(...check.fix.map((fix) => `- Fix: ${fix}`));
      if (check.next.length > 0) lines.push(...check.next.map((next) => `- Next: \`${next}\``));
      lines.push('');
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
