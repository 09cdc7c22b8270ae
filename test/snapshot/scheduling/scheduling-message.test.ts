import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReason, parseSchedulingMessage } from '../../../src/snapshot/scheduling/scheduling-message.ts';

const kinds = (text: string) => parseSchedulingMessage(text)?.reasons.map((one) => [one.count, one.kind]);

describe('the verdict of the scheduler', () => {
  it('is a total, a histogram and what was said of preemption', () => {
    const message = parseSchedulingMessage(
      "0/6 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: db}, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
    );
    expect(message?.total).toBe(6);
    expect(message?.reasons.map((one) => [one.count, one.kind])).toEqual([
      [1, 'resource'],
      [2, 'taint'],
      [3, 'node-affinity'],
    ]);
    expect(message?.reasons[1]?.taint).toEqual({ key: 'dedicated', value: 'db' });
    expect(message?.preemption).toContain('6 Preemption is not helpful');
  });

  it('splits at counts, not at the commas inside a reason', () => {
    expect(
      kinds(
        "0/3 nodes are available: 1 node(s) had taint {team: a, b}, that the pod didn't tolerate, 2 Too many pods.",
      ),
    ).toEqual([
      [1, 'taint'],
      [2, 'too-many-pods'],
    ]);
  });

  it('leaves out the reason of old versions that does not say which rule it is, where another says it', () => {
    const vague = "2 node(s) didn't match pod affinity/anti-affinity";
    const exact = "2 node(s) didn't satisfy existing pods anti-affinity rules";
    expect(kinds(`0/2 nodes are available: ${vague}, ${exact}.`)).toEqual([[2, 'existing-anti-affinity']]);
    expect(kinds(`0/2 nodes are available: ${vague}.`)).toEqual([[2, 'pod-affinity']]);
  });

  it('says the pod-level reason for all nodes', () => {
    expect(kinds('0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims.')).toEqual([
      [4, 'claim-unbound'],
    ]);
    expect(
      parseSchedulingMessage('0/4 nodes are available: persistentvolumeclaim "data" not found. preemption: x')
        ?.reasons[0],
    ).toMatchObject({ kind: 'claim-missing', object: 'data', count: 4 });
  });

  it.each([
    ['Cannot schedule pods: Insufficient nvidia.com/gpu.', [[1, 'resource']]],
    [
      'No nodes are available that match all of the predicates: Insufficient memory (3), NodeUnschedulable (1).',
      [
        [3, 'resource'],
        [1, 'cordoned'],
      ],
    ],
    [
      'No nodes are available that match all of the predicates:: Insufficient cpu (3), PodFitsHostPorts (1), NodeNotReady (2).',
      [
        [3, 'resource'],
        [1, 'host-ports'],
        [2, 'taint'],
      ],
    ],
    [
      "pod (web-1) failed to fit in any node fit failure on node (a): Node didn't have enough resource: CPU, requested: 1000, used: 1420, capacity: 2000 fit failure on node (b): MatchNodeSelector",
      [
        [1, 'resource'],
        [1, 'node-affinity'],
      ],
    ],
    [
      "0/2 nodes are available: 1 Insufficient pods, 1 node(s) didn't match node selector.",
      [
        [1, 'too-many-pods'],
        [1, 'node-affinity'],
      ],
    ],
    [
      'running "VolumeBinding" filter plugin for pod "x": pod has unbound immediate PersistentVolumeClaims',
      [[0, 'claim-unbound']],
    ],
    ['no nodes available to schedule pods', [[0, 'no-nodes']]],
  ])('reads %s', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each([
    ['Insufficient nvidia.com/gpu', 'resource'],
    ['Insufficient hugepages-2Mi', 'resource'],
    ['node(s) had untolerated taint(s)', 'taint'],
    ["node(s) had taints that the pod didn't tolerate", 'taint'],
    ['node(s) were unschedulable', 'cordoned'],
    ["node(s) didn't match the requested node name", 'node-name'],
    ["node(s) didn't match Pod's node affinity", 'node-affinity'],
    ["node(s) didn't match scheduler-enforced node affinity", 'node-affinity'],
    ["node(s) didn't have free ports for the requested pod ports", 'host-ports'],
    ["node(s) didn't match pod topology spread constraints (missing required label)", 'topology-spread'],
    ["node(s) didn't match pod affinity rules", 'pod-affinity'],
    ["node(s) didn't match pod affinity/anti-affinity", 'pod-affinity'],
    ["node(s) didn't match pod anti-affinity rules", 'pod-anti-affinity'],
    ["node(s) didn't satisfy existing pods anti-affinity rules", 'existing-anti-affinity'],
    ['node(s) had volume node affinity conflict', 'volume-node-affinity'],
    ["node(s) didn't match PersistentVolume's node affinity", 'volume-node-affinity'],
    ['node(s) had no available volume zone', 'volume-zone'],
    ["node(s) didn't find available persistent volumes to bind", 'volume-binding'],
    ['node(s) did not have enough free storage', 'storage-capacity'],
    ['node(s) exceed max volume count', 'volume-limit'],
    ['node(s) had no available disk', 'disk-conflict'],
    ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', 'rwop-in-use'],
    ['csi.example.com CSI driver is not installed on the node', 'csi-driver-missing'],
    ['cannot allocate all claims', 'resource-claim'],
    ['node(s) failed our house rule', 'unknown'],
  ])('knows "%s"', (text, kind) => {
    expect(parseReason(text).kind).toBe(kind);
  });

  it('leaves other texts alone', () => {
    expect(parseSchedulingMessage('Successfully assigned shop/web-1 to node-1')).toBeUndefined();
    expect(parseSchedulingMessage('Failed to schedule pod, incompatible with nodepool "default"')).toBeUndefined();
  });

  it('never throws and never loses a count, whatever stands between', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        parseSchedulingMessage(text);
        parseSchedulingMessage(`0/3 nodes are available: ${text}`);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 1, max: 5000 }),
            fc.constantFrom('Insufficient cpu', 'Too many pods', 'node(s) were unschedulable'),
          ),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (entries) => {
          const text = `0/9 nodes are available: ${entries.map(([n, words]) => `${n} ${words}`).join(', ')}.`;
          expect(parseSchedulingMessage(text)?.reasons.map((one) => [one.count, one.text])).toEqual(entries);
        },
      ),
    );
  });
});

it('a cordon worded as its taint is a cordon', () => {
  expect(parseReason('node(s) had untolerated taint {node.kubernetes.io/unschedulable: }').kind).toBe('cordoned');
});
