/** Users' own signatures (`--rules`): YAML files in the format of src/signatures, or folders of them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSignatureFile } from './signatures/file.ts';
import type { Signature } from './signatures/signature.ts';

/** A rules file that cannot be used: one line with the file and what is wrong. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}

/** Reads all rules, files in code-point order. Throws RulesError: a rule that is silently left out would look like health. */
export function readRules(paths: readonly string[]): readonly Signature[] {
  const files = paths.flatMap((path) => {
    try {
      return statSync(path).isDirectory()
        ? readdirSync(path)
            .filter((name) => /\.ya?ml$/.test(name))
            .sort()
            .map((name) => join(path, name))
        : [path];
    } catch {
      throw new RulesError(`${path}: no such file or folder of rules`);
    }
  });
  return files.flatMap((file) => {
    try {
      return parseSignatureFile(readFileSync(file, 'utf8'), file);
    } catch (error) {
      throw new RulesError(error instanceof Error ? error.message : String(error));
    }
  });
}
