import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/keepalived-holds-broken.ts';
import { run } from '../../build.ts';

const log = (...lines: string[]) => ({
  logs: [
    { class: 'host' as const, lines: lines.map((line) => `Mar 01 10:00:00 gate-1 Keepalived_vrrp[900]: ${line}`) },
  ],
});
const FAILED = 'VRRP_Script(check_api) failed (exited with status 7)';

test('the machine leads although its script fails', async () => {
  const { first } = await run(check, log(FAILED, '(VI_REEF) Entering MASTER STATE'));
  expect(first?.message).toContain('check_api');
});

test.each([
  ['it passes again', [FAILED, '(VI_REEF) Entering MASTER STATE', 'VRRP_Script(check_api) succeeded']],
  ['it gives the address away', ['(VI_REEF) Entering MASTER STATE', FAILED, '(VI_REEF) Entering FAULT STATE']],
  ['it was a backup all the time', [FAILED, '(VI_REEF) Entering BACKUP STATE (init)']],
])('%s; none', async (_name, lines) => {
  expect((await run(check, log(...lines))).found).toEqual([]);
});
