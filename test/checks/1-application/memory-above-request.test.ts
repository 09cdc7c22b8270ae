import { describe, expect, it } from 'vitest';
import check from '../../../src/checks/1-application/memory-above-request.ts';
import { ago, anEvent, aNode, aPod, run } from '../../build.ts';

const GIB = 2 ** 30;
const pod = (name: string, request?: string) =>
  aPod(name, {
    metadata: { labels: {}, ownerReferences: undefined },
    spec: {
      containers: [{ name: 'app', ...(request === undefined ? {} : { resources: { requests: { memory: request } } }) }],
    },
  });
const usage = (name: string, gib: number) => ({
  namespace: 'shop',
  pod: name,
  memoryBytes: gib * GIB,
  source: { file: 'top.txt', line: 2, text: `shop ${name} ${gib * 1024}Mi` },
});
const node = (pressure = 'False') =>
  aNode('node-1', {
    status: { capacity: { memory: '16Gi' }, conditions: [{ type: 'MemoryPressure', status: pressure }] },
  });
const oom = anEvent(
  { kind: 'Node', name: 'node-1' },
  'SystemOOM',
  'System OOM encountered, victim process: web, pid: 4711',
  {
    lastTimestamp: ago(300),
  },
);
const podUsage = [usage('hog', 9), usage('victim', 1)];

describe('memory-above-request', () => {
  it('names the pod above its request on a node that ran out of memory, not the victim', async () => {
    const { found, first } = await run(check, {
      objects: [node(), oom, pod('hog', '256Mi'), pod('victim', '1Gi')],
      facts: { podUsage },
    });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({ severity: 'warning', subject: { kind: 'Pod', name: 'hog' } });
    expect(first?.message).toContain('uses 9Gi of memory and requests 256Mi');
    expect(first?.evidence[0]).toMatchObject({ file: 'top.txt', line: 2 });
  });
  it('takes pressure for running out, and no request for none', async () => {
    const { first } = await run(check, { objects: [node('True'), pod('hog')], facts: { podUsage } });
    expect(first?.message).toContain('requests none');
  });
  it('is silent where the node has memory, where pods keep to their requests, and for small ones', async () => {
    const found = async (objects: readonly object[], rows = podUsage) =>
      (await run(check, { objects, facts: { podUsage: rows } })).found;
    expect(await found([node(), pod('hog', '256Mi')])).toEqual([]);
    expect(await found([node(), oom, pod('hog', '8Gi')])).toEqual([]);
    expect(await found([node(), oom, pod('hog', '256Mi')], [usage('hog', 2)])).toEqual([]);
    expect((await run(check, { objects: [node(), oom] })).outcome).toBe('not-checked');
  });
});
