import { describe, expect, it } from 'vitest';
import { inCidr, isLoopback, overlap, parseCidr, parseIp } from '../../src/lib/cidr.ts';

const inside = (ip: string, block: string) => inCidr(parseIp(ip)!, parseCidr(block)!);

describe('addresses and blocks', () => {
  it('reads IPv4 and IPv6, and refuses the rest', () => {
    expect(parseIp('10.0.0.1')).toEqual({ bits: 32, value: 0x0a000001n });
    expect(parseIp('::1')).toEqual({ bits: 128, value: 1n });
    expect(parseIp('::ffff:10.0.0.1')?.value).toBe(0xffff0a000001n);
    for (const bad of ['10.0.0', '10.0.0.256', '1::2::3', 'abc', '', '1:2:3']) expect(parseIp(bad)).toBeUndefined();
    expect(parseCidr('10.0.0.0/33')).toBeUndefined();
  });
  it('knows what lies in a block', () => {
    expect(inside('10.244.3.7', '10.244.0.0/16')).toBe(true);
    expect(inside('10.245.0.1', '10.244.0.0/16')).toBe(false);
    expect(inside('fd00::5', 'fd00::/64')).toBe(true);
    expect(inside('10.0.0.1', 'fd00::/64')).toBe(false);
    expect(inside('192.0.2.1', '0.0.0.0/0')).toBe(true);
  });
  it('knows overlaps and loopback', () => {
    expect(overlap(parseCidr('10.0.0.0/8')!, parseCidr('10.9.0.0/16')!)).toBe(true);
    expect(overlap(parseCidr('10.0.0.0/16')!, parseCidr('10.1.0.0/16')!)).toBe(false);
    expect(isLoopback('127.0.0.53')).toBe(true);
    expect(isLoopback('10.0.0.1')).toBe(false);
  });
});
