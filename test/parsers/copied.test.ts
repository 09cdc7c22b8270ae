import { describe, expect, it, test } from 'vitest';
import copied from '../../src/parsers/copied.ts';
import { collect, sniffs } from './collect.ts';

const WINDOW = `┌─ Logs(shop/web-0) ─────────────────────┐
│ Traceback (most recent call last):     │
│   File "/app/main.py", line 3          │
│ ModuleNotFoundError: No module named x │
└────────────────────────────────────────┘`;

test('the text inside, with the lines of the file', async () => {
  expect(sniffs(copied, WINDOW)).toBe(true);
  const { texts } = await collect(copied, WINDOW);
  expect(texts.map(({ origin, lines }) => [origin.firstLine, lines])).toEqual([
    [
      1,
      [
        '',
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 3',
        'ModuleNotFoundError: No module named x',
        '',
      ],
    ],
  ]);
});

test('a tree, a table of another tool and a log are none', () => {
  expect(sniffs(copied, 'shop\n├── web\n└── db\n')).toBe(false);
  expect(sniffs(copied, '| NAME | READY |\n| web  | 1/1   |\n')).toBe(false);
  expect(sniffs(copied, 'a line\n│ quoted\nanother\n')).toBe(false);
});

/** The text that is left when the traces are off. */
async function plain(text: string): Promise<string | undefined> {
  if (!sniffs(copied, text)) return undefined;
  return (await collect(copied, text)).texts[0]?.lines.join('\n');
}

const ROWS = 'NAME      READY   STATUS    RESTARTS   AGE\nweb-7f6c  0/1     Pending   0          4m';
const EVENT = '  Warning  Failed  2m  kubelet  Error: secret "db" not found, value <none> & more';

const DESCRIBED = 'Name:       web-0\nNamespace:  shop\nContainers:\n  web:\n    Image:  shop/web:1';
const numbered = (by: string) =>
  DESCRIBED.split('\n')
    .map((line, i) => `${i + 1}`.padStart(6) + by + line)
    .join('\n');

describe('a text out of a web page, a mail or a word processor', () => {
  it.each([
    ['blanks that keep their width', ROWS.replaceAll(' ', '\u00a0'), ROWS],
    ['every second blank', ROWS.replaceAll('  ', ' \u00a0'), ROWS],
    ['places where a line may break', ROWS.replaceAll('/', '/\u200b'), ROWS],
    ['turned quotation marks', EVENT.replace('"db"', '\u201cdb\u201d'), EVENT],
    [
      'the source of a page',
      EVENT.replace('&', '&amp;').replaceAll('"', '&quot;').replace('<none>', '&lt;none&gt;'),
      EVENT,
    ],
    ['a block of code', ROWS.replaceAll(/^/gm, '    '), ROWS],
    ['a block of code with tabs', `\t${EVENT.slice(2)}\n\n\t  more`, `${EVENT.slice(2)}\n\n  more`],
    ['numbers of lines', numbered('\t'), DESCRIBED],
    ['numbers of lines as grep writes them', numbered(':'), DESCRIBED],
    ['numbers of lines in an editor', numbered(' | '), DESCRIBED],
    [
      'numbers of lines, padded',
      DESCRIBED.split('\n')
        .map((line, i) => `${i + 9}`.padEnd(4) + line)
        .join('\n'),
      DESCRIBED,
    ],
    ['the file in front', DESCRIBED.replaceAll(/^/gm, 'out/pod.txt:'), DESCRIBED],
    ['a file without an ending in front', DESCRIBED.replaceAll(/^/gm, '/var/log/messages:'), DESCRIBED],
    ['the file and the number in front', numbered(':').replaceAll(/^ */gm, 'out/pod.txt:'), DESCRIBED],
    ['marks of code on every line', DESCRIBED.replaceAll(/^(.*)$/gm, '`$1`'), DESCRIBED],
    ['lines that set it apart', `----------\n${DESCRIBED}\n----------`, `\n${DESCRIBED}\n`],
    ['a title', `=== pod.txt ===\n${DESCRIBED}`, `\n${DESCRIBED}`],
    ['a quotation', ROWS.replaceAll(/^/gm, '> '), ROWS],
    ['a quotation in the source of a page', ROWS.replaceAll(/^/gm, '&gt; '), ROWS],
    ['a quotation with such blanks', ROWS.replaceAll(/^/gm, '> ').replaceAll(' ', '\u00a0'), ROWS],
  ])('%s', async (_what, text, expected) => expect(await plain(text)).toBe(expected));

  it.each([
    ['a log that holds one such blank', `${'a line of a log\n'.repeat(9)}price: 5\u00a0EUR`],
    ['marks that the program prints itself', 'cannot open \u2018a\u2019\nmsg="\u201cquoted\u201d" level="error"'],
    ['the entry of a container', '    State:          Waiting\n      Reason:       CrashLoopBackOff\n  Other:'],
    ['an escaped text inside of a log', 'level=info msg="body: &lt;html&gt;"'],
    ['a prompt', '> kubectl get pods\nNo resources found\n> kubectl get nodes\nNo resources found'],
    ['numbers that do not count', '3 nodes\n1 pod\n2 claims'],
    ['lines of several files', 'a.txt:1: begins\nb.txt:2: goes on\nc.txt:3: ends'],
    ['the source of the program', 'main.go:1: begins\nmain.go:2: goes on\nmain.go:3: ends'],
    ['a heading that is a command', '=== kubectl get pods ===\nNo resources found'],
    ['the beginning of a journal', '-- Logs begin at Sun 2026-03-01 --\nMar 01 10:00:00 node-1 kubelet[1]: started'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    ['a document of YAML', '---\nkind: Pod'],
    ['an address', 'GET /search?a=1&lt=2 <none>'],
  ])('%s is left alone', async (_what, text) => expect(await plain(text)).toBeUndefined());
});
