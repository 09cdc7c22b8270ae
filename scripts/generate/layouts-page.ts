/** docs/layouts.md */
import type { Layout } from '../../src/layouts/layout.ts';
import { areaInfo, type Area } from '../../src/snapshot/areas.ts';

export function layoutsPage(layouts: readonly Layout[]): string {
  const code = (text: string): string => `\`${text}\``;
  const lines = [
    '# Layouts',
    '',
    'What kubestrata knows of the bundles of other tools. Written by `npm run generate` from `src/layouts/`.',
    '',
    'A layout only says whose a file is and, where its name decides, which parser reads it. Every other file is told by its',
    'content, in any bundle; what nothing recognises is searched for known messages and listed. `<word>` is one name, `*`',
    'any text within one, `**` any folders, `{a,b}` one of them. Our own bundles have a manifest (bundle-format.md).',
    '',
  ];
  for (const { id, title, marks, rules, gaps } of layouts) {
    lines.push(`## ${title} (${code(id)})`, '');
    if (marks.length > 0) lines.push(`Recognised by any of: ${marks.map(code).join(', ')}.`, '');
    for (const { path, holds, kind, command, previous } of rules) {
      const how =
        kind === 'ignore'
          ? 'not read'
          : command !== undefined
            ? `read as ${code(command)}`
            : kind === undefined
              ? 'told by its content'
              : `read as ${code(kind)}`;
      lines.push(`- ${code(path)}: ${holds}${previous === true ? ' (run before the last restart)' : ''}; ${how}`);
    }
    lines.push('');
    if (gaps === undefined) continue;
    lines.push('What such a bundle may lack, and what to ask for:', '');
    for (const { areas, why, ask } of gaps)
      lines.push(
        `- ${areas.map((area) => areaInfo(area as Area).title).join(', ')}: ${why}${ask === undefined ? '' : `; ${code(ask)}`}`,
      );
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
