/** `--rules`: what users bring is used as it says, or refused in one line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRules } from '../src/rules.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubestrata-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'signatures.md'), 'utf8');
const good = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

/** The same as hits for a check: such an entry has no words of its own. */
const ofCheck = good
  .replace(/^  (?:layer|severity|confidence|title|failureTitle|why|fix|next):.*\n/gm, '')
  .replace('- id: ledger-closed', '- id: ledger-closed\n  check: x');

function rules(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test("the documentation's example is a rule, and every field is documented", async () => {
  const [rule, ...others] = await readRules([rules('good.yaml', good)]);
  expect(others).toEqual([]);
  expect(rule).toMatchObject({ id: 'ledger-closed', atLeast: 1 });
  for (const field of Object.keys(rule ?? {})) expect(page).toContain(`\`${field}\``);
});

test.each([
  ['an id that a check has', good.replace('ledger-closed', 'pod-unschedulable'), 'another check or signature has this'],
  ['an id that a signature has', good.replace('ledger-closed', 'kernel-boot'), 'another check or signature has this'],
  ['one id twice', good + good, 'ledger-closed: another check or signature has this id'],
  ['hits for a check, which would not read them', ofCheck, 'only a built-in'],
  ['an example that it does not hit', good.replace('posting 4711 refused', 'no'), 'does not hit its example: 2026'],
  ['an example that it must not hit', good.replace('INFO ledger', 'posting 1 refused: ledger'), 'hits what it should'],
  ['what is no list', 'id: x', 'is an array (a YAML list)'],
  ['a field that there is not', good.replace('why:', 'reason:'), 'ledger-closed: '],
  ['what is no YAML', '- id: [\n  x', 'bad.yaml'],
])('%s is refused in one line', async (_what, text, reason) => {
  const error = await readRules([rules('bad.yaml', text)]).then(
    () => undefined,
    (refused: unknown) => refused as Error,
  );
  expect(error).toMatchObject({ name: 'UserError' });
  expect(error?.message).toContain(reason);
  expect(error?.message).toMatch(/^[^\n]*bad\.yaml: [^\n]+$/);
});

test('a folder gives its YAML files in order, and one without any is refused', async () => {
  const many = join(folder, 'many');
  mkdirSync(many);
  writeFileSync(join(many, 'b.yml'), good.replace('ledger-closed', 'b'));
  writeFileSync(join(many, 'a.yaml'), good.replace('ledger-closed', 'a'));
  writeFileSync(join(many, 'README.md'), 'no rule');
  expect((await readRules([many])).map(({ id }) => id)).toEqual(['a', 'b']);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  await expect(readRules([empty])).rejects.toThrow('empty: no .yaml file in it');
  await expect(readRules([join(folder, 'nowhere')])).rejects.toThrow('no such file or folder of rules');
});
