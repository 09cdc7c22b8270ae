/** The templates of the HTML report, compiled, with its style and script. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import Handlebars from 'handlebars';
import { HEADER, root, write } from './write.ts';

/** The page's own style and script: one line each, and the hash in its policy is of exactly this. */
function inlined(loader: 'css' | 'js'): string {
  const source = readFileSync(join(root, `templates/report.${loader}`), 'utf8');
  const { code } = transformSync(source, { loader, minify: true, target: loader === 'js' ? 'es2020' : 'chrome110' });
  if (/<\/|<!--/.test(code)) throw new Error(`templates/report.${loader}: would end its element`);
  return code.trim();
}

function partial(file: string): string {
  const source = readFileSync(join(root, 'templates', file), 'utf8');
  if (/\{\{\{|\{\{&/.test(source)) throw new Error(`templates/${file}: unescaped output is not allowed`);
  const compiled = Handlebars.precompile(source, { strict: false, knownHelpersOnly: true, preventIndent: true });
  return `page.registerPartial('${file.replace(/\.hbs$/, '')}', page.template(${compiled as string}));\n`;
}

export function templates(): void {
  const files = readdirSync(join(root, 'templates')).filter((file) => file.endsWith('.hbs'));
  write(
    'src/report/templates.ts',
    `${HEADER}// @ts-nocheck
import Handlebars from 'handlebars/runtime.js';

const page = Handlebars.create();
${files.sort().map(partial).join('\n')}
export const reportStyle = ${JSON.stringify(inlined('css'))};
export const reportScript = ${JSON.stringify(inlined('js'))};
// The only text that is not escaped: it is ours, and the policy of the page names its hash.
page.registerPartial('style', () => reportStyle);
page.registerPartial('script', () => reportScript);
export const report = page.partials.report as (context: unknown) => string;
`,
  );
}
