import { describe, expect, it } from 'vitest';
import { editDistance, isTypo, looksLike, nearest } from '../../src/lib/near-miss.ts';

describe('editDistance', () => {
  it('counts single changes and swaps of neighbours', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
    expect(editDistance('fats', 'fast')).toBe(1);
    expect(editDistance('xfatsx', 'xfastx')).toBe(1);
  });
  it('looks at the first 128 letters', () => {
    expect(editDistance(`${'x'.repeat(128)}a`, `${'x'.repeat(128)}bc`)).toBe(0);
  });
});

describe('looksLike', () => {
  it('sees slips of the pen', () => {
    expect(looksLike('paymnts', 'payments')).toBe(true);
    expect(looksLike('ledger_api', 'ledger-api')).toBe(true);
    expect(looksLike('ledger-old', 'ledger')).toBe(true);
  });
  it('does not take other names for slips', () => {
    expect(looksLike('orders', 'payments')).toBe(false);
    expect(looksLike('web', 'api')).toBe(false);
    expect(looksLike('db', 'dc')).toBe(false);
  });
});

describe('nearest', () => {
  it('takes the closest, and nothing when nothing is close', () => {
    expect(nearest('ledger-ap', ['orders', 'ledger-api', 'ledger-api-v2'])).toBe('ledger-api');
    expect(nearest('shopping', ['orders', 'ledger'])).toBeUndefined();
    expect(nearest('ledger-api', ['ledger-apk', 'ledger-apc', 'ledger-apx'])).toBe('ledger-apc');
  });
  it('takes typing errors for hints, and never the word itself', () => {
    expect(nearest('fast-sdd', ['standard', 'fast-ssd'], isTypo)).toBe('fast-ssd');
    expect(nearest('GPU_Type', ['gpu-type', 'gpu'], isTypo)).toBe('gpu-type');
    expect(nearest('pdo', ['node', 'pod'], isTypo)).toBe('pod');
    expect(nearest('ssd', ['hdd', 'nvme'], isTypo)).toBeUndefined();
    expect(nearest('ssd', ['ssd'], isTypo)).toBeUndefined();
    expect(nearest('a', ['b', 'c'], isTypo)).toBeUndefined();
  });
});
