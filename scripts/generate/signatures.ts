/** The signatures of all YAML files as one table. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSignatureFile } from '../../src/signatures/file.ts';
import { HEADER, root, write } from './write.ts';

export function signatureTable(): void {
  const folder = join(root, 'src/signatures');
  const all = readdirSync(folder)
    .filter((f) => f.endsWith('.yaml'))
    .sort()
    .flatMap((f) => parseSignatureFile(readFileSync(join(folder, f), 'utf8'), f));
  write(
    'src/signatures/registry.ts',
    `${HEADER}import type { Signature } from './signature.ts';\n\nexport const signatures: readonly Signature[] = [\n${all.map((s) => `  ${JSON.stringify(s)},`).join('\n')}\n];\n`,
  );
}
