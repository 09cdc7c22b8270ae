import { describe, expect, it } from 'vitest';
import parser from '../../../src/parsers/host/stats-summary.ts';
import { run } from '../kubectl/run.ts';

const summary = (imageFs: object) => ({
  node: {
    nodeName: 'node-1',
    cpu: { usageNanoCores: 1_500_000_000 },
    memory: { workingSetBytes: 800 },
    fs: {
      time: '2025-03-07T09:00:00Z',
      capacityBytes: 1000,
      availableBytes: 50,
      inodes: 100,
      inodesFree: 10,
      inodesUsed: 90,
    },
    runtime: { imageFs },
  },
  pods: [
    {
      podRef: { name: 'web-0', namespace: 'shop' },
      containers: [
        { name: 'app', cpu: { usageNanoCores: 2_000_000 }, memory: { workingSetBytes: 7 } },
        { name: 'new' },
      ],
      volume: [
        {
          name: 'data',
          pvcRef: { name: 'data-web-0', namespace: 'shop' },
          capacityBytes: 500,
          availableBytes: 5,
          inodes: 9,
          inodesUsed: 1,
        },
        { name: 'token', capacityBytes: 1 },
      ],
    },
  ],
});
const SAME = { capacityBytes: 1000, availableBytes: 50 };

describe('stats-summary', () => {
  it('disks, use of node and pods, and volumes as the kubelet’s metrics name them', () => {
    const { facts, unread, sniffed } = run(parser, JSON.stringify(summary(SAME), null, 1));
    expect(sniffed).toBe(true);
    expect(unread).toEqual([]);
    const of = (area: string) => facts.filter((one) => one.area === area).map(({ record }) => record);
    expect(of('filesystems')).toMatchObject([
      { node: 'node-1', device: 'nodefs', sizeBytes: 1000, usedBytes: 950, usedPercent: 95, inodesUsedPercent: 90 },
    ]);
    expect(of('filesystems')[0]?.['source']).toMatchObject({ pointer: '/node/fs' });
    expect(of('nodeUsage')).toMatchObject([{ name: 'node-1', cpuMilli: 1500, memoryBytes: 800 }]);
    expect(of('podUsage')).toMatchObject([
      { namespace: 'shop', pod: 'web-0', container: 'app', cpuMilli: 2, memoryBytes: 7 },
    ]);
    const [metrics] = of('metrics') as {
      families: ReadonlyMap<string, readonly { value: number; labels: object }[]>;
    }[];
    expect(metrics?.families.get('kubelet_volume_stats_available_bytes')).toMatchObject([
      { value: 5, labels: { namespace: 'shop', persistentvolumeclaim: 'data-web-0' } },
    ]);
    expect(metrics?.families.get('kubelet_volume_stats_capacity_bytes')).toHaveLength(1);
  });

  it('a disk of its own for images', () => {
    const { facts } = run(parser, JSON.stringify(summary({ capacityBytes: 200, availableBytes: 100 })));
    expect(facts.filter(({ area }) => area === 'filesystems').map(({ record }) => record['device'])).toEqual([
      'nodefs',
      'imagefs',
    ]);
  });

  it('cut off', () => {
    expect(run(parser, '{"node": {"nodeName": "n"').unread).toHaveLength(1);
  });
});
