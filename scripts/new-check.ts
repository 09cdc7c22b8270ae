/** `npm run new-check -- 3 svc-something`: writes the check and its test, and brings the registry up to date. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [layer, id] = process.argv.slice(2);
const folder = readdirSync(join(root, 'src/checks')).find((name) => name.startsWith(`${layer ?? ''}-`));
if (
  layer === undefined ||
  !/^[1-5]$/.test(layer) ||
  id === undefined ||
  !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ||
  folder === undefined
) {
  console.error('usage: npm run new-check -- LAYER ID, for example: npm run new-check -- 3 svc-without-port');
  process.exit(2);
}
const check = join(root, 'src/checks', folder, `${id}.ts`);
const test = join(root, 'test/checks', folder, `${id}.test.ts`);
if (existsSync(check)) {
  console.error(`${check} exists already`);
  process.exit(2);
}
mkdirSync(dirname(test), { recursive: true });
writeFileSync(
  check,
  `import { defineCheck } from '../check.ts';

export default defineCheck({
  id: '${id}',
  layer: ${layer},
  title: 'TODO: true when it passes',
  failureTitle: 'TODO: true when it fails',
  why: 'TODO: why it matters.',
  fix: ['TODO: what to change.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  *run({ pods }, { snapshot }) {
    for (const pod of pods) {
      if (pod.status?.phase !== 'Failed') continue;
      yield {
        subject: snapshot.subject(pod),
        message: \`Pod \${pod.metadata.name} failed.\`,
        evidence: [snapshot.quote(pod, '/status/phase')],
      };
    }
  },
});
`,
);
writeFileSync(
  test,
  `import { expect, test } from 'vitest';
import check from '../../../src/checks/${folder}/${id}.ts';
import { aPod, run } from '../../build.ts';

test('fires', async () => {
  const { first } = await run(check, { objects: [aPod('web-0', { status: { phase: 'Failed' } })] });
  expect(first?.subject.name).toBe('web-0');
  expect(first?.evidence[0].text).toContain('Failed');
});

test('stays silent on a healthy look-alike', async () => {
  expect((await run(check, { objects: [aPod()] })).outcome).toBe('passed');
});

test('says so when it cannot know', async () => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});
`,
);
execFileSync('npm', ['run', '--silent', 'generate'], { cwd: root, stdio: 'inherit' });
console.log(
  `${check}\n${test}\nNow write the check, see its test fail once, and run: npx vitest run ${test.slice(root.length + 1)}`,
);
