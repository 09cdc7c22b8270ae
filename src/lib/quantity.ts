/** Kubernetes quantities: a decimal number with an optional binary, decimal or exponent suffix. */
import { remember } from './remember.ts';

const FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  K: 1e3, // not in the API's grammar, but people and other tools write it
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}))(?:[eE]([+-]?\d{1,3})|([numkKMGTPE]|[KMGTPE]i)?)$/;

/**
 * A quantity in base units (cores, bytes, pieces): `250m` is 0.25, `1Gi` is 1073741824, `1e3` is 1000.
 * Undefined for anything else (`<unknown>`, `40%`). Beyond 2^53 the result is the nearest double.
 */
export const parseQuantity = remember((text: string): number | undefined => {
  const match = QUANTITY.exec(text.trim());
  if (match === null) return undefined;
  const exponent = match[2];
  const value = exponent === undefined ? Number(match[1]) : Number(`${match[1]}e${exponent}`);
  const factor = FACTOR[match[3] ?? ''] ?? 1;
  // Dividing keeps decimal fractions exact where multiplying by 0.001 does not (`100m` must be 0.1).
  const result = factor < 1 ? value / Math.round(1 / factor) : value * factor;
  return Number.isFinite(result) ? result : undefined;
});

/** `85%` is 85; undefined without the sign, and for `<unknown>`. */
export function parsePercent(text: string): number | undefined {
  const match = /^([+-]?\d{1,20}(?:\.\d{1,20})?)%$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]);
}
