/**
 * The command line: the only file that reads argv, prints, or sets an exit code.
 * Exit codes: 0 fine, 1 a finding at or above --fail-on, 2 could not analyze.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Flavor } from './report/dialect.ts';
import { UserError } from './lib/user-error.ts';
import { mustBeWritable } from './lib/writable.ts';
import type { ReadOptions } from './read/read.ts';
import { SEVERITIES, type Result, type Severity } from './result.ts';

declare const KUBESTRATA_VERSION: string;
const VERSION = typeof KUBESTRATA_VERSION === 'string' ? KUBESTRATA_VERSION : 'dev';

const FORMATS = ['terminal', 'json', 'markdown', 'html', 'sarif', 'junit', 'ndjson'] as const;
type Format = (typeof FORMATS)[number];
/** Of src/report/dialect.ts; said again so that start-up does not load it. */
const FLAVORS: readonly Flavor[] = ['github', 'gitlab', 'jira', 'plain'];
const FILE_NAMES: Readonly<Record<Format, string>> = {
  terminal: 'report.txt',
  json: 'report.json',
  markdown: 'report.md',
  html: 'report.html',
  sarif: 'report.sarif',
  junit: 'report.junit.xml',
  ndjson: 'findings.ndjson',
};

interface ReportFlags {
  readonly format?: readonly Format[];
  readonly output?: string;
  readonly brief?: boolean;
  readonly flavor?: Flavor;
}

interface AnalyzeFlags extends ReportFlags {
  readonly failOn: Severity | 'never';
  readonly rules?: readonly string[];
}

const COLOUR = process.stdout.isTTY === true && !('NO_COLOR' in process.env);

/** One result in one format. Loaded lazily: start-up is half of a small run. */
async function render(result: Result, format: Format, colour: boolean, flags: ReportFlags = {}): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('./report/json.ts')).json(result);
    case 'ndjson':
      return (await import('./report/json.ts')).ndjson(result);
    case 'sarif':
      return (await import('./report/sarif.ts')).sarif(result);
    case 'junit':
      return (await import('./report/junit.ts')).junit(result);
    case 'markdown':
      return (await import('./report/markdown.ts')).markdown(result, {
        ...(flags.brief === undefined ? {} : { brief: flags.brief }),
        ...(flags.flavor === undefined ? {} : { flavor: flags.flavor }),
      });
    case 'html':
      return (await import('./report/html.ts')).html(result);
    case 'terminal':
      return (await import('./report/terminal.ts')).terminal(result, { colour });
  }
}

/** The same for writing: JSON of a large cluster comes in pieces. */
async function piecesOf(...what: Parameters<typeof render>): Promise<Iterable<string>> {
  const [result, format] = what;
  return format === 'json' ? (await import('./report/json.ts')).jsonPieces(result) : [await render(...what)];
}

type Watching = Pick<ReadOptions, 'progress'>;

/** Reads with progress on stderr when a person watches: one line, rewritten, and gone at the end. */
async function watched<T>(read: (watching: Watching) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return read({});
  let shown = 0;
  const progress: Watching['progress'] = (_path, files, bytes) => {
    const now = performance.now();
    if (now - shown < 200) return;
    shown = now;
    process.stderr.write(`\r\u001b[Kreading: ${files} files, ${(bytes / 1_000_000).toFixed(0)} MB`);
  };
  try {
    return await read({ progress });
  } finally {
    if (shown > 0) process.stderr.write('\r\u001b[K');
  }
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** The folder that the reports go to; undefined: it is one file, or standard output. */
function folderOf({ format = ['terminal'], output = '-' }: ReportFlags): string | undefined {
  if (output === '-') return undefined;
  return format.length > 1 || output.endsWith('/') || isFolder(output) ? output : undefined;
}

/** Writes one result in all formats asked for. */
async function write(result: Result, flags: ReportFlags): Promise<void> {
  const { format: formats = ['terminal'], output = '-' } = flags;
  const folder = folderOf(flags);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  for (const format of formats) {
    const file = folder === undefined ? output : join(folder, FILE_NAMES[format]);
    const pieces = await piecesOf(result, format, file === '-' && COLOUR, flags);
    if (file === '-') for (const piece of pieces) process.stdout.write(piece);
    else {
      const opened = openSync(file, 'w');
      for (const piece of pieces) writeFileSync(opened, piece);
      closeSync(opened);
    }
  }
}

/** Refused before anything is read: what would be of no effect, and what could not be written. */
function check(flags: ReportFlags): void {
  const { format = [], output = '-', brief = false, flavor } = flags;
  if ((brief || flavor !== undefined) && !format.includes('markdown'))
    throw new UserError('--brief and --flavor need -f markdown');
  if (output !== '-' && folderOf(flags) === undefined) mustBeWritable(output);
}

/** `render`: a result that was written as JSON, in another format; the bundle is not needed. */
async function renderCommand(path: string, flags: ReportFlags): Promise<void> {
  check(flags);
  if (isFolder(path)) throw new UserError(`${path}: a folder; give the file that analyze -f json wrote`);
  const { parseResult } = await import('./report/json-contract.ts');
  await write(parseResult(readFileSync(path === '-' ? 0 : path, 'utf8')), flags);
}

async function schemaCommand(): Promise<void> {
  process.stdout.write((await import('./report/json-contract.ts')).jsonSchema());
}

async function analyzeCommand(paths: readonly string[], flags: AnalyzeFlags): Promise<void> {
  check(flags);
  const { analyze } = await import('./analyze.ts');
  const rules = flags.rules === undefined ? [] : await (await import('./rules.ts')).readRules(flags.rules);
  const { result } = await watched((watching) => analyze(paths, { version: VERSION, rules, ...watching }));
  await write(result, flags);
  const { failOn } = flags;
  if (failOn === 'never') return;
  const worst = Math.min(...result.findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
  if (worst <= SEVERITIES.indexOf(failOn)) process.exitCode = 1;
}

interface ExplainFlags {
  readonly format: 'terminal' | 'json';
  readonly namespace?: string;
}

/** Reads the bundle for a question about it; the answer is written by `tell`. */
async function explain(
  paths: readonly string[],
  { format }: ExplainFlags,
  tell: (analyzed: Analyzed) => Promise<{ readonly answer: object; readonly text: () => string }>,
): Promise<void> {
  const { analyze } = await import('./analyze.ts');
  const analyzed = await watched((watching) => analyze(paths, { version: VERSION, ...watching }));
  const { answer, text } = await tell(analyzed);
  process.stdout.write(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : text());
}
type Analyzed = Awaited<ReturnType<typeof import('./analyze.ts').analyze>>;

async function whyCommand(object: string, paths: readonly string[], flags: ExplainFlags): Promise<void> {
  await explain(paths, flags, async (analyzed) => {
    const { why } = await import('./explain/why.ts');
    const { whyText } = await import('./explain/why-text.ts');
    const answer = why(object, flags.namespace, analyzed);
    return { answer, text: () => whyText(answer) };
  });
}

async function flowCommand(from: string, to: string, paths: readonly string[], flags: ExplainFlags): Promise<void> {
  await explain(paths, flags, async (analyzed) => {
    const { flow } = await import('./explain/flow.ts');
    const { flowText } = await import('./explain/flow-text.ts');
    const answer = flow(from, to, flags.namespace, analyzed);
    return { answer, text: () => flowText(answer) };
  });
}

/** `inspect`: what the bundle holds, without a verdict. */
async function inspectCommand(paths: readonly string[], flags: { readonly json?: boolean }): Promise<void> {
  const { inspect, inventoryText } = await import('./inspect.ts');
  const inventory = await watched((watching) => inspect(paths, watching));
  process.stdout.write(flags.json === true ? `${JSON.stringify(inventory, null, 2)}\n` : inventoryText(inventory));
}

/** `convert`: the bundle in our own layout; what could not go along is counted on stderr. */
async function convertCommand(
  paths: readonly string[],
  flags: { readonly output: string; readonly redact?: boolean },
): Promise<void> {
  const { convert } = await import('./convert/convert.ts');
  const to = flags.output === '-' ? process.stdout : flags.output;
  const redact = flags.redact === true;
  const { files, lost } = await watched((watching) => convert(paths, to, { redact, ...watching }));
  const note = lost === 0 ? '' : `; ${lost} texts or files could not go along, manifest.jsonl names them`;
  process.stderr.write(`${flags.output === '-' ? 'standard output' : flags.output}: ${files} files${note}\n`);
}

/** `serve`: until it is stopped; what was asked goes to stderr with --verbose. */
async function serveCommand(
  paths: readonly string[],
  flags: { readonly port: number; readonly verbose?: boolean },
): Promise<void> {
  const { readContents } = await import('./serve/contents.ts');
  const { serve } = await import('./serve/serve.ts');
  const contents = await watched((watching) => readContents(paths, watching));
  const stop = (): void => {
    contents.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const asked = (request: string, status: number): void => void process.stderr.write(`${status} ${request}\n`);
    const { url } = await serve(contents, { port: flags.port, ...(flags.verbose === true ? { asked } : {}) });
    process.stdout.write(`The bundle as a read-only cluster: kubectl --server=${url} get pods -A\nCtrl-C ends it.\n`);
  } catch (error) {
    contents.close();
    throw error;
  }
}

function port(value: string): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number < 65_536) return number;
  throw new InvalidArgumentError('It is a number from 0 (any free port) to 65535.');
}

/** `npm start [-- PATH...]`: writes the HTML report beside the package and says where; without a path, of a sample. */
async function startCommand(paths: readonly string[]): Promise<void> {
  const { analyze } = await import('./analyze.ts');
  const sample = 'samples/cascade-disk-full';
  const inputs = paths.length > 0 ? paths : [`${sample}/bundle`];
  const { result } = await watched((watching) => analyze(inputs, { version: VERSION, ...watching }));
  process.stdout.write(await render(result, 'terminal', COLOUR));
  writeFileSync('report.html', await render(result, 'html', false));
  process.stdout.write(`\nThe report: ${join(process.cwd(), 'report.html')}\n`);
  if (paths.length === 0) process.stdout.write(`That was the sample ${sample}. Your own bundle: npm start -- PATH\n`);
}

function format(value: string, previous: readonly Format[] | undefined): readonly Format[] {
  const known = FORMATS.find((one) => one === value);
  if (known === undefined) throw new InvalidArgumentError(`Allowed choices are ${FORMATS.join(', ')}.`);
  return [...(previous ?? []), known];
}

const program = new Command('kubestrata')
  .description(
    'Reads a snapshot of a broken Kubernetes cluster, offline, and says what is wrong, at which layer, and why.',
  )
  .version(VERSION)
  .showHelpAfterError('(kubestrata --help shows the usage)')
  // Only names in the list of commands, so that it fits 80 columns; the help of each has its arguments.
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .addHelpText(
    'after',
    `
Examples:
  kubestrata analyze bundle.tar.gz
  kubestrata analyze bundle.tar.gz -f html -o report.html
  kubectl describe pod web-0 | kubestrata analyze -

Exit codes: 0 fine, 1 a finding at or above --fail-on, 2 could not analyze.
"kubestrata COMMAND --help" shows the options of a command.`,
  )
  // Before the commands are made: they inherit it.
  .exitOverride();

const BUNDLE = [
  '<path...>',
  'folder, .tar (.gz, .xz, .zst), .zip, single files, or - for standard input; several are one snapshot',
] as const;

/** The options of every command that writes reports. */
const reporting = (command: Command): Command =>
  command
    .option('-f, --format <format>', `${FORMATS.join(', ')}; may be given several times (default: terminal)`, format)
    .option('-o, --output <path>', 'a file, a folder for several formats, or - (default: standard output)')
    .option('--brief', 'markdown: the short form, under 60 lines')
    .addOption(new Option('--flavor <flavor>', 'markdown: of which tracker (default: github)').choices(FLAVORS));

reporting(program.command('analyze'))
  .description('say what is wrong in the cluster of a bundle, why, and what to run next')
  .argument(...BUNDLE)
  .addOption(
    new Option('--fail-on <severity>', 'exit 1 when there is a finding of this severity or worse')
      .choices(['info', 'warning', 'critical', 'never'])
      .default('never'),
  )
  .option('--rules <path...>', 'further log signatures: YAML files or folders of them')
  .action(analyzeCommand);

reporting(program.command('render'))
  .description('write the reports of a result that was written with --format json; the bundle is not needed')
  .argument('<result.json>', 'a file, or - for stdin')
  .action(renderCommand);

const explaining = (command: Command): Command =>
  command
    .option('-n, --namespace <namespace>', 'of the objects named')
    .addOption(
      new Option('-f, --format <format>', 'the form of the answer').choices(['terminal', 'json']).default('terminal'),
    );

explaining(program.command('why'))
  .description('everything about one object, and the chain from it to the root cause')
  .argument('<KIND/NAME[.NAMESPACE]>', 'as kubectl takes it: po/web-1, deploy/web.shop, node/worker-3')
  .argument(...BUNDLE)
  .action(whyCommand);

explaining(program.command('explain-flow'))
  .description('may one reach the other? which NetworkPolicy, Service or endpoint is in the way')
  .argument('<source>', 'POD, NAMESPACE/POD, deploy/NAME, svc/NAME, node/NAME or an address')
  .argument('<destination[:port]>', 'the same; a Service leads to its pods')
  .argument(...BUNDLE)
  .action(flowCommand);

program
  .command('inspect')
  .description(
    'list what a bundle holds: layouts, files and objects by kind, times, what was refused or not understood',
  )
  .argument(...BUNDLE)
  .option('--json', 'as JSON')
  .action(inspectCommand);

program
  .command('convert')
  .description("write a bundle anew in kubestrata's own layout: one shape for tools, whatever collected it")
  .argument(...BUNDLE)
  .requiredOption('-o, --output <file>', 'the .tar.gz to write; - for standard output')
  .option('--redact', 'mask credentials in logs, outputs and objects; values of Secrets never go along')
  .action(convertCommand);

program
  .command('serve')
  .description('let kubectl look at a bundle: a read-only stand-in of the Kubernetes API on 127.0.0.1')
  .argument(...BUNDLE)
  .option('--port <port>', 'to listen on; 0: any that is free', port, 8001)
  .option('--verbose', 'show what is asked')
  .action(serveCommand);

program.command('schema').description('print the JSON Schema of the result').action(schemaCommand);

program.command('start', { hidden: true }).argument('[path...]').action(startCommand);

/** A reader that went away (`| head`) is not an error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

/** What the operating system refuses, in words; other codes are told in its own. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  ENOTDIR: 'not a folder',
  EISDIR: 'a folder, not a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EADDRINUSE: 'the port is taken; choose another with --port',
};

/** One line about what the user can mend; undefined: it is a bug. */
function complaint(error: unknown): string | undefined {
  if (error instanceof UserError) return error.message;
  const { syscall, code = '', path, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return undefined;
  const refusal = REFUSALS[code];
  return refusal === undefined ? message : [path, refusal].filter(Boolean).join(': ');
}

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      const [, , word = ''] = process.argv;
      if (error.code === 'commander.unknownCommand' && existsSync(word))
        process.stderr.write(`(to analyze it: kubestrata analyze ${word})\n`);
      return;
    }
    process.exitCode = 2;
    const words =
      complaint(error) ?? `this is a bug, please report it: ${error instanceof Error ? error.stack : String(error)}`;
    process.stderr.write(`kubestrata: ${words}\n`);
  }
}

// No top-level await: the build makes a script of this, no module.
void main();
