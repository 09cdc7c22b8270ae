/** Amounts in the notation of manifests (`1.5Gi`, `250m`), to be held against them; sizes in prose are in bytes.ts. */

/** At most `digits` decimals, without trailing zeros. */
const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** Bytes in the largest binary unit that keeps them at 1 or more: 1610612736 is `1.5Gi`. */
export function formatByteQuantity(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${trim(value, 2)}${BINARY[unit] ?? ''}`;
}

/** Cores: below one in millicores (`250m`), from one on as a number (`1.125`). */
export function formatCores(cores: number): string {
  return Math.abs(cores) < 1 && cores !== 0 ? `${trim(cores * 1000, 0)}m` : trim(cores, 3);
}

/** An amount of a resource by its name: `cpu` in cores, byte-sized ones in binary units, everything else as a number. */
export function formatAmount(name: string, amount: number): string {
  if (/(?:^|\.)cpu$/.test(name)) return formatCores(amount);
  return /(?:^|\.)(?:memory|storage|ephemeral-storage)$|^(?:limits\.|requests\.)?hugepages-/.test(name)
    ? formatByteQuantity(amount)
    : trim(amount, 3);
}
