import { describe, expect, it } from 'vitest';
import { kubectlDescribe } from '../../../../src/parsers/kubectl/describe.ts';
import { run } from '../run.ts';

const pod = (start: string, event: string) =>
  run(
    kubectlDescribe,
    `Name:         web-0
Namespace:    shop
Node:         n1/10.0.0.1
${start}
Status:       Running
Events:
  Type    Reason     Age   From               Message
  ----    ------     ----  ----               -------
${event}
`,
    'kubectl describe pod web-0',
  ).clocks;
const START = 'Start Time:   Fri, 07 Mar 2025 09:30:00 +0100';

describe('the instant of a description', () => {
  it('is its start time and the age of the event that marks it', () => {
    expect(pod(START, '  Normal  Scheduled  3m20s  default-scheduler  Successfully assigned shop/web-0 to n1')).toEqual(
      [Date.parse('2025-03-07T08:33:20Z')],
    );
  });

  it.each([
    [
      'an age that kubectl does not know',
      START,
      '  Normal  Scheduled  <unknown>  default-scheduler  Successfully assigned',
    ],
    ['another event', START, '  Normal  Pulled  24s  kubelet  Successfully pulled image'],
    ['no start time', '', '  Normal  Scheduled  24s  default-scheduler  Successfully assigned shop/web-0 to n1'],
  ])('is not told by %s', (_, start, event) => {
    expect(pod(start, event)).toEqual([]);
  });
});
