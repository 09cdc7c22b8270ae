import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, type Headers } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, type OpenOptions } from '../../src/bundle/open.ts';
import { UserError } from '../../src/lib/user-error.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-bundle-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Entry = readonly [name: string, content: string | Buffer, header?: Partial<Headers>];
async function tar(...entries: Entry[]): Promise<Buffer> {
  const stream = pack();
  for (const [name, content, header] of entries) {
    stream.entry({ name, mtime: new Date(0), ...header }, header?.type === undefined ? content : '');
  }
  stream.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
let count = 0;
function save(bytes: Buffer | string, name = `f${count++}`): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
async function* stdin(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function read(paths: string | string[], options?: OpenOptions) {
  const bundle = await openBundle([paths].flat(), options);
  const files: Record<string, string> = {};
  for await (const file of bundle.files) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.bytes) chunks.push(chunk);
    files[file.path] = Buffer.concat(chunks).toString();
  }
  return { name: bundle.name, files, refused: bundle.refused };
}

describe('containers', () => {
  it('reads a folder by name, manifests first', async () => {
    const root = join(folder, 'tree');
    mkdirSync(join(root, 'b'), { recursive: true });
    for (const name of ['z.txt', 'B.txt', 'a.txt', 'manifest.json', 'b/2', 'b/manifest.jsonl', 'b/10']) {
      writeFileSync(join(root, name), name);
    }
    const { name, files, refused } = await read(root);
    expect(name).toBe('tree');
    expect(Object.keys(files)).toEqual(['manifest.json', 'B.txt', 'a.txt', 'b/manifest.jsonl', 'b/10', 'b/2', 'z.txt']);
    expect(files['b/10']).toBe('b/10');
    expect(refused).toEqual([]);
  });

  it('tells archives by their bytes, not by their names', async () => {
    const archive = await tar(['./pods.json', 'pods'], ['logs/', '', { type: 'directory' }], ['logs/a.log', 'x\n']);
    const expected = { 'pods.json': 'pods', 'logs/a.log': 'x\n' };
    expect((await read(save(archive, 'plain.tar'))).files).toEqual(expected);
    expect((await read(save(gzipSync(archive), 'odd.log'))).files).toEqual(expected);
    expect((await read('-', { stdin: stdin(gzipSync(archive), 7) })).files).toEqual(expected);
    expect((await read(save('no archive', 'liar.tar.gz'))).files).toEqual({ 'liar.tar.gz': 'no archive' });
    expect((await read(save(gzipSync('hello'), 'one.log.gz'))).files).toEqual({ 'one.log': 'hello' });
  });

  it('names the bundle without archive suffixes', async () => {
    expect((await read(save(gzipSync(await tar(['a', 'a'])), 'case-7.tar.gz'))).name).toBe('case-7');
    expect((await read('-', { stdin: stdin(Buffer.from('x'), 1) })).name).toBe('stdin');
  });

  it('reads the old tar format that has no magic', async () => {
    const archive = await tar(['a', 'hello']);
    archive.fill(0, 257, 265);
    let sum = 0;
    archive.fill(' ', 148, 156);
    for (let i = 0; i < 512; i++) sum += archive[i] ?? 0;
    archive.write(sum.toString(8).padStart(6, '0') + '\0 ', 148, 'latin1');
    expect((await read(save(archive))).files).toEqual({ a: 'hello' });
  });

  it('opens archives inside archives as folders', async () => {
    const inner = gzipSync(await tar(['logs/kubelet.log.gz', gzipSync('last words')]));
    const { files, refused } = await read(save(gzipSync(await tar(['nodes/n1.tgz', inner], ['z', 'z']))));
    expect(files).toEqual({ 'nodes/n1.tgz/logs/kubelet.log': 'last words', z: 'z' });
    expect(refused).toEqual([]);
  });

  it('keeps `messages.gz` apart from `messages`', async () => {
    const { files } = await read(save(await tar(['messages', 'new'], ['messages.gz', gzipSync('old')])));
    expect(files).toEqual({ messages: 'new', 'messages.gz': 'old' });
  });

  it('keeps several paths apart', async () => {
    mkdirSync(join(folder, 'x'), { recursive: true });
    mkdirSync(join(folder, 'y/x'), { recursive: true });
    writeFileSync(join(folder, 'x/f'), '1');
    writeFileSync(join(folder, 'y/x/f'), '2');
    const archive = save(await tar(['f', '3']), 'c.tar');
    const plain = save('4', 'pods.txt');
    const { files } = await read([join(folder, 'x'), join(folder, 'y/x'), archive, plain]);
    expect(files).toEqual({ 'x/f': '1', 'x-2/f': '2', 'c.tar/f': '3', 'pods.txt': '4' });
  });

  it('gives every file even when nobody reads the bytes', async () => {
    const entries = Array.from({ length: 50 }, (_, i): Entry => [`f${i}`, 'x'.repeat(i * 1000)]);
    const bundle = await openBundle([save(gzipSync(await tar(...entries)))]);
    const sizes: (number | undefined)[] = [];
    for await (const file of bundle.files) sizes.push(file.size);
    expect(sizes).toEqual(entries.map((_, i) => i * 1000));
  });

  it('gives the same files wherever the stream is cut', async () => {
    const archive = gzipSync(
      await tar(['a', 'x'.repeat(3000)], ['empty', ''], ['n.tar', await tar(['b', 'y'.repeat(700)])]),
    );
    const expected = { a: 'x'.repeat(3000), empty: '', 'n.tar/b': 'y'.repeat(700) };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 600 }), async (size) => {
        expect((await read('-', { stdin: stdin(archive, size) })).files).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

describe('hostile names and entries', () => {
  it('refuses names that leave the bundle or forge what is shown', async () => {
    const names = [
      '../../etc/passwd',
      '/etc/shadow',
      'a/../../b',
      'C:\\x',
      'new\nline',
      'esc\u001b[31m',
      'rtl\u202egpj.exe',
    ];
    const { files, refused } = await read(save(await tar(...names.map((n): Entry => [n, 'evil']), ['good', 'ok'])));
    expect(files).toEqual({ good: 'ok' });
    expect(refused.map((r) => r.reason)).toEqual([
      'name that leaves the bundle (..)',
      'absolute name',
      'name that leaves the bundle (..)',
      'absolute name',
      'name with control characters',
      'name with control characters',
      'name with control characters',
    ]);
    expect(refused[4]?.path).toBe('new\\u000aline');
    // oxlint-disable-next-line no-control-regex
    expect(JSON.stringify(refused.map((r) => r.path))).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('refuses links and devices', async () => {
    const archive = await tar(
      ['s', '', { type: 'symlink', linkname: '/etc/passwd' }],
      ['h', '', { type: 'link', linkname: 'bad' }],
      ['c', '', { type: 'character-device', devmajor: 1, devminor: 3 }],
      ['b', '', { type: 'block-device' }],
      ['p', '', { type: 'fifo' }],
      ['good', 'ok'],
    );
    const { files, refused } = await read(save(archive));
    expect(files).toEqual({ good: 'ok' });
    expect(refused.map((r) => `${r.path}: ${r.reason}`)).toEqual([
      'c: not a regular file (character-device)',
      'b: not a regular file (block-device)',
      'p: not a regular file (fifo)',
      's: symbolic link to /etc/passwd, not followed',
      'h: hard link to bad, not followed',
    ]);
  });

  it('does not list links to what is read anyway', async () => {
    const archive = await tar(
      ['b/pods/logs/a/x.log', 'x'],
      ['b/collector/x.log', '', { type: 'symlink', linkname: '../pods/logs/a/x.log' }],
      ['b/collector/a', '', { type: 'symlink', linkname: '../pods/logs/a' }],
      ['b/hard', '', { type: 'link', linkname: 'b/pods/logs/a/x.log' }],
      ['b/out', '', { type: 'symlink', linkname: '../../pods/logs/a/x.log' }],
    );
    const packed = await read(save(archive));
    expect(packed.files).toEqual({ 'b/pods/logs/a/x.log': 'x' });
    expect(packed.refused.map((r) => r.path)).toEqual(['b/out']);
    const root = join(folder, 'aliases');
    mkdirSync(root);
    writeFileSync(join(root, 'a'), 'a');
    symlinkSync('a', join(root, 'alias'));
    symlinkSync('gone', join(root, 'dangling'));
    const unpacked = await read(root);
    expect(unpacked.files).toEqual({ a: 'a' });
    expect(unpacked.refused.map((r) => r.path)).toEqual(['dangling']);
  });

  it('does not follow a link in a folder', async () => {
    const root = join(folder, 'links');
    mkdirSync(root);
    writeFileSync(join(root, 'a'), 'a');
    symlinkSync('/etc', join(root, 'etc'));
    symlinkSync('/etc/passwd', join(root, 'passwd'));
    const { files, refused } = await read(root);
    expect(files).toEqual({ a: 'a' });
    expect(refused).toEqual([
      { path: 'etc', reason: 'symbolic link, not followed' },
      { path: 'passwd', reason: 'symbolic link, not followed' },
    ]);
  });
});

describe('limits', () => {
  it('stops a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const { files, refused } = await read(save(await tar(['before', 'b'], ['bomb.gz', bomb], ['after', 'a'])));
    expect(files['bomb']?.length).toBeLessThan(20 << 20);
    expect(files['before']).toBe('b');
    expect(files['after']).toBe('a');
    expect(refused).toEqual([{ path: 'bomb.gz', reason: expect.stringMatching(/limit: ratio 200/) }]);
  });

  it('opens archives only so deep', async () => {
    let bytes: Buffer = Buffer.from('deep');
    for (let i = 0; i < 6; i++) bytes = await tar([`t${i}.tar`, bytes]);
    const { refused } = await read(save(await tar(['x', bytes], ['ok', 'ok'])));
    expect(refused).toEqual([
      { path: 'x/t5.tar/t4.tar/t3.tar', reason: 'not opened: more than 4 archives deep (limit: nesting)' },
    ]);
  });

  it('cuts a file, and ends the reading, at their limits', async () => {
    const archive = save(await tar(['a', 'x'.repeat(100)], ['b', 'y'.repeat(30)], ['c', 'z'.repeat(30)], ['d', 'd']));
    const one = await read(archive, { limits: { fileBytes: 40 } });
    expect(one.files).toEqual({ a: 'x'.repeat(40), b: 'y'.repeat(30), c: 'z'.repeat(30), d: 'd' });
    expect(one.refused).toEqual([{ path: 'a', reason: 'cut: longer than 40 bytes (limit: fileBytes)' }]);
    const all = await read(archive, { limits: { totalBytes: 120 } });
    expect(all.files).toEqual({ a: 'x'.repeat(100), b: 'y'.repeat(20) });
    expect(all.refused[0]?.reason).toContain('limit: totalBytes');
    const few = await read(archive, { limits: { entries: 3 } });
    expect(few.files).toEqual({ a: 'x'.repeat(100), b: 'y'.repeat(30) });
    expect(few.refused).toEqual([{ path: 'c', reason: expect.stringContaining('limit: entries') }]);
  });

  it('refuses a name that is too long', async () => {
    const { files, refused } = await read(save(await tar(['x/'.repeat(2000) + 'f', 'f'], ['ok', 'ok'])));
    expect(files).toEqual({ ok: 'ok' });
    expect(refused[0]?.reason).toBe('name longer than 1024 characters (limit: pathLength)');
    expect(refused[0]?.path.length).toBeLessThan(400);
  });

  it('does not gather an endless long name in memory', async () => {
    const header = (await tar(['n', 'x'])).subarray(0, 512);
    header.write('L', 156, 'latin1');
    header.write('77777777777', 124, 'latin1');
    header.fill(' ', 148, 156);
    let sum = 0;
    for (const byte of header) sum += byte;
    header.write(sum.toString(8).padStart(6, '0') + '\0 ', 148, 'latin1');
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield await tar(['ok', 'ok']).then((bytes) => bytes.subarray(0, 1024));
      yield header;
      for (let i = 0; i < 10_000; i++) yield Buffer.alloc(1 << 20, 'n');
      throw new Error('read to the end');
    }
    const { files, refused } = await read('-', { stdin: endless() });
    expect(files).toEqual({ ok: 'ok' });
    expect(refused[0]?.reason).toContain('no file in 16777216 bytes');
  });
});

describe('broken input', () => {
  it('keeps what a truncated archive still holds', async () => {
    // Random text, so that the cut falls inside the second file.
    const big = randomBytes(300_000).toString('hex');
    const bytes = gzipSync(await tar(['first', 'whole'], ['second', big], ['third', 'lost']));
    const { files, refused } = await read(save(bytes.subarray(0, bytes.length / 2), 'half.tgz'));
    expect(files['first']).toBe('whole');
    expect(files['second']?.length).toBeGreaterThan(200_000);
    expect(big.startsWith(files['second'] ?? '?')).toBe(true);
    expect(Object.keys(files)).toEqual(['first', 'second']);
    const got = files['second']?.length ?? 0;
    expect(refused).toEqual([
      { path: 'half.tgz', reason: expect.stringMatching(/^the archive ends early \(truncated gzip\)/) },
      { path: 'second', reason: `cut: the archive ends early, ${got} of 600000 bytes are there` },
    ]);
  });

  it('gives every byte before the break, wherever it is', async () => {
    const archive = await tar(['a', 'x'.repeat(2000)], ['b', 'y'.repeat(1500)]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 513, max: archive.length }), async (length) => {
        const { files } = await read('-', { stdin: stdin(archive.subarray(0, length), 333) });
        expect(files['a']).toBe('x'.repeat(Math.min(2000, length - 512)));
        const b = length - (512 + 2048 + 512);
        if (b >= 0) expect(files['b']).toBe('y'.repeat(Math.min(1500, b)));
        else expect(files['b']).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('lists a wrong checksum and keeps the data', async () => {
    const bytes = gzipSync('some text');
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
    const { files, refused } = await read(save(bytes, 'bad.gz'));
    expect(files).toEqual({ bad: 'some text' });
    expect(refused[0]?.reason).toMatch(/^the gzip stream is damaged \(incorrect data check\)/);
  });

  it('ends at a tar header with a wrong checksum', async () => {
    const archive = await tar(['a', 'a'], ['b', 'b']);
    archive[1024] = 0x7a;
    const { files, refused } = await read(save(archive, 'bad.tar'));
    expect(files).toEqual({ a: 'a' });
    expect(refused).toEqual([{ path: 'bad.tar', reason: expect.stringContaining('Invalid tar header') }]);
  });

  it.each([
    ['zip', Buffer.from('PK\u0003\u0004rest'), 'the zip archive ends early'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2]), 'truncated xz'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2]), 'the zstd stream ends early'],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0]), 'a 7z archive'],
    ['nothing', Buffer.alloc(0), 'the file is empty'],
  ])('says what %s is and what to do', async (name, bytes, words) => {
    const path = save(bytes, `bundle.${name}`);
    await expect(read(path)).rejects.toThrow(UserError);
    await expect(read(path)).rejects.toThrow(words);
    const beside = await read([path, save('ok', `ok-${name}`)]);
    expect(beside.files).toEqual({ [`ok-${name}`]: 'ok' });
    expect(beside.refused[0]?.reason).toContain(words);
  });

  it('throws one clear line when there is nothing', async () => {
    await expect(read(join(folder, 'none.tgz'))).rejects.toThrow(/none\.tgz: no such file or folder/);
    await expect(read([])).rejects.toThrow(UserError);
    mkdirSync(join(folder, 'void'), { recursive: true });
    await expect(read(join(folder, 'void'))).rejects.toThrow(/nothing to read in .*void: it holds no file/);
    await expect(read('/dev/null')).rejects.toThrow(/neither a file nor a folder/);
  });

  it('keeps empty files inside a bundle: an empty output is a fact', async () => {
    expect((await read(save(await tar(['events.txt', ''])))).files).toEqual({ 'events.txt': '' });
  });

  it('never writes', async () => {
    const path = save(gzipSync(await tar(['a', 'a'])), 'ro.tgz');
    const before = readFileSync(path);
    await read(path);
    expect(readFileSync(path)).toEqual(before);
  });
});
