import { describe, expect, test } from 'vitest';
import application from '../../../src/checks/5-node/gpu-xid-application.ts';
import contained from '../../../src/checks/5-node/gpu-xid-94-contained.ts';
import dbe from '../../../src/checks/5-node/gpu-xid-48-dbe.ts';
import capped from '../../../src/checks/5-node/gpu-power-capped.ts';
import eccMode from '../../../src/checks/5-node/gpu-ecc-mode.ts';
import ecc from '../../../src/checks/5-node/gpu-ecc-uncorrectable.ts';
import bus from '../../../src/checks/5-node/gpu-hardware-not-on-bus.ts';
import heat from '../../../src/checks/5-node/gpu-throttle-thermal.ts';
import lanes from '../../../src/checks/5-node/gpu-pcie-degraded.ts';
import nvlink from '../../../src/checks/5-node/gpu-nvlink-problem.ts';
import offBus from '../../../src/checks/5-node/gpu-xid-79-off-bus.ts';
import pages from '../../../src/checks/5-node/gpu-retired-pages.ts';
import peer from '../../../src/checks/5-node/gpu-peer-outlier.ts';
import pending from '../../../src/checks/5-node/gpu-xid-63-remap-pending.ts';
import powerCable from '../../../src/checks/5-node/gpu-xid-54-power.ts';
import power from '../../../src/checks/5-node/gpu-throttle-hw.ts';
import recovery from '../../../src/checks/5-node/gpu-xid-154-recovery-action.ts';
import remapFailed from '../../../src/checks/5-node/gpu-xid-64-remap-failure.ts';
import reset from '../../../src/checks/5-node/gpu-xid-reset-required.ts';
import rows from '../../../src/checks/5-node/gpu-remapped-rows.ts';
import unknown from '../../../src/checks/5-node/gpu-xid-unknown.ts';
import xidLink from '../../../src/checks/5-node/gpu-xid-nvlink.ts';
import { aNode, run } from '../../build.ts';

const kernel = (...messages: string[]) => ({
  logs: [
    {
      class: 'kernel' as const,
      origin: { node: 'gpu-1' },
      lines: messages.map((m, i) => `[${5000 + i}.113204] NVRM: ${m}`),
    },
  ],
});
const xid = (number: number, rest = "pid='<unknown>', name=<unknown>, text", card = '3b') =>
  `Xid (PCI:0000:${card}:00): ${number}, ${rest}`;
const checks = {
  application,
  contained,
  dbe,
  offBus,
  pending,
  powerCable,
  recovery,
  remapFailed,
  reset,
  unknown,
  xidLink,
};

describe('Xids', () => {
  test.each([
    [13, 'application', 'warning'],
    [31, 'application', 'warning'],
    [45, 'application', 'info'],
    [48, 'dbe', 'critical'],
    [54, 'powerCable', 'critical'],
    [62, 'reset', 'critical'],
    [63, 'pending', 'warning'],
    [64, 'remapFailed', 'critical'],
    [74, 'xidLink', 'critical'],
    [79, 'offBus', 'critical'],
    [94, 'contained', 'warning'],
    [95, 'reset', 'critical'],
    [109, 'reset', 'critical'],
    [119, 'reset', 'critical'],
    [154, 'recovery', 'critical'],
    [999, 'unknown', 'warning'],
  ] as const)('%d belongs to %s only', async (number, mine, severity) => {
    for (const [name, check] of Object.entries(checks)) {
      const { outcome, first } = await run(check, kernel(xid(number)));
      expect([name, outcome]).toEqual([name, name === mine ? 'failed' : 'passed']);
      if (name === mine)
        expect(first).toMatchObject({
          variant: `xid-${number}`,
          severity,
          subject: { kind: 'Node', name: 'gpu-1', node: 'gpu-1' },
        });
    }
  });

  test('a fault of a program in a long kernel log is a note', async () => {
    const boot = Array.from({ length: 60 }, (_, i) => `[    ${i}.000000] usb 1-1: new device number ${i}`);
    expect((await run(application, kernel(...boot, xid(31)))).first?.severity).toBe('info');
  });

  test('are counted by card and number, with the programs', async () => {
    const lines = Array.from({ length: 300 }, (_, i) =>
      xid(45, `pid=${i}, name=${i % 2 === 0 ? 'python' : 'worker'}, Ch 000000${i}`),
    );
    const { found, first } = await run(application, kernel(...lines, xid(45, 'pid=1, name=python, Ch 1', '81')));
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({ severity: 'warning' });
    expect(first?.message).toMatch(/Xid 45 .* GPU 0000:3b:00, 0000:81:00 of gpu-1, 301 times, in python, worker/);
  });

  test('echoes beside an Xid that condemns the card stay small', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => xid(45, `pid=${i}, name=python, Ch 000000${i}`));
    expect((await run(application, kernel(...lines, xid(62)))).first?.severity).toBe('info');
  });

  test('off the bus in other words', async () => {
    expect(
      (await run(offBus, kernel('GPU 0000:3b:00.0: GPU has fallen off the bus and is not responding to commands.')))
        .first,
    ).toMatchObject({ variant: 'no-xid' });
  });

  test('off the bus while the driver is loaded: the line before names the card', async () => {
    const lines = [
      '[    9.1] NVRM: The NVIDIA GPU 0000:5e:00.0',
      '               NVRM: (PCI ID: 10de:2330) installed in this system has',
      '               NVRM: fallen off the bus and is not responding to commands.',
    ];
    expect((await run(offBus, kernel(...lines))).first?.message).toContain('GPU 0000:5e:00.0 of');
  });

  test('a newer NVLink error that says it is not fatal', async () => {
    expect((await run(xidLink, kernel(xid(145, 'RLW Nonfatal XC1 i0 Link 05')))).first?.severity).toBe('warning');
  });

  test('the recovery was done', async () => {
    const text = 'GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)';
    expect((await run(recovery, kernel(xid(154, text)))).first).toMatchObject({ state: 'recovered' });
  });

  test('a quiet kernel log; none at all', async () => {
    expect((await run(reset, kernel('loading NVIDIA UNIX x86_64 Kernel Module  550.54.15'))).outcome).toBe('passed');
    expect((await run(reset, { objects: [aNode()] })).outcome).toBe('not-checked');
  });
});

const gpu = (over: object = {}, index = 0) => ({
  node: 'gpu-1',
  index,
  name: 'NVIDIA H100 80GB HBM3',
  uuid: `GPU-${index}`,
  busId: `00000000:${18 + index}:00.0`,
  driverVersion: '550.54.15',
  ...over,
});
const cards = (...list: object[]) => ({ facts: { gpus: list.map((over, i) => gpu(over, i)) } });

describe('counters', () => {
  test('uncorrectable errors', async () => {
    const { first } = await run(ecc, {
      objects: [
        aNode('gpu-1', { status: { capacity: { 'nvidia.com/gpu': '8' }, allocatable: { 'nvidia.com/gpu': '7' } } }),
      ],
      ...cards({ eccUncorrected: 0 }, { eccUncorrected: 1 }),
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { name: 'gpu-1' } });
    expect(first?.message).toMatch(
      /GPU 1 \(19:00\.0, NVIDIA H100 80GB HBM3\) has 1 uncorrectable ECC error .* 7 of its 8 nvidia\.com\/gpu/,
    );
    expect((await run(ecc, cards({ eccUncorrectedAggregate: 3 }))).first).toMatchObject({
      variant: 'aggregate',
      severity: 'info',
    });
  });
  test.each([
    [rows, { remappedRowsFailed: true }, 'critical'],
    [rows, { remappedRowsPending: true }, 'warning'],
    [rows, { remappedRowsUncorrectable: 2 }, 'info'],
    [pages, { retiredPagesPending: true }, 'warning'],
    [power, { throttleReasons: ['hw_power_brake_slowdown'] }, 'critical'],
    [heat, { throttleReasons: ['sw_thermal_slowdown'], temperatureC: 88 }, 'warning'],
    [lanes, { pcieLinkWidth: { current: 4, max: 16 } }, 'warning'],
    [lanes, { pcieLinkWidth: { current: 8, max: 16 } }, 'info'],
    [bus, { fault: 'GPU is lost' }, 'critical'],
  ])('%#: %j', async (check, over, severity) => {
    expect((await run(check, cards({}, over))).first).toMatchObject({
      severity,
      subject: { kind: 'Node', name: 'gpu-1' },
    });
  });
  test('healthy cards; none', async () => {
    const fine = {
      eccUncorrected: 0,
      remappedRowsFailed: false,
      remappedRowsPending: false,
      retiredPagesPending: false,
      throttleReasons: ['gpu_idle', 'sw_power_cap'],
      pcieLinkWidth: { current: 16, max: 16 },
    };
    for (const check of [ecc, rows, pages, power, heat, lanes, bus, peer]) {
      expect((await run(check, cards(fine, fine))).outcome).toBe('passed');
      expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
    }
  });
  test('nvidia-smi was run twice: one word on each card', async () => {
    const bad = gpu({ eccUncorrected: 1 });
    expect((await run(ecc, { facts: { gpus: [bad, bad] } })).first?.message.match(/GPU 0/g)).toHaveLength(1);
  });
});

test('the one card that is set up differently', async () => {
  const { first } = await run(
    peer,
    cards({ powerLimitW: 700 }, { powerLimitW: 700 }, { powerLimitW: 700 }, { powerLimitW: 350 }),
  );
  expect(first?.message).toMatch(/GPU 3 .* has powerLimitW 350 \(the others: 700\)/);
});

test('links: a card against its peers', async () => {
  const link = (card: number, n: number, value: string) => ({
    node: 'gpu-1',
    topic: 'nvlink',
    key: `GPU${card}.link${n}`,
    value,
  });
  const bad = [link(0, 0, '25 GB/s'), link(0, 1, '25 GB/s'), link(1, 0, '25 GB/s'), link(1, 1, '<inactive>')];
  expect((await run(nvlink, { facts: { hostValues: bad } })).first).toMatchObject({ variant: 'GPU1' });
  const bridged = [link(0, 0, '25 GB/s'), link(0, 1, '<inactive>'), link(1, 0, '25 GB/s'), link(1, 1, '<inactive>')];
  expect((await run(nvlink, { facts: { hostValues: bridged } })).outcome).toBe('passed');
});

describe('ECC mode', () => {
  const card = (index: number, eccMode?: string, name = 'NVIDIA A100-SXM4-80GB', over: object = {}) => ({
    node: 'gpu-1',
    index,
    busId: `0000:${index}0:00.0`,
    name,
    ...(eccMode === undefined ? {} : { eccMode }),
    ...over,
  });
  const judge = async (...gpus: ReturnType<typeof card>[]) => (await run(eccMode, { facts: { gpus } })).first;

  test('off on a card that is delivered with it', async () => {
    const first = await judge(card(0, 'Disabled'), card(1, 'Disabled'));
    expect(first).toMatchObject({ severity: 'info', variant: 'disabled', subject: { kind: 'Node', name: 'gpu-1' } });
    expect(first?.message).toContain('GPU 0 (00:00.0, NVIDIA A100-SXM4-80GB) has ECC Disabled');
  });
  test('off on one card of several, whatever the model', async () => {
    const model = 'NVIDIA RTX A6000';
    const first = await judge(...[0, 1, 2, 3].map((i) => card(i, i === 2 ? 'Disabled' : 'Enabled', model)));
    expect(first?.message).toContain('GPU 2 (20:00.0, NVIDIA RTX A6000) has ECC Disabled, unlike its peers');
  });
  test('a change that waits for a reset', async () => {
    expect(await judge(card(0, 'Enabled', undefined, { eccModePending: 'Disabled' }))).toMatchObject({
      variant: 'pending',
      message: expect.stringContaining('has ECC Enabled, after the next reset Disabled'),
    });
  });
  test.each([
    ['on', card(0, 'Enabled', undefined, { eccModePending: 'Enabled' })],
    ['a workstation card as delivered', card(0, 'Disabled', 'NVIDIA RTX A6000')],
    ['a consumer card that could', card(0, 'Disabled', 'NVIDIA GeForce RTX 4090')],
    ['a card that tells nothing', card(0)],
  ])('silent: %s', async (_, gpu) => {
    expect((await run(eccMode, { facts: { gpus: [gpu] } })).outcome).toBe('passed');
  });
});

describe('power limit', () => {
  const card = (powerLimitW: number, throttleReasons: readonly string[]) => ({
    node: 'gpu-1',
    index: 3,
    name: 'NVIDIA H100 80GB HBM3',
    powerLimitW,
    powerDefaultLimitW: 700,
    throttleReasons,
  });
  test('lowered, and the card is slowed down by it', async () => {
    const { first } = await run(capped, { facts: { gpus: [card(400, ['sw_power_cap'])] } });
    expect(first).toMatchObject({ severity: 'info', subject: { kind: 'Node', name: 'gpu-1' } });
    expect(first?.message).toContain('is at its power limit of 400 W (default 700 W)');
  });
  test.each([
    ['full load at the limit of delivery', card(700, ['sw_power_cap'])],
    ['lowered, and not reached', card(400, [])],
    ['slowed down for another reason', card(400, ['gpu_idle'])],
  ])('silent: %s', async (_, gpu) => {
    expect((await run(capped, { facts: { gpus: [gpu] } })).outcome).toBe('passed');
  });
});

test('a card whose own memory of settings is damaged', async () => {
  const { first } = await run(bus, { facts: { gpus: [{ busId: '0000:00:05.0', fault: 'infoROM is corrupted' }] } });
  expect(first).toMatchObject({ variant: 'inforom', severity: 'warning', title: 'A GPU has a corrupted infoROM' });
  expect(first?.message).toContain('00:05.0');
});

test('a card for which a tool gets no handle did not surely fall off the bus', async () => {
  const lines = [
    'Verifying Nvidia installation...',
    'Unable to determine the device handle for GPU 0000:00:07.0: Unknown Error',
  ];
  const { first } = await run(offBus, { logs: [{ class: 'container', origin: { pod: 'installer-0' }, lines }] });
  expect(first).toMatchObject({ variant: 'no-handle', title: 'A GPU does not answer the driver' });
  expect(first?.message).toMatch(/GPU 0000:00:07\.0 of .* does not answer: Unable to determine/);
});
