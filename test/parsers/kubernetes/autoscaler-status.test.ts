import { describe, expect, it } from 'vitest';
import parser from '../../../src/parsers/kubernetes/autoscaler-status.ts';
import { customTroubles } from '../../../src/snapshot/custom-state.ts';
import { snapshotOf } from '../../build.ts';
import { collect } from '../collect.ts';

const TEXT = `Cluster-autoscaler status at 2026-03-01 10:00:00.0 +0000 UTC:
Cluster-wide:
  Health:      Healthy (ready=6 unready=0 registered=6 longUnregistered=0)
  ScaleUp:     InProgress (ready=6 registered=6)

NodeGroups:
  Name:        quills
  Health:      Healthy (ready=2 unready=0 registered=2 longUnregistered=0 cloudProviderTarget=2 (minSize=1, maxSize=4))
  ScaleUp:     Backoff (ready=2 cloudProviderTarget=2)
  Name:        plates
  Health:      Healthy (ready=2 unready=0 registered=2 longUnregistered=0 cloudProviderTarget=2 (minSize=1, maxSize=4))
  ScaleUp:     NoActivity (ready=2 cloudProviderTarget=2)
`;

const YAML = `autoscalerStatus: Running
clusterWide:
  health:
    nodeCounts:
      longUnregistered: 0
    status: Healthy
nodeGroups:
- name: quills
  health:
    cloudProviderTarget: 3
    maxSize: 5
    minSize: 1
    nodeCounts:
      longUnregistered: 2
      registered:
        ready: 1
    status: Healthy
  scaleUp:
    status: Backoff
    backoffInfo:
      errorCode: QUOTA_EXCEEDED
      errorMessage: no more quills in this region
`;

const groupsOf = async (text: string) => (await collect(parser, text)).facts.customResources ?? [];

describe('the status of the cluster autoscaler', () => {
  it('tells of a group that is in backoff, and of a group at rest nothing', async () => {
    const groups = await groupsOf(TEXT);
    expect(groups.map(({ name, conditions }) => [name, conditions.map(({ reason }) => reason)])).toEqual([
      ['quills', ['Backoff']],
      ['plates', []],
    ]);
    const troubles = customTroubles(await snapshotOf({ facts: { customResources: groups } }));
    expect(troubles.map(({ about, resource, words }) => [about, resource.name, words])).toEqual([
      [
        'scheduling',
        'quills',
        expect.stringContaining('in backoff after a failed scale-up (ready=2, cloudProviderTarget=2'),
      ],
    ]);
  });

  it('reads the YAML of later versions', async () => {
    const quills = (await groupsOf(YAML)).find(({ name }) => name === 'quills');
    expect(quills?.conditions.map(({ message }) => message)).toEqual([
      expect.stringContaining('2 machines of node group quills were made'),
      expect.stringContaining('in backoff'),
      expect.stringContaining('QUOTA_EXCEEDED'),
      expect.stringContaining('no more quills in this region'),
    ]);
  });
});
