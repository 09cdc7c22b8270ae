import { groupBy } from '../../lib/group-by.ts';
import type { CommandFailure } from '../../parsers/records.ts';
import {
  API_SERVER_PORT,
  isAboutKubelet,
  isWithoutKubeconfig,
  serverOf,
  wasAnswered,
} from '../../snapshot/control-plane/api-access.ts';
import { componentSubject, instancesOf } from '../../snapshot/control-plane/control-plane.ts';
import { connections } from '../../snapshot/network/connections.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const LOST =
  /The connection to the server \S{3,200} was refused|Unable to connect to the server|couldn't get current server API group list|http2: client connection lost|no route to host|dial tcp|TLS handshake timeout|context deadline exceeded|\bEOF$/;
const WORDS: Readonly<Record<string, string>> = {
  refused: 'refuses connections: nothing listens there',
  timeout: 'does not answer in time',
  unresolved: 'has a name that does not resolve',
  other: 'cannot be reached',
};

/** A command that got no answer, or a port that did not take a connection. */
type Lost = Pick<CommandFailure, 'message' | 'reason' | 'source'>;

/** What curl says when it went to a proxy: that says nothing of the port behind it. */
const ELSEWHERE = new RegExp(`Failed to connect to \\S{1,253} port (?!${API_SERVER_PORT}\\b)\\d`);

/** Machines that tried the port with nc, curl or the like. From a pod it is the network's doing as well. */
function triedByHand(snapshot: Snapshot): readonly Lost[] {
  const tries = connections(snapshot).filter(
    ({ probe, fromPod }) => !fromPod && probe.port === API_SERVER_PORT && !ELSEWHERE.test(probe.source.text),
  );
  return tries.flatMap(({ probe, lost }) =>
    (lost || probe.outcome === 'refused') &&
    !tries.some((other) => other.probe.target === probe.target && other.probe.outcome === 'ok')
      ? [
          {
            message: `dial tcp ${probe.target}:${API_SERVER_PORT}: `,
            reason: lost ? 'timeout' : 'refused',
            source: probe.source,
          },
        ]
      : [],
  );
}

/** Stands for the address where no message names it. */
const NAMELESS = 'API server';

export default defineCheck({
  id: 'api-unreachable',
  layer: 4,
  title: 'The API server answers',
  failureTitle: 'The API server cannot be reached',
  why: 'Refused: the API server (or the load balancer before it) does not run. Timeout: a firewall, a wrong address, or a machine that is down. Pods that run keep running.',
  fix: [
    'On a control-plane node: crictl ps -a | grep kube-apiserver; read the log of its last container; then etcd, certificates and manifests',
    'When it runs: check the load balancer or virtual IP and the firewall between you and {server}',
  ],
  next: [
    'crictl ps -a --name kube-apiserver; crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1 | tail -50',
    'nc -vz {host} {port}',
    'journalctl -u kubelet -n 100 --no-pager',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['commandFailures', 'units', 'pods', 'runtimeContainers', 'probes'],
  *run({ commandFailures }, { snapshot }) {
    const lost = commandFailures.filter(
      (failure) =>
        (failure.reason === 'refused' ||
          failure.reason === 'timeout' ||
          failure.reason === 'unresolved' ||
          failure.reason === 'other') &&
        LOST.test(failure.message) &&
        !isAboutKubelet(failure) &&
        !/webhook/.test(failure.message),
    );
    const byServer = groupBy<Lost, string>(
      [...lost, ...triedByHand(snapshot)],
      (failure) => serverOf(failure) ?? NAMELESS,
    );
    const instances = instancesOf(snapshot, 'kube-apiserver');
    const down = instances.filter((one) => !one.up);
    for (const [server, failures] of byServer) {
      const [first, ...rest] = failures;
      if (first === undefined) continue;
      const alone = isWithoutKubeconfig(first);
      const answered = wasAnswered(snapshot);
      yield {
        subject: { ...componentSubject(snapshot, 'kube-apiserver', down[0]?.node) },
        variant: alone ? 'no-kubeconfig' : first.reason,
        severity: alone ? 'info' : answered ? 'warning' : 'critical',
        ...(alone ? { title: 'kubectl ran without a kubeconfig' } : {}),
        message: alone
          ? `kubectl asked ${server}, its default without a kubeconfig: this says nothing about the API server (set KUBECONFIG)`
          : `The API server${server === NAMELESS ? '' : ` at ${server}`} ${WORDS[first.reason] ?? WORDS['other']}: ${failures.length === 1 ? 'one attempt failed' : `${failures.length} attempts failed`}${answered ? ', while others were answered' : ''}${down.length === 0 ? '' : `; ${down[0]?.words ?? ''}`}`,
        evidence: [
          first.source,
          ...down.slice(0, 1).map((one) => one.evidence),
          ...rest.map((failure) => failure.source),
        ],
        params: { server, host: server.replace(/:\d{1,5}$/, ''), port: /:(\d{1,5})$/.exec(server)?.[1] ?? '6443' },
      };
    }
    if (byServer.size > 0 || instances.some((one) => one.up)) return;
    for (const one of down)
      yield {
        subject: one.subject,
        variant: 'down',
        message: `kube-apiserver${one.node === undefined ? '' : ` on node ${one.node}`} does not run: ${one.words}`,
        evidence: [one.evidence],
        ...(one.since === undefined ? {} : { since: one.since }),
        params: { server: one.node ?? 'HOST', host: one.node ?? 'HOST', port: '6443' },
      };
  },
});
