/** Descriptions of services, endpoints, ingresses and network policies. */
import { addressField, addressList } from '../addresses.ts';
import { createDraft, placeOf, type Draft, type Path } from '../draft.ts';
import { int, intOrName, setSelector, value } from '../values.ts';
import type { ParserContext } from '../../parser.ts';
import { find, items, put, putPairs, rowsBelow, type Block, type Entry } from './block.ts';

/** `web  80/TCP`, `<unset>  80/TCP`. */
const NAMED_PORT = /^(\S{1,63})\s+(\S{1,63})\/([A-Z]{2,6})$/;

export function describeService(block: Block, draft: Draft): void {
  const { entries } = block;
  putPairs(draft, ['spec', 'selector'], find(entries, 'Selector'));
  put(draft, ['spec', 'type'], find(entries, 'Type'));
  put(draft, ['spec', 'clusterIP'], find(entries, 'IP'));
  put(draft, ['spec', 'clusterIPs'], find(entries, 'IPs'), (text) => text.split(','));
  put(draft, ['spec', 'externalName'], find(entries, 'External Name'));
  put(draft, ['spec', 'externalIPs'], find(entries, 'External IPs'), (text) => text.split(','));
  put(draft, ['spec', 'sessionAffinity'], find(entries, 'Session Affinity'));
  put(draft, ['spec', 'externalTrafficPolicy'], find(entries, 'External Traffic Policy'));
  put(draft, ['spec', 'internalTrafficPolicy'], find(entries, 'Internal Traffic Policy'));
  put(draft, ['spec', 'healthCheckNodePort'], find(entries, 'HealthCheck NodePort'), int);
  const balancer = find(entries, 'LoadBalancer Ingress');
  value(balancer?.value)
    ?.split(', ')
    .forEach((text, i) => {
      const address = text.replace(/ \(.{0,40}\)$/, '');
      if (balancer !== undefined)
        draft.set(['status', 'loadBalancer', 'ingress', i, addressField(address)], address, balancer);
    });
  // Port, TargetPort, NodePort and Endpoints repeat, once for each port.
  let count = -1;
  for (const entry of entries) {
    const at = ['spec', 'ports', Math.max(count, 0)];
    const port = NAMED_PORT.exec(entry.value);
    if (entry.key === 'Port' && port !== null) {
      const path = ['spec', 'ports', ++count];
      draft.set([...path, 'name'], value(port[1]), entry);
      draft.set([...path, 'port'], int(port[2]), entry);
      draft.set([...path, 'protocol'], port[3], entry);
    } else if (entry.key === 'TargetPort') {
      put(draft, [...at, 'targetPort'], entry, (text) => intOrName(text.split('/')[0] ?? ''));
    } else if (entry.key === 'NodePort' && port !== null) draft.set([...at, 'nodePort'], int(port[2]), entry);
  }
}

/**
 * The `Endpoints:` lines of a service: its ready addresses, at most three of them and `+ 2 more...`. An empty value
 * (there are endpoints, none is ready) and `<none>` (there are none at all) are both told.
 */
export function serviceEndpoints(
  block: Block,
  name: string,
  namespace: string | undefined,
  { origin, emit }: ParserContext,
): void {
  const lines = block.entries.filter((entry) => entry.key === 'Endpoints');
  const first = lines[0];
  if (first === undefined || find(block.entries, 'Type')?.value === 'ExternalName') return;
  const draft = createDraft('Endpoints');
  draft.set(['metadata', 'name'], name, first);
  draft.set(['metadata', 'namespace'], namespace, first);
  putReady(
    draft,
    lines.map((entry) => [entry, entry.value] as const),
  );
  emit.object(origin, draft.object, placeOf(draft, 'row', first.line));
}

/** Ready addresses of several lists as one subset: every address once, every port once. */
function putReady(draft: Draft, lists: readonly (readonly [Entry, string])[]): void {
  const ips = new Set<string>();
  const ports = new Set<number>();
  for (const [entry, text] of lists) {
    for (const { ip, port } of addressList(text).addresses) {
      if (!ips.has(ip)) draft.set(['subsets', 0, 'addresses', ips.size, 'ip'], ip, entry);
      ips.add(ip);
      if (port === undefined) continue;
      if (!ports.has(port)) draft.set(['subsets', 0, 'ports', ports.size, 'port'], port, entry);
      ports.add(port);
    }
  }
  const first = lists[0];
  if (ips.size > 0 || first === undefined) return;
  draft.set(first[1] === '' ? ['subsets', 0, 'addresses'] : ['subsets'], [], first[0]);
}

export function describeEndpoints(block: Block, draft: Draft): void {
  const section = find(block.entries, 'Subsets');
  if (section === undefined) return;
  if (section.children.length === 0) {
    draft.set(['subsets'], [], section);
    return;
  }
  let subset = -1;
  for (const entry of section.children) {
    if (entry.key === 'Addresses') subset++;
    const at = ['subsets', Math.max(subset, 0)];
    if (entry.key === 'Addresses' || entry.key === 'NotReadyAddresses') {
      const field = entry.key === 'Addresses' ? 'addresses' : 'notReadyAddresses';
      const { addresses } = addressList(entry.value);
      if (addresses.length === 0) draft.set([...at, field], [], entry);
      addresses.forEach(({ ip }, i) => draft.set([...at, field, i, 'ip'], ip, entry));
    } else if (entry.key === 'Ports') {
      rowsBelow(block, entry.children).forEach((row, i) => {
        draft.set([...at, 'ports', i, 'name'], value(row.cells.get('name')), row);
        draft.set([...at, 'ports', i, 'port'], int(row.cells.get('port')), row);
        draft.set([...at, 'ports', i, 'protocol'], value(row.cells.get('protocol')), row);
      });
    }
  }
}

/** `web:80 (10.0.0.1:8080)`, `web:http (<error: services "web" not found>)`. */
const BACKEND = /^([^\s:]{1,253}):(\S{1,63})(?:\s|$)/;

function putBackend(draft: Draft, path: Path, at: Entry, text: string): void {
  const backend = BACKEND.exec(text);
  if (backend === null || text.startsWith('<default>')) return;
  draft.set([...path, 'service', 'name'], backend[1], at);
  const port = intOrName(backend[2] ?? '');
  draft.set([...path, 'service', 'port', typeof port === 'number' ? 'number' : 'name'], port, at);
}

export function describeIngress(block: Block, draft: Draft): void {
  const { entries } = block;
  put(draft, ['spec', 'ingressClassName'], find(entries, 'Ingress Class'));
  const address = find(entries, 'Address');
  value(address?.value)
    ?.split(',')
    .forEach((text, i) => {
      if (address !== undefined)
        draft.set(['status', 'loadBalancer', 'ingress', i, addressField(text)], text.trim(), address);
    });
  const fallback = find(entries, 'Default backend');
  // kubectl up to 1.22 prints default-http-backend:80 where no default is set, mostly with an error behind it.
  if (fallback !== undefined && !fallback.value.startsWith('default-http-backend:'))
    putBackend(draft, ['spec', 'defaultBackend'], fallback, fallback.value);
  items(find(entries, 'TLS')).forEach((line, i) => {
    const tls = /^(\S{1,253}) (?:terminates|SNI routes)(?: (\S{1,4000}))?$/.exec(line.text);
    if (tls === null) return;
    if (tls[1] !== 'SNI') draft.set(['spec', 'tls', i, 'secretName'], tls[1], line);
    draft.set(['spec', 'tls', i, 'hosts'], tls[2]?.split(','), line);
  });
  // Rules: a line with the host, then deeper lines `PATH  BACKEND`.
  let rule = -1;
  let path = 0;
  const rules = find(entries, 'Rules');
  const visit = (entry: Entry): void => {
    if (!/^(?:-{2,}|Host\s+Path)/.test(entry.text)) {
      const below = /^(\/\S{0,4000})?\s*([^\s:/]{1,253}:\S{1,63} \(.*)$/.exec(entry.text);
      if (below === null) {
        const host = entry.text.split(/\s+/)[0] ?? '';
        rule++;
        path = 0;
        if (host !== '*') draft.set(['spec', 'rules', rule, 'host'], host, entry);
      } else {
        rule = Math.max(rule, 0);
        const at = ['spec', 'rules', rule, 'http', 'paths', path++];
        draft.set([...at, 'path'], below[1], entry);
        putBackend(draft, [...at, 'backend'], entry, below[2] ?? '');
      }
    }
    entry.children.forEach(visit);
  };
  rules?.children.forEach(visit);
}

export function describeNetworkPolicy(block: Block, draft: Draft): void {
  const spec = find(block.entries, 'Spec')?.children ?? [];
  const pods = find(spec, 'PodSelector');
  if (pods !== undefined) {
    setSelector(draft, ['spec', 'podSelector'], pods.value.replace(/ \(Allowing .*\)$/, ''), pods);
  }
  put(draft, ['spec', 'policyTypes'], find(spec, 'Policy Types'), (text) => text.split(/,\s*/));
  for (const [key, field, peers] of [
    ['Allowing ingress traffic', 'ingress', 'from'],
    ['Allowing egress traffic', 'egress', 'to'],
  ] as const) {
    const section = find(spec, key);
    if (section === undefined) continue;
    // `<none> (Selected pods are isolated for ingress connectivity)`, on a line of its own.
    if ((section.value || section.children[0]?.text || '').startsWith('<none>'))
      draft.set(['spec', field], [], section);
    else putRules(draft, section, ['spec', field], peers);
  }
}

/** Rules are separated by `----------`; in each, ports (`To Port: 80/TCP`) and one `From:` or `To:` for every peer. */
function putRules(draft: Draft, section: Entry, rules: Path, peers: 'from' | 'to'): void {
  let rule = 0;
  let ports = 0;
  let peer = 0;
  draft.set([...rules, 0], Object.create(null), section);
  for (const entry of section.children) {
    const at = [...rules, rule];
    if (/^-{3,}$/.test(entry.text)) {
      draft.set([...rules, ++rule], Object.create(null), entry);
      ports = 0;
      peer = 0;
    } else if (entry.key === 'To Port') {
      const port = /^(\d{1,5}|[a-z0-9-]{1,63}?)(?:-(\d{1,5}))?\/([A-Z]{2,6})$/.exec(entry.value);
      if (port === null) continue;
      draft.set([...at, 'ports', ports, 'port'], intOrName(port[1] ?? ''), entry);
      draft.set([...at, 'ports', ports, 'endPort'], int(port[2]), entry);
      draft.set([...at, 'ports', ports++, 'protocol'], port[3], entry);
    } else if (entry.key.toLowerCase() === peers && !entry.value.startsWith('<any>')) {
      putPeer(draft, entry, [...at, peers, peer++]);
    }
  }
}

function putPeer(draft: Draft, entry: Entry, at: Path): void {
  for (const key of ['PodSelector', 'NamespaceSelector'] as const) {
    const selector = find(entry.children, key);
    if (selector === undefined) continue;
    const path = [...at, key === 'PodSelector' ? 'podSelector' : 'namespaceSelector'];
    setSelector(draft, path, selector.value === '' ? '<none>' : selector.value, selector);
  }
  const block = find(entry.children, 'IPBlock');
  if (block === undefined) return;
  put(draft, [...at, 'ipBlock', 'cidr'], find(block.children, 'CIDR'));
  put(draft, [...at, 'ipBlock', 'except'], find(block.children, 'Except'), (text) => text.split(/,\s*/));
}
