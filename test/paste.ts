/** What people paste, through the whole pipeline. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../src/analyze.ts';
import type { Result } from '../src/result.ts';

/** The result of a folder with these files. */
export async function paste(files: Readonly<Record<string, string>>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'kubestrata-pasted-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return (await analyze([folder], { version: 'test' })).result;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A text and the first root cause that must be said of it: its check, and words that it must have. */
export interface Pasted {
  readonly files: Readonly<Record<string, string>>;
  readonly check: string;
  readonly words: readonly string[];
}
