/** A check for tests of the diagnosis: it says one thing about one subject. */
import { defineCheck, type Check, type FindingDraft } from '../../src/checks/check.ts';
import type { Subject } from '../../src/result.ts';

type Texts = Partial<Pick<Check, 'layer' | 'severity' | 'confidence' | 'fix' | 'next'>>;

/** `layer`, `severity`, `confidence`, `fix` and `next` are the check's; everything else is the finding's. */
export function says(
  id: string,
  subject: Subject,
  options: Texts & Partial<Omit<FindingDraft, keyof Texts | 'subject' | 'evidence'>> = {},
): Check {
  const { layer = 1, severity = 'critical', confidence = 'high', fix = [], next = [], ...said } = options;
  return defineCheck({
    id,
    layer,
    title: 't',
    failureTitle: id,
    why: 'w',
    fix,
    next,
    severity,
    confidence,
    needs: ['pods'],
    *run() {
      yield { subject, message: id, evidence: [{ file: 'f', text: id }], ...said };
    },
  });
}
