import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord, shellWords } from '../../src/lib/shell-words.ts';

const words = (line: string): string[] => shellWords(line).map((t) => (t.operator ? `<${t.text}>` : t.text));

describe('shellWords', () => {
  it.each([
    [`a 'b c' "d \\"e" f\\ g`, ['a', 'b c', 'd "e', 'f g']],
    [`a --x='1 2'y ""`, ['a', '--x=1 2y', '']],
    ['a|b||c&&d;e&', ['a', '<|>', 'b', '<||>', 'c', '<&&>', 'd', '<;>', 'e', '<&>']],
    ['a >f 2>&1 2>/dev/null pod2', ['a', '<>>', 'f', '<2>&1>', '<2>>', '/dev/null', 'pod2']],
    [`a '|' b # c`, ['a', '|', 'b']],
    ['a#b', ['a#b']],
    [`a "b`, ['a', 'b']],
    ['', []],
  ])('%s', (line, wanted) => expect(words(line)).toEqual(wanted));
});

describe('shellWord', () => {
  it('leaves plain words alone', () => expect(shellWord('--image=a.b/c:1@2')).toBe('--image=a.b/c:1@2'));

  it('gives what a shell reads as this one word', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(shellWords(shellWord(text))).toEqual([{ text, operator: false }]);
      }),
    );
  });
});
