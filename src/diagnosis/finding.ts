/** A finding as the result tells it. */
import type { Found } from '../checks/engine.ts';
import { isoTime } from '../lib/timestamp.ts';
import { UNNAMED } from '../parsers/kubectl/nameless.ts';
import type { Finding } from '../result.ts';
import { distinctQuotes } from '../snapshot/quote.ts';
import { fill } from './fill.ts';
import { CONFIDENCE_SHOWN } from './weights.ts';

/** Examples named in a folded finding; the count says how many there are. */
const EXAMPLES = 5;
/** What is wrong, in a sentence without names. */
export const titleOf = (found: Found): string => found.title ?? found.check.failureTitle;

/** A machine without a name, where checks speak of it without its kind: "On worker-1 …". */
const ON_UNNAMED = /\b(On|of) \(unnamed\)/g;

/** Messages begin like sentences, unless they begin with a name: names keep their letters. */
function sentence({ message, subject }: Found): string {
  const text =
    subject.kind === 'Node' && subject.name === UNNAMED ? message.replaceAll(ON_UNNAMED, '$1 the node') : message;
  return /^(?:an?|the|container|init container) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** Quotes and lists are not copied, there are many: nobody changes what a check said, nor a result. */
export function findingOf(found: Found, causedBy: string[]): Finding {
  const time = isoTime(found.since);
  return {
    id: found.id,
    check: found.check.id,
    ...(found.variant === undefined ? {} : { variant: found.variant }),
    layer: found.check.layer,
    severity: found.severity,
    confidence: CONFIDENCE_SHOWN[found.confidence],
    title: titleOf(found),
    message: sentence(found),
    subject: found.subject,
    count: found.also.length + 1,
    also: found.also.slice(0, EXAMPLES).map((draft) => draft.subject),
    evidence: distinctQuotes(found.evidence) as Finding['evidence'],
    ...(found.way === undefined ? {} : { way: found.way as NonNullable<Finding['way']> }),
    fix: fill(found.fix ?? found.check.fix, found, false) as string[],
    next: fill(found.next ?? found.check.next, found, true) as string[],
    causedBy,
    state: found.state,
    ...(time === undefined ? {} : { time }),
  };
}
