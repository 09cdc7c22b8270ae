import { describe, expect, it } from 'vitest';
import { asksOf, gapFinder, suited } from '../../src/diagnosis/asks.ts';
import { areaInfo } from '../../src/snapshot/areas.ts';
import { isAddOn } from '../../src/snapshot/kinds/api-versions.ts';
import { OBJECT_AREAS } from '../../src/snapshot/kinds/index.ts';

const open = (id: string, layer: 1 | 5, ...collectWith: string[]) => ({
  id,
  layer,
  title: id,
  outcome: 'not-checked' as const,
  collectWith,
  findings: [],
});
const passed = { id: 'p', layer: 5 as const, title: 'p', outcome: 'passed' as const, findings: [] };

describe('what to ask for next', () => {
  it('is what most checks of a layer wait for; a layer that was judged asks for nothing', () => {
    const asks = asksOf([open('a', 5, 'df', 'dmesg'), open('b', 5, 'dmesg', 'see {name}'), passed]);
    expect(asks).toEqual([
      {
        layer: 5,
        name: 'Node and hardware',
        checks: 3,
        notChecked: 2,
        commands: [
          { command: 'dmesg', checks: 2 },
          { command: 'df', checks: 1 },
        ],
        collector: expect.stringContaining('node') as string,
      },
    ]);
  });

  it('asks for all kinds of objects at once', () => {
    const get = (kind: string) => `kubectl get ${kind} -A -o json`;
    const [ask] = asksOf([
      open('a', 1, get('jobs')),
      open('b', 1, get('pods'), 'top'),
      open('c', 1, get('pods'), get('gateways')),
    ]);
    expect(ask?.commands).toEqual([
      { command: get('pods,jobs'), checks: 3 },
      // Gateways may not exist in the cluster: kubectl would give nothing at all.
      { command: get('gateways'), checks: 1 },
      { command: 'top', checks: 1 },
    ]);
  });

  it('knows which kinds an add-on brings', () => {
    expect(OBJECT_AREAS.filter(isAddOn).sort()).toEqual([
      'authorizationPolicies',
      'bgpAdvertisements',
      'ciliumNetworkPolicies',
      'clusterOperators',
      'clusterPolicies',
      'destinationRules',
      'gatewayClasses',
      'gateways',
      'grpcRoutes',
      'httpRoutes',
      'ipAddressPools',
      'istioGateways',
      'l2Advertisements',
      'machineConfigPools',
      'openshiftRoutes',
      'peerAuthentications',
      'serviceMonitors',
      'virtualServices',
    ]);
  });

  it('never asks for the values of Secrets', () => {
    expect(areaInfo('secrets').collectWith).toBe('kubectl get secrets -A');
    expect(areaInfo('configMaps').collectWith).toBe('kubectl get configmaps -A -o json');
  });

  it('is said in the words of the tool that made the bundle', () => {
    const gapOf = gapFinder([
      { areas: ['hostLogs'], why: 'it has none', ask: 'oc adm node-logs NODE' },
      { areas: ['hostLogs', 'kernelLogs'], why: 'later', ask: 'later' },
    ]);
    expect(gapOf('hostLogs')?.ask).toBe('oc adm node-logs NODE');
    expect(gapOf('kernelLogs')?.ask).toBe('later');
    const [outcome, other] = suited([open('a', 5, areaInfo('hostLogs').collectWith, 'df'), passed], gapOf);
    expect(outcome?.collectWith).toEqual(['oc adm node-logs NODE', 'df']);
    expect(other).toEqual(passed);
  });
});
