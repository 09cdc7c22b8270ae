/** What the checks of refused pods share. */
import type { Refusal } from '../snapshot/admission.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';

/** The message without its wrapping: `Error creating: pods "x" is forbidden: …` is told from `…` on. */
export function refusalReason(text: string): string {
  return text
    .replace(/^\(combined from similar events\): /, '')
    .replace(/^Error creating: /, '')
    .replace(/^.{0,400}? is forbidden: /s, '')
    .slice(0, 600);
}

/** The draft of one refusal: about the workload that lacks pods, else about what a person wanted to create. */
export function refusalDraft(
  snapshot: Snapshot,
  refusal: Refusal,
  variant: string | undefined,
  detail: (text: string) => string,
): FindingDraft {
  const { workload } = refusal;
  const who =
    workload === undefined
      ? `creating ${refusal.wanted}`
      : `${workload.kind} ${workload.name} cannot create ${refusal.wanted}`;
  return {
    subject: snapshot.named(workload?.kind ?? 'Namespace', workload?.name ?? refusal.namespace ?? 'unknown', {
      namespace: workload === undefined ? undefined : refusal.namespace,
    }),
    ...(variant === undefined ? {} : { variant }),
    message: `${who}: ${detail(refusal.text)}`,
    evidence: [refusal.evidence],
    ...(refusal.since === undefined ? {} : { since: refusal.since }),
  };
}
