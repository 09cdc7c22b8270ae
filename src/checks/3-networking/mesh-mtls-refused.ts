import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { clusterName } from '../../snapshot/network/addresses.ts';
import { podOfLog, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { podOfProbe } from '../../snapshot/network/connections.ts';
import { isMeshProxy } from '../../snapshot/network/ports.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import type { ObjectOf, Pod, Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

type Policy = ObjectOf<'peerAuthentications'>;

/** Istio's own namespace: a policy there is that of the whole mesh. */
const ROOT = 'istio-system';

/** The policy that refuses plain text in a namespace: its own before the mesh's. One workload's policy says nothing of the others. */
function strictIn(policies: readonly Policy[], namespace: string): Policy | undefined {
  const whole = policies.filter(({ spec }) => spec?.selector === undefined);
  const own = whole.find(({ metadata }) => metadata.namespace === namespace);
  const found = own ?? whole.find(({ metadata }) => metadata.namespace === ROOT);
  return found?.spec?.mtls?.mode === 'STRICT' ? found : undefined;
}

/** False when the pod is known to have no proxy of the mesh: its containers are known, or its row counts just one. */
function inMesh(snapshot: Snapshot, pod: Pod | undefined, namespace: string | undefined): boolean {
  if (pod === undefined) {
    const labels =
      namespace === undefined ? undefined : snapshot.get('namespaces', undefined, namespace)?.metadata.labels;
    return labels === undefined || labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
  }
  const containers = containersOf(pod).map(({ name }) => name);
  // A row of `kubectl get pods` counts containers without their names.
  return (
    containers.length !== 1 && (containers.length === 0 || containers.some((name) => name === '' || isMeshProxy(name)))
  );
}

export default defineCheck({
  id: 'mesh-mtls-refused',
  layer: 3,
  title: 'Callers of strict mTLS Services speak mTLS',
  failureTitle:
    'A caller without mTLS is refused by a namespace of the mesh that demands it (PeerAuthentication STRICT)',
  why: 'With mode STRICT the sidecars of the namespace take mTLS only. A caller without a sidecar sends plain text; the proxy closes the connection at once, so it sees "connection reset by peer" and the called program sees nothing.',
  fix: [
    'Give the caller a sidecar (label its namespace istio-injection=enabled and restart its pods), or set the PeerAuthentication to PERMISSIVE, at least for the port or workload that it calls.',
  ],
  next: [
    'kubectl get peerauthentications -A',
    'kubectl get namespaces -L istio-injection,istio.io/rev',
    'istioctl x describe pod POD -n {namespace}',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['peerAuthentications'],
  needsAny: ['probes', 'containerLogs'],
  wants: ['pods', 'services', 'namespaces'],
  reads: ['app-connection-lost'],
  *run({ peerAuthentications }, { snapshot }) {
    const told = new Set<string>();
    /** The pods behind a Service, by its selector or (of tables) by their names, count more than one container. */
    const isServedByProxies = (service: Service): boolean => {
      const { name, namespace } = service.metadata;
      const backends = snapshot
        .list('pods')
        .filter(
          (pod) =>
            snapshot.podsSelectedBy(service).includes(pod) ||
            (pod.metadata.namespace === namespace && pod.metadata.name.startsWith(`${name}-`)),
        );
      return backends.length > 0 && backends.every((pod) => inMesh(snapshot, pod, undefined));
    };
    function* tell(
      caller: { readonly subject: Subject; readonly pod: Pod | undefined; readonly namespace: string | undefined },
      target: string,
      source: Evidence,
    ): Iterable<FindingDraft> {
      const { service } = snapshot.resolve(target, caller.namespace);
      const named =
        service === undefined
          ? clusterName(snapshot, target, caller.namespace)
          : { service: service.metadata.name, namespace: service.metadata.namespace ?? '' };
      const policy = named === undefined ? undefined : strictIn(peerAuthentications, named.namespace);
      if (named === undefined || policy === undefined) return;
      // Of a log without an owner it is only known that the other side has a proxy, which closed the connection.
      const known = caller.pod !== undefined || caller.namespace !== undefined;
      if (
        known ? inMesh(snapshot, caller.pod, caller.namespace) : !(service !== undefined && isServedByProxies(service))
      )
        return;
      const key = `${caller.subject.name} ${named.namespace}/${named.service}`;
      if (told.has(key)) return;
      told.add(key);
      const callee: Ref = { kind: 'Service', namespace: named.namespace, name: named.service };
      yield {
        subject: snapshot.named('PeerAuthentication', policy.metadata.name, { namespace: policy.metadata.namespace }),
        message: `PeerAuthentication ${policy.metadata.namespace ?? ''}/${policy.metadata.name} demands mTLS (STRICT) of whoever calls Service ${named.namespace}/${named.service}; ${known ? `${caller.subject.name} has no sidecar of the mesh, calls it in plain text, and its connection is reset` : `who wrote ${caller.subject.name} calls it in plain text, and its connection is reset`}`,
        ...(known ? {} : { severity: 'warning' as const }),
        evidence: [snapshot.quote(policy, '/spec/mtls/mode'), source],
        related: [
          callee,
          {
            ...(caller.namespace === undefined ? {} : { namespace: caller.namespace }),
            kind: caller.subject.kind,
            name: caller.subject.name,
          },
        ],
      };
    }
    for (const probe of snapshot.facts('probes')) {
      const { outcome, from, target, source } = probe;
      if (outcome !== 'reset' || from?.pod === undefined) continue;
      const pod = podOfProbe(snapshot, probe);
      const subject =
        pod === undefined ? snapshot.named('Pod', from.pod, { namespace: from.namespace }) : snapshot.subject(pod);
      yield* tell({ subject, pod, namespace: from.namespace ?? pod?.metadata.namespace }, target, source);
    }
    for (const hit of snapshot.hits('app-connection-lost')) {
      const { text, around } = hit.last;
      // Whom it calls a program often says a line before.
      const host = [text, ...(around?.before ?? hit.first.around?.before ?? [])]
        .flatMap((line) => /https?:\/\/([\w.-]{1,253})/.exec(line)?.[1] ?? [])
        .at(0);
      const pod = podOfLog(snapshot, hit);
      if (host === undefined || !/reset by peer|ECONNRESET/i.test(text)) continue;
      yield* tell(
        pod === undefined
          ? { subject: subjectOfLogHit(snapshot, hit), pod, namespace: hit.origin.namespace }
          : { subject: snapshot.subject(pod), pod, namespace: pod.metadata.namespace },
        host,
        snapshot.evidenceOf(hit)[0],
      );
    }
  },
});
