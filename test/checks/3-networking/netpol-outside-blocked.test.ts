import { describe, expect, it } from 'vitest';
import {
  allowsOutside,
  isolatesEgress,
  type CiliumNetworkPolicy,
} from '../../../src/simulation/network-policy/cilium.ts';
import type { PolicyPod } from '../../../src/simulation/network-policy/evaluate.ts';
import { paste } from '../../paste.ts';

const PODS = `$ kubectl get pods -n shop --show-labels
NAME                      READY   STATUS    RESTARTS   AGE   LABELS
till-7b9c7c8d6f-hp6zk     1/1     Running   0          6h    app=till,pod-template-hash=7b9c7c8d6f
`;
const TIMEOUT = (target: string) =>
  `${[1, 2, 3].map((minute) => `2026-03-01 10:0${minute}:07 ERROR cURL error 28: Failed to connect to ${target} after 10001 ms: Timeout was reached`).join('\n')}\n`;
const policy = (egress: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: till-egress
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: till
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {}
    ports:
    - port: 53
      protocol: UDP
${egress}`;
const cilium = (egress: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: till-names
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      k8s:app: till
  egress:
  - toEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: kube-system
    toPorts:
    - ports:
      - port: "53"
        protocol: ANY
${egress}`;
const told = async (yaml: string, target = 'pay.bank.example port 443') =>
  (await paste({ 'pods.txt': PODS, 'policy.yaml': yaml, 'till-7b9c7c8d6f-hp6zk.log': TIMEOUT(target) })).rootCauses.map(
    ({ check, variant, subject }) => [check, variant, subject.name],
  );

describe('a call to the outside', () => {
  const blocked = [['netpol-outside-blocked', undefined, 'till-egress']];
  const unexplained = [['log-upstream-unreachable', 'timeout', expect.stringMatching(/^till-/)]];

  it('that no rule of a NetworkPolicy lets pass', async () => {
    expect(await told(policy(''))).toEqual(blocked);
    expect(await told(policy(''), '203.0.113.9 port 443')).toEqual(blocked);
    expect(
      await told(policy('  - to:\n    - ipBlock:\n        cidr: 198.51.100.0/24\n'), '203.0.113.9 port 443'),
    ).toEqual(blocked);
  });

  it('that a rule lets pass, or might', async () => {
    const rules = [
      '  - ports:\n    - port: 443\n',
      '  - to:\n    - ipBlock:\n        cidr: 0.0.0.0/0\n',
      // Which addresses the name has nobody knows.
      '  - to:\n    - ipBlock:\n        cidr: 198.51.100.0/24\n',
    ];
    for (const rule of rules) expect(await told(policy(rule))).toEqual(unexplained);
    expect(await told(policy('  - ports:\n    - port: 80\n'))).toEqual(blocked);
  });

  it('that is none: a Service, or a name that may be one', async () => {
    const inside = await told(policy(''), 'ledger.shop port 443');
    expect(inside.filter(([check]) => check === 'netpol-outside-blocked')).toEqual([]);
  });

  it('that Cilium lets pass by name alone', async () => {
    const names = (pattern: string) => `  - toFQDNs:\n    - matchPattern: "${pattern}"\n`;
    expect(await told(cilium(names('*.farm.example')))).toEqual([['netpol-outside-blocked', 'cilium', 'till-names']]);
    expect(await told(cilium(names('*.bank.example')))).toEqual(unexplained);
    // Rules of both kinds are a union.
    expect(await told(`${policy('')}---\n${cilium(names('*.bank.example'))}`)).toEqual(unexplained);
    expect(await told(`${policy('')}---\n${cilium(names('*.farm.example'))}`)).toEqual([
      ['netpol-outside-blocked', 'cilium', 'till-names'],
    ]);
  });
});

describe('egress rules of Cilium', () => {
  const answer = (rule: object, host = 'pay.bank.example', port = 443) =>
    allowsOutside(
      { kind: 'CiliumNetworkPolicy', metadata: { name: 'p' }, spec: { egress: [rule] } } as CiliumNetworkPolicy,
      host,
      port,
    );
  it.each([
    ['*', 'yes'],
    ['pay.bank.example', 'yes'],
    ['PAY.bank.example.', 'yes'],
    ['*.bank.example', 'yes'],
    ['p*y.b*k.example', 'yes'],
    ['*.example', 'no'],
    ['**.example', 'yes'],
    ['**.pay.bank.example', 'no'],
    ['p*x.bank.example', 'no'],
    ['pa*ay.bank.example', 'no'],
  ])('the name pattern %s', (matchPattern, want) => {
    expect(answer({ toFQDNs: [{ matchPattern }] })).toBe(want);
  });
  it('ports, entities and addresses', () => {
    const [ports, toPorts] = [[{ port: '443', protocol: 'TCP' }], (port: string) => [{ ports: [{ port }] }]];
    expect(answer({ toPorts: [{ ports }] })).toBe('yes');
    expect(answer({ toPorts: toPorts('80') })).toBe('no');
    expect(answer({ toPorts: [{ ports: [{ port: '400', endPort: 500 }] }] })).toBe('yes');
    expect(answer({ toPorts: [{ ports: [{ port: '443', protocol: 'UDP' }] }] })).toBe('no');
    expect(answer({ toEntities: ['world'] })).toBe('yes');
    expect(answer({ toEntities: ['cluster'] })).toBe('no');
    expect(answer({ toCIDR: true })).toBe('unknown');
    expect(answer({})).toBe('yes');
  });
  it('isolate the pods that they select', () => {
    const pod = (labels: PolicyPod['labels']): PolicyPod => ({
      kind: 'pod',
      namespace: 'shop',
      name: 'till',
      labels,
      namespaceLabels: undefined,
      hostNetwork: false,
      ports: [],
    });
    const one = (spec: object): CiliumNetworkPolicy =>
      ({ kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec }) as CiliumNetworkPolicy;
    const spec = { endpointSelector: { matchLabels: { 'any:app': 'till' } }, egress: [{}] };
    expect(isolatesEgress(one(spec), pod({ app: 'till' }))).toBe(true);
    expect(isolatesEgress(one(spec), pod({ app: 'mill' }))).toBe(false);
    expect(isolatesEgress(one(spec), pod(undefined))).toBe(false);
    expect(isolatesEgress(one({ ...spec, egress: [] }), pod({ app: 'till' }))).toBe(false);
    expect(isolatesEgress(one({ ...spec, enableDefaultDeny: { egress: false } }), pod({ app: 'till' }))).toBe(false);
    expect(isolatesEgress(one({ egress: [{}] }), pod({ app: 'till' }))).toBe(false);
  });
});
