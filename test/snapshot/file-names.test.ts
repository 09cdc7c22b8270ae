import { expect, it } from 'vitest';
import type { LogStream } from '../../src/parsers/records.ts';
import { placeByFileName } from '../../src/snapshot/file-names.ts';

const objects = new Map([
  [
    'nodes',
    [
      { kind: 'Node', metadata: { name: 'worker-1' } },
      { kind: 'Node', metadata: { name: 'worker-11' } },
    ],
  ],
  [
    'pods',
    [
      { kind: 'Pod', metadata: { name: 'db-0', namespace: 'shop' }, spec: { nodeName: 'edge.example.com' } },
      { kind: 'Pod', metadata: { name: 'agent-9xk2p' }, spec: { nodeName: 'worker-1', hostNetwork: true } },
      { kind: 'Pod', metadata: { name: 'api-7d4f8b9c6-x2k9q', namespace: 'shop' } },
      { kind: 'Pod', metadata: { name: 'web-7d4f8b9c6-x2k9q', namespace: 'shop' } },
      { kind: 'Pod', metadata: { name: 'web-7d4f8b9c6-b5c6d', namespace: 'shop' } },
    ],
  ],
]) as never;

const value = (file: string) => ({
  source: { file, line: 1, text: 'x' },
  topic: 'network',
  key: 'eth0.mtu',
  value: '1500',
});
const nodeOf = (file: string) =>
  placeByFileName(objects, { hostValues: [value(file)] }, []).facts.hostValues?.[0]?.node;
const originOf = (file: string, cls: LogStream['class'] = 'container') =>
  placeByFileName(objects, {}, [{ class: cls, origin: { file, firstLine: 1 }, hits: [], tail: [] } as never]).logs[0]
    ?.origin;

it('knows the machine of host outputs by a folder, a file or a part of its name', () => {
  expect(nodeOf('worker-1/df.txt')).toBe('worker-1');
  expect(nodeOf('worker-11.txt')).toBe('worker-11');
  expect(nodeOf('ip-link-worker-11.txt')).toBe('worker-11');
  expect(nodeOf('df_-h_edge.example.com.txt')).toBe('edge.example.com');
  expect(nodeOf('df.txt')).toBeUndefined();
  expect(nodeOf('df-worker-12.txt')).toBeUndefined();
  expect(originOf('dmesg-worker-1.log', 'kernel')?.node).toBe('worker-1');
});

it('knows the machine by a folder that is named for a pod in its network', () => {
  expect(nodeOf('bugtool-agent-9xk2p-20261101.tar.gz/cmd/sysctl.md')).toBe('worker-1');
  expect(originOf('bugtool-agent-9xk2p/cmd/dmesg.md', 'kernel')?.node).toBe('worker-1');
  // A pod with a network of its own is no machine.
  expect(nodeOf('bugtool-db-0/cmd/sysctl.md')).toBeUndefined();
});

it('leaves what is named for its target where it was', () => {
  const probes = [
    { source: { file: 'ping-worker-1.txt', line: 1, text: 'x' }, tool: 'ping', target: 'worker-1' },
  ] as never;
  expect(placeByFileName(objects, { probes }, []).facts.probes?.[0]?.node).toBeUndefined();
});

it('knows the only pod of a workload that a command was run in', () => {
  const from = (pod: string) =>
    placeByFileName(
      objects,
      {
        probes: [
          { source: { file: 'a.txt', text: 'x' }, tool: 'nc', target: 'x', from: { namespace: 'shop', pod } },
        ] as never,
      },
      [],
    ).facts.probes?.[0]?.from?.pod;
  expect(from('deploy/api')).toBe('api-7d4f8b9c6-x2k9q');
  expect(from('deploy/web')).toBe('deploy/web');
  expect(from('db-0')).toBe('db-0');
});

it('knows the pod of a log by its name, or by that of a workload whose pods are alike', () => {
  expect(originOf('logs-db-0.txt')).toMatchObject({ pod: 'db-0', namespace: 'shop' });
  expect(originOf('logs-db-0-previous.txt')).toMatchObject({ pod: 'db-0', previous: true });
  expect(originOf('log_api.txt')).toMatchObject({ pod: 'api-7d4f8b9c6-x2k9q' });
  expect(originOf('log_web.txt')?.pod).toBe('web-7d4f8b9c6-x2k9q');
  expect(originOf('web-7d4f8b9c6-b5c6d.log')?.pod).toBe('web-7d4f8b9c6-b5c6d');
});
