/**
 * `npm run update [-- SAMPLE…]`: analyzes every sample, or those named, again and writes its golden report.md and
 * report.json. CI shows the diff.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '../src/analyze.ts';
import { markdown } from '../src/report/markdown.ts';

const samples = join(dirname(fileURLToPath(import.meta.url)), '..', 'samples');
const named = process.argv.slice(2);
for (const name of readdirSync(samples).sort()) {
  if (named.length > 0 && !named.includes(name)) continue;
  const bundle = join(samples, name, 'bundle');
  if (!existsSync(bundle)) continue;
  const { result } = await analyze([bundle], { version: 'golden' });
  writeFileSync(join(samples, name, 'report.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(samples, name, 'report.md'), markdown(result));
  console.log(`${name}: ${result.verdict.headline}`);
}
