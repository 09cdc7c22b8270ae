import type { LogHit } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { bySubject, timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** How the clouds say that they do not know the caller, that it may not, or that there is no more. */
const REFUSALS: readonly (readonly [RegExp, string, string])[] = [
  [
    // Small clouds answer with the status alone: `401 (request "…") Unable to authenticate you`, `[401] Invalid Token`.
    /\b401\b.{0,80}(?:[Uu]nable to authenticate|[Uu]nauthori[sz]ed|[Ii]nvalid (?:API )?[Tt]oken|authentication)|[Uu]nable to authenticate|Invalid API [Tt]oken|got 401 instead|InvalidAccessKeyId|\bNotAuthenticated\b|AADSTS\d{5,7}|invalid_client|invalid_grant|InvalidClientTokenId|SignatureDoesNotMatch|\bAuthFailure\b|ExpiredToken|NoCredentialProviders|could not find default credentials|The provided client secret/,
    'credentials',
    'the credentials are not accepted',
  ],
  [
    /UnauthorizedOperation|\bAccessDenied\b|AuthorizationFailed|is not authorized to perform|googleapi: Error 403: (?:Required|.{0,80}[Pp]ermission|Insufficient)|LinkedAuthorizationFailed|does not have authorization to perform|\b403\b.{0,3} (?:Unauthorized|Forbidden)|got 403 instead|Forbidden\.RAM|NotAuthorizedOrNotFound|insufficient permissions/,
    'permission',
    'the identity lacks a permission',
  ],
  [
    /QUOTA_EXCEEDED|QuotaExceeded|quotaExceeded|\b[A-Z]\w{2,40}LimitExceeded\b|TooManyLoadBalancers|PublicIPCountLimitReached|SubnetIsFull|ReadOnlyDisabledSubscription|OperationNotAllowed.{0,80}quota|reached (?:to )?(?:the|its) quota|quota limit (?:reached|exceeded)/,
    'quota',
    'a quota of the account is used up',
  ],
];

/** `error processing service shop/web (will retry): …` */
const SERVICE = /\b(?:processing service |ensure\()([a-z0-9-]{1,63}\/[a-z0-9-]{1,63})/;
/** Sources of events about what the cloud is to do. */
const REASONS =
  /^(?:SyncLoadBalancerFailed|CreatingLoadBalancerFailed|UnAvailableLoadBalancer|UpdateLoadBalancerFailed|DeleteLoadBalancerFailed|FailedCreateRoute|ProvisioningFailed|FailedAttachVolume|FailedDeployModel|FailedBuildModel|Sync|FailedToCreateRoute|NodeRepairError|FailedToScaleUpGroup|InsufficientCapacityError)$/;

/** Controllers that have a role of their own, by the reasons of their events. */
const CALLERS: readonly (readonly [RegExp, string])[] = [
  [/^Failed(?:Deploy|Build)Model$/, 'aws-load-balancer-controller'],
  [/^FailedToScaleUpGroup$/, 'cluster-autoscaler'],
];

export default defineCheck({
  id: 'cloud-api-refused',
  layer: 4,
  title: 'The cloud does what the cluster asks of it',
  failureTitle: 'The cloud refuses what the cluster asks of it',
  why: 'Load balancers, disks, routes and machines are made by calls to the cloud. Its answer says whether the credentials of the cluster have expired, lack a permission, or a quota of the account or region is used up.',
  fix: [
    'Credentials: renew the secret of the service principal, role or key that the cloud controller uses, and restart it; permission: add the one that is named to its role; quota: free what is unused, or have the quota raised',
  ],
  next: [
    'kubectl get events -A --field-selector type=Warning | grep -iE "loadbalancer|provision|attach"',
    'kubectl -n kube-system logs -l k8s-app=cloud-controller-manager --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs', 'hostLogs'],
  reads: ['cloud-call-refused', 'cloud-action-refused'],
  *run({ events }, { snapshot }) {
    const groups = new Map<string, { says: string; means: string; events: KubeEvent[] }>();
    for (const event of events) {
      if (event.type === 'Normal' || !REASONS.test(event.reason ?? '')) continue;
      const message = eventMessage(event);
      for (const [pattern, variant, means] of REFUSALS) {
        const says = pattern.exec(message)?.[0];
        if (says === undefined) continue;
        const group = groups.get(variant);
        if (group === undefined) groups.set(variant, { says, means, events: [event] });
        else group.events.push(event);
        break;
      }
    }
    for (const [variant, { says, means, events: list }] of groups) {
      const last = list.at(-1);
      const quotes = list.slice(-3).map((event) => snapshot.quoteEvent(event));
      const [quote, ...quotesLeft] = quotes;
      if (last === undefined || quote === undefined) continue;
      const about = [
        ...new Map(list.flatMap(aboutOf).map((ref) => [`${ref.kind}/${ref.namespace}/${ref.name}`, ref])).values(),
      ];
      const since = eventTime(list[0]!);
      yield {
        subject: snapshot.named(
          'Component',
          CALLERS.find(([reasons]) => list.every(({ reason = '' }) => reasons.test(reason)))?.[1] ??
            'cloud-controller-manager',
        ),
        variant,
        message: `The cloud refuses a call (${says}): ${means}; ${about
          .map((ref) => `${ref.kind} ${ref.name}`)
          .slice(0, 3)
          .join(', ')}: ${eventMessage(last).slice(0, 400)}`,
        evidence: [quote, ...quotesLeft],
        related: about.slice(0, 20),
        ...(since === undefined ? {} : { since }),
      };
    }
    for (const { subject, hits } of bySubject(
      [...snapshot.hits('cloud-call-refused'), ...snapshot.hits('cloud-action-refused')],
      (hit) => controllerOf(snapshot, hit),
    )) {
      const [variant, means] = meaningOf(hits) ?? [];
      const [first, ...rest] = hits.flatMap((hit) => snapshot.evidenceOf(hit));
      // Its events tell the same.
      if (variant === undefined || first === undefined || groups.has(variant)) continue;
      yield {
        subject,
        variant,
        message: `The cloud refuses a call: ${means}: ${wordsOfHits(hits)}${actionOf(hits)}`,
        evidence: [first, ...rest],
        related: [...new Map(hits.flatMap(namedBy).map((ref) => [JSON.stringify(ref), ref])).values()].slice(0, 20),
        ...timing(snapshot, hits),
      };
    }
  },
});

/** The controller that asked: by its pod, else by the program that a log is known to be of. */
function controllerOf(snapshot: Snapshot, hit: LogHit): Subject {
  const subject = subjectOfHit(hit, snapshot);
  return subject.kind === 'Log' && hit.program !== undefined ? snapshot.named('Component', hit.program) : subject;
}

function meaningOf(hits: readonly LogHit[]): readonly [variant: string, means: string] | undefined {
  for (const { first } of hits)
    for (const [pattern, variant, means] of REFUSALS) if (pattern.test(first.text)) return [variant, means];
  return undefined;
}

/** The permission that is lacking, where a line of its own names it. */
function actionOf(hits: readonly LogHit[]): string {
  const actions = new Set(hits.flatMap(({ groups: { action } }) => action ?? []));
  return actions.size === 0 ? '' : ` (${[...actions].slice(0, 3).join(', ')})`;
}

/** The Service or Machine for which the call was made. */
function namedBy({ first, groups: { service, machine } }: LogHit): readonly Ref[] {
  const [namespace, name] = (service ?? SERVICE.exec(first.text)?.[1])?.split('/') ?? [];
  return [
    ...(namespace === undefined || name === undefined ? [] : [{ kind: 'Service', namespace, name }]),
    ...(machine === undefined ? [] : [{ kind: 'Machine', name: machine }]),
  ];
}

function aboutOf(event: KubeEvent): readonly Ref[] {
  const about = event.involvedObject;
  if (about?.kind === undefined || about.name === undefined) return [];
  return [
    { kind: about.kind, name: about.name, ...(about.namespace === undefined ? {} : { namespace: about.namespace }) },
  ];
}
