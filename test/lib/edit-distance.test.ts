import { describe, expect, it } from 'vitest';
import { editDistance, looksLike, nearest } from '../../src/lib/edit-distance.ts';

describe('editDistance', () => {
  it('counts single changes', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
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
});
