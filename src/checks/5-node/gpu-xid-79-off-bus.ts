import { groupBy } from '../../lib/group-by.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { defineCheck } from '../check.ts';
import { xidCheck } from './xid-check.ts';

const byXid = xidCheck({
  id: 'gpu-xid-79-off-bus',
  title: 'Every GPU is on the PCI bus',
  failureTitle: 'A GPU has fallen off the bus (Xid 79)',
  why: 'The driver cannot reach the card over PCI Express any more: power, heat, seating or the card itself. Every program on it fails.',
  fix: [
    'Drain {node} and power-cycle it (a warm reboot is often not enough)',
    'Check power (Xid 54), temperatures, PCIe errors, seating; replace the card on repeat',
  ],
  next: ['lspci -vvs {bus}', 'journalctl -k | grep -i -E "aer|pcieport|NVRM"', 'ipmitool sel elist | tail'],
  severity: 'critical',
});

/** At probe time the driver says which card it is one or two lines before. */
const CARD = /NVRM: .{0,40}\bGPU (?:at )?(?:PCI:)?(?<bus>[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.\d)?)/;

/** Xid 79, and the driver's other words for the same: at probe time and from tools there is no Xid. */
export default defineCheck({
  ...byXid,
  reads: [...byXid.reads, 'gpu-off-bus'],
  needs: [],
  needsAny: ['kernelLogs', 'hostLogs'],
  wants: [],
  *run(facts, context) {
    const { snapshot } = context;
    const told = new Set<string>();
    for (const draft of byXid.run(facts, context)) {
      told.add(draft.subject.name);
      yield draft;
    }
    const byNode = groupBy(snapshot.hits('gpu-off-bus'), (hit) => {
      const node = gpuNodeOf(snapshot, hit);
      return told.has(node) ? undefined : node;
    });
    for (const [node, hits] of byNode) {
      const [hit] = hits;
      if (hit === undefined) continue;
      const bus =
        hit.groups['bus']?.replace(/:$/, '') ??
        hit.groups['lspci'] ??
        [hit.first.text, ...(hit.first.around?.before ?? [])]
          .flatMap((line) => CARD.exec(line)?.groups?.['bus'] ?? [])
          .at(-1);
      // A tool that gets no handle for a card does not know why: off the bus, or passed through to a guest that cannot use it.
      const fell = hits.some(({ first }) => /fallen off the bus|GPU is lost|\(rev ff\)/.test(first.text));
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: fell ? 'no-xid' : 'no-handle',
        title: fell ? 'A GPU has fallen off the bus' : 'A GPU does not answer the driver',
        ...(fell
          ? {}
          : {
              fix: [
                'Read the kernel log (NVRM, Xid): a card that fell off the bus needs a power cycle of the machine',
                'In a virtual machine: look at the passthrough (hypervisor hidden from the driver, IOMMU group, BAR size)',
              ],
            }),
        message: `${bus === undefined ? 'A GPU' : `GPU ${bus}`} of ${node} ${fell ? 'has fallen off the bus' : 'does not answer'}: ${hit.first.text.trim().slice(0, 240)}`,
        evidence: snapshot.evidenceOf(hit),
        params: { bus: bus ?? 'BUS' },
      };
    }
  },
});
