/** What scheduler-down and kcm-down share: an elected component works when one instance runs and holds the lease. */
import type { Evidence } from '../../parsers/records.ts';
import { componentSubject, instancesOf, leaseOf, type Component } from '../../snapshot/control-plane/control-plane.ts';
import { serverVersion } from '../../snapshot/control-plane/versions.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

/** The minor version from which on the insecure ports may be off. */
const SECURE_MINOR = 17;

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
  // elsewhere, and on the insecure ports (10251, 10252) nothing listens since 1.18.6 (kubeadm) and 1.20.
  const name = component.replace(/^kube-/, '');
  const status = snapshot.list('componentStatuses').find((one) => one.metadata.name === name);
  const other = snapshot
    .list('componentStatuses')
    .find((one) => one.metadata.name !== name && /^(?:scheduler|controller-manager)$/.test(one.metadata.name));
  const says = (value: string): boolean =>
    other?.conditions?.some((one) => one.type === 'Healthy' && one.status === value) === true;
  // It hears the other one on that machine: then these ports are served, and this component is not there.
  const hearsOther = says('True');
  const index = status?.conditions?.findIndex((one) => one.type === 'Healthy' && one.status === 'False') ?? -1;
  const condition = status?.conditions?.[index];
  const words = condition?.message ?? condition?.error ?? '';
  if (
    instances.length > 0 ||
    lease !== undefined ||
    status === undefined ||
    condition === undefined ||
    (/:1025[12]\b/.test(words) &&
      !hearsOther &&
      (serverVersion(snapshot)?.version.minor ?? SECURE_MINOR) >= SECURE_MINOR)
  )
    return;
  yield {
    subject: componentSubject(snapshot, component),
    variant: 'componentstatus',
    severity: 'warning',
    confidence: 'medium',
    message: `The API server finds ${component} unhealthy${words === '' ? '' : `: ${words}`}${says('False') ? ` (${other?.metadata.name ?? ''} as well)` : ''}; if it does not run, ${effect}`,
    evidence: [snapshot.quote(status, `/conditions/${index}`)],
  };
}
