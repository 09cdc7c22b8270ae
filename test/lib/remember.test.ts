import { describe, expect, it } from 'vitest';
import { remember } from '../../src/lib/remember.ts';

describe('remember', () => {
  it('asks once for each text, also when there is no answer', () => {
    const asked: string[] = [];
    const lengthOf = remember((text) => {
      asked.push(text);
      return text === '' ? undefined : text.length;
    });
    expect([lengthOf('ab'), lengthOf(''), lengthOf('ab'), lengthOf('')]).toEqual([2, undefined, 2, undefined]);
    expect(asked).toEqual(['ab', '']);
  });

  it('forgets, so that hostile texts do not fill the memory', () => {
    let asked = 0;
    const same = remember((text) => {
      asked++;
      return text;
    });
    for (let i = 0; i < 5000; i++) same(String(i));
    expect(same('4999')).toBe('4999');
    expect(asked).toBe(5000);
    expect(same('0')).toBe('0');
    expect(asked).toBe(5001);
  });
});
