import type { Evidence } from '../../parsers/records.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
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
    const nodes = new Map<
      string,
      {
        evidence: Evidence[];
        words: Set<string>;
        why: Set<string>;
        unsupported: Set<string>;
        pods: Map<string, Ref>;
        init: number;
      }
    >();
    const at = (node: string) => {
      const known = nodes.get(node) ?? {
        evidence: [],
        words: new Set<string>(),
        why: new Set<string>(),
        unsupported: new Set<string>(),
        pods: new Map<string, Ref>(),
        init: 0,
      };
      nodes.set(node, known);
      return known;
    };
    for (const failure of toolFailures) {
      if (!/nvidia/.test(failure.tool) || !NOT_LOADED.test(failure.message)) continue;
      const entry = at(machineOf(snapshot, failure));
      entry.evidence.push(failure.source);
      entry.words.add(`${failure.tool}: ${failure.message.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
    }
    for (const hit of [...snapshot.hits('gpu-driver-not-loaded'), ...snapshot.hits('gpu-driver-not-probed')]) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.push(...snapshot.evidenceOf(hit));
      const told = snapshot.subjectOfLog(hit.origin);
      if (told.kind === 'Pod')
        entry.pods.set(told.name, {
          kind: 'Pod',
          name: told.name,
          ...(told.namespace === undefined ? {} : { namespace: told.namespace }),
        });
      const { text } = hit.first;
      const probed = NOT_PROBED.exec(text);
      const { words, code } = INIT.exec(text)?.groups ?? {};
      if (words !== undefined) entry.why.add(words);
      else if (/RmInitAdapter|rm_init_adapter/.test(text)) {
        entry.init += hit.count;
        if (code !== undefined) entry.why.add(`code ${code}`);
      } else if (BAD_STATE.test(text)) entry.why.add('the GPU is in a bad state and may need a reset');
      else if (RESET.test(text))
        entry.words.add(`a GPU must be reset: ${parseLogLine(text).message.slice(0, 160).trim()}`);
      else if (probed !== null)
        entry.words.add(
          probed[1] === 'failed'
            ? `the driver failed on ${probed[2]} GPUs when it was loaded`
            : `the driver did not get ${probed[2]} GPUs: another driver (nouveau, vfio-pci, a vGPU host driver) holds them`,
        );
      else if (entry.words.size === 0) entry.words.add(parseLogLine(text).message.slice(0, 200).trim());
    }
    for (const hit of snapshot.hits('gpu-card-unsupported')) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.unshift(...snapshot.evidenceOf(hit));
      entry.unsupported.add(
        `${(hit.groups['card'] ?? '').replaceAll(/(?:\\x0a)?NVRM: /g, ' ').trim()}${besideHits([hit], OF_CARD)}`,
      );
    }
    for (const [node, { evidence, words, why, init, unsupported, pods }] of nodes) {
      if (unsupported.size > 0) {
        const [first, ...rest] = evidence;
        if (first === undefined) continue;
        yield {
          subject: snapshot.named('Node', node, { node }),
          variant: 'card-unsupported',
          title: 'The NVIDIA driver does not support the card',
          message: `On ${node} the driver does not support a card: ${[...unsupported].join('; ')}`,
          evidence: [first, ...rest],
          fix: [
            'Install the driver release that supports the card (legacy releases for old cards; the closed kernel modules for cards before Turing, which have no GSP; the GRID driver for virtual GPUs)',
          ],
        };
        continue;
      }
      if (init > 0 || (why.size > 0 && words.size === 0))
        words.add(
          `the driver could not start a GPU (RmInitAdapter failed${init > 1 ? `, ${init} times` : ''}${[...why].map((one) => `; ${one}`).join('')})`,
        );
      // Cards that answer now: what failed was another card or an earlier start.
      const working = gpus.filter((gpu) => gpu.fault === undefined && machineOf(snapshot, gpu) === node);
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: init > 0 ? 'init-failed' : 'not-loaded',
        message: `On ${node} ${[...words].join('; ')}${working.length === 0 ? '' : `; ${working.length} GPUs answer`}`,
        evidence: [first, ...rest],
        related: [...pods.values()],
      };
    }
  },
});
