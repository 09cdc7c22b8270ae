/** Interfaces on which somebody has the kernel harm packets on purpose (netem: chaos tests, a forgotten experiment). */
import type { HostValue } from '../../parsers/records.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Netem {
  readonly device: string;
  /** `delay 100ms loss 5%`. */
  readonly does: string;
  readonly variant: 'delay' | 'loss' | 'damage';
  /** The pod in whose network it is; without one it is the machine's. */
  readonly pod: HostValue['pod'];
  readonly value: HostValue;
}

export const netems = oncePer((snapshot: Snapshot): readonly Netem[] =>
  snapshot.facts('hostValues').flatMap((value): readonly Netem[] => {
    if (value.topic !== 'network' || !value.key.endsWith('.netem')) return [];
    const variant = /\b(?:delay|rate)\b/.test(value.value) ? 'delay' : /\bloss\b/.test(value.value) ? 'loss' : 'damage';
    return [{ device: value.key.slice(0, -'.netem'.length), does: value.value, variant, pod: value.pod, value }];
  }),
);
