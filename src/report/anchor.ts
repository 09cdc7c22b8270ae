/** Names of places in the HTML report. They depend on the id alone, so that links survive a new analysis. */
import { createHash } from 'node:crypto';

/**
 * `finding-` + id where the id is made of harmless characters. Else what is harmless of it and a hash, so that hostile
 * or very long names neither break a link nor meet one another.
 */
export function anchor(prefix: string, id: string): string {
  const safe = id.replaceAll(/[^A-Za-z0-9._:/-]/g, '_').slice(0, 160);
  return safe === id
    ? `${prefix}-${safe}`
    : `${prefix}-${safe.slice(0, 80)}-${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
}
