import { expect, it } from 'vitest';
import { intern, internAscii, mix, ownText } from '../../src/lib/intern.ts';

it('gives the same text in memory of its own, whatever is in it', () => {
  for (const text of [
    '',
    'short',
    'ordinary words and more',
    'ключ и ещё слова',
    'half a pair \ud83d and more',
    '"\\\n\u2028',
  ])
    expect(ownText(`before ${text} after`.slice(7, 7 + text.length))).toBe(text);
});

it('gives one copy for texts and for bytes', () => {
  for (const text of ['web-0', 'a-longer-name-of-a-node.example.com', 'x'.repeat(300), '']) {
    const bytes = Buffer.from(text);
    let hash = 0;
    for (const byte of bytes) hash = mix(hash, byte);
    expect(intern(text)).toBe(text);
    expect(internAscii(bytes, 0, bytes.length, hash)).toBe(text);
  }
});
