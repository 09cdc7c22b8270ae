import type { Evidence } from '../../parsers/records.ts';
import { isAboutKubelet } from '../../snapshot/control-plane/api-access.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

const ADDRESS = /https:\/\/([\w[][\w.:[\]-]{1,120}?):10250\b|dial tcp ([\w[][\w.:[\]-]{1,120}?):10250\b/;
/** First match wins: what stands between the API server and the kubelet. */
const TROUBLES: readonly (readonly [RegExp, variant: string, words: string])[] = [
  [/No agent available/, 'no-tunnel', 'there is no konnectivity tunnel to it'],
  [/tls: internal error/, 'no-serving-certificate', 'the kubelet has no serving certificate (its CSR is not approved)'],
  [
    /certificate is valid for .{1,200}, not /,
    'certificate',
    "the kubelet's certificate is for another name or address",
  ],
  [/doesn't contain any IP SANs/, 'certificate', "the kubelet's certificate names no IP address (no IP SANs)"],
  [
    /x509: certificate has expired or is not yet valid/,
    'certificate-expired',
    "the kubelet's serving certificate has expired (or a clock is wrong)",
  ],
  [/x509: |tls: /, 'certificate', "the kubelet's certificate is not trusted"],
  [
    /user=system:anonymous/,
    'anonymous',
    'the kubelet does not know the API server (system:anonymous): it shows no client certificate (--kubelet-client-certificate) or one of another CA than the kubelet trusts (clientCAFile), or the certificate has expired',
  ],
  [
    /provide credentials/,
    'anonymous',
    'the kubelet does not accept the credentials of the API server (--kubelet-client-certificate is of another CA than the clientCAFile of the kubelet, or has expired)',
  ],
  [
    /[Ff]orbidden|Unauthorized/,
    'forbidden',
    "the API server's kubelet client may not do that (RBAC of kube-apiserver-kubelet-client)",
  ],
  [/connection refused/, 'refused', 'no kubelet listens there'],
  [/timeout|timed out|deadline exceeded/, 'timeout', 'packets are lost on the way (firewall, or the node is down)'],
  [/no route to host|unreachable/, 'no-route', 'there is no route to it'],
];

/** What only programs beside the API server ask a kubelet for: agents and scrapers on nodes. */
const ASKED_BY_AGENTS = /:10250\/(?:pods|runningpods|metrics|stats|spec|configz)\b/;

export default defineCheck({
  id: 'apiserver-to-kubelet-failed',
  layer: 4,
  title: 'The API server reaches the kubelets',
  failureTitle: 'The API server cannot reach a kubelet (port 10250)',
  why: 'kubectl logs, exec, port-forward and top of that node fail, while its pods may run. Evidence of that node is missing in the bundle for the same reason.',
  fix: [
    'Open port 10250 from the control plane to {node}; see that its kubelet runs',
    'tls: internal error: approve the serving CSR of the node; x509: check --kubelet-certificate-authority of the API server',
  ],
  next: ['nc -vz {node} 10250; curl -vk https://{node}:10250/healthz', 'kubectl get csr'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['commandFailures', 'containerLogs', 'hostLogs'],
  wants: ['nodes'],
  reads: ['apiserver-to-kubelet-failed'],
  *run({ commandFailures }, { snapshot }) {
    interface Group {
      readonly evidence: Evidence[];
      count: number;
      readonly text: string;
      readonly times: ReturnType<typeof timing>;
    }
    const groups = new Map<string, Group>();
    const add = (text: string, count: number, evidence: Evidence, times: ReturnType<typeof timing>): void => {
      const plain = text.replaceAll('\\"', '"');
      const match = ADDRESS.exec(plain);
      const written = match?.[1] ?? match?.[2] ?? '';
      // A program of the machine itself asked.
      const address = /^(?:127\.|localhost$|\[::1\])/.test(written) ? '' : written;
      const known = groups.get(address);
      if (known === undefined) groups.set(address, { evidence: [evidence], count, text: plain, times });
      else if (!known.evidence.some((one) => one.file === evidence.file && one.line === evidence.line)) {
        known.count += count;
        known.evidence.push(evidence);
      }
    };
    for (const failure of commandFailures) if (isAboutKubelet(failure)) add(failure.message, 1, failure.source, {});
    for (const hit of snapshot.hits('apiserver-to-kubelet-failed'))
      add(hit.first.text, hit.count, snapshot.evidenceOf(hit)[0], timing(snapshot, [hit]));
    // "error dialing backend" alone names no machine; with one other in sight it is that one.
    const nameless = groups.get('');
    const [only, ...others] = [...groups].filter(([address]) => address !== '');
    if (nameless !== undefined && only !== undefined && others.length === 0) {
      only[1].count += nameless.count;
      only[1].evidence.push(...nameless.evidence);
      groups.delete('');
    }
    for (const [address, { evidence, count, text, times }] of groups) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const node = address === '' ? undefined : snapshot.resolve(address).node?.metadata.name;
      const trouble = TROUBLES.find(([pattern]) => pattern.test(text));
      const name = node ?? (address === '' ? undefined : address);
      yield {
        subject:
          name === undefined
            ? { kind: 'Component', name: 'kube-apiserver' }
            : { kind: 'Node', name, ...(node === undefined ? {} : { node }) },
        variant: trouble?.[1] ?? 'other',
        message: `${ASKED_BY_AGENTS.test(text) ? 'A program' : 'The API server'} cannot reach the kubelet${name === undefined ? '' : ` of ${name}`}${node !== undefined && node !== address ? ` (${address}:10250)` : ' (port 10250)'}: ${trouble?.[2] ?? 'the connection fails'}${count > 1 ? ` (${count} times)` : ''}`,
        evidence: [first, ...rest],
        params: { node: name ?? 'NODE' },
        ...times,
      };
    }
  },
});
