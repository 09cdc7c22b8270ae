/** What scheduler-down and kcm-down share: an elected component works when one instance runs and holds the lease. */
import type { Evidence } from '../../parsers/records.ts';
import { componentSubject, instancesOf, leaseOf, type Component } from '../../snapshot/control-plane/control-plane.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

/** `effect`: what stands still without the component, ends the sentence. */
export function* componentDown(snapshot: Snapshot, component: Component, effect: string): Iterable<FindingDraft> {
  const instances = instancesOf(snapshot, component);
  const down = instances.filter((one) => !one.up);
  const up = instances.length - down.length;
  const lease = leaseOf(snapshot, component);
  // A fresh lease is held by an instance that the bundle does not show.
  const led = up > 0 || (lease?.held ?? false);
  for (const one of down) {
    const last = one.via === 'unit' && one.node !== undefined ? lastError(snapshot, component, one.node) : undefined;
    // What a program logs while it is told to stop is no reason.
    const reason =
      last !== undefined && !/\(dead\)|inactive/.test(one.words) ? `; its last error: ${last.message}` : '';
    const evidence: [Evidence, ...Evidence[]] = [
      one.evidence,
      ...(last === undefined ? [] : [last.evidence]),
      ...(lease === undefined || lease.held ? [] : [lease.evidence]),
    ];
    yield {
      subject: one.subject,
      variant: one.via,
      ...(led ? { severity: 'warning' as const } : {}),
      message:
        `${component}${one.node === undefined ? '' : ` on node ${one.node}`} does not run: ${one.words}` +
        (led ? `; another instance leads (${up} of ${instances.length} run)` : `, so ${effect}`) +
        reason,
      evidence,
      ...(one.since === undefined ? {} : { since: one.since }),
      ...(one.node === undefined ? {} : { related: [{ kind: 'Node', name: one.node }] }),
    };
  }
  if (down.length === 0 && lease !== undefined && !lease.held)
    yield {
      subject: componentSubject(snapshot, component),
      variant: 'lease',
      message: `No ${component} leads: ${lease.words} (renewed every 2 s, valid for 15 s), so ${effect}`,
      evidence: [lease.evidence],
      ...(lease.renewed === undefined ? {} : { since: lease.renewed }),
    };

  // Nothing but `kubectl get cs` speaks of it. The API server asks its own machine: wrong where the component runs
  // elsewhere, and on the insecure ports (10251, 10252) nothing listens since 1.20.
  const name = component.replace(/^kube-/, '');
  const status = snapshot.list('componentStatuses').find((one) => one.metadata.name === name);
  // It hears the other one on that machine: then these ports are served, and this component is not there.
  const hearsOther = snapshot
    .list('componentStatuses')
    .some(
      (one) =>
        one.metadata.name !== name &&
        /^(?:scheduler|controller-manager)$/.test(one.metadata.name) &&
        one.conditions?.some(({ type, status: value }) => type === 'Healthy' && value === 'True') === true,
    );
  const index = status?.conditions?.findIndex((one) => one.type === 'Healthy' && one.status === 'False') ?? -1;
  const condition = status?.conditions?.[index];
  const words = condition?.message ?? condition?.error ?? '';
  if (
    instances.length > 0 ||
    lease !== undefined ||
    status === undefined ||
    condition === undefined ||
    (/:1025[12]\b/.test(words) && !hearsOther)
  )
    return;
  yield {
    subject: componentSubject(snapshot, component),
    variant: 'componentstatus',
    severity: 'warning',
    confidence: 'medium',
    message: `The API server finds ${component} unhealthy${words === '' ? '' : `: ${words}`}; if it does not run, ${effect}`,
    evidence: [snapshot.quote(status, `/conditions/${index}`)],
  };
}
