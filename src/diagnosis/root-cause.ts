/** A root cause as the result tells it: what it explains, and its story hop by hop. */
import type { Found } from '../checks/engine.ts';
import { plural } from '../lib/in-words.ts';
import { nameOf, type Finding, type RootCause } from '../result.ts';
import { confidenceOf } from './confidence.ts';
import type { Diagnosis, Root } from './diagnose.ts';
import type { Edge } from './edges.ts';
import { titleOf } from './finding.ts';
import { NEAR } from './weights.ts';

function hopOf({ cause, effect, because, weight }: Edge, found: readonly Found[]): RootCause['chain'][number] {
  const [from, to] = [found[cause] as Found, found[effect] as Found];
  return {
    finding: to.id,
    cause: from.id,
    because: `${nameOf(from.subject)} → ${nameOf(to.subject)}: ${because}`,
    strength: Math.round(weight * 100) / 100,
  };
}

/** A circle whose members keep each other up: it ends only where somebody breaks it. */
function deadlockOf({ closing }: Root, found: readonly Found[]): Pick<RootCause, 'deadlock'> {
  const [surest] = closing;
  if (surest === undefined) return {};
  const last = found[surest.cause] as Found;
  return {
    deadlock: {
      text: `It is a deadlock: what it brings about (${titleOf(last)}: ${nameOf(last.subject)}) keeps it up in turn. Break it here`,
      hops: closing.map((edge) => hopOf(edge, found)),
    },
  };
}

/** Objects named that have the same trouble as a root. */
const ALIKE = 4;

/** The other roots that say the same of another object, and weigh as much: they are one story. */
function alikeText(ranked: Root, { found, roots }: Diagnosis): string {
  const own = found[ranked.index] as Found;
  const others = roots.flatMap(({ index, score }) => {
    const one = found[index] as Found;
    const same = index !== ranked.index && one.check === own.check && one.variant === own.variant;
    return same && score >= ranked.score * NEAR && one.severity === own.severity ? [nameOf(one.subject)] : [];
  });
  const names = [...new Set(others)].filter((name) => name !== nameOf(own.subject));
  return names.length === 0
    ? ''
    : ` The same holds for ${names.slice(0, ALIKE).join(', ')}${names.length > ALIKE ? ` and ${names.length - ALIKE} more` : ''}.`;
}

/** Tells one root; `first` is the score of the first one. */
export function rootOf(ranked: Root, rank: number, first: number, diagnosis: Diagnosis, finding: Finding): RootCause {
  const found = diagnosis.found[ranked.index] as Found;
  const explained = ranked.explains.map((e) => diagnosis.found[e.index] as Found);
  const visible = explained.filter((one) => one.severity !== 'info');
  const alike = alikeText(ranked, diagnosis);
  const told =
    visible.length === 0
      ? finding.message
      : `${finding.message.replace(/[.\s]+$/, '')}. It explains ${plural(visible.length, 'other finding')}: ${visible
          .slice(0, 3)
          .map((one) => `${titleOf(one)} (${nameOf(one.subject)})`)
          .join('; ')}${visible.length > 3 ? '; …' : ''}.`;
  const summary = alike === '' ? told : `${told.replace(/[.\s]+$/, '')}.${alike}`;
  return {
    rank,
    finding: finding.id,
    check: finding.check,
    ...(finding.variant === undefined ? {} : { variant: finding.variant }),
    layer: finding.layer,
    severity: found.severity === 'info' ? (visible[0]?.severity ?? 'info') : found.severity,
    confidence: confidenceOf(found.confidence, visible.length),
    title: finding.title,
    summary,
    subject: finding.subject,
    evidence: finding.evidence,
    explains: explained.map((one) => one.id),
    chain: ranked.hops.map((edge) => hopOf(edge, diagnosis.found)),
    ...deadlockOf(ranked, diagnosis.found),
    share: first > 0 ? Math.round((ranked.score / first) * 100) / 100 : 0,
    fix: finding.fix,
    next: finding.next,
  };
}
