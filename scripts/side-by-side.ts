// The same facts three ways: as they came, written anew in our own layout (kubestrata convert), and collected by
// collectors/kubestrata-collect.sh from kubestrata serve with the real kubectl. The diagnosis must not get worse.
//
//   npx tsx scripts/side-by-side.ts [--collect N] BUNDLE...
//
// --collect N: every Nth bundle also goes through the collector (half a minute each); what no API server serves (outputs
// of machines, probes) is given beside it, as the collector on the nodes would. Truth files of benchmark cases are left out.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { analyze } from '../src/analyze.ts';
import { convert } from '../src/convert/convert.ts';
import { temporaryFolder } from '../src/lib/temporary-folder.ts';
import { parseManifest } from '../src/layouts/manifest-file.ts';
import type { ManifestEntry } from '../src/layouts/manifest.ts';
import type { Result } from '../src/result.ts';
import { readContents } from '../src/serve/contents.ts';
import { serve } from '../src/serve/serve.ts';

const run = promisify(execFile);
const collector = join(import.meta.dirname, '../collectors/kubestrata-collect.sh');
/** What kubectl can ask the stand-in for, so that the collector must bring it; the logs of pods that are there as well. */
const SERVED = /^(?:kubectl-table|kubectl-describe|kubectl-top)$/;

const diagnose = async (paths: readonly string[]): Promise<Result> =>
  (await analyze(paths, { version: 'side-by-side' })).result;
const rootsOf = (result: Result): string[] =>
  result.rootCauses.map(
    ({ check, variant, subject: { kind, namespace, name, workload } }) =>
      `${check}${variant === undefined ? '' : `:${variant}`} ${workload === undefined ? `${kind} ${namespace ?? ''}/${name}` : `${workload.kind} ${namespace ?? ''}/${workload.name}`}`,
  );

/** What the collector on a cluster cannot bring: everything that is no object and no log of a container. */
async function beside(archive: string, folder: string, pods: ReadonlySet<string>): Promise<string | undefined> {
  const all = join(folder, 'converted');
  mkdirSync(all);
  await run('tar', ['-xzf', archive, '-C', all, '--strip-components=1']);
  const lines = readFileSync(join(all, 'manifest.jsonl'), 'utf8').split('\n');
  const manifest = parseManifest(lines);
  const rest = join(folder, 'rest');
  mkdirSync(rest);
  const served = ({ file, kind, namespace, pod }: ManifestEntry): boolean =>
    /^cluster\/.*\.json$/.test(file) ||
    (kind !== undefined && SERVED.test(kind)) ||
    (kind === 'kubectl-logs' && pod !== undefined && pods.has(`${namespace ?? 'default'}/${pod}`));
  const kept = [...(manifest?.entries.values() ?? [])].filter((entry) => entry.bytes > 0 && !served(entry));
  for (const { file } of kept) cpSync(join(all, file), join(rest, file), { recursive: true, force: true });
  writeFileSync(join(rest, 'manifest.jsonl'), [lines[0], ...kept.map(({ line }) => lines[line - 1]), ''].join('\n'));
  return kept.length === 0 ? undefined : rest;
}

async function collected(bundle: string, archive: string, folder: string): Promise<string[]> {
  const contents = await readContents([bundle]);
  const { url, close } = await serve(contents);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: url } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const out = join(folder, 'collected.tar.gz');
  try {
    // The logs of a benchmark case are months old.
    const flags = [`--kubeconfig=${kubeconfig}`, '--gap=0', '--since=100000h', '-o', out];
    // The collector lives in the bundle's time: by today's clock everything in it is long over.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const at = contents.now === undefined ? '' : `-d @${Math.floor(contents.now / 1000)} `;
    writeFileSync(join(bin, 'date'), `#!/bin/sh\nexec /bin/date ${at}"$@"\n`, { mode: 0o755 });
    const env = { ...process.env, HOME: folder, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    await run('sh', [collector, 'cluster', ...flags], { cwd: folder, env });
  } finally {
    await close();
    contents.close();
  }
  const pods = (contents.objects.get('Pod') ?? []).map(
    (pod) => pod['metadata'] as { name: string; namespace?: string },
  );
  const names = new Set(pods.map(({ name, namespace }) => `${namespace ?? 'default'}/${name}`));
  const rest = await beside(archive, folder, names);
  return rest === undefined ? [out] : [out, rest];
}

const args = process.argv.slice(2);
const every = args[0] === '--collect' ? Number(args[1]) : 0;
const bundles = args.slice(args[0] === '--collect' ? 2 : 0);
const counts = { bundles: 0, convertedFirst: 0, convertedAll: 0, collected: 0, collectedFirst: 0 };
for (const [i, path] of bundles.entries()) {
  const { path: folder, remove } = temporaryFolder('kubestrata-side-');
  try {
    const bundle = join(folder, basename(path));
    cpSync(path, bundle, { recursive: true });
    for (const answer of ['truth.json', 'SOURCE']) rmSync(join(bundle, answer), { force: true });
    const loose = rootsOf(await diagnose([bundle]));
    const archive = join(folder, 'converted.tar.gz');
    await convert([bundle], archive);
    const anew = rootsOf(await diagnose([archive]));
    counts.bundles++;
    if (anew[0] === loose[0]) counts.convertedFirst++;
    if (JSON.stringify(anew) === JSON.stringify(loose)) counts.convertedAll++;
    else
      console.log(
        `${path}\n  as it came  ${loose.slice(0, 3).join(' | ')}\n  converted   ${anew.slice(0, 3).join(' | ')}`,
      );
    if (every > 0 && i % every === 0) {
      const through = rootsOf(await diagnose(await collected(bundle, archive, folder)));
      counts.collected++;
      if (through[0] === loose[0]) counts.collectedFirst++;
      else
        console.log(
          `${path}\n  as it came  ${loose.slice(0, 3).join(' | ')}\n  collected   ${through.slice(0, 3).join(' | ')}`,
        );
    }
  } finally {
    remove();
  }
}
console.log(
  `${counts.bundles} bundles: converted, ${counts.convertedFirst} with the same first root cause and ${counts.convertedAll} with all the same; ` +
    `${counts.collected} through the collector, ${counts.collectedFirst} with the same first root cause`,
);
