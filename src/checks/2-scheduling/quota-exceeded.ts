import { pointerTo } from '../../lib/json-pointer.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { lacksPods, refusals, type Refusal } from '../../snapshot/control-plane/admission.ts';
import { isAbsent, isDeclaredOnly } from '../../snapshot/declared.ts';
import { templateSpecOf } from '../../snapshot/pods/pod-spec.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import {
  parseQuotaRefusal,
  quotaUses,
  quotaVariant,
  type QuotaUse,
  type ResourceQuota,
} from '../../snapshot/scheduling/quota.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { podRequests } from '../../simulation/scheduler/requests.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

const named = (refs: readonly Ref[]): string =>
  `${refs
    .slice(0, 3)
    .map((ref) => `${ref.kind} ${ref.name}`)
    .join(', ')}${refs.length > 3 ? ` and ${refs.length - 3} more` : ''}`;

/** From the refusals: one finding per quota and kind of resource, with all workloads that it holds back. */
function* refused(snapshot: Snapshot, told: Set<string>): Iterable<FindingDraft> {
  const groups = new Map<string, { quota: string; variant: string; refusals: Refusal[] }>();
  for (const refusal of refusals(snapshot)) {
    if (refusal.kind !== 'quota') continue;
    const parsed = parseQuotaRefusal(refusal.text);
    if (parsed === undefined) continue;
    const variant = quotaVariant(parsed.resources[0]?.resource ?? refusal.wanted);
    const key = `${refusal.namespace ?? ''}/${parsed.quota}/${variant}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { quota: parsed.quota, variant, refusals: [refusal] });
    else known.refusals.push(refusal);
  }
  for (const { quota, variant, refusals: group } of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    told.add(`${first.namespace ?? ''}/${quota}/${variant}`);
    const parsed = parseQuotaRefusal(first.text);
    const numbers = (parsed?.resources ?? [])
      .map((one) => `${one.resource}: requested ${one.requested}, used ${one.used}, limited to ${one.limited}`)
      .join('; ');
    const workloads = group.flatMap(({ workload }) => (workload === undefined ? [] : [workload]));
    const object = snapshot.get('resourceQuotas', first.namespace, quota);
    yield {
      subject: snapshot.named('ResourceQuota', quota, { namespace: first.namespace }),
      variant,
      message: `Quota ${quota} of namespace ${first.namespace ?? 'unknown'} is exceeded (${variant}): ${workloads.length === 0 ? `creating ${first.wanted} was refused` : `${named(workloads)} cannot create ${first.wanted}`}${numbers === '' ? '' : ` (${numbers})`}`,
      evidence: [
        first.evidence,
        ...group.slice(1, 3).map((one) => one.evidence),
        ...(object === undefined ? [] : [snapshot.quote(object, '/status/used')]),
      ],
      related: workloads,
      ...(first.since === undefined ? {} : { since: first.since }),
    };
  }
}

/** What one more pod of a workload would add to a counted resource. */
function nextPod(workload: AnyObject, resource: string): number {
  if (quotaVariant(resource) === 'pods') return 1;
  const spec = templateSpecOf(workload);
  const bare = resource.replace(/^(?:requests|limits)\./, '');
  if (resource.startsWith('limits.'))
    return (spec?.containers ?? []).reduce(
      (sum, one) => sum + (parseQuantity(one.resources?.limits?.[bare] ?? '') ?? 0),
      0,
    );
  return podRequests(spec).get(bare) ?? 0;
}

/** Objects that a manifest wants, that do not exist, and that the quota has no room for. */
function blockedBy(snapshot: Snapshot, quota: ResourceQuota, use: QuotaUse): readonly Ref[] {
  const { namespace } = quota.metadata;
  const here = (object: AnyObject): boolean => object.metadata.namespace === namespace;
  const ref = (object: AnyObject): Ref => ({
    kind: object.kind,
    namespace: namespace ?? '',
    name: object.metadata.name,
  });
  switch (quotaVariant(use.resource)) {
    case 'pods':
    case 'cpu':
    case 'memory':
      return [...snapshot.list('deployments'), ...snapshot.list('statefulSets'), ...snapshot.list('replicaSets')]
        .map((one) => one)
        .filter((one) => here(one) && lacksPods(snapshot, ref(one)) === true)
        .filter((one) => use.used + nextPod(one, use.resource) > use.hard)
        .map((one) => snapshot.workloadOf(one) ?? ref(one))
        .filter((one, i, all) => all.findIndex((other) => other.kind === one.kind && other.name === one.name) === i);
    case 'services':
      return use.used + 1 > use.hard
        ? snapshot
            .list('services')
            .map((one) => one)
            .filter((one) => here(one) && isAbsent(snapshot, one))
            .map(ref)
        : [];
    case 'storage':
      return snapshot
        .list('persistentVolumeClaims')
        .filter((claim) => here(claim) && isUncreated(snapshot, claim))
        .filter((claim) => {
          const asks = use.resource.endsWith('storage')
            ? (parseQuantity(claim.spec?.resources?.requests?.['storage'] ?? '') ?? 0)
            : 1;
          return use.used + asks > use.hard;
        })
        .map((claim) => ref(claim));
    default:
      return [];
  }
}

/** A claim that only a manifest knows, and that a listing or the scheduler says is not there. */
const isUncreated = (snapshot: Snapshot, claim: AnyObject): boolean =>
  isAbsent(snapshot, claim) ||
  (isDeclaredOnly(snapshot, claim) &&
    unscheduledPods(snapshot).some(
      ({ message, view }) =>
        view.namespace === claim.metadata.namespace &&
        message?.reasons.some((one) => one.kind === 'claim-missing' && one.object === claim.metadata.name) === true,
    ));

/** What of a quota every container must say of itself, as `requests.cpu`; a bare name means the request. */
const MUST_SAY = /^(?:(requests|limits)\.)?(cpu|memory)$/;

/** The resources of a quota that some container of the template leaves open. A limit is a request, too. */
function unsaid(quota: ResourceQuota, workload: AnyObject): readonly string[] {
  const containers = templateSpecOf(workload)?.containers ?? [];
  return Object.keys(quota.status?.hard ?? quota.spec?.hard ?? {}).filter((counted) => {
    const [, kind = 'requests', resource] = MUST_SAY.exec(counted) ?? [];
    return (
      resource !== undefined &&
      containers.some(
        ({ resources }) =>
          resources?.limits?.[resource] === undefined &&
          (kind === 'limits' || resources?.requests?.[resource] === undefined),
      )
    );
  });
}

/** Controllers that cannot make pods, as their status says without a reason, in namespaces whose quota asks for more than the template says. */
function* unspecified(snapshot: Snapshot): Iterable<FindingDraft> {
  const refusedToo = new Set([...refusals(snapshot)].map(({ workload }) => workload?.name));
  for (const quota of snapshot.list('resourceQuotas')) {
    const { namespace, name } = quota.metadata;
    // A LimitRange may fill in what the template leaves open.
    if (snapshot.list('limitRanges').some(({ metadata }) => metadata.namespace === namespace)) continue;
    for (const deployment of snapshot.list('deployments')) {
      const failure = deployment.status?.conditions?.findIndex(
        ({ type, reason }) => type === 'ReplicaFailure' && reason === 'FailedCreate',
      );
      const open = unsaid(quota, deployment);
      if (deployment.metadata.namespace !== namespace || failure === undefined || failure < 0 || open.length === 0)
        continue;
      if (refusedToo.has(deployment.metadata.name)) continue;
      yield {
        subject: snapshot.subject(quota),
        variant: 'unspecified',
        confidence: 'medium',
        title: 'A ResourceQuota demands requests or limits that the pods do not set',
        message: `Quota ${name} counts ${open.join(', ')}, which the template of Deployment ${deployment.metadata.name} does not specify: its pods cannot be created (FailedCreate)`,
        evidence: [snapshot.quote(deployment, `/status/conditions/${failure}`), snapshot.quote(quota, '/status/hard')],
        related: [{ kind: 'Deployment', namespace: namespace ?? '', name: deployment.metadata.name }],
        fix: [`Set ${open.join(' and ')} in the pod template, or give the namespace defaults with a LimitRange`],
      };
    }
  }
}

export default defineCheck({
  id: 'quota-exceeded',
  layer: 2,
  title: 'No ResourceQuota blocks what workloads need',
  failureTitle: 'A ResourceQuota of the namespace is exhausted: objects cannot be created',
  why: 'The API server refuses everything beyond the quota; no Pending pod shows it, the pod (or Service, or claim) simply does not exist.',
  fix: ['Raise the quota, free what is not needed, or lower the requests'],
  next: ['kubectl describe quota -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'customResources', 'resourceQuotas', 'commandFailures', 'deployments'],
  wants: ['replicaSets', 'statefulSets', 'services', 'persistentVolumeClaims', 'limitRanges'],
  *run({ resourceQuotas }, { snapshot }) {
    const told = new Set<string>();
    yield* refused(snapshot, told);
    for (const refusal of refusals(snapshot)) {
      if (refusal.kind !== 'quota-unspecified') continue;
      const match = /failed quota: ([^:\s]{1,253}): must specify ([^\n;]{1,300})/.exec(refusal.text);
      const quota = match?.[1] ?? 'unknown';
      yield {
        subject: snapshot.named('ResourceQuota', quota, { namespace: refusal.namespace }),
        variant: 'unspecified',
        title: 'A ResourceQuota demands requests or limits that the pods do not set',
        message: `Quota ${quota} demands ${match?.[2] ?? 'requests or limits'}, which ${refusal.workload === undefined ? `the ${refusal.wanted} to be created do` : `the pods of ${named([refusal.workload])} do`} not specify`,
        evidence: [refusal.evidence],
        related: refusal.workload === undefined ? [] : [refusal.workload],
        fix: [
          `Set ${match?.[2] ?? 'requests and limits'} in the pod template, or give the namespace defaults with a LimitRange`,
        ],
        ...(refusal.since === undefined ? {} : { since: refusal.since }),
      };
    }
    yield* unspecified(snapshot);
    for (const quota of resourceQuotas)
      for (const use of quotaUses(quota)) {
        const variant = quotaVariant(use.resource);
        const key = `${quota.metadata.namespace ?? ''}/${quota.metadata.name}/${variant}`;
        if (told.has(key)) continue;
        const blocked = blockedBy(snapshot, quota, use);
        if (blocked.length === 0) continue;
        told.add(key);
        const first = blocked[0] === undefined ? undefined : snapshot.find(blocked[0]);
        yield {
          subject: snapshot.subject(quota),
          variant,
          message: `Quota ${quota.metadata.name} of namespace ${quota.metadata.namespace ?? ''} leaves no room (${use.resource}: ${use.usedText} used of ${use.hardText}): ${named(blocked)} cannot be ${variant === 'services' || variant === 'storage' ? 'created' : 'filled with pods'}`,
          evidence: [
            snapshot.quote(quota, pointerTo('status', 'used', use.resource)),
            snapshot.quote(quota, '/status/hard'),
            ...(first === undefined
              ? []
              : [
                  snapshot.quote(
                    first,
                    variant === 'storage'
                      ? '/spec/resources/requests'
                      : variant === 'services'
                        ? '/metadata/name'
                        : '/status',
                  ),
                ]),
          ],
          related: blocked,
          fix: [
            `Raise ${use.resource} of quota ${quota.metadata.name} above ${formatAmount(use.resource, use.hard)}, or remove what is not needed`,
          ],
        };
      }
  },
});
