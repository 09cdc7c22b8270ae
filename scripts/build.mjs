// Bundles src/cli.ts into dist/ (or --out FOLDER): one script, V8's code cache of it, and cli.js, which loads both.
// The cache spares a run the compiling, which is a third of a small one. Node 20 takes a cache for a script, but not for
// an ES module. V8 leaves a cache of another version of itself aside; the name, which holds a hash of the script's text,
// ties the cache to it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = process.argv.indexOf('--out');
const outdir = at === -1 ? join(root, 'dist') : resolve(process.argv[at + 1]);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/cli.ts')],
  write: false,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { KUBESTRATA_VERSION: JSON.stringify(version) },
  // A module that a command imports when it needs it is a function in the script, which runs then.
  supported: { 'dynamic-import': false },
  banner: { js: '(function (require) {' },
  footer: { js: '})' },
  logLevel: 'warning',
});
// esbuild leaves letters like µ in regular expressions as they are; V8 keeps a text with one of them at double the size.
const text = outputFiles[0].text.replace(
  /[^\0-\x7f]/g,
  (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const name = `main-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
const script = join(outdir, `${name}.js`);
writeFileSync(script, text);
writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(
  join(outdir, 'cli.js'),
  `#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
const filename = require.resolve('./${name}.js');
const cachedData = readFileSync(require.resolve('./${name}.cache'));
new Script(readFileSync(filename, 'latin1'), { filename, cachedData }).runInThisContext()(require);
`,
);
chmodSync(join(outdir, 'cli.js'), 0o755);
const run = ['analyze', join(root, 'samples/healthy/bundle'), '--format', 'json', '--output', devNull];
const maker = join(root, 'scripts/code-cache.mjs');
execFileSync(process.execPath, [maker, script, join(outdir, `${name}.cache`), ...run]);
