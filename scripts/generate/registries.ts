/** Registries of static imports, so that one bundled file works. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, writeCode } from './write.ts';

/** All `.ts` files under a folder, in code-point order. */
function modules(folder: string): string[] {
  const found: string[] = [];
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.ts')) found.push(path);
    }
  };
  walk(join(root, folder));
  return found;
}

/** `kubelet-down.ts` → `kubeletDown`; folders make it unique. */
function identifier(path: string): string {
  const words = path
    .replace(/\.ts$/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Imports every default and every named export that is made by the definer, `defineCheck` for example. */
export async function registry(
  folder: string,
  exported: string,
  type: string,
  definer: string,
  typeFrom: string,
): Promise<void> {
  const base = join(root, folder);
  const entries = modules(folder).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const file = relative(base, path);
    const found: { file: string; name: string; clause: string }[] = [];
    if (new RegExp(`^export default ${definer}\\(`, 'm').test(text))
      found.push({ file, name: identifier(file), clause: identifier(file) });
    for (const match of text.matchAll(new RegExp(`^export const (\\w+)(?:: ${type})? = ${definer}\\(`, 'gm')))
      found.push({ file, name: match[1] as string, clause: `{ ${match[1] as string} }` });
    return found;
  });
  await writeCode(
    join(folder, 'registry.ts'),
    `import type { ${type} } from '${typeFrom}';\n${entries.map(({ file, clause }) => `import ${clause} from './${file}';`).join('\n')}\n\nexport const ${exported}: readonly ${type}[] = [${entries.map(({ name }) => name).join(', ')}];\n`,
  );
}

/** The list of all links. */
export async function linkRegistry(): Promise<void> {
  const linkFiles = readdirSync(join(root, 'src/diagnosis/links'))
    .filter((f) => f.endsWith('.ts') && f !== 'registry.ts')
    .sort();
  await writeCode(
    'src/diagnosis/links/registry.ts',
    `import type { Link } from '../link.ts';\n${linkFiles.map((f) => `import { links as ${identifier(f)} } from './${f}';`).join('\n')}\n\nexport const links: readonly Link[] = [${linkFiles.map((f) => `...${identifier(f)}`).join(', ')}];\n`,
  );
}
