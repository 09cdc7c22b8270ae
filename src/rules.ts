/** Users' own signatures (`--rules`): YAML files in the format of src/signatures, or folders of them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { builtInChecks } from './checks/all.ts';
import { UserError } from './lib/user-error.ts';
import { wrongExamples } from './signatures/examples.ts';
import { parseSignatureExamples } from './signatures/file.ts';
import { signatures as builtIn } from './signatures/registry.ts';
import type { Signature } from './signatures/signature.ts';

/**
 * Reads all rules, files in code-point order. Throws a UserError: a rule that is silently left out, or that does not do
 * what its examples say, would look like health.
 */
export async function readRules(paths: readonly string[]): Promise<readonly Signature[]> {
  const taken = new Set([...builtInChecks, ...builtIn].map(({ id }) => id));
  const out: Signature[] = [];
  for (const file of paths.flatMap(filesOf))
    for (const { signature, examples } of entriesOf(file)) {
      const { id } = signature;
      const wrong = [
        ...(taken.has(id) ? ['another check or signature has this id'] : []),
        ...('check' in signature ? ['check: only a built-in signature can be read by a check'] : []),
        ...(examples === undefined ? [] : await wrongExamples(signature, examples)),
      ];
      if (wrong.length > 0) throw new UserError(`${file}: ${id}: ${wrong.join('; ')}`);
      taken.add(id);
      out.push(signature);
    }
  return out;
}

function filesOf(path: string): readonly string[] {
  let names: readonly string[];
  try {
    if (!statSync(path).isDirectory()) return [path];
    names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    throw new UserError(`${path}: no such file or folder of rules`);
  }
  if (names.length === 0) throw new UserError(`${path}: no .yaml file in it`);
  return [...names].sort().map((name) => join(path, name));
}

function entriesOf(file: string): ReturnType<typeof parseSignatureExamples> {
  try {
    return parseSignatureExamples(readFileSync(file, 'utf8'), file);
  } catch (error) {
    // What is wrong with YAML is drawn below the first line.
    throw new UserError((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '');
  }
}
