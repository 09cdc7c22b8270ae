import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/multipath.ts';
import check from '../../../src/checks/5-node/disk-multipath-path-failed.ts';
import { run } from '../../build.ts';
import { collect, sniffs } from '../collect.ts';

const ALIAS = `mpathq (3600140500aa00bb00cc00dd00ee00ff0) dm-4 EXAMPLE ,DISK
size=20G features='1 queue_if_no_path' hwhandler='1 alua' wp=rw
|-+- policy='service-time 0' prio=50 status=active
| \`- 3:0:0:7 sdk 8:160 active ready running
\`-+- policy='service-time 0' prio=0 status=enabled
  |- 4:0:0:7 sdl 8:176 failed faulty offline
  \`- #:#:#:# -   #:#   failed undef unknown`;
const WWID = `3600a098000aabbccddeeff0011223344 dm-2 EXAMPLE,LUN
size=50G features='0' hwhandler='0' wp=rw
\`-+- policy='round-robin 0' prio=1 status=active
  \`- 5:0:0:1 sdc     8:32  active undef  unknown`;

test('knows the topology by its own words, with an alias and without', async () => {
  for (const text of [ALIAS, WWID]) expect(sniffs(parser, text)).toBe(true);
  expect(sniffs(parser, 'mpathq is a disk\nsize of it: 20G')).toBe(false);
  const { facts, unread } = await collect(parser, `${ALIAS}\n${WWID}`);
  expect(facts.hostValues?.map(({ topic, scope, key, value }) => `${topic} ${scope} ${key}: ${value}`)).toEqual([
    'multipath mpathq sdk: active ready running',
    'multipath mpathq sdl: failed faulty offline',
    'multipath mpathq -: failed undef unknown',
    'multipath 3600a098000aabbccddeeff0011223344 sdc: active undef unknown',
  ]);
  expect(unread).toEqual([]);
});

test('one dead path is a warning, none left is critical, and all well is silence', async () => {
  const found = async (text: string) => {
    const { facts } = await collect(parser, text, { node: 'node-1' });
    return (await run(check, { facts: { hostValues: facts.hostValues ?? [] } })).found;
  };
  expect(await found(ALIAS)).toMatchObject([
    {
      severity: 'warning',
      variant: 'some',
      message: '2 of 3 paths of multipath disk mpathq failed: sdl (failed faulty offline), - (failed undef unknown)',
    },
  ]);
  expect(await found(ALIAS.replace('active ready running', 'failed faulty running'))).toMatchObject([
    { severity: 'critical', variant: 'all', subject: { kind: 'Node', name: 'node-1' } },
  ]);
  expect(await found(WWID)).toEqual([]);
});
