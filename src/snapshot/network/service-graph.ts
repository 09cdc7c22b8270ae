/** Who calls whom, as far as configuration tells: workloads, the Services their addresses name, and the pods behind. */
import { append, include } from '../../lib/group-by.ts';
import { matchesLabels } from '../../lib/labels.ts';
import { refOf, type Ref } from '../ref.ts';
import { oncePer } from '../../lib/once-per.ts';
import { configuredAddresses, type ConfiguredAddress } from './addresses.ts';
import type { Service } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** A configured address with the Service it names. */
export interface Call {
  readonly address: ConfiguredAddress;
  readonly service: Service;
}

export interface ServiceGraph {
  readonly calls: readonly Call[];
  /** Calls of a Service, by `namespace/name`. */
  callsTo(service: Service): readonly Call[];
  /** Names (`namespace/name`) of the Services that the workloads behind this Service call, directly. */
  calleesOf(service: Service): ReadonlySet<string>;
  /** True when there is a way of calls from one Service to the other. */
  reaches(from: Service, to: Service): boolean;
}

export const serviceKey = (service: Service): string => `${service.metadata.namespace ?? ''}/${service.metadata.name}`;
const workloadKey = (ref: Ref): string => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;

/** The top workloads of the pods behind a Service. */
export function workloadsBehind(snapshot: Snapshot, service: Service): readonly Ref[] {
  const out = new Map<string, Ref>();
  for (const pod of snapshot.podsSelectedBy(service)) {
    const ref = snapshot.workloadOf(pod) ?? refOf(pod);
    out.set(workloadKey(ref), ref);
  }
  return [...out.values()];
}

/** Workloads whose pods the Service selects, also while they have none. ReplicaSets of Deployments are their past. */
export function workloadsSelectedBy(snapshot: Snapshot, { metadata, spec }: Service) {
  return [
    ...snapshot.list('deployments'),
    ...snapshot.list('statefulSets'),
    ...snapshot.list('daemonSets'),
    ...snapshot.list('replicaSets').filter((set) => (set.metadata.ownerReferences ?? []).length === 0),
  ].filter(
    (owner) =>
      (owner.metadata.namespace ?? '') === (metadata.namespace ?? '') &&
      matchesLabels(spec?.selector, owner.spec?.template?.metadata?.labels ?? owner.spec?.selector?.matchLabels),
  );
}

function build(snapshot: Snapshot): ServiceGraph {
  const calls: Call[] = [];
  for (const address of configuredAddresses(snapshot)) {
    const { service } = snapshot.resolve(address.host, address.namespace);
    if (service !== undefined) calls.push({ address, service });
  }
  const byService = new Map<string, Call[]>();
  const byCaller = new Map<string, Set<string>>();
  for (const call of calls) {
    const at = serviceKey(call.service);
    append(byService, at, call);
    include(byCaller, workloadKey(call.address.workload), at);
  }
  const services = new Map(snapshot.list('services').map((service) => [serviceKey(service), service]));
  const direct = new Map<string, ReadonlySet<string>>();
  const calleesOf = (service: Service): ReadonlySet<string> => {
    const at = serviceKey(service);
    let callees = direct.get(at);
    if (callees === undefined) {
      const found = new Set<string>();
      for (const workload of workloadsBehind(snapshot, service))
        for (const callee of byCaller.get(workloadKey(workload)) ?? []) if (callee !== at) found.add(callee);
      direct.set(at, (callees = found));
    }
    return callees;
  };
  return {
    calls,
    callsTo: (service) => byService.get(serviceKey(service)) ?? [],
    calleesOf,
    reaches(from, to) {
      const target = serviceKey(to);
      const seen = new Set<string>([serviceKey(from)]);
      const open = [from];
      for (let at = open.pop(); at !== undefined; at = open.pop())
        for (const callee of calleesOf(at)) {
          if (callee === target) return true;
          const next = services.get(callee);
          if (next === undefined || seen.has(callee)) continue;
          seen.add(callee);
          open.push(next);
        }
      return false;
    },
  };
}

/** The graph of calls; built once. */
export const serviceGraph = oncePer(build);
