import { expect, test } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';
import type { Examined, Found } from '../../src/checks/engine.ts';
import { walk } from '../../src/diagnosis/path.ts';
import { snapshotOf } from '../build.ts';

const check = builtInChecks.find((one) => one.layer === 5);
const finding = (id: string, severity: Found['severity']): Found =>
  ({ id, check, severity, state: 'current', title: id, evidence: [{ file: 'f', text: 't' }] }) as unknown as Found;
const examined: Examined = { outcomes: [], found: [] };

test('a cause that is an information by itself makes its layer the cause, and is told first', async () => {
  const snapshot = await snapshotOf({});
  const [loud, quiet, other] = [finding('loud', 'critical'), finding('quiet', 'info'), finding('other', 'info')];
  const at = (roots: readonly Found[]) => walk(examined, [loud, quiet, other], roots, snapshot)[4];
  expect(at([quiet])).toMatchObject({ verdict: 'cause', seen: 'quiet; loud' });
  expect(at([])).toMatchObject({ verdict: 'symptoms', seen: 'loud' });
});
