import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Flow, type PolicyPod } from '../../../src/simulation/network-policy/evaluate.ts';
import type { NetworkPolicy } from '../../../src/snapshot/kinds/index.ts';

const pod = (name: string, labels: Record<string, string>, over: Partial<PolicyPod> = {}): PolicyPod => ({
  kind: 'pod',
  namespace: 'bank',
  name,
  labels,
  namespaceLabels: {},
  hostNetwork: false,
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  ...over,
});
const policy = (spec: object, namespace = 'bank', name = 'p'): NetworkPolicy => ({
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});
const web = pod('web', { app: 'web' });
const db = pod('db', { app: 'db' });
const ask = (policies: NetworkPolicy[], flow: Partial<Flow> = {}) =>
  evaluate(policies, { from: web, to: db, protocol: 'TCP', port: 8080, ...flow }).answer;

describe('evaluate', () => {
  const denyAll = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  it('lets everything pass without policies', () => expect(ask([])).toBe('yes'));
  it('drops everything under default deny, but for a pod itself', () => {
    expect(ask([denyAll])).toBe('no');
    expect(ask([denyAll], { to: web })).toBe('yes');
  });
  it('needs both directions', () => {
    const out = policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{}] });
    const into = policy({
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
    });
    expect(ask([denyAll, out])).toBe('no');
    expect(ask([denyAll, out, into])).toBe('yes');
  });
  it('reads policyTypes by default: egress only with egress rules', () => {
    expect(ask([policy({ podSelector: { matchLabels: { app: 'web' } }, ingress: [] })])).toBe('yes');
    expect(ask([policy({ podSelector: { matchLabels: { app: 'web' } }, egress: [] })])).toBe('yes');
    expect(
      ask([policy({ podSelector: { matchLabels: { app: 'web' } }, egress: [{ to: [], ports: [{ port: 1 }] }] })]),
    ).toBe('no');
  });
  it('tells AND from OR in peers', () => {
    const other = pod('web', { app: 'web' }, { namespace: 'shop', namespaceLabels: { team: 'x' } });
    const peers = (from: object[]) => [policy({ podSelector: {}, ingress: [{ from }] })];
    const space = { namespaceSelector: { matchLabels: { team: 'x' } } };
    const app = { podSelector: { matchLabels: { app: 'api' } } };
    expect(ask(peers([{ ...space, ...app }]), { from: other })).toBe('no');
    expect(ask(peers([space, app]), { from: other })).toBe('yes');
  });
  it('knows the name label of every namespace', () => {
    const rule = { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }] };
    const from = pod('w', {}, { namespace: 'shop', namespaceLabels: undefined });
    expect(ask([policy({ podSelector: {}, ingress: [rule] })], { from })).toBe('yes');
  });
  it('reads ports: ranges, names, protocols', () => {
    const ports = (list: object[]) => [policy({ podSelector: {}, ingress: [{ ports: list }] })];
    expect(ask(ports([{ port: 8000, endPort: 8100 }]))).toBe('yes');
    expect(ask(ports([{ port: 'http' }]))).toBe('yes');
    expect(ask(ports([{ port: 8080, protocol: 'UDP' }]))).toBe('no');
    expect(ask(ports([{ protocol: 'TCP' }]))).toBe('yes');
    expect(ask(ports([{ port: 80 }]))).toBe('no');
  });
  it('reads ipBlock with exceptions for addresses and is unsure about pods', () => {
    const block = [
      policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }),
    ];
    expect(ask(block, { from: { kind: 'ip', ip: '10.2.3.4' } })).toBe('yes');
    expect(ask(block, { from: { kind: 'ip', ip: '10.1.3.4' } })).toBe('no');
    expect(ask(block, { from: pod('x', {}, { ip: '10.2.0.1' }) })).toBe('unknown');
  });
  it('is unsure where labels or the network are not known', () => {
    expect(
      ask([policy({ podSelector: { matchLabels: { app: 'db' } } })], { to: pod('db', {}, { labels: undefined }) }),
    ).toBe('unknown');
    expect(ask([policy({ podSelector: {} })], { to: pod('db', {}, { hostNetwork: true }) })).toBe('unknown');
    // Whatever the labels: another policy that allows only another port changes nothing.
    const only = policy(
      { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port: 5432 }] }] },
      'bank',
      'q',
    );
    expect(ask([policy({ podSelector: {} }), only], { to: pod('db', {}, { labels: undefined }) })).toBe('no');
  });
});

/** A second evaluation in the words of the API reference, by brute force over all rules, for pods that are all known. */
function naive(policies: readonly NetworkPolicy[], flow: Flow): boolean {
  const select = (selector: { matchLabels?: Record<string, string> } | undefined, labels: Record<string, string>) =>
    selector !== undefined && Object.entries(selector.matchLabels ?? {}).every(([k, v]) => labels[k] === v);
  const passes = (direction: 'Ingress' | 'Egress'): boolean => {
    const own = (direction === 'Egress' ? flow.from : flow.to) as PolicyPod;
    const other = (direction === 'Egress' ? flow.to : flow.from) as PolicyPod;
    if (own.name === other.name && own.namespace === other.namespace) return true;
    let isolated = false;
    for (const p of policies) {
      const spec = p.spec as { podSelector: object; policyTypes?: string[]; ingress?: object[]; egress?: object[] };
      const types = spec.policyTypes ?? ((spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
      if (
        p.metadata.namespace !== own.namespace ||
        !types.includes(direction) ||
        !select(spec.podSelector, own.labels ?? {})
      )
        continue;
      isolated = true;
      for (const rule of ((direction === 'Egress' ? spec.egress : spec.ingress) ?? []) as {
        from?: { podSelector?: object; namespaceSelector?: object }[];
        to?: { podSelector?: object; namespaceSelector?: object }[];
        ports?: { port?: number; protocol?: string }[];
      }[]) {
        const peers = direction === 'Egress' ? rule.to : rule.from;
        const port =
          !rule.ports?.length ||
          rule.ports.some(
            (x) => (x.protocol ?? 'TCP') === flow.protocol && (x.port === undefined || x.port === flow.port),
          );
        const peer =
          !peers?.length ||
          peers.some(
            (x) =>
              (x.namespaceSelector
                ? select(x.namespaceSelector, other.namespaceLabels ?? {})
                : other.namespace === p.metadata.namespace) &&
              (x.podSelector ? select(x.podSelector, other.labels ?? {}) : true),
          );
        if (port && peer) return true;
      }
    }
    return !isolated;
  };
  return passes('Egress') && passes('Ingress');
}

describe('evaluate against a naive second evaluation', () => {
  const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  const selector = labels.map((matchLabels) => ({ matchLabels }));
  const peer = fc.oneof(
    selector.map((podSelector) => ({ podSelector })),
    selector.map((namespaceSelector) => ({ namespaceSelector })),
    fc.tuple(selector, selector).map(([podSelector, namespaceSelector]) => ({ podSelector, namespaceSelector })),
  );
  const peers = fc.option(fc.array(peer, { maxLength: 2 }), { nil: undefined });
  const ports = fc.option(
    fc.array(
      fc.record({ port: fc.constantFrom(53, 8080), protocol: fc.constantFrom('TCP', 'UDP') }, { requiredKeys: [] }),
      { maxLength: 2 },
    ),
    { nil: undefined },
  );
  const drop = (o: object) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));
  const rules = (side: string) =>
    fc.option(
      fc.array(
        fc.tuple(peers, ports).map(([p, q]) => drop({ [side]: p, ports: q })),
        { maxLength: 2 },
      ),
      { nil: undefined },
    );
  const types = fc.option(fc.subarray(['Ingress', 'Egress'], { minLength: 1 }), { nil: undefined });
  const policies = fc.array(
    fc
      .tuple(fc.constantFrom('n1', 'n2'), selector, types, rules('from'), rules('to'))
      .map(([ns, podSelector, policyTypes, ingress, egress]) =>
        policy(drop({ podSelector, policyTypes, ingress, egress }), ns),
      ),
    { maxLength: 4 },
  );
  const spaces: Record<string, Record<string, string>> = { n1: { app: 'a' }, n2: { tier: 'b' } };
  const anyPod = fc
    .tuple(fc.constantFrom('n1', 'n2'), fc.constantFrom('x', 'y'), labels)
    .map(([namespace, name, l]) => pod(name, l, { namespace, namespaceLabels: spaces[namespace] ?? {} }));

  it('agrees on every flow between known pods', () => {
    fc.assert(
      fc.property(
        policies,
        anyPod,
        anyPod,
        fc.constantFrom('TCP' as const, 'UDP' as const),
        fc.constantFrom(53, 8080, 9),
        (list, from, to, protocol, port) => {
          const flow = { from, to, protocol, port };
          expect(evaluate(list, flow).answer).toBe(naive(list, flow) ? 'yes' : 'no');
        },
      ),
      { numRuns: 3000, seed: 7 },
    );
  });
});
