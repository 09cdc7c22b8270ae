/**
 * Xid errors of the NVIDIA driver: what the numbers mean and what to do. Classes and actions as in NVIDIA's Xid
 * catalogue (2025-10) and as mirrored by leptonai/gpud; the wording is ours.
 */
import { append } from '../../lib/group-by.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import { busKey } from './gpu.ts';
import { byMachine, machineOf } from './node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/** The check that reports a number. */
export type XidClass =
  | 'gpu-xid-application'
  | 'gpu-xid-reset-required'
  | 'gpu-xid-48-dbe'
  | 'gpu-xid-63-remap-pending'
  | 'gpu-xid-64-remap-failure'
  | 'gpu-xid-94-contained'
  | 'gpu-xid-54-power'
  | 'gpu-xid-79-off-bus'
  | 'gpu-xid-nvlink'
  | 'gpu-xid-154-recovery-action'
  | 'gpu-xid-unknown';

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

const CLASSES: readonly (readonly [XidClass, readonly number[]])[] = [
  [
    'gpu-xid-application',
    [
      // The application's own fault, or a notice that means nothing alone.
      8,
      11,
      13,
      25,
      31,
      32,
      37,
      38,
      39,
      40,
      41,
      43,
      44,
      45,
      60,
      66,
      67,
      68,
      69,
      70,
      71,
      72,
      75,
      76,
      77,
      ...range(80, 86),
      88,
      89,
      92,
      93,
      ...range(96, 107),
      121,
      ...range(126, 135),
      137,
      139,
      141,
      152,
      153,
      160,
      161,
    ],
  ],
  ['gpu-xid-reset-required', [46, 62, 95, 109, 110, 119, 120, 136, 140, 143, 155, 156, 158]],
  ['gpu-xid-48-dbe', [48, 171, 172]],
  ['gpu-xid-63-remap-pending', [63]],
  ['gpu-xid-64-remap-failure', [64, 157]],
  ['gpu-xid-94-contained', [94]],
  ['gpu-xid-54-power', [54]],
  ['gpu-xid-79-off-bus', [79, 167]],
  ['gpu-xid-nvlink', [74, ...range(144, 150)]],
  ['gpu-xid-154-recovery-action', [154]],
];
const CLASS_OF = new Map(CLASSES.flatMap(([name, numbers]) => numbers.map((number) => [number, name] as const)));

export function xidClass(xid: number): XidClass {
  return CLASS_OF.get(xid) ?? 'gpu-xid-unknown';
}

const MEANINGS: Readonly<Record<number, string>> = {
  8: 'a GPU channel timed out',
  13: 'graphics engine exception: the application accessed memory illegally or ran a bad kernel',
  25: 'invalid or corrupted command stream',
  31: 'GPU memory page fault: the application accessed an invalid address',
  32: 'invalid or corrupted push buffer stream',
  38: 'driver firmware error',
  43: 'GPU stopped processing: the channel was reset after an application error',
  44: 'graphics engine fault during context switch',
  45: 'preemptive clean-up: a consequence of an earlier error or of a killed application',
  46: 'the GPU stopped processing',
  48: 'double-bit ECC error: GPU memory could not be corrected',
  54: 'auxiliary power of the card is not connected',
  61: 'internal micro-controller breakpoint or warning',
  62: 'internal micro-controller halt',
  63: 'ECC page retirement or row remapping was recorded',
  64: 'ECC page retirement or row remapping failed',
  68: 'video processor exception',
  69: 'graphics engine class error',
  74: 'NVLink error',
  79: 'the GPU has fallen off the bus',
  92: 'high rate of single-bit ECC errors',
  94: 'contained ECC error: only the application that met it is hit',
  95: 'uncontained ECC error: all applications on the GPU are hit',
  109: 'context switch timeout',
  110: 'security fault',
  119: 'the GPU firmware (GSP) did not answer an RPC in time',
  120: 'GPU firmware (GSP) error',
  136: 'link training failed',
  137: 'NVLink privilege error',
  140: 'ECC error that was not recovered',
  143: 'GPU initialisation failed',
  144: 'NVLink: SAW error',
  145: 'NVLink: RLW error',
  146: 'NVLink: TLW error',
  147: 'NVLink: TREX error',
  148: 'NVLink: NVLPW_CTRL error',
  149: 'NVLink: NETIR error',
  150: 'NVLink: MSE error',
  154: 'the driver changed its recommended recovery action',
  155: 'NVLink software defined error',
  156: 'resource retirement was recorded',
  157: 'resource retirement failed',
  158: 'GPU fatal timeout',
  167: 'PCIe fatal timeout',
  171: 'uncorrectable error in DRAM',
  172: 'uncorrectable error in SRAM',
};

export function xidMeaning(xid: number): string {
  return MEANINGS[xid] ?? 'see the Xid catalogue of NVIDIA';
}

/** Xids of one number on one card of one machine. */
export interface XidGroup {
  readonly xid: number;
  readonly node: string;
  readonly bus: string;
  readonly count: number;
  /** Names of the processes the driver blamed, at most a few. */
  readonly processes: readonly string[];
  readonly hits: readonly LogHit[];
  /** DCGM's word, where no kernel log has it. */
  readonly told?: Evidence;
  readonly since?: number;
}

/** The signature that recognises an Xid line. */
export const XID_SIGNATURE = 'gpu-xid';

/** All Xids of the kernel logs, folded by machine, card and number, in order of appearance; then what only DCGM says. */
export function xidGroups(snapshot: Snapshot): readonly XidGroup[] {
  const out: XidGroup[] = [];
  for (const [node, hits] of byMachine(snapshot, snapshot.hits(XID_SIGNATURE))) {
    const folded = new Map<string, LogHit[]>();
    for (const hit of hits) {
      const key = `${hit.groups['xid'] ?? ''}\u0000${busKey(hit.groups['bus'] ?? '')}`;
      append(folded, key, hit);
    }
    for (const group of folded.values()) {
      const [first] = group;
      const xid = Number(first?.groups['xid']);
      if (first === undefined || !Number.isInteger(xid)) continue;
      const times = group.flatMap((hit) => (hit.first.time === undefined ? [] : [hit.first.time]));
      out.push({
        xid,
        node,
        bus: first.groups['bus'] ?? '',
        count: group.reduce((sum, hit) => sum + hit.count, 0),
        processes: [
          ...new Set(group.flatMap((hit) => (hit.groups['process'] === undefined ? [] : [hit.groups['process']]))),
        ].slice(0, 3),
        hits: group,
        ...(times.length === 0 ? {} : { since: Math.min(...times) }),
      });
    }
  }
  for (const gpu of snapshot.facts('gpus')) {
    const { lastXid, busId, index, uuid } = gpu;
    if (lastXid === undefined) continue;
    const { xid, source } = lastXid;
    const node = machineOf(snapshot, gpu);
    if (out.some((group) => group.node === node && group.xid === xid)) continue;
    const bus = busId ?? (index === undefined ? (uuid ?? '') : String(index));
    out.push({ xid, node, bus, count: 1, processes: [], hits: [], told: source });
  }
  return out;
}
