/** Masks what looks like a credential in every text of a result. Structure and counts stay as they are. */

export const MASK = '[redacted]';

/** Each pattern is anchored on a literal and bounded, so that hostile text cannot make it slow. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, MASK],
  [/\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,1000}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\bgh[pousr]_[A-Za-z0-9]{30,100}\b/g, MASK],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/:@]{1,100}):([^\s/@]{1,200})@/gi, `$1$2:${MASK}@`],
  [/\b(Authorization:\s{0,3}(?:Bearer|Basic)\s{1,3})[A-Za-z0-9._~+/=-]{6,4000}/gi, `$1${MASK}`],
  [
    /\b([A-Za-z0-9_.-]{0,60}(?:password|passwd|secret_?key|api_?key|access_?key|auth_?token|client_?secret)["']?\s{0,2}[:=]\s{0,2}["']?)([^\s"',;&)}\]]{3,400})/gi,
    `$1${MASK}`,
  ],
  // Kubeconfigs, bootstrap tokens, registry logins. Twenty letters and no path: words and file names stay.
  [
    /\b((?:[A-Za-z0-9_.-]{0,60}token|client-key-data|dockerconfigjson|(?<=["'])auth)["']?\s{0,2}[:=]\s{0,2}["']?)([A-Za-z0-9][A-Za-z0-9+/_.=-]{19,8000})/gi,
    `$1${MASK}`,
  ],
];

/** Words that say "there is none" and not what it is: useful evidence, no secret. */
const HARMLESS =
  /^(?:yes|no|true|false|null|nil|none|<none>|undefined|empty|missing|required|invalid|incorrect|\[redacted|\*+|<set|\(using|using)$/i;

/** What some pattern needs in any match: nearly all texts, also those about keys and tokens, go free after this look. */
const SUSPICIOUS =
  /-----BEGIN |eyJ|A[KS]IA|gh[pousr]_|:\/\/[^\s/:@]{1,100}:[^\s/@]{1,200}@|authorization:|(?:passw(?:or)?d|(?:secret|api|access)_?key|client_?secret|token|client-key-data|dockerconfigjson|["']auth)["']?\s{0,2}[:=]/i;

/** One text with its credentials masked. */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let out = text;
  for (const [pattern, replacement] of PATTERNS)
    out = out.replace(pattern, (match: string, ...groups: unknown[]) => {
      const value = groups[1];
      if (replacement === `$1${MASK}` && typeof value === 'string' && HARMLESS.test(value)) return match;
      return replacement.replaceAll(/\$(\d)/g, (_, n: string) => String(groups[Number(n) - 1] ?? ''));
    });
  return out;
}

/** The same value with every string in it masked; parts that hold nothing to mask are not copied. */
export function redact<T>(value: T): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  const from = value as Record<string, unknown>;
  let out: Record<string, unknown> | undefined;
  for (const key of Object.keys(from)) {
    const entry = from[key];
    const masked = redact(entry);
    if (masked === entry) continue;
    out ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...from }) as Record<string, unknown>;
    out[key] = masked;
  }
  return (out ?? value) as T;
}
