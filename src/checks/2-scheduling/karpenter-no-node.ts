import type { Evidence, LogHit } from '../../parsers/records.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Subject } from '../../result.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { fellSilent, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { refusalsIn, type Obstacle } from '../../snapshot/scheduling/karpenter.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Seconds. Karpenter tries a pod again after at most five minutes. */
const REPEATS = 300;
/** Letters of Karpenter's words that are told. */
const LONGEST = 500;

const FIXES: Readonly<Record<Obstacle, string>> = {
  taint: 'Give the pod a toleration for the taint of the NodePool that is meant for it, or add a NodePool without it',
  requirement:
    'Compare nodeSelector and affinity of the pod with the labels and requirements of the NodePool: Karpenter knows only labels that a NodePool or the cloud defines',
  topology:
    'Let the NodePool reach the zones that the spread or the affinity needs (a volume binds the pod to one zone), or use whenUnsatisfiable ScheduleAnyway, a larger maxSkew, or nodeTaintsPolicy Honor',
  volume: 'Let the NodePool reach the zone of the volume',
  limit: 'Raise spec.limits of the NodePool',
  'instance-type':
    'Allow instance types in the NodePool that hold the request of the pod together with the DaemonSets, in a zone and capacity type that the cloud offers; resources that no instance type has must come from a device plugin that Karpenter knows',
  other: 'Mend what the NodePool that is meant for the pod says',
};

/** Karpenter's own events on a pod. */
const isKarpenter = (event: KubeEvent): boolean =>
  event.reason === 'FailedScheduling' && eventMessage(event).startsWith('Failed to schedule pod, ');

interface Account {
  readonly subject: Subject;
  readonly hits: LogHit[];
  evidence: readonly [Evidence, ...Evidence[]];
  text: string;
  since: number | undefined;
}

function podOf({ groups }: LogHit): { readonly name: string; readonly namespace?: string } {
  const { name, namespace, pod } = groups;
  if (name !== undefined) return { name, ...(namespace === undefined ? {} : { namespace }) };
  return pod === undefined ? { name: UNNAMED } : podOfWord(pod);
}

/** Karpenter's reasons, from the line itself: what a signature captures is short. */
function reasonsOf({ last, groups }: LogHit): string {
  const line = last.text.replaceAll('\\"', '"');
  const whole =
    /"error": ?"(.{1,2000}?)(?:"\}{0,3}\s*$|$)/.exec(line)?.[1] ??
    /ould not schedule pod, (.{1,2000}?)(?:(?:\s{1,4}\{|",)"commit".{0,400}$|$)/.exec(line)?.[1];
  return whole ?? groups['why'] ?? groups['reason'] ?? groups['alone'] ?? '';
}

function accounts(snapshot: Snapshot): readonly Account[] {
  const out = new Map<string, Account>();
  const add = (
    pod: { readonly name: string; readonly namespace?: string },
    text: string,
    evidence: readonly [Evidence, ...Evidence[]],
    since: number | undefined,
  ): Account => {
    const key = `${pod.namespace ?? ''}/${pod.name}`;
    const known = out.get(key);
    if (known !== undefined) {
      known.text = text;
      known.evidence = evidence;
      return known;
    }
    const subject = snapshot.named('Pod', pod.name, { namespace: pod.namespace });
    const account: Account = { subject, hits: [], evidence, text, since };
    out.set(key, account);
    return account;
  };
  for (const event of snapshot.list('events')) {
    if (!isKarpenter(event)) continue;
    const about = event.involvedObject;
    const namespace = about?.namespace ?? event.metadata?.namespace;
    add(
      { name: about?.name ?? UNNAMED, ...(namespace === undefined ? {} : { namespace }) },
      eventMessage(event).replace(/^Failed to schedule pod, /, ''),
      [snapshot.quoteEvent(event)],
      eventTime(event),
    );
  }
  for (const hit of snapshot.hits('karpenter-unschedulable')) {
    const account = add(podOf(hit), reasonsOf(hit), snapshot.evidenceOf(hit), hit.first.time);
    account.hits.push(hit);
  }
  return [...out.values()];
}

function stateOf(snapshot: Snapshot, { subject, hits }: Account): Partial<FindingDraft> {
  const pod = snapshot.get('pods', subject.namespace, subject.name);
  if (pod?.spec?.nodeName !== undefined && pod.spec.nodeName !== '') return { state: 'recovered' };
  if (hits.length === 0 || pod !== undefined) return {};
  if (fellSilent(snapshot, hits, REPEATS)) return { state: 'recovered' };
  return weightOf(snapshot, hits, 2) === 'few' ? { severity: 'info' } : {};
}

export default defineCheck({
  id: 'karpenter-no-node',
  layer: 2,
  title: 'Karpenter finds a node for every pod that waits',
  failureTitle: 'Karpenter adds no node for the pod: no NodePool fits it',
  why: 'Each NodePool is asked for taints, labels, zones, instance types and limits. All of them refused; the one that came nearest shows what is in the way.',
  fix: [FIXES.other],
  next: [
    'kubectl describe pod {name} -n {namespace}',
    'kubectl get nodepools -o yaml',
    'kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  reads: ['karpenter-unschedulable'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const account of accounts(snapshot)) {
      const [nearest, ...others] = refusalsIn(account.text);
      const { name } = account.subject;
      const from = nearest?.pool === undefined ? '' : `NodePool ${nearest.pool}: `;
      const rest =
        others.length === 0
          ? ''
          : ` (refused by ${others.length} other${others.length === 1 ? '' : 's'}: ${[...new Set(others.map(({ obstacle }) => obstacle))].join(', ')})`;
      yield {
        subject: account.subject,
        ...(nearest === undefined ? {} : { variant: nearest.obstacle, fix: [FIXES[nearest.obstacle]] }),
        message: `Karpenter adds no node for pod ${name}: ${from}${(nearest?.words ?? account.text).slice(0, LONGEST)}${rest}`,
        evidence: account.evidence,
        ...(account.since === undefined ? {} : { since: account.since }),
        ...timing(snapshot, account.hits),
        ...stateOf(snapshot, account),
      };
    }
  },
});
