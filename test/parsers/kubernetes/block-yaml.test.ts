import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it, test } from 'vitest';
import { readBlockYaml } from '../../../src/parsers/kubernetes/block-yaml.ts';
import { loadYaml, valueOfWord } from '../../../src/parsers/kubernetes/yaml-schema.ts';

const read = (text: string) => readBlockYaml(text, valueOfWord);

/** Gives up, or gives what js-yaml gives. */
function expectTheSame(text: string): void {
  const fast = read(text);
  if (fast !== undefined) expect(fast.value, JSON.stringify(text)).toEqual(loadYaml(text));
}

/** As kubectl writes it: lists in their key's column, long texts folded, scripts with tabs in double quotes. */
const POD = `
  apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      checksum: "1234"
      notes: |
        first: line
          further in

        # third
      plain: a long text that goes on
        in the next line, and

        after an empty one
      script: "#!/bin/sh\\n\\techo \\"a\\" \\\\\\n\\techo a long line that is \\
        folded\\n\\t\\n"
      single: 'it''s: "quoted"

        and folded'
      stripped: |-
        no line end
    creationTimestamp: null
    labels:
      "8080": a
      8081: b
      'true': c
      .dotted: d
      k:{"type":"Ready"}: e
    name: web-0
  spec:
    containers:
    - args:
      - -c
      - 'a: b'
      - - nested
        - 2
      -
        name: below
      -
      env: []
      image: registry.example.com/web:1.0.3
      resources: {}
    hostPID: no
    mode: 0644
    size: 1.5
    time: 2026-01-02T03:04:05Z
    uid: 164de604-1097-419b-a1c3-10442c861b72
    empty:
    tilde: ~
    octal: 0o17
    hex: 0x1F`;

describe('readBlockYaml', () => {
  it('reads what kubectl writes as js-yaml does, and does not give up', () => {
    expect(read(POD)).toEqual({ value: loadYaml(POD) });
    expect(read(POD)?.value).toMatchObject({
      metadata: { annotations: { script: '#!/bin/sh\n\techo "a" \\\n\techo a long line that is folded\n\t\n' } },
      spec: { hostPID: false, mode: 0o644, size: 1.5, time: '2026-01-02T03:04:05Z', empty: null },
    });
  });

  test.each([
    ['a list at the top', '- a\n- b: 1\n  c:\n  - d\n-   e: 2\n      f\n'],
    ['a key that stands twice', 'a: 1\nb: 2\na: 3\n'],
    ['a literal that begins with empty lines', 'a: |\n\n  \n  x\n    \nb: 1\n'],
    ['an empty document after a key', 'a:\n'],
    ['words that look like ends', 'a: ---\nb: ...\nc: -\u00e4\n'],
    ['colons in words', 'a: b:c\nd: ::1\nurl: http://x/y\n'],
    ['spaces at the ends of lines', 'a: b  \nc:   \n  - d \n'],
    ['numbers of all kinds', 'a: +1\nb: 1e3\nc: .5\nd: 0b11\ne: -0\nf: 1_000\ng: .inf\nh: 08\n'],
  ])('reads %s', (_, text) => {
    expect(read(text)).toEqual({ value: loadYaml(text) });
  });

  test.each([
    ['comments', 'a: 1 # one\n'],
    ['comment lines', '# one\na: 1\n'],
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !!str 1\n'],
    ['flow collections', 'a: [1, 2]\n'],
    ['folded scalars', 'a: >\n  b\n'],
    ['literals that keep their end', 'a: |+\n  b\n\n'],
    ['literals with a column', 'a: |1\n  b\n'],
    ['tabs', 'a:\tb\n'],
    ['keys with a question mark', '? a\n: b\n'],
    ['merges', '<<: 1\n'],
    ['keys that stand for something else', 'yes: 1\n'],
    ['the prototype', '__proto__: 1\n'],
    ['several documents', 'a: 1\n---\nb: 2\n'],
    ['a scalar alone', 'a\n'],
    ['nothing', '\n \n'],
    ['what is broken', 'a: b: c\n'],
    ['an empty line after a line that is joined to the next', 'a: "b\\\n\n  c"\n'],
    ['a quote that does not end', 'a: "b\nc: d\n'],
    ['unequal columns', 'a: 1\n  b: 2\n'],
    ['escapes that JSON has not', 'a: "\\x41"\n'],
    ['very deep nesting', `${'- '.repeat(200)}a\n`],
  ])('gives up on %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('gives the same as js-yaml for whatever a program writes', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        'a b',
        'a: b',
        '- a',
        '#',
        "it's",
        'a\nb',
        'a\n\n b\n',
        '\ta',
        'yes',
        '0777',
        '1.5',
        'ä',
        '~',
      ),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[a-z '":#\\\n-]{0,60}$/),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.constantFrom<unknown>(true, false, null, 0, -1.5, 80, 1e21),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(word, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(-1, 20, 80), fc.boolean(), (object, lineWidth, level) => {
        expectTheSame(dump(object, { lineWidth, seqNoIndent: level }));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same as js-yaml, or up, for texts that somebody changed', () => {
    const bit = fc.constantFrom(
      ...'\n| |  |- |: |:|#| #|\'|"|\\|&a |*a|{}|[]|{|\t|---\n|...|? |>|-|.|0x1f|true|<<: |\n\n|\n   \n|no|_'.split(
        '|',
      ),
      '|',
      '|-',
    );
    const lines = POD.split('\n');
    const edit = fc.record({ at: fc.nat(1000), cut: fc.nat(3), bit: fc.option(bit, { nil: '' }) });
    fc.assert(
      fc.property(
        fc.nat(lines.length),
        fc.integer({ min: 1, max: 12 }),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (from, count, edits) => {
          let text = lines.slice(from, from + count).join('\n');
          for (const { at, cut, bit: added } of edits) {
            const i = at % (text.length + 1);
            text = text.slice(0, i) + added + text.slice(i + (added === '' ? cut : 0));
          }
          const fast = read(text);
          // What js-yaml refuses throws here.
          if (fast !== undefined) expect(fast.value, JSON.stringify(text)).toEqual(loadYaml(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('does not read a line again for each line before it', () => {
    const text = 'a\n'.repeat(200_000).replaceAll('a', '- plain');
    const start = performance.now();
    expect(read(text)?.value).toHaveLength(200_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
