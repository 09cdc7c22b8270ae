/**
 * The command line: the only file that reads argv, prints, or sets an exit code.
 * Exit codes: 0 fine, 1 a finding at or above --fail-on, 2 could not analyze.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Result, Severity } from './result.ts';

declare const KUBESTRATA_VERSION: string;
const VERSION = typeof KUBESTRATA_VERSION === 'string' ? KUBESTRATA_VERSION : 'dev';

const FORMATS = ['terminal', 'json', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];
const FILE_NAMES: Readonly<Record<Format, string>> = {
  terminal: 'report.txt',
  json: 'report.json',
  markdown: 'report.md',
  html: 'report.html',
};
const RANK: readonly Severity[] = ['info', 'warning', 'critical'];

interface AnalyzeFlags {
  readonly format?: readonly Format[];
  readonly output?: string;
  readonly failOn: Severity | 'never';
  readonly rules?: readonly string[];
}

/** One result in one format. Loaded lazily: start-up is half of a small run. */
async function render(result: Result, format: Format, colour: boolean): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'markdown':
      return (await import('./report/markdown.ts')).markdown(result);
    case 'html':
      return (await import('./report/html.ts')).html(result);
    case 'terminal':
      return (await import('./report/terminal.ts')).terminal(result, { colour });
  }
}

/** Progress on stderr when a person watches: one line, rewritten, and gone at the end. */
function watcher(): { progress?: (path: string, files: number, bytes: number) => void; done: () => void } {
  if (!process.stderr.isTTY) return { done: () => undefined };
  let shown = 0;
  return {
    progress: (_path, files, bytes) => {
      const now = performance.now();
      if (now - shown < 200) return;
      shown = now;
      process.stderr.write(`\r\u001b[Kreading: ${files} files, ${(bytes / 1_000_000).toFixed(0)} MB`);
    },
    done: () => {
      if (shown > 0) process.stderr.write('\r\u001b[K');
    },
  };
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

async function analyzeCommand(paths: readonly string[], flags: AnalyzeFlags): Promise<void> {
  const { analyze } = await import('./analyze.ts');
  const { progress, done } = watcher();
  const rules = flags.rules === undefined ? [] : (await import('./rules.ts')).readRules(flags.rules);
  const { result } = await analyze(paths, { version: VERSION, rules, ...(progress ? { progress } : {}) });
  done();
  const formats = flags.format ?? ['terminal' as const];
  const toFolder =
    flags.output !== undefined && (formats.length > 1 || flags.output.endsWith('/') || isFolder(flags.output));
  if (toFolder) mkdirSync(flags.output as string, { recursive: true });
  for (const format of formats) {
    const colour = flags.output === undefined && process.stdout.isTTY === true && !('NO_COLOR' in process.env);
    const text = await render(result, format, colour);
    if (flags.output === undefined) process.stdout.write(text);
    else writeFileSync(toFolder ? join(flags.output, FILE_NAMES[format]) : flags.output, text);
  }
  const { failOn } = flags;
  if (failOn !== 'never' && result.findings.some((finding) => RANK.indexOf(finding.severity) >= RANK.indexOf(failOn)))
    process.exitCode = 1;
}

/** `npm start [-- PATH...]`: writes the HTML report beside the package and says where; without a path, of a sample. */
async function startCommand(paths: readonly string[]): Promise<void> {
  const { analyze } = await import('./analyze.ts');
  const sample = 'samples/cascade-disk-full';
  const inputs = paths.length > 0 ? paths : [`${sample}/bundle`];
  const { progress, done } = watcher();
  const { result } = await analyze(inputs, { version: VERSION, ...(progress ? { progress } : {}) });
  done();
  process.stdout.write(await render(result, 'terminal', process.stdout.isTTY === true && !('NO_COLOR' in process.env)));
  writeFileSync('report.html', await render(result, 'html', false));
  process.stdout.write(`\nThe report: ${join(process.cwd(), 'report.html')}\n`);
  if (paths.length === 0) process.stdout.write(`That was the sample ${sample}. Your own bundle: npm start -- PATH\n`);
}

function format(value: string, previous: readonly Format[] | undefined): readonly Format[] {
  const known = FORMATS.find((one) => one === value);
  if (known === undefined) throw new InvalidArgumentError(`one of ${FORMATS.join(', ')}`);
  return [...(previous ?? []), known];
}

const program = new Command('kubestrata')
  .description(
    'Reads a snapshot of a broken Kubernetes cluster, offline, and says what is wrong, at which layer, and why.',
  )
  .version(VERSION)
  .showHelpAfterError('(kubestrata --help shows the usage)');

program
  .command('analyze')
  .description('analyze a bundle: folder, .tar, .tar.gz, single files, or - for stdin; several paths are one snapshot')
  .argument('<path...>')
  .option('-f, --format <format>', `${FORMATS.join(', ')}; may be given several times (default: terminal)`, format)
  .option('-o, --output <path>', 'a file, or a folder for several formats (default: standard output)')
  .addOption(
    new Option('--fail-on <severity>', 'exit 1 when there is a finding of this severity or worse')
      .choices(['info', 'warning', 'critical', 'never'])
      .default('never'),
  )
  .option('--rules <path...>', 'further signatures: YAML files or folders of them')
  .action(analyzeCommand);

program.command('start', { hidden: true }).argument('[path...]').action(startCommand);

/** A reader that went away (`| head`) is not an error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

try {
  program.exitOverride();
  await program.parseAsync();
} catch (error) {
  const known = error as { name?: string; code?: string; exitCode?: number; message?: string; stack?: string };
  if (known.code?.startsWith('commander.') === true) process.exitCode = known.exitCode === 0 ? 0 : 2;
  else {
    process.exitCode = 2;
    const expected = known.name === 'BundleError' || known.name === 'RulesError' || known.code !== undefined;
    process.stderr.write(
      expected
        ? `kubestrata: ${known.message ?? 'failed'}\n`
        : `kubestrata: this is a bug, please report it: ${known.stack ?? String(error)}\n`,
    );
  }
}
