/** The way of a connection past the NetworkPolicies: stations in a row, the policy that drops it marked. */
import { andMore } from '../lib/in-words.ts';
import type { Finding, RootCause } from '../result.ts';

/** Policies and reasons named at one station. */
const NAMED = 3;
const LABELS = {
  source: 'From',
  egress: 'Egress policies',
  service: 'Through',
  ingress: 'Ingress policies',
  target: 'To',
} as const;
const VERDICTS = {
  passes: { mark: '✓', word: 'passes', beyond: 'would pass' },
  drops: { mark: '✗', word: 'dropped here', beyond: 'would be dropped here too' },
  unknown: { mark: '?', word: 'not known', beyond: 'not known' },
} as const;

/** The way in the story of a cause: its own, else that of the first consequence with one (a policy of a whole namespace). */
export function wayOf(cause: RootCause, byId: ReadonlyMap<string, Finding>): Finding['way'] {
  return [cause.finding, ...cause.chain.map((hop) => hop.finding), ...cause.explains]
    .map((id) => byId.get(id)?.way)
    .find((way) => way !== undefined);
}

/** The same in words, one station after the other. */
export function wayInWords(way: NonNullable<Finding['way']>): readonly string[] {
  return (policyWay(way)?.stations ?? []).map(({ label, name, mark, word, policies, policiesMore, says }) =>
    name !== undefined
      ? `${label} ${name}`
      : `${label}: ${mark ?? ''} ${word ?? ''}${policies.length === 0 ? '' : ` by ${policies.join(', ')}${andMore(policiesMore)}`} (${says.join('; ')})`,
  );
}

/** Stations as the template draws them; `beyond`: no packet comes so far. */
export function policyWay(way: Finding['way']) {
  if (way === undefined) return undefined;
  const drop = way.steps.findIndex((step) => step.verdict === 'drops');
  return {
    port: way.port,
    stations: way.steps.map((step, i) => ({
      at: step.at,
      label: LABELS[step.at],
      // The label says what stands there.
      name: step.verdict === undefined ? step.name : undefined,
      ...(step.verdict === undefined
        ? {}
        : {
            verdict: step.verdict,
            mark: VERDICTS[step.verdict].mark,
            word: VERDICTS[step.verdict][drop >= 0 && i > drop ? 'beyond' : 'word'],
          }),
      policies: step.policies.slice(0, NAMED),
      policiesMore: Math.max(0, step.policies.length - NAMED),
      says: step.says.slice(0, NAMED),
      saysMore: Math.max(0, step.says.length - NAMED),
      beyond: drop >= 0 && i > drop,
    })),
  };
}
