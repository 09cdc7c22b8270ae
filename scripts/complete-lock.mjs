// After `npm install`: completes package-lock.json. A registry mirror that serves only some platforms makes npm leave out
// the optional binaries of the others, and `npm ci` then refuses the lock. Usage: node scripts/complete-lock.mjs
import fs from 'node:fs';
const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const SYSTEMS = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
let added = 0;
for (const [at, pkg] of Object.entries(lock.packages)) {
  if (!/node_modules\/(oxlint|oxc-parser|oxlint-tsgolint)$/.test(at)) continue;
  for (const [name, version] of Object.entries(pkg.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key]) continue;
    const [, rest] = /\/(?:binding-)?(.+)$/.exec(name);
    const [os, cpu, abi] = rest.split('-');
    const entry = { version, cpu: [cpu], dev: true };
    if (os === 'linux' && (abi === 'gnu' || abi === 'gnueabihf')) entry.libc = ['glibc'];
    if (os === 'linux' && (abi === 'musl' || abi === 'musleabihf')) entry.libc = ['musl'];
    entry.license = 'MIT';
    entry.optional = true;
    if (!SYSTEMS.has(os)) throw new Error(`${name}: of which system?`);
    entry.os = [os];
    lock.packages[key] = entry;
    added++;
  }
}
const { '': rootPkg, ...rest } = lock.packages;
lock.packages = { '': rootPkg, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
console.log('added', added);
