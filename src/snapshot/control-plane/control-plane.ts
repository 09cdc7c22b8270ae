/** The parts of the control plane as a bundle shows them: systemd units, static pods, containers of the runtime, leases. */
import { spellTime } from '../../lib/timestamp.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Pod } from '../kinds/index.ts';
import { isControlPlane, isOnLostNode, machineOf, onlyMachine, timeOf } from '../nodes/node-health.ts';
import { podReady, quoteReadiness } from '../pods/readiness.ts';
import type { Snapshot } from '../snapshot.ts';
import { describeUnit, isDown, unitName } from '../nodes/units.ts';

export type Component = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd';

/** Leases of control-plane programs are renewed every 2 s and valid for 15 s [K8S]; a minute is four times that. */
const LEASE_STALE_MS = 60_000;

/** The one control-plane node, when there is just one. */
export const onlyControlPlaneNode = oncePer((snapshot: Snapshot): string | undefined => {
  const nodes = snapshot.list('nodes').filter(isControlPlane);
  return nodes.length === 1 ? nodes[0]?.metadata.name : undefined;
});

/** A part of the control plane as subject; the node is the one given, else the only control-plane node. */
export function componentSubject(snapshot: Snapshot, component: string, node?: string): Subject {
  const at = node ?? onlyControlPlaneNode(snapshot);
  return snapshot.named('Component', component, { node: at });
}

/** The machine of a piece of host evidence, when the bundle names it or has just one control-plane node. */
function machineOfHost(snapshot: Snapshot, about: { readonly node?: string | undefined }): string | undefined {
  return about.node !== undefined || onlyMachine(snapshot) !== undefined
    ? machineOf(snapshot, about)
    : onlyControlPlaneNode(snapshot);
}

/** Pods of a component: kubeadm's label, else the static pod's name (`kube-scheduler-<node>`). */
export function podsOfComponent(snapshot: Snapshot, component: Component): readonly Pod[] {
  // A table of one namespace does not say of which.
  return [...snapshot.podsIn('kube-system'), ...snapshot.podsIn('')].filter(
    ({ metadata }) =>
      metadata.labels?.['component'] === component ||
      (metadata.labels?.['component'] === undefined &&
        metadata.name.startsWith(`${component}-`) &&
        // Deployments with similar names (`etcd-operator-…`) are no static pods.
        (metadata.ownerReferences === undefined || metadata.ownerReferences.some((owner) => owner.kind === 'Node'))),
  );
}

/** One instance of a component, running or not, and the words that say so. */
export interface Instance {
  readonly up: boolean;
  readonly via: 'unit' | 'pod' | 'container';
  readonly words: string;
  readonly node?: string;
  readonly evidence: Evidence;
  readonly subject: Subject;
  readonly since?: number;
}

/** Every instance that the bundle shows. A machine that is told by its unit is not told again by crictl. */
export function instancesOf(snapshot: Snapshot, component: Component): readonly Instance[] {
  const out: Instance[] = [];
  for (const unit of snapshot.facts('units')) {
    if (unitName(unit) !== component || unit.load === 'not-found' || unit.load === 'masked') continue;
    const node = machineOfHost(snapshot, unit);
    out.push({
      up: !isDown(unit),
      via: 'unit',
      words: `${unit.unit} is ${describeUnit(unit)}`,
      ...(node === undefined ? {} : { node }),
      evidence: unit.source,
      subject: snapshot.named('Component', component, { node }),
      ...(unit.since === undefined ? {} : { since: unit.since }),
    });
  }
  for (const pod of podsOfComponent(snapshot, component)) {
    const ready = podReady(pod);
    if (ready === undefined) continue;
    const node = pod.spec?.nodeName;
    // The pods of a node that is away are shown as they last were.
    const gone = isOnLostNode(snapshot, pod);
    const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
    out.push({
      up: ready && !gone,
      via: 'pod',
      words: `pod ${pod.metadata.name} is ${gone ? 'on a node that is not ready' : `not ready${waiting === undefined ? '' : ` (${waiting})`}`}`,
      ...(node === undefined ? {} : { node }),
      evidence: quoteReadiness(snapshot, pod),
      subject: snapshot.subject(pod),
    });
  }
  if (out.length > 0) return out;
  const containers = snapshot.facts('runtimeContainers').filter((container) => container.name === component);
  for (const node of new Set(containers.map((container) => machineOfHost(snapshot, container)))) {
    const here = containers.filter((container) => machineOfHost(snapshot, container) === node);
    const running = here.find((container) => /running/i.test(container.state));
    const last = running ?? here.toSorted((a, b) => (b.attempt ?? 0) - (a.attempt ?? 0))[0];
    if (last === undefined) continue;
    out.push({
      up: running !== undefined,
      via: 'container',
      words: `container ${component} is ${last.state}${last.exitCode === undefined ? '' : ` (${last.exitCode})`}${last.attempt === undefined ? '' : ` at attempt ${last.attempt}`}`,
      ...(node === undefined ? {} : { node }),
      evidence: last.source,
      subject: snapshot.named('Component', component, { node }),
    });
  }
  return out;
}

export interface LeaseState {
  readonly held: boolean;
  readonly words: string;
  readonly evidence: Evidence;
  readonly renewed?: number;
}

/**
 * The leader's lease of a component, measured against the newest lease of the bundle, not the clock: a wrong time of
 * collection changes nothing. Undefined without a lease, or with nothing to measure it by.
 */
export function leaseOf(snapshot: Snapshot, component: string): LeaseState | undefined {
  const lease = snapshot.get('leases', 'kube-system', component);
  if (lease === undefined) return undefined;
  if (lease.spec?.holderIdentity === '')
    return { held: false, words: `lease ${component} has no holder`, evidence: snapshot.quote(lease, '/spec') };
  const renewed = timeOf(lease.spec?.renewTime);
  const others = snapshot
    .list('leases')
    .filter((one) => one !== lease)
    .flatMap((one) => timeOf(one.spec?.renewTime) ?? []);
  if (renewed === undefined || others.length === 0) return undefined;
  const behind = Math.max(...others) - renewed;
  return {
    held: behind <= LEASE_STALE_MS,
    words: `its lease was last renewed at ${spellTime(renewed)}, ${Math.round(behind / 1000)} s before the newest lease`,
    evidence: snapshot.quote(lease, '/spec/renewTime'),
    renewed,
  };
}
