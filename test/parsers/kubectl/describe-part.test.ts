import { expect, test } from 'vitest';
import nodePart, { startsNodePart } from '../../../src/parsers/kubectl/describe-node-part.ts';
import part from '../../../src/parsers/kubectl/describe-part.ts';
import { kubectlDescribe } from '../../../src/parsers/kubectl/describe.ts';
import { run } from './run.ts';

const CONTAINER = `    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Restart Count:  5
    Limits:
      memory:  64Mi
`;
const EVENTS = `Events:
  Type     Reason     Age  From               Message
  ----     ------     ---  ----               -------
  Normal   Scheduled  4m   default-scheduler  Successfully assigned shop/web-7f6c to node-2
  Warning  BackOff    1m   kubelet            Back-off restarting failed container
`;

test('containers cut out of a description are a pod; the events below name it', () => {
  const out = run(part, `Containers:\n  web:\n    Image:  shop/web:1\n${CONTAINER}${EVENTS}`);
  expect(out.sniffed).toBe(true);
  expect(out.of('Pod')).toEqual([
    {
      metadata: { name: 'web-7f6c', namespace: 'shop' },
      spec: { containers: [{ name: 'web', image: 'shop/web:1', resources: { limits: { memory: '64Mi' } } }] },
      status: {
        containerStatuses: [
          {
            name: 'web',
            image: 'shop/web:1',
            restartCount: 5,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
          },
        ],
      },
    },
  ]);
  expect(out.of('Event').map((event) => event.involvedObject)).toEqual([
    { kind: 'Pod', name: 'web-7f6c', namespace: 'shop' },
    { kind: 'Pod', name: 'web-7f6c', namespace: 'shop' },
  ]);
});

test('cut above the name of a container, and inside of its fields; lines are those of the file', () => {
  const named = run(part, `  web:\n${CONTAINER}`);
  expect(named.sniffed).toBe(true);
  expect(named.of('Pod')[0].metadata.name).toBe('(unnamed)');
  expect(named.of('Pod')[0].status.containerStatuses[0].name).toBe('web');
  expect(named.all[0]?.place.marks?.['/status/containerStatuses/0/lastState/terminated/exitCode']?.line).toBe(6);
  const inside = run(part, CONTAINER);
  expect(inside.of('Pod')[0].status.containerStatuses[0].lastState.terminated.exitCode).toBe(137);
  expect(inside.all[0]?.place.marks?.['/status/containerStatuses/0/lastState/terminated/exitCode']?.line).toBe(5);
});

test('the command names the pod; a description of another kind is none of a pod', () => {
  expect(run(part, CONTAINER, 'kubectl describe pod api-0 -n shop').of('Pod')[0].metadata).toEqual({
    name: 'api-0',
    namespace: 'shop',
  });
  expect(run(part, `  web:\n${CONTAINER}`, 'kubectl describe deploy web').sniffed).toBe(false);
  expect(run(part, 'Limits: none\nState: fine\n').sniffed).toBe(false);
});

test('what was left out above the fields of a container leaves a container without a name', () => {
  const text = `Name:  web-7f6c\n<snip>\n    Last State:  Terminated\n      Reason:    OOMKilled\n    Ready:       True\n`;
  const whole = run(kubectlDescribe, text, 'kubectl describe pod web-7f6c -n shop');
  expect(whole.of('Pod')[0]).toMatchObject({
    metadata: { name: 'web-7f6c', namespace: 'shop' },
    status: { containerStatuses: [{ lastState: { terminated: { reason: 'OOMKilled' } }, ready: true }] },
  });
  const cut = run(part, `...\n${CONTAINER}`, 'kubectl describe pod web-7f6c -n shop');
  expect(cut.sniffed).toBe(true);
  expect(cut.of('Pod')[0].status.containerStatuses[0].restartCount).toBe(5);
  const one = run(part, '   Last State:    Terminated\n     Reason:      OOMKilled\n     Exit Code:   137\n');
  expect(one.of('Pod')[0].status.containerStatuses[0].lastState.terminated).toEqual({
    reason: 'OOMKilled',
    exitCode: 137,
  });
});

const PRESSURE =
  '  DiskPressure   True    Fri, 28 Nov 2025 16:03:58 +0000   Fri, 28 Nov 2025 16:01:02 +0000   KubeletHasDiskPressure   kubelet has disk pressure';
const READY =
  '  Ready          False   Fri, 28 Nov 2025 16:03:58 +0000   Fri, 28 Nov 2025 16:01:02 +0000   KubeletNotReady          PLEG is not healthy: pleg was last seen active 4m ago';

test('conditions cut out of the description of a node, with and without their headings', () => {
  const heading =
    'Conditions:\n  Type           Status  LastHeartbeatTime                 LastTransitionTime                Reason                   Message\n  ----           ------  -----------------                 ------------------                ------                   -------\n';
  const expected = [
    {
      type: 'DiskPressure',
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
      lastHeartbeatTime: '2025-11-28T16:03:58Z',
      lastTransitionTime: '2025-11-28T16:01:02Z',
    },
    {
      type: 'Ready',
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'PLEG is not healthy: pleg was last seen active 4m ago',
      lastHeartbeatTime: '2025-11-28T16:03:58Z',
      lastTransitionTime: '2025-11-28T16:01:02Z',
    },
  ];
  for (const text of [`${heading}${PRESSURE}\n${READY}`, `see:\n\n${PRESSURE}\n${READY}`]) {
    const out = run(nodePart, text);
    expect(out.sniffed).toBe(true);
    expect(out.of('Node')).toMatchObject([{ metadata: { name: '(unnamed)' }, status: { conditions: expected } }]);
  }
  const { object } =
    run(kubectlDescribe, `Name:   node-1\nRoles:  worker\n${PRESSURE}\n${READY}`, 'kubectl describe node node-1')
      .all[0] ?? {};
  expect(object).toMatchObject({ metadata: { name: 'node-1' }, status: { conditions: expected } });
});

test('the command, the lease or an event names the node', () => {
  const named = (text: string, command?: string) => run(nodePart, text, command).of('Node')[0]?.metadata.name;
  expect(named(READY, 'kubectl describe node worker-7 | grep -A 3 Ready')).toBe('worker-7');
  expect(named(`${READY}\nLease:\n  HolderIdentity:  worker-8\n`)).toBe('worker-8');
  expect(
    named(`${READY}\nEvents:\n  Warning  NodeNotReady  4m  kubelet  Node worker-9 status is now: NodeNotReady`),
  ).toBe('worker-9');
});

test('conditions of a pod or a deployment are none of a node', () => {
  expect(startsNodePart('  Type              Status')).toBe(false);
  expect(startsNodePart('  Available      True    MinimumReplicasAvailable')).toBe(false);
  expect(run(nodePart, 'Conditions:\n  Type   Status\n  Ready  False\n').sniffed).toBe(false);
});

test('taints alone, of the node that the command names', () => {
  const text = 'Taints:             ink=wet:NoSchedule\n                    dry:NoExecute\n';
  expect(run(nodePart, text, 'kubectl describe node quill-1 | grep -A1 -i taints').of('Node')).toMatchObject([
    { metadata: { name: 'quill-1' }, spec: { taints: [{ key: 'ink', value: 'wet' }, { key: 'dry' }] } },
  ]);
});
