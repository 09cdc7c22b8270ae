/** Where quotes stand, without what all files have in common: folders of archives are long and say nothing. */
import type { Finding, Result } from '../result.ts';
import { placeOf } from './words.ts';

/** A shorter beginning is no burden. */
const WORTH = 24;

export interface Places {
  /** `folder/inside/`, which every quoted file begins with; undefined when that is little or nothing. */
  readonly common: string | undefined;
  readonly of: (e: Finding['evidence'][number]) => string;
}

/** The common folder of all that is quoted, and places told below it. */
export function placesIn(result: Result): Places {
  const files = [
    ...result.findings.flatMap((finding) => finding.evidence),
    ...result.path.flatMap((step) => step.signals.flatMap((signal) => signal.evidence)),
  ].map((e) => e.file);
  let common = files[0] ?? '';
  for (const file of files)
    while (!file.startsWith(common)) common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  common = common.slice(0, common.lastIndexOf('/') + 1);
  return common.length < WORTH
    ? { common: undefined, of: placeOf }
    : { common, of: (e) => placeOf({ ...e, file: e.file.startsWith(common) ? e.file.slice(common.length) : e.file }) };
}
