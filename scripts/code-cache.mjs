// Runs a script of build.mjs with arguments, and writes V8's code cache of all that was compiled in the run:
//   node scripts/code-cache.mjs SCRIPT CACHE [ARGUMENT...]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import { Script } from 'node:vm';

const [node, , filename, cache, ...args] = process.argv;
process.argv = [node, filename, ...args];
// V8 refuses a cache that was made with other flags than a process starts with, so the run must not set any.
v8.setFlagsFromString = () => {};
const script = new Script(readFileSync(filename, 'latin1'), { filename });
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
script.runInThisContext()(createRequire(filename));
