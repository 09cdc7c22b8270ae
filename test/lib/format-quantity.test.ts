import { describe, expect, it } from 'vitest';
import { formatAmount, formatByteQuantity, formatCores } from '../../src/lib/format-quantity.ts';

describe('quantities in words', () => {
  it('are as people write them', () => {
    expect(formatByteQuantity(1.5 * 2 ** 30)).toBe('1.5Gi');
    expect(formatByteQuantity(512)).toBe('512');
    expect(formatCores(0.25)).toBe('250m');
    expect(formatCores(1.095)).toBe('1.095');
    expect(formatCores(0)).toBe('0');
  });
  it('go by the name of the resource', () => {
    expect(formatAmount('requests.memory', 2 ** 31)).toBe('2Gi');
    expect(formatAmount('limits.cpu', 0.5)).toBe('500m');
    expect(formatAmount('nvidia.com/gpu', 4)).toBe('4');
    expect(formatAmount('hugepages-2Mi', 2 ** 21)).toBe('2Mi');
  });
});
