/** The built program, as a user runs it. `npm test` builds it first. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { result as schema } from '../src/result-schema.ts';

const cli = join(import.meta.dirname, '..', 'dist', 'cli.js');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kubestrata(args: readonly string[], input?: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile('node', [cli, ...args], { cwd: folder, maxBuffer: 1 << 28 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    if (input !== undefined) child.stdin?.end(input);
  });
}

const PODS = `$ kubectl get pods -n shop
NAME                   READY   STATUS             RESTARTS      AGE
web-5d9c7b8f6d-k2xvq   0/1     ImagePullBackOff   0             5m
$ kubectl describe pod web-5d9c7b8f6d-k2xvq -n shop
Name:             web-5d9c7b8f6d-k2xvq
Namespace:        shop
Node:             node-1/192.168.1.11
Labels:           app=web
Status:           Pending
IP:               10.0.1.5
Controlled By:    ReplicaSet/web-5d9c7b8f6d
Containers:
  app:
    Image:          registry.example.com/web:9.9
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Restart Count:  0
Events:
  Type     Reason   Age   From     Message
  ----     ------   ----  ----     -------
  Warning  Failed   4m    kubelet  Failed to pull image "registry.example.com/web:9.9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/web:9.9": failed to resolve reference "registry.example.com/web:9.9": registry.example.com/web:9.9: not found
`;

test('a pasted transcript on stdin gives a result that fits the schema and names the cause', async () => {
  const { code, out, err } = await kubestrata(['analyze', '-', '--format', 'json'], PODS);
  expect([code, err]).toEqual([0, '']);
  const result = schema.parse(JSON.parse(out));
  expect(result.rootCauses[0]).toMatchObject({
    check: 'image-pull-not-found',
    layer: 1,
    subject: { name: 'web-5d9c7b8f6d-k2xvq' },
  });
  expect(result.rootCauses[0]?.evidence[0]?.text).toContain('not found');
});

test('the same bundle gives the same bytes in every format', async () => {
  writeFileSync(join(folder, 'pods.txt'), PODS);
  const formats = ['terminal', 'json', 'markdown', 'html'].flatMap((format) => ['--format', format]);
  const once = await kubestrata(['analyze', 'pods.txt', ...formats, '-o', 'one/']);
  await kubestrata(['analyze', 'pods.txt', ...formats, '-o', 'two/']);
  expect(once).toEqual({ code: 0, out: '', err: '' });
  for (const file of ['report.txt', 'report.json', 'report.md', 'report.html'])
    expect(readFileSync(join(folder, 'two', file), 'utf8')).toBe(readFileSync(join(folder, 'one', file), 'utf8'));
});

test('exit codes: 0 by default, 1 at --fail-on, 2 with one clear line', async () => {
  writeFileSync(join(folder, 'pods.txt'), PODS);
  expect((await kubestrata(['analyze', 'pods.txt', '--fail-on', 'critical'])).code).toBe(1);
  const missing = await kubestrata(['analyze', 'nowhere.tgz']);
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/^kubestrata: nowhere\.tgz: no such file or folder[^\n]*\n$/);
  expect((await kubestrata(['analyze', 'pods.txt', '--format', 'pdf'])).code).toBe(2);
  expect((await kubestrata(['--version'])).code).toBe(0);
});

test.each([
  [['analyze', 'pods.txt', '-o', 'no/such/report.html'], 'no/such: no such file or folder'],
  [['render', '.'], '.: a folder; give the file that analyze -f json wrote'],
  [['render', 'nowhere.json'], 'nowhere.json: no such file or folder'],
  [['analyze', 'pods.txt', '--brief'], '--brief and --flavor need -f markdown'],
  [['why', 'thing/web', 'pods.txt'], "unknown kind 'thing'; write for example pod/web-1 or deploy/web.shop"],
])('what cannot be done is told in one line: %s', async (args, line) => {
  writeFileSync(join(folder, 'pods.txt'), PODS);
  expect(await kubestrata(args)).toEqual({ code: 2, out: '', err: `kubestrata: ${line}\n` });
});

test('a hostile bundle gives a report, not a crash, and nothing planted runs', async () => {
  const tar = pack();
  const gzip = tar.pipe(createGzip());
  const script = '<script>alert(document.domain)</script>';
  const entry = (name: string, text: string) =>
    new Promise<void>((resolve, reject) => tar.entry({ name }, text, (error) => (error ? reject(error) : resolve())));
  await entry('../../etc/passwd', 'root:x:0:0');
  await entry('/etc/shadow', 'root:*');
  await entry(
    `logs/${script}.log`,
    `2026-03-01T11:00:00Z ERROR ${script} dial tcp: lookup db on 10.96.0.10:53: no such host\n`,
  );
  await entry(
    'events.json',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'e', namespace: 'shop' },
          involvedObject: { kind: 'Pod', namespace: 'shop', name: script },
          type: 'Warning',
          reason: 'FailedScheduling',
          message: `0/3 nodes are available: 3 Insufficient cpu. ${script}`,
        },
      ],
    }),
  );
  await new Promise<void>((resolve, reject) =>
    tar.entry({ name: 'link', type: 'symlink', linkname: '/etc/passwd' }, (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  await entry('long.log', 'x'.repeat(20_000_000));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of gzip) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  for (const [name, bytes] of [
    ['hostile.tgz', whole],
    ['cut.tgz', whole.subarray(0, whole.length - 60)],
  ] as const) {
    writeFileSync(join(folder, name), bytes);
    const { code, out, err } = await kubestrata(['analyze', name, '--format', 'json', '--format', 'html']);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('root:x:0:0');
    const at = out.indexOf('<!doctype html>');
    expect(out.slice(at)).not.toContain(script);
    const refused = JSON.stringify((JSON.parse(out.slice(0, at)) as { bundle: { refused: unknown } }).bundle.refused);
    for (const word of ['passwd', 'shadow', 'link']) expect(refused).toContain(word);
  }
});

test('folders: links are not followed, and a broken file costs only itself', async () => {
  const root = join(folder, 'bundle');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'pods.txt'), PODS);
  writeFileSync(
    join(root, 'broken.json'),
    '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"half"',
  );
  writeFileSync(join(root, 'broken.gz'), gzipSync('hello').subarray(0, 12));
  symlinkSync('/etc/hostname', join(root, 'hostname'));
  const { code, out } = await kubestrata(['analyze', 'bundle', '--format', 'json']);
  expect(code).toBe(0);
  const result = schema.parse(JSON.parse(out));
  expect(result.rootCauses[0]?.check).toBe('image-pull-not-found');
  expect(JSON.stringify(result.bundle.unread)).toContain('broken.json');
  expect(JSON.stringify(result.bundle.refused)).toContain('hostname');
});

test('`-o -` is standard output, not a file of that name', async () => {
  writeFileSync(join(folder, 'dash.txt'), PODS);
  const { out } = await kubestrata(['analyze', 'dash.txt', '-f', 'json', '-o', '-']);
  expect(schema.safeParse(JSON.parse(out)).success).toBe(true);
  expect(() => readFileSync(join(folder, '-'))).toThrow('ENOENT');
});

test('convert writes a bundle that says the same, to a file and to standard output', async () => {
  writeFileSync(join(folder, 'to-convert.txt'), PODS);
  const asked = await kubestrata(['convert', 'to-convert.txt']);
  expect([asked.code, asked.err]).toEqual([2, expect.stringContaining("required option '-o, --output <file>'")]);
  const { code, out, err } = await kubestrata(['convert', 'to-convert.txt', '-o', 'converted.tgz', '--redact']);
  expect([code, out, err]).toEqual([0, '', 'converted.tgz: 3 files\n']);
  const { out: json } = await kubestrata(['analyze', 'converted.tgz', '--format', 'json']);
  expect(schema.parse(JSON.parse(json)).rootCauses[0]?.check).toBe('image-pull-not-found');
  expect((await kubestrata(['convert', 'converted.tgz', '-o', '-'])).out.length).toBeGreaterThan(100);
  const nowhere = await kubestrata(['convert', 'to-convert.txt', '-o', 'no/such/folder/x.tgz']);
  expect([nowhere.code, nowhere.err]).toEqual([2, 'kubestrata: no/such/folder: no such file or folder\n']);
});

test('serve answers until it is stopped, and leaves nothing behind', async () => {
  writeFileSync(join(folder, 'to-serve.txt'), PODS);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const child = execFile('node', [cli, 'serve', 'to-serve.txt', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
  });
  const url = await new Promise<string>((resolve) => {
    child.stdout?.on('data', (text: string) => resolve(/--server=(\S+)/.exec(text)?.[1] ?? text));
  });
  const pods = (await (await fetch(`${url}/api/v1/namespaces/shop/pods`)).json()) as { items: unknown[] };
  expect(pods.items).toHaveLength(1);
  const ended = new Promise((resolve) => void child.on('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect((await kubestrata(['serve', 'to-serve.txt', '--port', 'many'])).code).toBe(2);
});

test('V8 takes the code cache of the build: no flag of the run that made it stands in it', async () => {
  const files = readdirSync(dirname(cli));
  const [script, cache] = ['.js', '.cache'].map((end) =>
    join(dirname(cli), files.find((name) => name.startsWith('main-') && name.endsWith(end)) ?? 'none'),
  );
  // In a process of its own, as this one may have flags.
  const look = `const { readFileSync } = require('node:fs');
    const [filename, cache] = process.argv.slice(1);
    const options = { filename, cachedData: readFileSync(cache) };
    console.log(new (require('node:vm').Script)(readFileSync(filename, 'latin1'), options).cachedDataRejected);`;
  const answer = await new Promise((resolve) => {
    execFile('node', ['-e', look, script ?? '', cache ?? ''], (error, out) => resolve(error ?? out));
  });
  expect(answer).toBe('false\n');
});

test('a Node that cannot use the code cache of the build compiles the program itself', async () => {
  const copy = join(folder, 'dist');
  cpSync(dirname(cli), copy, { recursive: true });
  const cache = readdirSync(copy).find((name) => name.endsWith('.cache'));
  writeFileSync(join(copy, cache ?? 'none'), 'made by another version');
  const answer = await new Promise((resolve) => {
    execFile('node', [join(copy, 'cli.js'), '--version'], (error, out, err) => resolve([error, out, err]));
  });
  expect(answer).toEqual([null, expect.stringMatching(/^\d+\.\d+\.\d+\n$/), '']);
});
