import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/vfio-passthrough-failed.ts';
import { anEvent, run } from '../../build.ts';

const vmi = { kind: 'VirtualMachineInstance', name: 'render' };

test('a group that somebody else holds a part of, from the event', async () => {
  const words =
    'server error. command SyncVMI failed: "LibvirtError(Code=1, Message=\'internal error: qemu unexpectedly closed the monitor: 2026-03-01T11:58:00Z qemu-kvm: -device vfio-pci,host=0000:3b:00.0,id=ua-gpu1,bus=pci.6: vfio 0000:3b:00.0: group 12 is not viable\\nPlease ensure all devices within the iommu_group are bound to their vfio bus driver.\')"';
  const { first } = await run(check, { objects: [anEvent(vmi, 'SyncFailed', words)] });
  expect(first?.message).toMatch(/\(0000:3b:00\.0\).*vfio 0000:3b:00\.0: group 12 is not viable/);
});

test('memory that cannot be mapped, from the log of the launcher', async () => {
  const line =
    '{"component":"virt-launcher","level":"error","msg":"Failed to start","reason":"virError(Message=\'qemu-kvm: -device {\\"driver\\":\\"vfio-pci\\",\\"host\\":\\"0000:3b:00.0\\",\\"id\\":\\"ua-gpu1\\"}: VFIO_MAP_DMA failed: Cannot allocate memory\')"}';
  const { first } = await run(check, {
    logs: [{ class: 'container', origin: { namespace: 'vms', pod: 'virt-launcher-render-x2x5v' }, lines: [line] }],
  });
  expect(first?.message).toMatch(/\(0000:3b:00\.0\).*VFIO_MAP_DMA failed: Cannot allocate memory$/);
});

test('a device that is taken over', async () => {
  const lines = ['[    9.1] vfio-pci 0000:3b:00.0: enabling device (0000 -> 0003)'];
  expect((await run(check, { logs: [{ class: 'kernel', lines }] })).outcome).toBe('passed');
});
