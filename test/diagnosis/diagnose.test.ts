import { expect, test } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { examine } from '../../src/checks/engine.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { causes, type Link } from '../../src/diagnosis/link.ts';
import { aNode, aPod, aService, NOW, snapshotOf, someEndpoints } from '../build.ts';
import type { Subject } from '../../src/result.ts';
import { says } from './says.ts';

const web: Subject = { kind: 'Pod', namespace: 'shop', name: 'web-5d9c7b8f6d-k2xvq' };
const node: Subject = { kind: 'Node', name: 'node-1' };

async function roots(
  checks: readonly Check[],
  links: readonly Link[],
  refutations: Parameters<typeof diagnose>[3] = [],
) {
  const snapshot = await snapshotOf({ objects: [aPod(), aNode(), aService()] });
  const { found } = examine(checks, snapshot);
  const diagnosis = diagnose(found, snapshot, links, refutations);
  return diagnosis.roots.map((root) => diagnosis.found[root.index]?.check.id);
}

test('a cause on the node of the pod explains the pod', async () => {
  const links = causes('disk-full', 'node', 'strong', 'pod-evicted');
  expect(await roots([says('pod-evicted', web), says('disk-full', node, { layer: 5 })], links)).toEqual(['disk-full']);
});

test('a cause on another node explains nothing', async () => {
  const links = causes('disk-full', 'node', 'strong', 'pod-evicted');
  expect(
    await roots([says('pod-evicted', web), says('disk-full', { kind: 'Node', name: 'node-2' }, { layer: 5 })], links),
  ).toHaveLength(2);
});

test('a cause in the log of one pod explains its sibling that only an event names, by the stem of their names', async () => {
  const links = causes('log-config-invalid', 'pod', 'strong', 'crashloop-app-error');
  const pod = (name: string): Subject => ({ kind: 'Pod', namespace: 'ink', name });
  const cause = says('log-config-invalid', pod('press-qmr4r'));
  expect(await roots([says('crashloop-app-error', pod('press-xhw5b')), cause], links)).toEqual(['log-config-invalid']);
  expect(await roots([says('crashloop-app-error', pod('lid-xhw5b')), cause], links)).toHaveLength(2);
});

test('a broken pod explains the Service it stands behind, and who calls that Service', async () => {
  const links = [
    ...causes('crash', 'service', 'strong', 'no-endpoints'),
    ...causes('no-endpoints', 'service', 'strong', 'cannot-reach'),
  ];
  const service: Subject = { kind: 'Service', namespace: 'shop', name: 'web' };
  const client: Subject = { kind: 'Pod', namespace: 'shop', name: 'client' };
  const checks = [
    says('cannot-reach', client, { related: [{ kind: 'Service', namespace: 'shop', name: 'web' }] }),
    says('no-endpoints', service, { layer: 3 }),
    says('crash', web),
  ];
  expect(await roots(checks, links)).toEqual(['crash']);
});

test('a cycle is told by its earliest member', async () => {
  const links = [...causes('a', 'cluster', 'strong', 'b'), ...causes('b', 'cluster', 'strong', 'a')];
  expect(await roots([says('a', web, { since: NOW }), says('b', node, { since: NOW - 600_000 })], links)).toEqual([
    'b',
  ]);
});

test('a cause seen long after its effect hardly counts', async () => {
  const links = causes('late', 'cluster', 'strong', 'effect');
  expect(
    await roots([says('late', node, { since: NOW }), says('effect', web, { since: NOW - 3_600_000 })], links),
  ).toContain('effect');
});

test('what is over explains nothing that still holds, and is no root', async () => {
  const links = causes('old', 'cluster', 'strong', 'effect');
  expect(await roots([says('old', node, { state: 'recovered' }), says('effect', web)], links)).toEqual(['effect']);
});

test('an inference of low confidence is a root where there is nothing better, or for what it explains', async () => {
  const links = causes('guess', 'cluster', 'strong', 'effect');
  const guess = says('guess', node, { confidence: 'low' });
  expect(await roots([guess], [])).toEqual(['guess']);
  expect(await roots([guess, says('sure', web)], [])).toEqual(['sure']);
  expect(await roots([says('note', node, { severity: 'info' })], [])).toEqual([]);
  expect(await roots([says('guess', node, { confidence: 'low' }), says('effect', web)], links)).toContain('guess');
});

test('a refuted finding is no root and explains nothing', async () => {
  const links = causes('policy', 'cluster', 'strong', 'effect');
  const refutations = [{ finding: 'not-enforced', refutes: 'policy', join: 'cluster', why: 'w' }] as const;
  expect(
    await roots(
      [says('policy', node), says('not-enforced', node, { severity: 'info' }), says('effect', web)],
      links,
      refutations,
    ),
  ).toEqual(['effect']);
});

test('"the same cluster" counts once on a way: said twice it would tie anything to anything', async () => {
  const links = [
    ...causes('disk', 'cluster', 'strong', 'pull'),
    ...causes('pull', 'cluster', 'strong', 'probe'),
    ...causes('pull', 'pod', 'strong', 'crash'),
  ];
  const checks = [says('disk', node, { layer: 5 }), says('pull', web), says('probe', web), says('crash', web)];
  const { found } = examine(checks, await snapshotOf({ objects: [aPod(), aNode()] }));
  const diagnosis = diagnose(found, await snapshotOf({ objects: [aPod(), aNode()] }), links, []);
  const named = (index: number) => diagnosis.found[index]?.check.id;
  const disk = diagnosis.roots.find((root) => named(root.index) === 'disk');
  expect(disk?.explains.map(({ index }) => named(index))).toEqual(['pull', 'crash']);
});

test('the root that explains more comes first', async () => {
  const links = causes('wide', 'cluster', 'strong', 'e1', 'e2');
  expect((await roots([says('lone', web), says('e1', web), says('e2', web), says('wide', node)], links))[0]).toBe(
    'wide',
  );
});

test('a Service without ready pods is no reason for what its own pods cannot reach', async () => {
  const links = [
    ...causes('no-endpoints', 'service', 'strong', 'cannot-reach'),
    ...causes('crash', 'service', 'strong', 'no-endpoints'),
  ];
  const own: Subject = { kind: 'Service', namespace: 'shop', name: 'web' };
  const elsewhere = { kind: 'Service', namespace: 'shop', name: 'db' };
  const checks = [says('no-endpoints', own, { layer: 3 }), says('cannot-reach', web, { related: [elsewhere] })];
  expect(await roots(checks, links)).toHaveLength(2);
});

test('an observation is a root only for what nothing better explains', async () => {
  const links = [
    ...causes('disk-full', 'node', 'strong', 'pod-evicted'),
    ...causes('busy', 'node', 'weak', 'pod-evicted'),
    ...causes('busy', 'node', 'strong', 'slow'),
  ];
  const full = says('disk-full', node, { layer: 5 });
  const busy = says('busy', node, { layer: 5, severity: 'info' });
  const evicted = says('pod-evicted', web);
  expect(await roots([evicted, full, busy], links)).toEqual(['disk-full']);
  expect(await roots([evicted, full, busy, says('slow', web)], links)).toContain('busy');
});

test('the log of a daemon that names no machine is of the only one, and of none when there are several', async () => {
  const links = causes('disk-full', 'node', 'strong', 'etcd-storage-failure');
  const daemon: Subject = { kind: 'Component', name: 'etcd' };
  const checks = [says('etcd-storage-failure', daemon, { layer: 4 }), says('disk-full', node, { layer: 5 })];
  expect(await roots(checks, links)).toEqual(['disk-full']);
  const snapshot = await snapshotOf({ objects: [aPod(), aNode(), aNode('node-2')] });
  const { found } = examine(checks, snapshot);
  expect(diagnose(found, snapshot, links, []).roots).toHaveLength(2);
});

test('a pod that has never started is no reason for callers of a Service that others serve', async () => {
  const links = causes('no-image', 'service', 'strong', 'cannot-reach');
  const next = 'web-6f8d9c7b5d-aaaaa';
  const client: Subject = { kind: 'Pod', namespace: 'shop', name: 'client' };
  const checks = [
    says('cannot-reach', client, { related: [{ kind: 'Service', namespace: 'shop', name: 'web' }] }),
    says('no-image', { kind: 'Pod', namespace: 'shop', name: next }),
  ];
  const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const unready = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
  const isRoot = async (...objects: readonly object[]): Promise<boolean> => {
    const snapshot = await snapshotOf({
      objects: [aPod(next, { status: { phase: 'Pending', ...unready.status } }), aService(), ...objects],
    });
    const { found } = examine(checks, snapshot);
    return diagnose(found, snapshot, links, []).roots.length === 2;
  };
  expect(await isRoot(aPod('web-5d9c7b8f6d-k2xvq', ready))).toBe(true);
  expect(await isRoot(aPod('web-5d9c7b8f6d-k2xvq', unready))).toBe(false);
  expect(await isRoot(someEndpoints('web', ['10.0.1.5']))).toBe(true);
  expect(await isRoot(someEndpoints('web', [], ['10.0.1.5']))).toBe(false);
});

test('the last end of many does not prove that a loop began late, unless what it should explain is over', async () => {
  const links = causes('loop', 'pod', 'strong', 'deadline');
  const loop = says('loop', web, { since: NOW, recurs: true });
  const deadline = (state: 'current' | 'recovered') => says('deadline', web, { since: NOW - 900_000, state });
  expect(await roots([loop, deadline('current')], links)).toEqual(['loop']);
  const snapshot = await snapshotOf({ objects: [aPod()] });
  const { found } = examine([loop, deadline('recovered')], snapshot);
  expect(diagnose(found, snapshot, links, []).edges[0]?.weight).toBeLessThan(0.4);
});
