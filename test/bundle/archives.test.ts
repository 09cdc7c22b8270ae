import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, type OpenOptions } from '../../src/bundle/open.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function read(bytes: Buffer, options: OpenOptions & { piece?: number } = {}) {
  const bundle = await openBundle(['-'], { ...options, stdin: pieces(bytes, options.piece ?? 1 << 20) });
  const files: Record<string, string> = {};
  for await (const file of bundle.files) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.bytes) chunks.push(chunk);
    files[file.path] = Buffer.concat(chunks).toString('latin1');
  }
  return { files, refused: bundle.refused.map((r) => `${r.path}: ${r.reason}`) };
}

interface Member {
  readonly name: string;
  readonly content: Buffer | string;
  readonly stored?: boolean;
  /** Sizes and checksum behind the entry, as Go's archive/zip (talosctl, support-bundle-kit) writes them. */
  readonly descriptor?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
}

/** A zip, written by hand after APPNOTE.TXT; the index at the end is an empty one, nobody reads it. */
function zip(...members: Member[]): Buffer {
  const parts: Buffer[] = [];
  for (const member of members) {
    const content = Buffer.from(member.content);
    const packed = member.stored === true ? content : deflateRawSync(content);
    const sum = member.crc ?? crc32(content);
    const name = Buffer.from(member.name);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE((member.descriptor === true ? 8 : 0) | (member.flags ?? 0), 6);
    header.writeUInt16LE(member.method ?? (member.stored === true ? 0 : 8), 8);
    if (member.descriptor !== true) {
      header.writeUInt32LE(sum, 14);
      header.writeUInt32LE(packed.length, 18);
      header.writeUInt32LE(content.length, 22);
    }
    header.writeUInt16LE(name.length, 26);
    parts.push(header, name, packed);
    if (member.descriptor === true) {
      const after = Buffer.alloc(16);
      after.writeUInt32LE(0x08074b50, 0);
      after.writeUInt32LE(sum, 4);
      after.writeUInt32LE(packed.length, 8);
      after.writeUInt32LE(content.length, 12);
      parts.push(after);
    }
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([...parts, end]);
}

describe('zip', () => {
  const text = 'kernel: Out of memory\n'.repeat(5000);

  it('reads deflated and stored entries, with their sizes before or behind, wherever the stream is cut', async () => {
    const bytes = zip(
      { name: 'pods/', content: '', stored: true },
      { name: 'pods/a.log', content: text },
      { name: 'plain.txt', content: 'plain', stored: true },
      { name: 'go.log', content: text, descriptor: true },
      { name: 'empty.log', content: '', descriptor: true },
    );
    const expected = { 'pods/a.log': text, 'plain.txt': 'plain', 'go.log': text, 'empty.log': '' };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (piece) => {
        expect(await read(bytes, { piece })).toEqual({ files: expected, refused: [] });
      }),
      { numRuns: 20 },
    );
  });

  it('opens a zip in a zip whose packed bytes look like entries', async () => {
    // Random bytes do not pack: deflate stores them, and the inner signatures stand in the outer stream.
    const noise = randomBytes(200_000).toString('latin1');
    const inner = zip({ name: 'n1/logs/dmesg.log', content: Buffer.from(noise, 'latin1'), stored: true });
    const { files, refused } = await read(
      zip({ name: 'nodes/n1.zip', content: inner, descriptor: true }, { name: 'z', content: 'z' }),
    );
    expect(files['nodes/n1.zip/n1/logs/dmesg.log']).toBe(noise);
    expect(files['z']).toBe('z');
    expect(refused).toEqual([]);
  });

  it('gives every entry even when nobody reads the bytes', async () => {
    const bytes = zip(...['a', 'b', 'c'].map((name) => ({ name, content: text, descriptor: true })));
    const bundle = await openBundle(['-'], { stdin: pieces(bytes, 1000) });
    const names: string[] = [];
    for await (const file of bundle.files) names.push(file.path);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('refuses what it cannot read and goes on where it can', async () => {
    const { files, refused } = await read(
      zip(
        { name: '../up', content: 'x' },
        { name: 'secret', content: 'x', flags: 1 },
        { name: 'lzma', content: 'x', method: 14 },
        { name: 'wrong', content: 'text', crc: 7 },
        { name: 'win\\dir\\a.txt', content: 'w' },
        { name: 'unsized', content: 'x', stored: true, descriptor: true },
        { name: 'lost', content: 'x' },
      ),
    );
    expect(files).toEqual({ wrong: 'text', 'win/dir/a.txt': 'w' });
    expect(refused.map((line) => line.slice(0, 60))).toEqual(
      [
        '../up: name that leaves the bundle (..)',
        'secret: encrypted, not read: unpack it with its password and',
        'lzma: packed by zip method 14, which is not read: unpack it (',
        'wrong: its checksum is wrong: the text may be damaged',
        'unsized: stored without its size, not read: unpack it (unzip',
        'stdin: its size is not told, so nothing after it in this zip',
      ].map((line) => line.slice(0, 60)),
    );
  });

  it('keeps what a cut archive still holds, and stops a bomb', async () => {
    const big = randomBytes(300_000).toString('hex');
    const bytes = zip({ name: 'first', content: 'whole' }, { name: 'second', content: big });
    const cut = await read(bytes.subarray(0, bytes.length / 2));
    expect(cut.files['first']).toBe('whole');
    expect(big.startsWith(cut.files['second'] ?? '?')).toBe(true);
    expect(cut.files['second']?.length).toBeGreaterThan(200_000);
    expect(cut.refused[0]).toBe('second: cut: the archive ends early');
    const bomb = await read(zip({ name: 'bomb', content: Buffer.alloc(64 << 20) }));
    expect(bomb.files['bomb']?.length).toBeLessThan(30 << 20);
    expect(bomb.refused[0]).toMatch(/limit: ratio 200/);
  });
});

const has = (tool: string): boolean => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.each([
  ['xz', 'xz', 'truncated xz'],
  ['zstd', 'zst', 'zstd stream ends early'],
] as const)('%s', (tool, suffix, cutText) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubestrata-archives-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const pack = (content: Buffer | string): Buffer =>
    execFileSync(tool, ['-c', '-q'], { input: content, maxBuffer: 1 << 28 });
  const tarOf = (name: string, files: Record<string, Buffer | string>): Buffer => {
    const at = join(folder, name);
    mkdirSync(at);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(at, file), content);
    execFileSync('tar', ['-C', folder, '-cf', `${at}.tar`, name]);
    return readFileSync(`${at}.tar`);
  };

  it.skipIf(!has(tool))('reads a tar in it, one inside another, and a single file', async () => {
    const noise = randomBytes(200_000).toString('base64');
    const inner = pack(tarOf('in', { 'dmesg.log': noise }));
    const outer = pack(
      tarOf('out', { 'pods.json': '{}', [`sos.tar.${suffix}`]: inner, [`old.log.${suffix}`]: pack('old') }),
    );
    for (const piece of [1 << 20, 3333]) {
      const { files, refused } = await read(outer, { piece });
      expect(refused).toEqual([]);
      expect(Object.keys(files).sort()).toEqual(['out/old.log', 'out/pods.json', `out/sos.tar.${suffix}/in/dmesg.log`]);
      expect(files[`out/sos.tar.${suffix}/in/dmesg.log`] === noise).toBe(true);
    }
  });

  it.skipIf(!has(tool))('keeps what comes before a break, and stops a bomb', async () => {
    const noise = randomBytes(1 << 20).toString('base64');
    const packed = pack(noise);
    const cut = await read(packed.subarray(0, packed.length / 2));
    expect(noise.startsWith(cut.files['stdin'] ?? '?')).toBe(true);
    expect(cut.files['stdin']?.length).toBeGreaterThan(noise.length / 2 - 300_000);
    expect(cut.refused[0]).toContain(cutText);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, Math.floor(packed.length / 2), Math.floor(packed.length / 2) + 64);
    // The zstd decoder checks no sum: damage inside plain bytes shows in the text.
    if (tool === 'xz') expect((await read(damaged)).refused[0]).toContain('the xz stream is damaged');
    const bomb = await read(pack(Buffer.alloc(64 << 20)));
    expect(bomb.files['stdin']?.length ?? 0).toBeLessThan(30 << 20);
    expect(bomb.refused[0]).toMatch(/limit: ratio 200/);
  });
});
