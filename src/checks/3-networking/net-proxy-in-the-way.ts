import { inCidr, parseCidr, parseIp } from '../../lib/cidr.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/**
 * Go's net/http asks a proxy for a tunnel (CONNECT) to an https address. When the proxy refuses, the error is the
 * proxy's status line and nothing else: `Post "https://web.shop.svc:443/x": Service Unavailable`.
 */
const TUNNEL =
  /(?:Get|Post|Put|Patch|Head|Delete) "?https:\/\/(\[?[^\s"/\]]{1,253}\]?)[^\s"]{0,600}"?: (Service Unavailable|Bad Gateway|Gateway Time-?out|Proxy Authentication Required|Forbidden|Not Found|Method Not Allowed|proxyconnect tcp: .{1,160})(?=["\s\]).,;]|$)/;
/** The proxy itself is not reached, whatever the address was. */
const NO_PROXY =
  /(?:Get|Post|Put|Patch|Head|Delete) "?http:\/\/(\[?[^\s"/\]]{1,253}\]?)[^\s"]{0,600}"?: (proxyconnect tcp: .{1,160})$/;
const KUBECTL =
  /Unable to connect to the server: (Service Unavailable|Bad Gateway|Gateway Time-?out|Proxy Authentication Required|Forbidden|proxyconnect tcp: .{1,160})$/;
/** Names and addresses that lie inside: they belong into NO_PROXY. */
const INSIDE =
  /\.svc(?:\.|:|$)|\.cluster\.local|\.local(?::|$)|^\[?(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.|localhost)|^[a-z0-9-]{1,63}(?::\d{1,5})?$/;
const SERVICE = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:[.:]|$)/;

/** A request of Go's net/http that failed, and whom it asked. */
const FAILED =
  /(?:Get|Post|Put|Patch|Head|Delete) \\{0,3}"?https?:\/\/(\[?[^\s"/\\\]]{1,253}\]?)(?:[/?][^\s"\\]{0,600})?\\{0,3}"?: /;

/** It was asked without the proxy, or answered. */
const DIRECT = /: (?:dial (?:tcp|udp)|lookup |read tcp|write tcp|x509|tls:|remote error|net\/http|EOF|context )/;

/** Whether a list like `10.0.0.0/8,.svc,registry` names the host: itself, a domain that it ends with, a range. */
function exempts(list: string, host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').replace(/^\[|\]$/g, '');
  const ip = parseIp(name);
  return list.split(',').some((one) => {
    const entry = one.trim().replace(/:\d{1,5}$/, '');
    if (entry === '*' || entry === name) return true;
    const range = entry.includes('/') ? parseCidr(entry) : undefined;
    if (ip !== undefined) return range !== undefined && inCidr(ip, range);
    return entry !== '' && name.endsWith(entry.startsWith('.') ? entry : `.${entry}`);
  });
}

interface ProxyUser {
  readonly object: AnyObject;
  readonly exempt: string;
  readonly proxy: Evidence;
}

/** Workloads whose containers are told of a proxy, with what they must ask themselves. */
function proxyUsers(snapshot: Snapshot): readonly ProxyUser[] {
  const templates = [
    ...['deployments' as const, 'statefulSets' as const, 'daemonSets' as const].flatMap((area) =>
      snapshot.list(area).map((object) => ({ object, spec: object.spec?.template?.spec, at: '/spec/template/spec' })),
    ),
    ...snapshot.list('pods').map((object) => ({ object, spec: object.spec, at: '/spec' })),
  ];
  return templates.flatMap(({ object, spec, at }) =>
    (spec?.containers ?? []).flatMap(({ env = [] }, i): readonly ProxyUser[] => {
      const place = env.findIndex(({ name = '', value = '' }) => /^https?_proxy$/i.test(name) && value !== '');
      if (place < 0) return [];
      const exempt = env.find(({ name = '' }) => /^no_proxy$/i.test(name))?.value ?? '';
      return [{ object, exempt, proxy: snapshot.quote(object, `${at}/containers/${i}/env/${place}`) }];
    }),
  );
}

interface Group {
  readonly subject: Subject;
  readonly host: string;
  readonly answer: string;
  readonly evidence: Evidence[];
  readonly related: Ref[];
}

export default defineCheck({
  id: 'net-proxy-in-the-way',
  layer: 3,
  title: 'No HTTP proxy stands between parts of the cluster',
  failureTitle: 'An HTTP proxy answers requests that are meant for the cluster (NO_PROXY)',
  why: 'HTTPS_PROXY is set for the program, and NO_PROXY does not name the address, so the request goes to the proxy, which knows nothing of the pods and Services of the cluster. Its refusal looks like an answer of the target.',
  fix: [
    'Put the address into NO_PROXY of the program that asks (the manifest of the API server, drop-ins of the kubelet and the runtime, the shell of kubectl): the Service CIDR, the pod CIDR, the addresses of the nodes, .svc and .cluster.local; then restart it',
  ],
  next: [
    'systemctl show kubelet containerd crio docker --property=Environment',
    'grep -i proxy /etc/kubernetes/manifests/*.yaml; env | grep -i proxy',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'commandFailures', 'containerLogs', 'hostLogs', 'apiServices', 'probes'],
  wants: ['deployments', 'statefulSets', 'daemonSets', 'pods'],
  reads: ['proxy-refuses-tunnel'],
  *run({ events, commandFailures, apiServices, probes }, { snapshot }) {
    for (const probe of probes) {
      const { proxy, target, port } = probe;
      const { service } = snapshot.resolve(target, probe.from?.namespace);
      if (proxy === undefined || probe.outcome === 'ok' || (service === undefined && !INSIDE.test(target))) continue;
      yield {
        subject: service === undefined ? snapshot.named('Component', probe.tool) : snapshot.subject(service),
        variant: 'probe',
        severity: 'warning',
        message: `The request of ${probe.tool} to ${target}${port === undefined ? '' : `:${port}`} went to the HTTP proxy ${proxy}, which ${outcomeText(probe)}: the environment names a proxy (http_proxy), and NO_PROXY lacks ${target}`,
        evidence: [probe.source],
      };
    }
    for (const { object, exempt, proxy } of proxyUsers(snapshot)) {
      const { name, namespace } = object.metadata;
      const own = snapshot.logs.filter((log) => {
        const pod = podOfLog(snapshot, log);
        const file = log.origin.file.slice(log.origin.file.lastIndexOf('/') + 1);
        return pod === undefined
          ? file.startsWith(name)
          : pod.metadata.name === name || snapshot.workloadOf(pod)?.name === name;
      });
      const asked = own.flatMap(({ origin, tail }) =>
        tail.flatMap(({ line, text }) => {
          const host = FAILED.exec(text)?.[1];
          return host === undefined || DIRECT.test(text) || !INSIDE.test(host) || exempts(exempt, host)
            ? []
            : [{ host, evidence: { file: origin.file, line, text: text.trim().slice(0, 600) } }];
        }),
      );
      const [first] = asked;
      if (first === undefined) continue;
      yield {
        subject: snapshot.subject(object),
        variant: 'env',
        confidence: 'medium',
        message: `${object.kind} ${namespace ?? ''}/${name} is told of a proxy, and its NO_PROXY (${exempt === '' ? 'not set' : exempt.slice(0, 200)}) does not name ${first.host.replace(/:\d{1,5}$/, '')}, so its request to ${first.host} goes to the proxy and fails`,
        evidence: [first.evidence, proxy],
      };
    }
    const groups = new Map<string, Group>();
    const add = (text: string, who: () => Subject, evidence: () => Evidence, related: readonly Ref[]): void => {
      const plain = text.replace(/\\{1,8}"/g, '"');
      const tunnel = TUNNEL.exec(plain) ?? NO_PROXY.exec(plain);
      const answer = tunnel?.[2] ?? KUBECTL.exec(plain)?.[1];
      if (answer === undefined || (tunnel !== null && !INSIDE.test(tunnel[1] ?? ''))) return;
      const host = (tunnel?.[1] ?? '').replace(/^\[|\]$/g, '');
      // It is the API server that calls webhooks, whoever asked it.
      const subject = /webhook/.test(plain) || tunnel === null ? snapshot.named('Component', 'kube-apiserver') : who();
      const [, name, namespace] = SERVICE.exec(host) ?? [];
      const at = `${subject.kind}/${subject.name}/${host}`;
      let group = groups.get(at);
      if (group === undefined) groups.set(at, (group = { subject, host, answer, evidence: [], related: [] }));
      group.evidence.push(evidence());
      group.related.push(...related, ...(name === undefined ? [] : [refTo('Service', namespace, name)]));
    };
    for (const failure of commandFailures)
      add(
        failure.message,
        () => snapshot.named('Component', 'kube-apiserver'),
        () => failure.source,
        [],
      );
    for (const event of events) {
      const about = event.involvedObject;
      if (event.type === 'Normal' || about?.kind === undefined || about.name === undefined) continue;
      const ref = refTo(about.kind, about.namespace, about.name);
      const node = snapshot.get('pods', about.namespace, about.name)?.spec?.nodeName ?? event.source?.host;
      add(
        eventMessage(event),
        () => (node === undefined ? snapshot.named(ref.kind, ref.name, ref) : machineSubject(snapshot, { node })),
        () => snapshot.quoteEvent(event),
        [ref],
      );
    }
    // It is the API server that asks the servers of aggregated APIs.
    for (const api of apiServices)
      api.status?.conditions?.forEach(({ status, message }, i) => {
        if (status !== 'False' || message === undefined) return;
        const service = api.spec?.service;
        add(
          message,
          () => snapshot.named('Component', 'kube-apiserver'),
          () => snapshot.quote(api, `/status/conditions/${i}/message`),
          [
            refTo('APIService', undefined, api.metadata.name),
            ...(service?.name === undefined ? [] : [refTo('Service', service.namespace, service.name)]),
          ],
        );
      });
    for (const hit of snapshot.hits('proxy-refuses-tunnel'))
      add(
        hit.last.text,
        () => snapshot.subjectOfLog(hit.origin, { node: hit.node, program: hit.program }),
        () => snapshot.evidenceOf(hit)[0],
        [],
      );
    for (const { subject, host, answer, evidence, related } of groups.values()) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject,
        message:
          host === ''
            ? `kubectl's request to the API server went to an HTTP proxy, which answered "${answer}": NO_PROXY lacks the address of the API server`
            : answer.startsWith('proxyconnect')
              ? `A request to ${host} goes to an HTTP proxy (http_proxy), which is not reached (${answer}): NO_PROXY of the program that asks lacks ${host}`
              : `A request to ${host} went to an HTTP proxy, which answered "${answer}": NO_PROXY of the program that asks lacks ${host}`,
        evidence: [first, ...rest.slice(0, 3)],
        related: related.slice(0, 20),
      };
    }
  },
});
