/** IP addresses and CIDR blocks, IPv4 and IPv6, as numbers. */

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}
export interface Cidr extends Address {
  readonly prefix: number;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function parseIpv6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  // The last two groups may be written as IPv4.
  const last = (right.length > 0 ? right : left).at(-1);
  if (last?.includes('.')) {
    const v4 = parseIpv4(last);
    if (v4 === undefined) return undefined;
    (right.length > 0 ? right : left).splice(-1, 1, (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16));
  }
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...left, ...Array.from({ length: missing }, () => '0'), ...right]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

/** An address without prefix length, or undefined. */
export function parseIp(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { bits: 32, value: v4 };
  const v6 = text.includes(':') ? parseIpv6(text) : undefined;
  return v6 === undefined ? undefined : { bits: 128, value: v6 };
}

/** `10.0.0.0/8`; a bare address is a block of one. Host bits are cleared. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefixText, ...more] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || more.length > 0) return undefined;
  const prefix = prefixText === undefined ? ip.bits : Number(prefixText);
  if (prefixText !== undefined && (!/^\d{1,3}$/.test(prefixText) || prefix > ip.bits)) return undefined;
  const shift = BigInt(ip.bits - prefix);
  return { bits: ip.bits, value: (ip.value >> shift) << shift, prefix };
}

/** True when the address lies in the block. */
export function inCidr(ip: Address, cidr: Cidr): boolean {
  return (
    ip.bits === cidr.bits && ip.value >> BigInt(ip.bits - cidr.prefix) === cidr.value >> BigInt(cidr.bits - cidr.prefix)
  );
}

/** True when the blocks have an address in common: one contains the other. */
export function overlap(a: Cidr, b: Cidr): boolean {
  if (a.bits !== b.bits) return false;
  const shift = BigInt(a.bits - Math.min(a.prefix, b.prefix));
  return a.value >> shift === b.value >> shift;
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(text: string): boolean {
  const ip = parseIp(text);
  if (ip === undefined) return false;
  return ip.bits === 32 ? ip.value >> 24n === 127n : ip.value === 1n;
}

/** Addresses that sites and clusters use inside: RFC 1918, carrier NAT, link-local, loopback, unique local (v6). */
const INSIDE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].map((text) => parseCidr(text));

export const isInside = (ip: Address): boolean => INSIDE.some((block) => block !== undefined && inCidr(ip, block));
