import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analyze.ts';
import type { Result } from '../src/result.ts';

/**
 * The worked chains of the checks catalogue (section 8.3), each with a sample of its name, deepest cause first. Two
 * things that the catalogue writes as two hops are one here: a Service that has pods of which none is ready is
 * `svc-endpoints-all-unready` and not `svc-no-endpoints` as well.
 */
const CASCADES: Readonly<Record<string, readonly string[]>> = {
  'disk-full': [
    'disk-consumer-identified > disk-full > node-disk-pressure > pod-evicted > svc-endpoints-all-unready > log-upstream-unreachable > crashloop-app-error',
    'disk-consumer-identified > disk-full > node-disk-pressure > sched-node-condition-taints > pod-unschedulable > deployment-unavailable',
  ],
  'slow-disk': [
    'disk-io-saturated > etcd-fsync-slow > etcd-leader-flapping > leader-election-lost > kcm-down > controllers-behind > deployment-progress-deadline',
    'disk-io-saturated > etcd-fsync-slow > api-etcd-latency-high > leader-election-lost > kcm-down',
  ],
  'gpu-memory-error': [
    'gpu-xid-48-dbe > gpu-device-unhealthy > gpu-allocatable-below-capacity > sched-insufficient-extended > pod-unschedulable',
  ],
  'certificates-half-renewed': [
    'cert-expired-controlplane > apiservice-unavailable',
    'cert-expired-controlplane > scheduler-down > pod-never-processed',
    'cert-expired-controlplane > leader-election-lost > scheduler-down',
  ],
  'certificate-expired': [
    'cert-expired-controlplane > etcd-member-unhealthy > etcd-quorum-lost > kubelet-api-unreachable',
    'cert-expired-controlplane > leader-election-lost',
  ],
  'default-deny': ['netpol-default-deny > netpol-dns-egress-blocked > log-dns-failure > crashloop-app-error'],
  'host-firewall': [
    'host-firewall-blocking > apiserver-vip-unreachable-from-pods > dns-coredns-api-blocked > dns-coredns-down > log-dns-failure > crashloop-app-error > svc-endpoints-all-unready',
  ],
  'webhook-deadlock': [
    'webhook-backend-absent > webhook-failing > workload-pods-not-created > svc-no-endpoints',
    'webhook-backend-absent > webhook-failing > workload-pods-not-created > deployment-unavailable',
  ],
  'node-reboot': [
    'node-rebooted > exit-255-or-status-unknown > svc-endpoints-all-unready > webhook-backend-absent',
    'node-rebooted > webhook-backend-absent',
    'node-rebooted > gpu-driver-not-loaded > gpu-allocatable-zero',
  ],
  'node-out-of-memory': ['memory-above-request > kernel-oom-node > exit-137-not-oom'],
  'cni-config': ['cni-config-invalid > cni-not-initialized > node-notready-reported'],
};

const analyzed = async (name: string): Promise<Result> =>
  (await analyze([join(import.meta.dirname, '..', 'samples', `cascade-${name}`, 'bundle')], { version: 'test' }))
    .result;

describe.each(Object.entries(CASCADES))('cascade %s', async (name, chains) => {
  const result = await analyzed(name);
  const [first] = result.rootCauses;
  const told = result.findings.filter(({ id }) => id === first?.finding || first?.explains.includes(id) === true);

  it.each(chains)('%s', (chain) => {
    const checks = chain.split(' > ');
    expect(first?.check).toBe(checks[0]);
    for (const [i, effect] of checks.entries()) {
      const here = told.filter(({ check }) => check === effect);
      expect(here.length, `${effect} is told in the story`).toBeGreaterThan(0);
      if (i === 0) continue;
      const causes = new Set(told.filter(({ check }) => check === checks[i - 1]).map(({ id }) => id));
      expect(
        here.some(({ causedBy }) => causedBy.some((id) => causes.has(id))),
        `${checks[i - 1]} causes ${effect}`,
      ).toBe(true);
    }
  });

  it('tells every hop with its cause, its reason and its evidence, causes first', () => {
    for (const root of result.rootCauses) {
      const seen = new Set([root.finding]);
      for (const hop of root.chain) {
        expect(seen).toContain(hop.cause);
        expect(hop.because).toMatch(/^\S.* → .*: \S/);
        expect(hop.strength).toBeGreaterThan(0);
        expect(result.findings.find(({ id }) => id === hop.finding)?.evidence.length).toBeGreaterThan(0);
        seen.add(hop.finding);
      }
      expect([...seen].sort()).toEqual([root.finding, ...root.explains].sort());
    }
  });

  it('leaves no trouble without a cause', () => {
    const roots = new Set(result.rootCauses.map(({ finding }) => finding));
    const alone = result.findings.filter(
      ({ id, severity, causedBy }) => severity !== 'info' && causedBy.length === 0 && !roots.has(id),
    );
    expect(alone.map(({ id }) => id)).toEqual([]);
    expect(result.rootCauses).toHaveLength(1);
  });
});

it('a deadlock is told with what closes it, and elsewhere none is', async () => {
  const [root] = (await analyzed('webhook-deadlock')).rootCauses;
  const back = root?.deadlock?.hops.map(({ cause, finding }) => [cause.split('@')[0], finding === root.finding]);
  expect(root?.deadlock?.text).toContain('keeps it up in turn');
  expect(back?.every(([, isRoot]) => isRoot)).toBe(true);
  expect(root?.deadlock?.hops.some(({ cause }) => cause.startsWith('svc-no-endpoints'))).toBe(true);
  expect(root?.fix.join(' ')).toContain('delete');
  expect((await analyzed('cni-config')).rootCauses[0]?.deadlock).toBeUndefined();
});
