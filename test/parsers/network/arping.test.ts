import { expect, test } from 'vitest';
import { readArping } from '../../../src/parsers/network/arping.ts';

const read = (text: string) => readArping(text.split('\n'));

test('iputils: an answer, and none', () => {
  expect(
    read(`ARPING 192.0.2.40 from 192.0.2.9 eth0
Unicast reply from 192.0.2.40 [52:54:00:6E:1B:9A]  0.914ms
Sent 1 probes (1 broadcast(s))
Received 1 response(s)`),
  ).toMatchObject({ outcome: 'ok', target: '192.0.2.40', at: 1 });
  expect(
    read(`ARPING 192.0.2.40 from 192.0.2.9 eth0
Sent 3 probes (3 broadcast(s))
Received 0 response(s)`),
  ).toMatchObject({ outcome: 'timeout', lossPercent: 100, target: '192.0.2.40', at: 2 });
});

test('the arping of Habets', () => {
  expect(read('ARPING 192.0.2.7\nTimeout\n60 bytes from 52:54:00:6e:1b:9a (192.0.2.7): index=0 time=4 usec')).toEqual({
    outcome: 'ok',
    at: 2,
    target: '192.0.2.7',
  });
  expect(
    read(
      'ARPING 192.0.2.7\nTimeout\n--- 192.0.2.7 statistics ---\n1 packets transmitted, 0 packets received, 100% unanswered (0 extra)',
    ),
  ).toMatchObject({ outcome: 'timeout' });
});

test('the hardware addresses are told when they are several', () => {
  const reply = (last: string) => `Unicast reply from 192.0.2.7 [52:54:00:6E:1B:${last}]  0.9ms`;
  const read = (...replies: string[]) => readArping(['ARPING 192.0.2.7 from 192.0.2.1 eth0', ...replies.map(reply)]);
  expect(read('9A', '9A')?.hardware).toBeUndefined();
  expect(read('9A', '01')?.hardware).toEqual(['52:54:00:6e:1b:9a', '52:54:00:6e:1b:01']);
});
