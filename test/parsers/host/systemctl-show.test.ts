import { expect, test } from 'vitest';
import { collect, sniffs } from '../collect.ts';
import parser from '../../../src/parsers/host/systemctl-show.ts';

test('properties, one block per unit', async () => {
  const text = `Id=kubelet.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
UnitFileState=enabled
Result=exit-code
ExecMainCode=1
ExecMainStatus=255
NRestarts=312
StateChangeTimestamp=Tue 2025-03-04 10:11:12 UTC

Id=containerd.service
LoadState=loaded
ActiveState=active
SubState=running
ExecMainCode=0
ExecMainStatus=0`;
  expect(sniffs(parser, text)).toBe(true);
  const { facts } = await collect(parser, text);
  expect(facts.units).toMatchObject([
    {
      unit: 'kubelet.service',
      active: 'activating',
      sub: 'auto-restart',
      result: 'exit-code',
      exitCode: 255,
      restarts: 312,
    },
    { unit: 'containerd.service', active: 'active', sub: 'running' },
  ]);
  expect(facts.units?.[1]).not.toHaveProperty('exitCode');
});

test('list-units --failed, full and empty', async () => {
  const failed = `  UNIT                        LOAD   ACTIVE SUB    DESCRIPTION
● nvidia-persistenced.service loaded failed failed NVIDIA Persistence Daemon
1 loaded units listed.`;
  expect(sniffs(parser, failed)).toBe(true);
  expect((await collect(parser, failed)).facts.units).toMatchObject([
    { unit: 'nvidia-persistenced.service', active: 'failed' },
  ]);
  const none = await collect(parser, '0 loaded units listed.');
  expect(none.facts.units).toBeUndefined();
  expect(none.facts.hostValues).toMatchObject([{ topic: 'systemd', key: 'listed-units', value: '0' }]);
  expect((await collect(parser, 'hello')).unread).toHaveLength(1);
});
