import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/disk-health.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import { collect, sniffs } from '../collect.ts';

const ATA = `smartctl 7.2 2020-12-30 r5155 [x86_64-linux-5.15.0] (local build)

=== START OF READ SMART DATA SECTION ===
SMART overall-health self-assessment test result: PASSED

ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   002   002   010    Pre-fail  Always   FAILING_NOW 3920
194 Temperature_Celsius     0x0022   034   050   000    Old_age   Always       -       34 (Min/Max 18/50)
197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       8`;

const values = async (text: string, command?: string, file?: string) =>
  (
    await collect(parser, text, {
      ...(command === undefined ? {} : { command: parseCommand(command)! }),
      ...(file === undefined ? {} : { file }),
    })
  ).facts.hostValues?.map(({ topic, scope, key, value }) => `${topic} ${scope} ${key} ${value}`);

test('attributes of an ATA disk', async () => {
  expect(sniffs(parser, ATA)).toBe(true);
  expect(await values(ATA, 'sudo smartctl -a /dev/sdb')).toEqual([
    'smart /dev/sdb health PASSED',
    'smart /dev/sdb Reallocated_Sector_Ct 3920',
    'smart /dev/sdb failing Reallocated_Sector_Ct',
    'smart /dev/sdb Current_Pending_Sector 8',
  ]);
  expect((await values(ATA, undefined, 'nodes/n1/smartctl-sdc.txt'))?.[0]).toBe('smart /dev/sdc health PASSED');
});

test('NVMe, as smartctl and as nvme print it', async () => {
  const smartctl = `=== START OF SMART DATA SECTION ===
SMART overall-health self-assessment test result: FAILED!
- available spare has fallen below threshold

SMART/Health Information (NVMe Log 0x02)
Critical Warning:                   0x01
Temperature:                        38 Celsius
Available Spare:                    3%
Available Spare Threshold:          10%
Percentage Used:                    112%
Media and Data Integrity Errors:    1,204`;
  const facts = [
    'smart a disk health FAILED!',
    'smart a disk critical_warning 0x01',
    'smart a disk available_spare 3',
    'smart a disk available_spare_threshold 10',
    'smart a disk percentage_used 112',
    'smart a disk media_errors 1204',
  ];
  expect(await values(smartctl)).toEqual(facts);
  const nvme = `Smart Log for NVME device:nvme0n1 namespace-id:ffffffff
critical_warning			: 0
temperature				: 38 C
available_spare				: 100%
media_errors				: 0`;
  expect(await values(nvme)).toEqual([
    'smart /dev/nvme0n1 critical_warning 0',
    'smart /dev/nvme0n1 available_spare 100',
    'smart /dev/nvme0n1 media_errors 0',
  ]);
});

test('a disk that sleeps is unread', async () => {
  const { unread } = await collect(parser, 'smartctl 7.2 2020-12-30\n\nDevice is in STANDBY mode, exit(2)');
  expect(unread).toHaveLength(1);
});
