// Measures the analyzer on benchmark cases and writes docs/accuracy.md.
//
//   node scripts/accuracy.mjs EVAL [--cli "node dist/cli.js"] [--jobs 2] [--only REGEX] [--out docs/accuracy.md]
//
// EVAL holds score.mjs, cloudops-dev/ and incidents-dev/. The scorer judges; this script starts it, and notes beside it
// what each run said and how surely: the scorer is given this file as the analyzer (`record`), which passes on every
// word and keeps the first root cause under the digest of the bundle, because bundles reach it under neutral names.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
/** What the scorer leaves out when it copies a case. */
const ANSWERS = /(truth\.json|SOURCE|test_case\.yaml)$/;

/** One name for the same bytes wherever they lie: file names and contents in order, without the answers. */
function digest(path) {
  const hash = createHash('sha256');
  const add = (at, name) => {
    if (ANSWERS.test(at)) return;
    if (!statSync(at).isDirectory()) hash.update(`${name}\0`).update(readFileSync(at));
    else for (const entry of readdirSync(at).sort()) add(join(at, entry), `${name}/${entry}`);
  };
  add(path, '');
  return hash.digest('hex');
}

/** Runs a program to its end; its standard output goes to `out` where given. */
function start(command, args, out) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', out === undefined ? 'inherit' : 'pipe', 'inherit'],
    });
    child.stdout?.on('data', (bytes) => out(bytes));
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 2));
  });
}

/** Stands in for the analyzer: the same words and exit code, and a note about the first root cause. */
async function record(folder, [command, ...args]) {
  const bundle = args[args.indexOf('analyze') + 1];
  const chunks = [];
  const code = await start(command, args, (bytes) => chunks.push(bytes));
  const text = Buffer.concat(chunks);
  try {
    const { rootCauses, verdict } = JSON.parse(text.toString('utf8'));
    const [first] = rootCauses;
    const note = { status: verdict.status, check: first?.check, confidence: first?.confidence };
    writeFileSync(join(folder, `${digest(bundle)}.json`), JSON.stringify(note));
  } catch {
    // Not a result: the scorer counts it as an error.
  }
  process.stdout.write(text);
  process.exitCode = code;
}

const share = (n, of) => (of === 0 ? '–' : (n / of).toFixed(2));
const count = (rows, is) => rows.filter(is).length;

/** Groups of rows by a key, in order of the key. */
function grouped(rows, key) {
  const out = new Map();
  for (const row of rows) out.set(key(row), [...(out.get(key(row)) ?? []), row]);
  return [...out].sort(([a], [b]) => (a < b ? -1 : 1));
}

function table(head, rows) {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, i) => (i === 0 ? '---|' : '--:|')).join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}

/** Edges of the bins. The numbers said cluster at the classes of src/diagnosis/weights.ts. */
const BINS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01];

/** How often the first root cause was right, against how surely it was said. */
function calibration(rows) {
  const said = rows.filter((row) => row.note?.confidence !== undefined);
  const bins = BINS.slice(0, -1).map((from, i) => {
    const to = BINS[i + 1];
    const mine = said.filter(({ note }) => note.confidence >= from && note.confidence < to);
    const mean = mine.reduce((sum, { note }) => sum + note.confidence, 0) / (mine.length || 1);
    return { label: `${from.toFixed(2)} to ${Math.min(to, 1).toFixed(2)}`, mine, mean };
  });
  const error = bins.reduce(
    (sum, { mine, mean }) => sum + Math.abs(mean * mine.length - count(mine, (row) => row.right)),
    0,
  );
  return {
    lines: table(
      ['confidence of the first root cause', 'cases', 'mean confidence', 'right'],
      bins
        .filter(({ mine }) => mine.length > 0)
        .map(({ label, mine, mean }) => [
          label,
          mine.length,
          mean.toFixed(2),
          share(
            count(mine, (row) => row.right),
            mine.length,
          ),
        ]),
    ),
    error: said.length === 0 ? 0 : error / said.length,
    cases: said.length,
  };
}

/** Checks that were said first and wrongly, and how often they were right. */
function wrongly(rows) {
  return grouped(
    rows.filter((row) => row.note?.check !== undefined),
    (row) => row.note.check,
  )
    .map(([check, mine]) => ({ check, right: count(mine, (row) => row.right), of: mine.length }))
    .filter(({ right, of }) => right < of)
    .sort((a, b) => b.of - b.right - (a.of - a.right) || (a.check < b.check ? -1 : 1));
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0;

/** A miss is told by its kind, never by the names of the case. */
const kindOf = (row) => (row.want.includes(' @ ') ? row.want.split(' @ ')[0] : row.want);

function page({ sets, version, commit, command, only }) {
  const cloudops = sets.cloudops;
  const incidents = sets.incidents;
  const failing = incidents.filter((row) => row.group !== 'healthy');
  const healthy = incidents.filter((row) => row.group === 'healthy');
  const judged = [...cloudops, ...failing];
  const all = calibration(judged);
  const times = [...cloudops, ...incidents].map((row) => row.ms).sort((a, b) => a - b);
  const weak = grouped(cloudops, (row) => row.group).filter(([, rows]) => count(rows, (row) => row.a1) < rows.length);
  const missed = failing.filter((row) => !row.cause);
  const wrong = wrongly(judged);
  return [
    '# Accuracy',
    '',
    `Written by \`${command}\`; do not edit. kubestrata ${version} at commit ${commit}${only ? `; a part of the cases only (\`${only}\`)` : ''}.`,
    '',
    '## What was measured',
    '',
    `- **Snapshots** (${cloudops.length} cases): two microservice systems on a real four-node cluster, each with one injected fault, from the public benchmark Cloud-OpsBench, as plain command output. *A@1*: the first root cause names the true cause and the true object; *A@3*: one of the first three does.`,
    `- **Incidents** (${incidents.length} cases, ${healthy.length} of them healthy): re-enacted and authored incidents over all five layers as people paste them. *Layer*: the first root cause lies at the true layer; *cause*: besides, its text names what is wrong. A healthy case is right when nothing above severity info is found.`,
    '',
    'The analyzer sees each case under a neutral name and never its answer. These are the cases the rules were developed beside: on clusters of another kind expect less.',
    '',
    '## Results',
    '',
    ...table(
      ['set', 'cases', 'first', 'within'],
      [
        ...grouped(cloudops, (row) => row.group.split(' ')[0]).map(([system, rows]) => [
          `snapshots, ${system} (A@1, A@3)`,
          rows.length,
          share(
            count(rows, (row) => row.a1),
            rows.length,
          ),
          share(
            count(rows, (row) => row.a3),
            rows.length,
          ),
        ]),
        ...grouped(incidents, (row) => row.group).map(([group, rows]) => [
          `incidents, ${group} (cause, layer)`,
          rows.length,
          share(
            count(rows, (row) => row.cause),
            rows.length,
          ),
          share(
            count(rows, (row) => row.layer),
            rows.length,
          ),
        ]),
      ],
    ),
    '',
    `Median ${percentile(times, 0.5)} ms a case and ${percentile(times, 0.95)} ms at the 95th percentile, start of the program included; errors: ${count([...cloudops, ...incidents], (row) => row.error)}.`,
    '',
    '## Calibration',
    '',
    'What "90 % sure" is worth: the confidence of the first root cause against how often it was right (A@1, or layer and cause). Cases without any root cause are not in the table; they count as misses above.',
    '',
    ...all.lines,
    '',
    `Over ${all.cases} cases, confidence is off by ${(all.error * 100).toFixed(1)} points on average (expected calibration error). By set:`,
    '',
    ...['cloudops', 'incidents'].flatMap((name) => {
      const mine = calibration(name === 'cloudops' ? cloudops : failing);
      return [`### ${name === 'cloudops' ? 'Snapshots' : 'Incidents'}`, '', ...mine.lines, ''];
    }),
    '## Where it fails',
    '',
    ...(weak.length === 0
      ? ['No kind of injected fault was missed.']
      : [
          'Injected faults that are not always named first:',
          '',
          ...table(
            ['fault', 'cases', 'A@1', 'A@3', 'said instead'],
            weak.map(([group, rows]) => [
              group,
              rows.length,
              share(
                count(rows, (row) => row.a1),
                rows.length,
              ),
              share(
                count(rows, (row) => row.a3),
                rows.length,
              ),
              [...new Set(rows.filter((row) => !row.a1).map((row) => row.note?.check ?? 'nothing'))].sort().join(', '),
            ]),
          ),
        ]),
    '',
    ...(missed.length === 0
      ? ['No incident was missed.']
      : [
          'Incidents whose cause was not named first:',
          '',
          ...table(
            ['true layer and cause', 'layer right', 'said first'],
            missed.map((row) => [
              kindOf(row).replaceAll('|', '\\|'),
              row.layer ? 'yes' : 'no',
              row.note?.check ?? 'nothing',
            ]),
          ),
        ]),
    '',
    `Healthy cases that were not silent: ${count(healthy, (row) => !row.cause)} of ${healthy.length}.`,
    '',
    ...(wrong.length === 0
      ? ['No check was said first and wrongly.']
      : [
          'Checks that were said first and wrongly:',
          '',
          ...table(
            ['check', 'said first', 'right'],
            wrong.map(({ check, right, of }) => [`\`${check}\``, of, right]),
          ),
        ]),
    '',
    '## Repeat it',
    '',
    '```sh',
    'npm run build',
    command,
    '```',
    '',
  ].join('\n');
}

async function measure(evalFolder, flags) {
  const temp = mkdtempSync(join(tmpdir(), 'accuracy-'));
  const notes = (path) => {
    const at = join(temp, `${digest(path)}.json`);
    return existsSync(at) ? JSON.parse(readFileSync(at, 'utf8')) : undefined;
  };
  const sets = {};
  try {
    for (const mode of ['cloudops', 'incidents']) {
      const cases = join(evalFolder, `${mode}-dev`);
      const file = join(temp, `${mode}.json`);
      const cli = `${process.execPath} ${self} record ${temp} ${flags.cli}`;
      const only = flags.only === '' ? [] : ['--only', flags.only];
      const score = [
        join(evalFolder, 'score.mjs'),
        mode,
        cases,
        '--cli',
        cli,
        '--jobs',
        flags.jobs,
        '--json',
        file,
        ...only,
      ];
      if ((await start(process.execPath, score)) !== 0) throw new Error(`the scorer failed on ${cases}`);
      sets[mode] = JSON.parse(readFileSync(file, 'utf8')).map((row) => ({
        ...row,
        right: mode === 'cloudops' ? row.a1 : row.cause,
        note: notes(join(cases, mode === 'cloudops' ? `${row.name}.tgz` : row.name)),
      }));
    }
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
  return sets;
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'record') await record(rest[0], rest.slice(1));
else if (mode === undefined || mode.startsWith('-') || rest.length % 2 === 1) {
  console.error(
    'usage: accuracy.mjs EVAL [--cli "node dist/cli.js"] [--jobs 2] [--only REGEX] [--out docs/accuracy.md]',
  );
  process.exitCode = 2;
} else {
  const flags = { cli: 'node dist/cli.js', jobs: '2', only: '', out: 'docs/accuracy.md' };
  for (let i = 0; i < rest.length; i += 2) flags[rest[i].replace(/^--/, '')] = rest[i + 1];
  const commit = [];
  await start('git', ['rev-parse', '--short', 'HEAD'], (bytes) => commit.push(bytes)).catch(() => 0);
  const text = page({
    sets: await measure(resolve(mode), flags),
    version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    commit: Buffer.concat(commit).toString().trim() || 'unknown',
    command: `node scripts/accuracy.mjs ${mode}${flags.only === '' ? '' : ` --only '${flags.only}'`}`,
    only: flags.only,
  });
  const out = resolve(root, flags.out);
  writeFileSync(out, await format(text, { ...(await resolveConfig(out)), parser: 'markdown' }));
  console.log(`written: ${flags.out}`);
}
