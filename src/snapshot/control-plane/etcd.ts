/** etcd's members as etcdctl and the members' logs show them. */
import type { EtcdEndpoint, EtcdHealth, LogHit } from '../../parsers/records.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Subject } from '../../result.ts';
import { componentSubject } from './control-plane.ts';
import { machineOf } from '../nodes/node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/** `https://10.0.0.4:2379` → `10.0.0.4`. */
export function hostOfEndpoint(endpoint: string): string {
  const bare = endpoint.replace(/^[a-z]{1,8}:\/\//i, '');
  return /^\[([^\]]{1,60})\]/.exec(bare)?.[1] ?? bare.replace(/:\d{1,5}$/, '');
}

const LOCAL = /^(?:127\.0\.0\.1|localhost|::1)$/;

/** The node that an endpoint lies on, when the bundle tells. */
export function nodeOfEndpoint(
  snapshot: Snapshot,
  about: { readonly endpoint: string; readonly node?: string | undefined },
): string | undefined {
  const host = hostOfEndpoint(about.endpoint);
  if (LOCAL.test(host)) return about.node === undefined ? undefined : machineOf(snapshot, about);
  const node = snapshot.resolve(host).node?.metadata.name;
  if (node !== undefined) return node;
  const member = snapshot
    .facts('etcdMembers')
    .find((one) => [...one.clientUrls, ...one.peerUrls].some((url) => hostOfEndpoint(url) === host));
  // kubeadm names members after their nodes.
  return member !== undefined && snapshot.get('nodes', undefined, member.name) !== undefined ? member.name : undefined;
}

/** The member behind an endpoint as subject: by its node, else by its address. */
export function memberSubject(
  snapshot: Snapshot,
  about: { readonly endpoint: string; readonly node?: string | undefined },
): Subject {
  const node = nodeOfEndpoint(snapshot, about);
  return node === undefined
    ? componentSubject(snapshot, `etcd ${about.endpoint.replace(/^[a-z]{1,8}:\/\//i, '')}`)
    : componentSubject(snapshot, 'etcd', node);
}

/** etcd as a whole. */
export function etcdSubject(snapshot: Snapshot, node?: string): Subject {
  return componentSubject(snapshot, 'etcd', node);
}

/** Whom a line of etcd's log is about: the member on the machine that wrote it. */
export function subjectOfEtcdHit(snapshot: Snapshot, hit: LogHit): Subject {
  const of = snapshot.subjectOfLog(hit.origin, { node: hit.node, program: hit.program });
  if (of.kind === 'Pod') return of;
  return componentSubject(snapshot, 'etcd', of.node);
}

/** Members in the list, else endpoints that answered or were asked. */
export function memberCount(snapshot: Snapshot): number | undefined {
  const members = snapshot.facts('etcdMembers').filter((member) => member.learner !== true);
  if (members.length > 0) return new Set(members.map((member) => member.id)).size;
  const endpoints = new Set(
    [...snapshot.facts('etcdEndpoints'), ...latestHealth(snapshot)].map((one) => hostOfEndpoint(one.endpoint)),
  );
  return endpoints.size === 0 ? undefined : endpoints.size;
}

/** The last word about each endpoint: the same command may have run twice. */
export function latestHealth(snapshot: Snapshot): readonly EtcdHealth[] {
  const last = new Map<string, EtcdHealth>();
  for (const health of snapshot.facts('etcdHealth')) last.set(health.endpoint, health);
  // The v2 API says of a member by its id again what it has said of its address.
  const addressed = [...last.values()].filter(({ endpoint }) => !/^[0-9a-f]{13,16}$/.test(endpoint));
  const all = addressed.length > 0 ? addressed : [...last.values()];
  // Members may advertise a socket of their own machine too (OpenShift does); from elsewhere it never answers.
  const reachable = all.filter((health) => !/^unixs?:/.test(health.endpoint));
  return reachable.length > 0 ? reachable : all;
}

/** The member answered, and the client does not know the authority of its certificate: that says nothing of the member. */
export const isDistrusted = ({ healthy, error }: EtcdHealth): boolean =>
  !healthy && error !== undefined && error.includes('certificate signed by unknown authority');

/** The last status of each endpoint. */
export function latestStatus(snapshot: Snapshot): readonly EtcdEndpoint[] {
  const last = new Map<string, EtcdEndpoint>();
  for (const status of snapshot.facts('etcdEndpoints')) last.set(`${status.node ?? ''}${status.endpoint}`, status);
  return [...last.values()];
}

/** Seconds that a hit of a "took too long" signature names, in whichever group the wording puts them. */
export function secondsOf(hit: LogHit): number | undefined {
  for (const group of ['took', 'duration', 'entries']) {
    const text = hit.groups[group];
    const seconds = text === undefined ? undefined : parseDuration(text);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}
