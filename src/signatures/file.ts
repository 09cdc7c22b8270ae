/** Reads the files of signatures: the YAML beside this one, and the same format in files that users bring (`--rules`). */
import { load } from 'js-yaml';
import * as z from 'zod';
import { compileSafePattern } from '../lib/safe-pattern.ts';
import { MIN_LITERAL_BYTES } from '../parsers/logs/literal-search.ts';
import { layerNumber, severity } from '../result-schema.ts';
import type { Signature } from './signature.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text);

const literal = z.string().refine((text) => bytesOf(text) >= MIN_LITERAL_BYTES, {
  message: `a literal needs ${MIN_LITERAL_BYTES} bytes or more: shorter words occur in every log`,
});

const pattern = z.string().superRefine((source, context) => {
  try {
    compileSafePattern(source);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

const kebabCase = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+){0,12}$/, 'an id is kebab-case');

/** What the scanner of logs needs. */
const scanned = {
  id: kebabCase,
  /** Programs (kubelet, etcd …), classes of logs (container, host, kernel, text), or `any`. */
  sources: z.array(z.string().min(1)).min(1),
  /** Programs of those sources in whose logs the same words mean something else. */
  notFrom: z.array(z.string().min(1)).min(1).optional(),
  /** The pattern is tried on lines that hold one of these; case matters. Rarer words make a faster scan. */
  literals: z.array(literal).min(1),
  /**
   * Its words are unlike anything else: believed also in a container's log or a text of unknown origin. `text` among
   * the sources means the same and adds texts to where it is written.
   */
  distinctive: z.boolean().optional(),
  /**
   * ECMAScript. It sees one line (at most LINE_LIMIT bytes round the literal) without colours and with escaped quotes
   * (`\"`) as plain ones, so that a message reads the same bare, in klog's err="…" and inside JSON.
   */
  pattern,
  /** Look-alikes that are harmless. */
  ignore: pattern.optional(),
  /** Also printed by a healthy program in its first minutes. */
  startupNoise: z.boolean().default(false),
  /** The line says that a program (or, from the kernel, the machine) has just started. */
  startMarker: z.boolean().default(false),
};

/** A signature that is a check of its own, with what is told of its hits. */
const ownSchema = z.strictObject({
  ...scanned,
  layer: layerNumber,
  /** What of the three lines before and after it tells more: quoted behind the line. */
  nearby: pattern.optional(),
  severity,
  confidence: z.enum(['high', 'medium', 'low']),
  /** True of a healthy cluster: the row of the check when nothing was found. */
  title: z.string().min(1),
  /** True when it hits. */
  failureTitle: z.string().min(1),
  why: z.string().min(1),
  fix: z.array(z.string().min(1)).min(1),
  next: z.array(z.string().min(1)).min(1),
  /** Fewer hits than this on one node are reported as info only. */
  atLeast: z.number().int().positive().default(1),
  /** While it lasts it is printed at least this often, in seconds: a log that goes on without it says that it is over. */
  repeats: z.number().int().positive().optional(),
  /** The signature whose line, further down in the same log, says that it is over. */
  settledBy: kebabCase.optional(),
});
/** One whose hits a hand-written check reads and judges, in words of its own. */
const readSchema = z.strictObject({ ...scanned, check: kebabCase });

export type OwnSignature = z.infer<typeof ownSchema>;
export type ReadSignature = z.infer<typeof readSchema>;

const examplesSchema = z.strictObject({ hits: z.array(z.string()).min(1), misses: z.array(z.string()).min(1) });

/** Lines that prove a signature: `hits` must match, `misses` must look alike and not match. Kept out of the registry. */
export type SignatureExamples = z.infer<typeof examplesSchema>;

const own = ownSchema.extend({ examples: examplesSchema.optional() });
const read = readSchema.extend({ examples: examplesSchema.optional() });

const isRead = (entry: unknown): boolean => typeof entry === 'object' && entry !== null && 'check' in entry;

/** How an entry is called in a complaint. */
const nameOf = (entry: unknown, index: number): string =>
  typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string'
    ? entry.id
    : `entry ${index + 1}`;

/** Signatures of a YAML file with their examples. Throws with the file's name and every problem in it. */
export function parseSignatureExamples(
  yamlText: string,
  fileName: string,
): readonly { readonly signature: Signature; readonly examples: SignatureExamples | undefined }[] {
  let entries: unknown;
  try {
    entries = load(yamlText);
  } catch (error) {
    throw new Error(`${fileName}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (!Array.isArray(entries)) throw new Error(`${fileName}: a file of signatures is an array (a YAML list)`);
  const problems: string[] = [];
  const out = entries.flatMap((entry: unknown, index) => {
    const parsed = isRead(entry) ? read.safeParse(entry) : own.safeParse(entry);
    if (parsed.success) {
      const { examples, ...signature } = parsed.data;
      return [{ signature, examples }];
    }
    for (const { path, message } of parsed.error.issues)
      problems.push([nameOf(entry, index), ...(path.length === 0 ? [] : [path.join('.')]), message].join(': '));
    return [];
  });
  if (problems.length > 0) throw new Error(`${fileName}: ${problems.join('; ')}`);
  return out;
}

/** Signatures of a YAML file, without their examples. Throws with the file's name and every problem in it. */
export function parseSignatureFile(yamlText: string, fileName: string): Signature[] {
  return parseSignatureExamples(yamlText, fileName).map(({ signature }) => signature);
}
