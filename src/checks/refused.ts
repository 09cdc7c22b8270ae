/** What the checks of refused pods share. */
import type { Subject } from '../result.ts';
import type { Refusal } from '../snapshot/control-plane/admission.ts';
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

/** Policy engines name what they refuse: `resource Deployment/shop/web was blocked`. */
const BLOCKED = /\bresource ([A-Z]\w{2,60})\/([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253}) (?:was|is) /;

const POD = /\bpods? "([a-z0-9][a-z0-9.-]{0,252})" is forbidden: /;

/** What a person wanted to create and could not. */
function unmade(snapshot: Snapshot, { text, namespace }: Refusal): Subject {
  const [, kind, place, name] = BLOCKED.exec(text) ?? [];
  if (kind !== undefined && name !== undefined) return snapshot.named(kind, name, { namespace: place });
  const pod = POD.exec(text)?.[1];
  if (pod !== undefined) return snapshot.named('Pod', pod, { namespace });
  return namespace === undefined ? snapshot.named('Manifest', 'a manifest') : snapshot.named('Namespace', namespace);
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
    subject:
      workload === undefined
        ? unmade(snapshot, refusal)
        : snapshot.named(workload.kind, workload.name, { namespace: refusal.namespace }),
    ...(variant === undefined ? {} : { variant }),
    message: `${who}: ${detail(refusal.text)}`,
    evidence: [refusal.evidence],
    ...(refusal.since === undefined ? {} : { since: refusal.since }),
  };
}
