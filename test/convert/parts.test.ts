import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive } from '../../src/convert/archive.ts';
import { argvOf } from '../../src/convert/argv.ts';
import { createNames, slugOf } from '../../src/convert/names.ts';
import { createSpool } from '../../src/convert/spool.ts';
import { commandOf } from '../../src/layouts/manifest.ts';
import { parseCommand } from '../../src/parsers/command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-parts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a command as an argument list', () => {
  it.each([
    ['kubectl get pods -n shop', ['kubectl', 'get', 'pods', '-n', 'shop']],
    ['sudo df -h', ['sudo', 'df', '-h']],
    [`kubectl get pods -l 'app in (a, b)'`, ['kubectl', 'get', 'pods', '-l', 'app in (a, b)']],
    ['kubectl get pods | grep web', ['sh', '-c', 'kubectl get pods | grep web']],
    ['journalctl -u kubelet > k.log', ['sh', '-c', 'journalctl -u kubelet > k.log']],
  ])('%s', (text, argv) => {
    const command = parseCommand(text)!;
    expect(argvOf(command)).toEqual(argv);
    const again = commandOf(argvOf(command));
    expect([again?.tool, again?.words, again?.flags]).toEqual([command.tool, command.words, command.flags]);
  });
});

describe('names', () => {
  it('two files of one name are told apart before the ending', () => {
    const name = createNames();
    expect(['a/b.log', 'a/b.log', 'a/b.log', 'a.d/b', 'a.d/b'].map(name)).toEqual([
      'a/b.log',
      'a/b~2.log',
      'a/b~3.log',
      'a.d/b',
      'a.d/b~2',
    ]);
  });
  it('a command in a name is short and plain', () => {
    expect(slugOf(`kubectl get pods -n "../../etc" -l 'x=1' ${'a'.repeat(500)}`)).toMatch(
      /^kubectl-get-pods-n-.{1,42}$/,
    );
    expect(slugOf('../..')).toBe('');
  });
});

describe('the spool', () => {
  it('gives back what was put in, in any order, also while it is still written', async () => {
    const spool = createSpool(join(folder, 'spool'));
    const big = Buffer.alloc(3_000_000, 'abcdefg');
    spool.append(Buffer.from('first'));
    spool.append(big);
    expect(await spool.text({ offset: 0, length: 5 })).toBe('first');
    spool.append(Buffer.from('last'));
    expect(await spool.text({ offset: 5 + big.length, length: 4 })).toBe('last');
    let size = 0;
    for await (const part of spool.bytes({ offset: 5, length: big.length })) size += part.length;
    expect([size, spool.size()]).toEqual([big.length, big.length + 9]);
    spool.close();
  });
});

describe('the archive', () => {
  const file = (path: string, text: string) => ({
    path,
    size: text.length,
    bytes: async function* () {
      yield Buffer.from(text);
    },
  });
  it('is the same for the same files, at any time of day', async () => {
    const files = [file('a.txt', 'one'), file(`${'long/'.repeat(40)}b.txt`, 'two')];
    await writeArchive(createWriteStream(join(folder, '1.tgz')), files, 1_772_366_400_123);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeArchive(createWriteStream(join(folder, '2.tgz')), files, 1_772_366_400_123);
    expect(readFileSync(join(folder, '1.tgz')).equals(readFileSync(join(folder, '2.tgz')))).toBe(true);
    expect(gunzipSync(readFileSync(join(folder, '1.tgz'))).toString('latin1')).toContain('two');
  });

  it('fails with the disk’s own words', async () => {
    await expect(writeArchive(createWriteStream(join(folder, 'none', 'a.tgz')), [file('a', 'one')], 0)).rejects.toThrow(
      /ENOENT/,
    );
    await expect(writeArchive(createWriteStream('/dev/full'), [file('a', 'x'.repeat(1_000_000))], 0)).rejects.toThrow(
      /ENOSPC/,
    );
    const noise = Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) % 4294967291).join('');
    await expect(writeArchive(createWriteStream('/dev/full'), [file('a', noise), file('b', noise)], 0)).rejects.toThrow(
      /ENOSPC/,
    );
  });
});
