import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/disk-raid-degraded.ts';
import parser from '../../../src/parsers/host/software-raid.ts';
import { run } from '../../build.ts';
import { collect, sniffs } from '../collect.ts';

const MDSTAT = `Personalities : [raid1] [raid6] [raid5] [raid4]
md2 : active raid5 sdd1[4](S) sdc1[2] sdb1[1](F) sda1[0]
      1953258496 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [U_U]
      [=>...................]  recovery =  8.4% (82037120/976629248) finish=71.2min speed=209300K/sec

md0 : active (auto-read-only) raid1 sdb2[1] sda2[0]
      523264 blocks super 1.2 [2/2] [UU]

md5 : inactive nvme1n1p1[1](S)
      976629248 blocks super 1.2

unused devices: <none>`;
const DETAIL = `/dev/md/root:
           Version : 1.2
        Raid Level : raid1
             State : clean, degraded, recovering
    Rebuild Status : 31% complete

    Number   Major   Minor   RaidDevice State
       2       8       33        0      spare rebuilding   /dev/sdc1
       1       8       17        1      active sync   /dev/sdb1
       -       0        0        2      removed`;

const facts = async (text: string) => (await collect(parser, text, { node: 'node-1' })).facts.hostValues ?? [];

test('reads /proc/mdstat and mdadm --detail', async () => {
  expect(sniffs(parser, MDSTAT)).toBe(true);
  expect(sniffs(parser, DETAIL)).toBe(true);
  expect(sniffs(parser, '/dev/sda:\n Timing buffered disk reads: 412 MB')).toBe(false);
  expect((await facts(MDSTAT)).map(({ scope, key, value }) => `${scope} ${key}: ${value}`)).toEqual([
    'md2 state: active',
    'md2 level: raid5',
    'md2 member.sdd1: spare',
    'md2 member.sdc1: active sync',
    'md2 member.sdb1: faulty',
    'md2 member.sda1: active sync',
    'md2 here: 2 of 3',
    'md2 rebuild: 8.4%',
    'md0 state: active',
    'md0 level: raid1',
    'md0 member.sdb2: active sync',
    'md0 member.sda2: active sync',
    'md0 here: 2 of 2',
    'md5 state: inactive',
    'md5 member.nvme1n1p1: spare',
  ]);
  expect((await facts(DETAIL)).map(({ scope, key, value }) => `${scope} ${key}: ${value}`)).toEqual([
    'md/root level: raid1',
    'md/root state: clean, degraded, recovering',
    'md/root rebuild: 31%',
    'md/root member.sdc1: spare rebuilding',
    'md/root member.sdb1: active sync',
  ]);
});

test('says which array misses which member, and whether it is being rebuilt', async () => {
  const found = async (text: string) =>
    (await run(check, { facts: { hostValues: await facts(text) } })).found.map(({ severity, message }) => [
      severity,
      message,
    ]);
  expect(await found(MDSTAT)).toEqual([
    ['warning', 'Software RAID md2 (raid5) has 2 of 3 members; sdb1 is faulty; it is being rebuilt (8.4%)'],
    ['critical', 'Software RAID md5 is inactive'],
  ]);
  expect(await found(DETAIL)).toEqual([
    [
      'warning',
      'Software RAID md/root (raid1) is clean, degraded, recovering; sdc1 is spare rebuilding; it is being rebuilt (31%)',
    ],
  ]);
});
