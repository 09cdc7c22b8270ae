import { expect, test } from 'vitest';
import { FLAVORS } from '../../src/report/dialect.ts';
import { html } from '../../src/report/html.ts';
import { markdown } from '../../src/report/markdown.ts';
import { terminal } from '../../src/report/terminal.ts';
import { hostile } from './results.ts';

const result = hostile();
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/;

test('HTML: no markup from the bundle, and a policy that would stop it', () => {
  const page = html(result);
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/(?:src|href)="?https?:/);
  expect(page).not.toMatch(/\u202e|\u001b/);
  // One script and one style: the page's own.
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page).not.toMatch(/ style="/);
});

/** Text outside fences and code spans. */
function prose(text: string): string {
  const out: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,})\w*$/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark === fence) fence = undefined;
    else if (fence === undefined) out.push(line.replaceAll(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/g, ''));
  }
  expect(fence, 'a fence that nothing closes').toBeUndefined();
  return out.join('\n');
}

test.each(['github', 'gitlab'] as const)('Markdown for %s: nothing leaves its fence, links, or pings', (flavor) => {
  for (const brief of [false, true]) {
    const text = markdown(result, { flavor, brief });
    expect(text).not.toMatch(/\u001b|\u202e/);
    const outside = prose(text);
    expect(outside).not.toMatch(/(?<!\\)<script/);
    expect(outside).not.toMatch(/(?<!\\)\]\(/);
    expect(outside).not.toMatch(/&(?!amp;)/);
    expect(outside).not.toMatch(/@team|#12|!5|GH-9|www\.evil|:\/\/evil/);
  }
});

test('Jira: nothing closes the block or mentions somebody', () => {
  const text = markdown(result, { flavor: 'jira' });
  // Blocks come in pairs of lines of their own; the one in the text is broken.
  const marks = text.split('\n').filter((line) => line === '{noformat}');
  expect(marks.length % 2).toBe(0);
  expect(marks.length).toBeGreaterThan(0);
  expect(text.replaceAll(/^\{noformat\}$/gm, '')).not.toMatch(/(?<!\\)\{noformat\}/);
  let inside = false;
  for (const line of text.split('\n')) {
    if (line === '{noformat}') inside = !inside;
    else if (!inside) expect(line).not.toMatch(/@team|(?<!\\)\[x|:\/\/evil/);
  }
});

test.each(FLAVORS)('brief %s stays under 60 lines', (flavor) => {
  const lines = markdown(result, { flavor, brief: true }).split('\n');
  expect(lines.length).toBeLessThan(60);
});

test('plain text and terminal: no control sequence from the bundle, 80 columns', () => {
  expect(markdown(result, { flavor: 'plain' })).not.toMatch(CONTROLS);
  const text = terminal(result, { colour: false });
  expect(text).not.toMatch(CONTROLS);
  expect(
    Math.max(
      ...text
        .split('\n')
        .filter((line) => !line.startsWith('     '))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});
