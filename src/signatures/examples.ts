/** Whether a signature tells its examples apart, by the scanner that reads logs with it. */
import { createScanner } from '../parsers/logs/scan.ts';
import type { SignatureExamples } from './file.ts';
import { compileSignatures, type Signature } from './signature.ts';

/** Sources that are no programs; the kernel writes its log like one. */
const CLASSES = new Set(['any', 'container', 'host', 'text']);

/** True when the scanner, given just this signature, hits the line. */
export async function isHit(signature: Signature, line: string): Promise<boolean> {
  const scan = createScanner(compileSignatures([signature]));
  const chunks = (async function* () {
    yield Buffer.from(`${line}\n`);
  })();
  // A text of unknown origin: every source applies except those that need a class.
  const logClass = signature.sources.includes('container') ? 'container' : 'text';
  const program = signature.sources.find((source) => !CLASSES.has(source));
  const origin = { file: 'a.txt', firstLine: 1, ...(program === undefined ? {} : { program }) };
  return (await scan(chunks, origin, logClass)).hits.length === 1;
}

/** The examples that a signature gets wrong, in words. */
export async function wrongExamples(signature: Signature, { hits, misses }: SignatureExamples): Promise<string[]> {
  const out: string[] = [];
  for (const line of hits) if (!(await isHit(signature, line))) out.push(`does not hit its example: ${line}`);
  for (const line of misses) if (await isHit(signature, line)) out.push(`hits what it should miss: ${line}`);
  return out;
}
