import type { Evidence, Probe } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { clusterDns, clusterNameUsedBy, NODELOCAL_ADDRESS } from '../../snapshot/network/dns.ts';
import { clusterName } from '../../snapshot/network/addresses.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import type { AnyObject, Pod } from '../../snapshot/kinds/index.ts';
import type { PodSpec } from '../../snapshot/kinds/core.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

interface Holder {
  readonly object: AnyObject;
  readonly spec: PodSpec;
  readonly at: string;
  readonly pods: readonly Pod[];
  readonly subject: Subject;
}

/** The settings that keep a pod away from the cluster's DNS. */
const isOwn = (spec: PodSpec): boolean => spec.dnsPolicy === 'None' || spec.dnsPolicy === 'Default';
const tells = (spec: PodSpec | undefined): boolean => spec?.dnsPolicy !== undefined || spec?.dnsConfig !== undefined;

/** Pod specs with DNS settings of their own: of pods, and of templates whose pods the bundle shows without spec. */
function* holders(snapshot: Snapshot): Iterable<Holder> {
  for (const pod of snapshot.list('pods').filter(({ spec }) => spec !== undefined && isOwn(spec))) {
    if (pod.spec === undefined) continue;
    const object = pod;
    yield { object, spec: pod.spec, at: '/spec', pods: [pod], subject: snapshot.subject(object) };
  }
  for (const area of ['deployments', 'statefulSets', 'daemonSets'] as const)
    for (const owner of snapshot.list(area)) {
      const object = owner;
      const spec = owner.spec?.template?.spec;
      if (spec === undefined || !isOwn(spec)) continue;
      const pods = snapshot.podsOf(refOf(owner));
      if (pods.some((pod) => tells(pod.spec))) continue;
      yield { object, spec, at: '/spec/template/spec', pods, subject: snapshot.subject(object) };
    }
}

/** Look-ups of the pods that failed at this server. */
function failedLookups(snapshot: Snapshot, pods: readonly Pod[], server: string): readonly Evidence[] {
  const names = new Set(pods.map((pod) => pod.metadata.name));
  return snapshot
    .hits('dns-lookup-at-server-failed')
    .filter((hit) => hit.groups['server'] === server && (hit.origin.pod === undefined || names.has(hit.origin.pod)))
    .slice(0, 2)
    .map((hit) => snapshot.evidenceOf(hit)[0]);
}

/** Look-ups of the cluster's own names, tried in one of the pods, that came back without an address. */
function failedProbes(snapshot: Snapshot, pods: readonly Pod[], { metadata }: AnyObject): readonly Probe[] {
  const names = new Set([metadata.name, ...pods.map((pod) => pod.metadata.name)]);
  return snapshot
    .facts('probes')
    .filter(
      (probe) =>
        isLookup(probe) &&
        probe.outcome !== 'ok' &&
        names.has(probe.from?.pod ?? '') &&
        clusterName(snapshot, probe.target, undefined) !== undefined,
    );
}

export default defineCheck({
  id: 'pod-dns-config-broken',
  layer: 3,
  title: "Pods' own DNS settings reach the cluster's DNS",
  failureTitle: "The pod's DNS settings cannot resolve cluster names",
  why: 'dnsPolicy None takes the nameservers of dnsConfig and nothing else. When the cluster DNS is not among them, no Service name resolves in that pod, while its siblings are fine.',
  fix: [
    'Remove dnsPolicy and dnsConfig from the pod template (ClusterFirst is the default), or list the address of the cluster DNS.',
  ],
  next: ['kubectl exec -n {namespace} {name} -- cat /etc/resolv.conf', 'kubectl get service kube-dns -n kube-system'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'deployments', 'statefulSets', 'daemonSets'],
  wants: ['services', 'containerLogs', 'probes'],
  *run(_facts, { snapshot }) {
    const dns = clusterDns(snapshot);
    for (const holder of holders(snapshot)) {
      const { spec, at, pods } = holder;
      const servers = spec.dnsConfig?.nameservers ?? [];
      const searches = spec.dnsConfig?.searches ?? [];
      const hasCluster = servers.some((server) => dns.addresses.includes(server) || server === NODELOCAL_ADDRESS);
      const unready = pods.some((pod) => podReady(pod) === false);
      const quote = (field: string) => snapshot.quote(holder.object, `${at}/${field}`);
      const common = {
        subject: holder.subject,
        related: pods.slice(0, 10).map(refOf),
      };
      const who = `${holder.object.kind} ${holder.object.metadata.name}`;

      if (spec.dnsPolicy === 'None' && !hasCluster) {
        const known = servers.filter((server) => {
          const target = snapshot.resolve(server);
          return target.service !== undefined || target.pod !== undefined;
        });
        if (known.length > 0) continue;
        const lookups = servers.flatMap((server) => failedLookups(snapshot, pods, server));
        const needed = clusterNameUsedBy(snapshot, holder.object) !== undefined;
        const sure = lookups.length > 0 || unready;
        if (!sure && !needed) continue;
        const cluster = dns.addresses.length === 0 ? 'the cluster DNS' : `the cluster DNS ${dns.addresses.join(', ')}`;
        yield {
          ...common,
          variant: 'nameserver',
          severity: sure ? 'critical' : 'warning',
          confidence: sure ? 'high' : 'medium',
          message: `${who} sets dnsPolicy None with nameserver ${servers.length === 0 ? '(none)' : servers.join(', ')} instead of ${cluster}: cluster names do not resolve in its pods`,
          evidence: [quote('dnsConfig'), quote('dnsPolicy'), ...lookups],
        };
        continue;
      }
      const noSearch = !searches.some((search) => /(?:^|\.)svc\./.test(`${search}.`));
      const short =
        spec.dnsPolicy === 'None' && noSearch
          ? 'dnsPolicy None without a search domain of the cluster'
          : spec.dnsPolicy === 'Default'
            ? "dnsPolicy Default (the node's resolver)"
            : undefined;
      const failed = short === undefined ? [] : failedProbes(snapshot, pods, holder.object);
      if (
        short !== undefined &&
        (failed.length > 0 || (unready && clusterNameUsedBy(snapshot, holder.object) !== undefined))
      )
        yield {
          ...common,
          variant: spec.dnsPolicy === 'None' ? 'searches' : 'policy',
          severity: failed.length > 0 ? 'critical' : 'warning',
          confidence: 'medium',
          message: `${who} has ${short}, ${
            failed[0] === undefined
              ? 'but its configuration names Services of the cluster; its pods are not ready'
              : `which does not know the name ${failed[0].target} of the cluster`
          }`,
          evidence: [quote('dnsPolicy'), ...failed.slice(0, 2).map(({ source }) => source)],
        };
    }
  },
});
