import { defineCheck } from '../check.ts';
import { refOf } from '../../snapshot/ref.ts';

/** What the API server answers whoever asks a pod or Service through it (kubectl proxy, the dashboard, /proxy/ paths). */
const REACH = /error trying to reach service: '?(?:[^']{0,200}?dial tcp )?(\[?[\w.:-]{1,253}\]?:\d{1,5})?(.{0,200})/;

const MEANS: readonly (readonly [RegExp, variant: string, words: string])[] = [
  [
    /i\/o timeout|timed out/,
    'timeout',
    'its packets are lost: the machine of the control plane has no way to the pods (no network plug-in or routes there, a firewall)',
  ],
  [/connection refused/, 'refused', 'nothing listens at that port of the pod'],
  [/no route to host|unreachable/, 'no-route', 'the machine of the control plane has no route to the pods'],
  [/no such host|lookup /, 'unresolved', 'the API server does not resolve the name'],
  [
    /HTTP response to HTTPS client|malformed HTTP|x509|tls: /,
    'tls',
    'the one speaks TLS and the other does not, or is not trusted (https: before the name of the Service in the path)',
  ],
];

export default defineCheck({
  id: 'net-api-proxy-failed',
  layer: 3,
  title: 'The API server reaches pods for those who ask through it',
  failureTitle: 'The API server does not reach a pod or Service for somebody who asks through it (/proxy/)',
  why: 'kubectl proxy, the dashboard and aggregated paths have the API server connect to the pod. Its machine needs a way into the pod network: the plug-in, or routes.',
  fix: [
    'Run the network plug-in (and kube-proxy) on the machines of the control plane too, or give them routes to the pod range; open the port of the pod for them. kubectl port-forward goes another way, through the kubelet.',
  ],
  next: ['kubectl get pods -A -o wide | grep {host}', 'ip route get {host}', 'nc -vz {host} {port}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['commandFailures'],
  *run({ commandFailures }, { snapshot }) {
    const told = new Set<string>();
    for (const { message, source } of commandFailures) {
      const found = REACH.exec(message);
      if (found === null) continue;
      const address = found[1] ?? '';
      if (told.has(address)) continue;
      told.add(address);
      const trouble = MEANS.find(([said]) => said.test(found[2] ?? ''));
      const { pod, service } = snapshot.resolve(address);
      const target = pod ?? service;
      yield {
        subject: target === undefined ? snapshot.named('Component', 'pod network') : snapshot.subject(target),
        variant: trouble?.[1] ?? 'other',
        message: `The API server does not reach ${address === '' ? 'the Service' : address}${target === undefined ? '' : ` (${target.metadata.name})`} for those who ask through it: ${message.slice(0, 300)}${trouble === undefined ? '' : `; ${trouble[2]}`}`,
        evidence: [source],
        related: pod === undefined ? [] : [refOf(pod)],
        params: {
          host: address.replace(/:\d{1,5}$/, '') || 'ADDRESS',
          port: /:(\d{1,5})$/.exec(address)?.[1] ?? 'PORT',
        },
      };
    }
  },
});
