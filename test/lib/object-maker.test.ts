import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { objectMaker } from '../../src/lib/object-maker.ts';

it('makes plain empty objects', () => {
  const Made = objectMaker();
  const made = new Made();
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  expect(Reflect.ownKeys(made)).toEqual([]);
  made['a'] = 1;
  expect(made).toStrictEqual({ a: 1 });
  expect(new Made()).toStrictEqual({});
});

it('needs less memory than literals that grow', () => {
  // In a process of its own: the collector must be at hand, and nothing else may allocate.
  const program = `
    import { objectMaker } from ${JSON.stringify(new URL('../../src/lib/object-maker.ts', import.meta.url).href)};
    const size = (make) => {
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      const all = Array.from({ length: 100000 }, () => {
        const one = make();
        for (const key of 'abcde') one[key] = true;
        return one;
      });
      globalThis.gc();
      return all.length && process.memoryUsage().heapUsed - before;
    };
    const Made = objectMaker();
    const literal = size(() => ({}));
    console.log(size(() => new Made()) < literal * 0.85);`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', program];
  expect(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }).trim()).toBe('true');
});
