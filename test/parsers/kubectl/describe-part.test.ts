import { expect, test } from 'vitest';
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
  expect(named.of('Pod')[0].metadata.name).toBe('unnamed pod');
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
