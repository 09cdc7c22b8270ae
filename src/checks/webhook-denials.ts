/** What admission webhooks denied, as far as the API server, controllers and people's own terminals tell. */
import type { LogHit } from '../parsers/records.ts';
import { refusals } from '../snapshot/control-plane/admission.ts';
import { bySubject, timing } from '../snapshot/logs/hits.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';
import { refusalDraft, refusalReason } from './refused.ts';
import { subjectOfHit } from './signature-check.ts';

const DENIED =
  /(?:admission webhook "[^"]{1,253}" denied the|ValidatingAdmissionPolicy '[^']{1,253}' .{0,300}?denied) request[^\n]{0,500}/;
/** What a policy said of an object, without the words around it. */
export const denialOf = (text: string): string => DENIED.exec(text)?.[0] ?? refusalReason(text);
/** A policy of the API server itself: no webhook is asked. */
const BY_POLICY = {
  title: 'An admission policy of the API server denied an object',
  next: ['kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings'],
};
const ofPolicy = (reason: string): Partial<typeof BY_POLICY> =>
  reason.startsWith('ValidatingAdmissionPolicy') ? BY_POLICY : {};
/** What stands before a refusal: `deployments.apps "web" is forbidden: `, `The deployments "web" is invalid: : `. */
const OBJECT = /([a-z][\w.]{2,100} "[^"]{1,253}") is (?:forbidden|invalid): (?:: )?$/;
/** Webhooks of ingress controllers, which refuse what they cannot serve: ingress-nginx, the AWS one, Kong. */
const OF_INGRESS = /^admission webhook "[^"]{0,200}\.(?:ingress\.kubernetes\.io|elbv2\.k8s\.aws|konghq\.com)"/;
/** Letters in which two accounts of one denial agree. */
const SAME = 120;
/** Programs that make pods themselves: workflow engines, CI runners, operators. */
const OF_POD =
  /\b(?:[Cc]reat(?:e|ing)|setting up) (?:the |a |\w{1,12} )?pod\b(?: "?(?<pod>[a-z0-9][a-z0-9.-]{1,252}))?/;

const denialIn = (hit: LogHit): { readonly line: string; readonly denial: RegExpExecArray | null } => {
  // In JSON the message ends with the quote of its field.
  const line = hit.first.text.replaceAll('\\"', '"').replace(/"[,}\]]{0,6}\s*$/, '');
  return { line, denial: DENIED.exec(line) };
};

interface PodDenial {
  readonly hit: LogHit;
  readonly reason: string;
  readonly pod: string | undefined;
}

/** Pods that a program could not make because a policy denied them, by its own log. */
export function podDenials(snapshot: Snapshot): readonly PodDenial[] {
  const told = new Map<string, PodDenial>();
  const fullest = new Map<string, string>();
  for (const hit of snapshot.hits('webhook-denied-line')) {
    const { line, denial } = denialIn(hit);
    if (denial === null) continue;
    const [reason] = denial;
    const key = reason.slice(0, SAME);
    if (reason.length > (fullest.get(key) ?? '').length) fullest.set(key, reason);
    const made = OF_POD.exec(line.slice(0, denial.index));
    if (made !== null && !told.has(key)) told.set(key, { hit, reason, pod: made.groups?.['pod'] });
  }
  // One line says that it was the pod, another one the whole of what the policy said.
  return [...told].map(([key, one]) => ({ ...one, reason: fullest.get(key) ?? one.reason }));
}

export function* webhookDenials(snapshot: Snapshot, whose: 'ingress' | 'others'): Iterable<FindingDraft> {
  const mine = (reason: string): boolean => OF_INGRESS.test(reason) === (whose === 'ingress');
  const told: string[] = [];
  for (const refusal of refusals(snapshot)) {
    if (refusal.kind !== 'webhook-denied') continue;
    const reason = denialOf(refusal.text);
    told.push(reason);
    // The pods of controllers are told of where admission is (pod-forbidden).
    if (refusal.workload !== undefined || !mine(reason)) continue;
    yield { ...refusalDraft(snapshot, refusal, undefined, () => reason), ...ofPolicy(reason) };
  }
  told.push(...podDenials(snapshot).map(({ reason }) => reason));
  // Controllers that create what the policy does not want, and what people paste of an answer.
  for (const { subject, hits } of bySubject(snapshot.hits('webhook-denied-line'), (hit) =>
    subjectOfHit(hit, snapshot),
  )) {
    const [hit] = hits;
    if (hit === undefined) continue;
    const { line, denial } = denialIn(hit);
    const reason = denial?.[0];
    if (reason === undefined || !mine(reason)) continue;
    if (told.some((known) => known.includes(reason.slice(0, SAME)))) continue;
    yield {
      subject,
      variant: 'logged',
      severity: hit.class === 'text' ? 'critical' : 'warning',
      message: `${OBJECT.exec(line.slice(0, denial?.index))?.[1] ?? 'An object'} cannot be created: ${reason}`,
      evidence: snapshot.evidenceOf(hit),
      ...timing(snapshot, hits),
      ...ofPolicy(reason),
    };
  }
}
