import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';
import { subjectOfHit } from '../signature-check.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { bySubject, quotesOf, timing } from '../../snapshot/logs/hits.ts';

const FAILED =
  /(?:host["\\]{0,4}[=:]["\\ ]{0,4}(?<device>[0-9a-f:.]{7,13}).{0,160})?(?<reason>VFIO_MAP_DMA failed: [\w ]{3,60}|vfio [0-9a-f:.]{7,13}: (?:group \d{1,5} is not viable|failed to |error |no available|not found|cannot )[^"\\]{0,160}|(?:cold_plug_vfio= or )?hot_plug_vfio= port is not set for device:? \S{3,60}|Unknown device type vfio-\w{1,12}|[Ff]ailed to hot-?plug (?:VFIO|vfio) device[^\n]{0,120})/;

/** What Kata does not find: a port of its virtual PCI root for the device, or a guest that knows such devices. */
const KATA_FIX =
  'Kata: set hot_plug_vfio or cold_plug_vfio (root-port) in configuration.toml of the runtime, and use a guest image whose agent knows the device type';

const sentence = ({ device, reason }: Readonly<Record<string, string | undefined>>, who: string): string =>
  `A device${device === undefined ? '' : ` (${device})`} cannot be passed through to ${who}: ${reason ?? ''}`;

export default defineCheck({
  id: 'vfio-passthrough-failed',
  layer: 5,
  title: 'Devices can be passed through to virtual machines',
  failureTitle: 'A device cannot be passed through to a virtual machine (VFIO)',
  why: 'The virtual machine (KubeVirt, Kata) takes the device over with VFIO. All devices of its IOMMU group must be bound to vfio-pci (a graphics card brings its audio function along), the IOMMU must be on, and the memory of the guest must be lockable.',
  fix: [
    'Group not viable: bind all devices of the IOMMU group to vfio-pci (lspci -nnk shows who holds them), or use a slot with a group of its own',
    'VFIO_MAP_DMA, cannot allocate memory: raise the limit of locked memory of the launcher (its memory overhead), and look at what else the guest maps (large BARs)',
    KATA_FIX,
  ],
  next: ['lspci -nnk', 'ls -l /sys/kernel/iommu_groups/*/devices', 'dmesg -T | grep -iE "vfio|iommu|DMAR"'],
  severity: 'critical',
  confidence: 'high',
  reads: ['vfio-passthrough-failed'],
  needsAny: ['events', 'containerLogs', 'hostLogs', 'kernelLogs'],
  *run(_facts, { snapshot }) {
    for (const draft of toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern: FAILED,
      signature: [],
      message: sentence,
    }))
      yield draft;
    const told = new Set<string>();
    // virt-handler says it of the virtual machine, not of the pod.
    for (const event of snapshot.list('events').toReversed()) {
      const about = event.involvedObject;
      const groups = event.reason === 'SyncFailed' ? FAILED.exec(eventMessage(event))?.groups : undefined;
      const name = about?.name ?? '';
      if (groups === undefined || told.has(name)) continue;
      told.add(name);
      const namespace = about?.namespace ?? event.metadata?.namespace;
      yield {
        subject: snapshot.named(about?.kind ?? 'VirtualMachineInstance', name, { namespace }),
        message: sentence(groups, name === '' ? 'a virtual machine' : name),
        evidence: [snapshot.quoteEvent(event)],
      };
    }
    if (told.size > 0) return;
    for (const { subject, hits } of bySubject(snapshot.hits('vfio-passthrough-failed'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const evidence = quotesOf(hits);
      const groups = hits.find((hit) => hit.groups['device'] !== undefined)?.groups ?? hits[0]?.groups;
      if (evidence === undefined || groups === undefined) continue;
      yield {
        subject,
        message: sentence(groups, subject.kind === 'Pod' ? subject.name : 'a virtual machine'),
        evidence,
        ...timing(snapshot, hits),
      };
    }
  },
});
