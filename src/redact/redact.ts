/** Masks what looks like a credential in every text of a result. Structure and counts stay as they are. */
import { maskAssignments } from './assignments.ts';

export const MASK = '[redacted]';

/**
 * Credentials that are known by their form; the collector masks the same (collectors/kubestrata-collect.sh). Each
 * pattern is anchored on a literal and bounded, so that hostile text cannot make it slow.
 */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,8000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    MASK,
  ],
  // The same in base64.
  [
    /LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFUR|BQUklWQVRF|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURUQgUFJJVkFUR|BEU0EgUFJJVkFUR|BQR1AgUFJJVkFUR)[A-Za-z0-9+/=]{1,8000}/g,
    MASK,
  ],
  // JSON Web Tokens.
  [/\beyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,4000}(?:\.[A-Za-z0-9_-]{0,1000})?/g, MASK],
  [/\b(?:AKIA|ASIA|AROA)[A-Z0-9]{16,100}/g, MASK],
  // GitHub, GitLab, NVIDIA, npm, PyPI, Docker Hub, Vault, Google, Slack.
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|nvapi-|npm_|pypi-|dckr_pat_|hvs\.|ya29\.|xox[abeoprs]-)[A-Za-z0-9_.-]{12,400}/g,
    MASK,
  ],
  // OpenAI, Stripe, Google, SendGrid, Hugging Face.
  [/(?<![A-Za-z0-9_])(?:sk-|[sr]k_(?:live|test)_|AIza|SG\.|hf_)[A-Za-z0-9_.-]{19,400}/g, MASK],
  [/(:\/\/[^\s/:@"'<>]{0,100}):[^\s/@"<>]{1,200}@/g, `$1:${MASK}@`],
  [/(:\/\/)[A-Za-z0-9_-]{20,400}@/g, `$1${MASK}@`],
  // Go's database drivers: user:password@tcp(host:port)/db.
  [/:[^\s:@"]{1,200}(@(?:tcp|unix)\()/g, `:${MASK}$1`],
  [/\b((?:bearer|basic)[ :=]{1,3})(?=[a-z._~+/-]{0,40}[0-9=])[a-z0-9._~+/=-]{8,4000}/gi, `$1${MASK}`],
  [/(\b(?:mysql|mariadb)[^\n]{0,300}?[ "]-p)[^ "\\\n]{3,200}/g, `$1${MASK}`],
  [/(\b(?:curl|wget)\b[^\n]{0,300}? (?:-u|--user|--proxy-user)[ =]"?[^\s:"]{1,100}:)[^\s"]{1,200}/g, `$1${MASK}`],
  // Registry logins.
  [/("auth"\s{0,4}:\s{0,4}")[A-Za-z0-9+/=]{8,4000}/g, `$1${MASK}`],
];

/** What some form needs: nearly all texts go free after this look. */
const FORMED =
  /-----BEGIN |LS0tLS1|eyJ|A(?:KI|SI|RO)A[A-Z0-9]|gh[pousr]_|github_pat_|glpat-|nvapi-|npm_|pypi-|dckr_pat_|hvs\.|ya29\.|xox[abeoprs]-|sk-|[sr]k_|AIza|SG\.|hf_|:\/\/[^\s/@"<>]{0,400}@|@(?:tcp|unix)\(|bearer[ :=]|basic[ :=]|mysql|mariadb|curl|wget|"auth"/i;

/** One text with its credentials masked. */
export function redactText(text: string): string {
  let out = text;
  if (FORMED.test(text)) for (const [form, replacement] of FORMS) out = out.replace(form, replacement);
  return maskAssignments(out, MASK);
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
