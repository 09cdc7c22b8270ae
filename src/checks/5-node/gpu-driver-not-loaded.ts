import { entryOf } from '../../lib/group-by.ts';
import { plural } from '../../lib/in-words.ts';
import type { Evidence, LogHit, ToolFailure } from '../../parsers/records.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** What the driver says it stumbled over, beside the code. */
const INIT = /RmInitAdapter: (?<words>[^\n]{3,80})|RmInitAdapter failed! (?<code>\([0-9a-fx:]{5,40}\))/i;
const BAD_STATE = /bad state and may need to be reset/;
const RESET = /Reset required/;
/** Cards that the driver did not get: somebody else has them, or the driver does not know them. */
const NOT_PROBED = /probe routine (was not called|failed) for (\d{1,4}) device/;
/** The sentence stands on several lines: which card, and which release. */
const OF_CARD =
  /NVIDIA GPU [0-9a-f:.]{7,13} \(PCI ID: [0-9a-f:]{4,9}\)|NVIDIA [\d.]{3,12} driver release|because it does not include.{0,40}/;
const NOT_LOADED =
  /couldn['’]?t communicate with the NVIDIA driver|No devices were found|Driver Not Loaded|no NVIDIA GPU|Insufficient Permissions/i;

export default defineCheck({
  id: 'gpu-driver-not-loaded',
  layer: 5,
  title: 'The NVIDIA driver runs the GPUs',
  failureTitle: 'The NVIDIA driver is not loaded or cannot run the GPU',
  why: 'No driver module in the kernel (missing after a kernel update, not built), or the driver cannot start the card (RmInitAdapter failed: firmware, power, seating, defect).',
  fix: [
    'Not loaded: install or rebuild the driver for the running kernel of {node} (dkms autoinstall, matching headers), then modprobe nvidia',
    'RmInitAdapter failed: power-cycle {node}; if it stays, reseat or replace the card; check the BIOS (large BARs, IOMMU)',
  ],
  next: ['lsmod | grep nvidia', 'dmesg | grep -i NVRM | tail', 'lspci -nn -d 10de:', 'uname -r; dkms status'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-driver-not-loaded', 'gpu-driver-not-probed', 'gpu-card-unsupported'],
  needsAny: ['toolFailures', 'kernelLogs', 'gpus'],
  wants: ['gpus'],
  *run({ toolFailures, gpus }, { snapshot }) {
    for (const [node, trouble] of troubles(snapshot, toolFailures)) {
      const evidence = evidenceIn(trouble.evidence);
      if (evidence === undefined) continue;
      const about = { subject: snapshot.named('Node', node, { node }), evidence };
      if (trouble.unsupported.size > 0) {
        yield {
          ...about,
          ...UNSUPPORTED,
          message: `On ${node} the driver does not support a card: ${[...trouble.unsupported].join('; ')}`,
        };
        continue;
      }
      // Cards that answer now: what failed was another card or an earlier start.
      const working = gpus.filter((gpu) => gpu.fault === undefined && machineOf(snapshot, gpu) === node);
      yield {
        ...about,
        variant: trouble.init > 0 ? 'init-failed' : 'not-loaded',
        message: `On ${node} ${[...trouble.words, ...startWords(trouble)].join('; ')}${working.length === 0 ? '' : `; ${plural(working.length, 'GPU')} answer`}`,
        related: [...trouble.pods.values()],
      };
    }
  },
});

const UNSUPPORTED = {
  variant: 'card-unsupported',
  title: 'The NVIDIA driver does not support the card',
  fix: [
    'Install the driver release that supports the card (legacy releases for old cards; the closed kernel modules for cards before Turing, which have no GSP; the GRID driver for virtual GPUs)',
  ],
} as const;

/** What is told of the driver of one machine. */
interface Trouble {
  readonly evidence: Evidence[];
  /** Clauses of the message. */
  readonly words: Set<string>;
  /** Why a card could not be started. */
  readonly why: Set<string>;
  /** Cards that the driver does not support. */
  readonly unsupported: Set<string>;
  /** Pods whose logs tell of it. */
  readonly pods: Map<string, Ref>;
  /** How often a card was not started. */
  init: number;
}

const noTrouble = (): Trouble => ({
  evidence: [],
  words: new Set(),
  why: new Set(),
  unsupported: new Set(),
  pods: new Map(),
  init: 0,
});

/** What tools and logs tell of the driver, by machine. */
function troubles(snapshot: Snapshot, toolFailures: readonly ToolFailure[]): ReadonlyMap<string, Trouble> {
  const nodes = new Map<string, Trouble>();
  const at = (node: string): Trouble => entryOf(nodes, node, noTrouble);
  for (const failure of toolFailures) {
    if (!/nvidia/.test(failure.tool) || !NOT_LOADED.test(failure.message)) continue;
    const { evidence, words } = at(machineOf(snapshot, failure));
    evidence.push(failure.source);
    words.add(`${failure.tool}: ${failure.message.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
  }
  for (const hit of [...snapshot.hits('gpu-driver-not-loaded'), ...snapshot.hits('gpu-driver-not-probed')]) {
    const trouble = at(gpuNodeOf(snapshot, hit));
    trouble.evidence.push(...snapshot.evidenceOf(hit));
    const told = snapshot.subjectOfLog(hit.origin);
    if (told.kind === 'Pod') trouble.pods.set(told.name, refTo('Pod', told.namespace, told.name));
    readLine(trouble, hit);
  }
  for (const hit of snapshot.hits('gpu-card-unsupported')) {
    const { evidence, unsupported } = at(gpuNodeOf(snapshot, hit));
    evidence.unshift(...snapshot.evidenceOf(hit));
    const card = (hit.groups['card'] ?? '').replaceAll(/(?:\\x0a)?NVRM: /g, ' ').trim();
    unsupported.add(`${card}${besideHits([hit], OF_CARD)}`);
  }
  return nodes;
}

/** Adds what a line of the kernel or of a program says. */
function readLine(trouble: Trouble, { first: { text }, count }: LogHit): void {
  const { words, why } = trouble;
  const { words: reason, code } = INIT.exec(text)?.groups ?? {};
  const [, failed, cards] = NOT_PROBED.exec(text) ?? [];
  if (reason !== undefined) why.add(reason);
  else if (/RmInitAdapter|rm_init_adapter/.test(text)) {
    trouble.init += count;
    if (code !== undefined) why.add(`code ${code}`);
  } else if (BAD_STATE.test(text)) why.add('the GPU is in a bad state and may need a reset');
  else if (RESET.test(text)) words.add(`a GPU must be reset: ${parseLogLine(text).message.slice(0, 160).trim()}`);
  else if (cards !== undefined)
    words.add(
      failed === 'failed'
        ? `the driver failed on ${cards} GPUs when it was loaded`
        : `the driver did not get ${cards} GPUs: another driver (nouveau, vfio-pci, a vGPU host driver) holds them`,
    );
  else if (words.size === 0) words.add(parseLogLine(text).message.slice(0, 200).trim());
}

/** That a card could not be started, and why; nothing where no line says so. */
function startWords({ init, why, words }: Trouble): readonly string[] {
  if (init === 0 && (why.size === 0 || words.size > 0)) return [];
  const times = init > 1 ? `, ${init} times` : '';
  return [
    `the driver could not start a GPU (RmInitAdapter failed${times}${[...why].map((one) => `; ${one}`).join('')})`,
  ];
}
