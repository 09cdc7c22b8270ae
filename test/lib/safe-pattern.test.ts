import { describe, expect, it } from 'vitest';
import { compileSafePattern } from '../../src/lib/safe-pattern.ts';

describe('compileSafePattern', () => {
  it.each([
    ['(a+)+$', 'nested quantifiers'],
    ['(?:x[^y]*)*z', 'nested quantifiers'],
    ['(?<name>\\w+\\s?)*', 'nested quantifiers'],
    ['((a*)b){3,}', 'nested quantifiers'],
    ['(a|aa)+$', 'repeated alternation'],
    ['(\\w)\\1', 'back-references'],
    ['.*a.*b.*c.*d.*e.*f.*g', 'wide quantifiers'],
    ['x'.repeat(501), '501 characters'],
    ['(unclosed', 'Unterminated group'],
  ])('refuses %s', (source, reason) => {
    expect(() => compileSafePattern(source)).toThrow(reason);
  });

  it.each([
    ['Xid \\((?:PCI:)?(?<bus>[0-9a-f:.]+)\\): (?<xid>\\d+)', 'Xid (PCI:0000:3b:00): 79'],
    ['(?:a|b)?c{2,3}[+*)(]', 'acc('],
    ['"took":"(?<took>[^"]+)".*expected', '"took":"1s","expected'],
    ['(?:read|dial) (?<proto>udp|tcp) (?:\\d{1,3}\\.){3}\\d+', 'read udp 10.0.0.1'],
  ])('compiles %s', (source, text) => {
    expect(compileSafePattern(source).test(text)).toBe(true);
  });
});
