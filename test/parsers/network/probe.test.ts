import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import health from '../../../src/parsers/control-plane/health-endpoint.ts';
import parser from '../../../src/parsers/network/probe.ts';
import { collect, sniffs } from '../collect.ts';

async function probes(text: string, commandLine?: string, exitCode?: number) {
  const command = commandLine === undefined ? undefined : parseCommand(commandLine);
  if (command !== undefined) expect(parser.matches?.(command)).toBe(true);
  const { facts, unread } = await collect(parser, text, {
    ...(command === undefined ? {} : { command }),
    ...(exitCode === undefined ? {} : { exitCode }),
  });
  return { probes: facts.probes ?? [], unread };
}

test.each<[string, string]>([
  ['Connection to web 80 port [tcp/http] succeeded!', 'ok'],
  ['nc: connect to web port 80 (tcp) failed: Connection refused', 'refused'],
  ['nc: connect to web (10.0.0.1) port 80 (tcp) timed out: Operation now in progress', 'timeout'],
  ['nc: getaddrinfo for host "web" port 80: Name or service not known', 'unresolved'],
  ['web (10.0.0.1:80) open', 'ok'],
  ['nc: web (10.0.0.1:80): No route to host', 'unreachable'],
  ["nc: bad address 'web'", 'unresolved'],
  ['web.example [10.0.0.1] 80 (http) open', 'ok'],
  ['(UNKNOWN) [10.0.0.1] 80 (http) : Connection timed out', 'timeout'],
  ['Ncat: Version 7.93 ( https://nmap.org/ncat )\nNcat: Connected to 10.0.0.1:80.', 'ok'],
  ['Ncat: Connection reset by peer.', 'reset'],
  ['punt!\nTerminated\nConnection Failed', 'timeout'],
  ['Connection Failed', 'failed'],
  ['Connection Succeeded', 'ok'],
  ['command terminated with exit code 1', 'failed'],
  ['nc: connect to web port 80 (tcp) failed: Connection refused\ncommand terminated with exit code 1', 'refused'],
])('nc: %s → %s', async (text, outcome) => {
  const result = await probes(text, 'kubectl exec -n shop client -- nc -vz web 80');
  expect(result.probes).toMatchObject([
    { tool: 'nc', target: 'web', port: 80, outcome, from: { namespace: 'shop', pod: 'client' } },
  ]);
});

test('without a command the words tell the target; a silent one its exit code', async () => {
  const text = 'nc: connect to db (10.0.0.9) port 5432 (tcp) failed: Connection refused';
  expect(sniffs(parser, text)).toBe(true);
  expect((await probes(text)).probes).toMatchObject([
    { target: 'db', address: '10.0.0.9', port: 5432, outcome: 'refused' },
  ]);
  expect((await probes('', 'nc -z web 80', 1)).probes).toMatchObject([{ target: 'web', outcome: 'failed' }]);
  expect((await probes('', 'nc -z web 80', 124)).probes).toMatchObject([{ outcome: 'timeout' }]);
  expect(await probes('', 'nc -z web 80')).toMatchObject({ probes: [], unread: ['no outcome of a probe in it'] });
});

test('a wrapper that repeats the test from several machines', async () => {
  const text = `== check of web:80 ==
ran on n1: web (10.0.0.1:80) open
Connection Succeeded
ran on n2: Connection Failed
ran on n3: punt!
Terminated
Connection Failed`;
  expect(
    (await probes(text, 'kubectl exec client -- nc -vz web 80')).probes.map(({ node, outcome, source }) => [
      node,
      outcome,
      source.line,
    ]),
  ).toEqual([
    ['n1', 'ok', 2],
    ['n2', 'failed', 4],
    ['n3', 'timeout', 5],
  ]);
  expect((await probes(text)).probes[1]).toMatchObject({ target: 'web', port: 80 });
});

test.each<[string, string, object]>([
  [
    'curl: (7) Failed to connect to web port 8080 after 2 ms: Connection refused',
    'curl http://web:8080/x',
    { outcome: 'refused', target: 'web', port: 8080 },
  ],
  [
    "curl: (7) Failed to connect to web port 8080 after 9 ms: Couldn't connect to server",
    'curl web:8080',
    { outcome: 'refused' },
  ],
  ['curl: (6) Could not resolve host: web', 'curl https://web', { outcome: 'unresolved', port: 443 }],
  ['curl: (28) Connection timed out after 5001 milliseconds', 'curl -m 5 http://web', { outcome: 'timeout', port: 80 }],
  ['curl: (52) Empty reply from server', 'curl http://web', { outcome: 'reset' }],
  [
    '*   Trying 10.0.0.1:80...\n* Connected to web (10.0.0.1) port 80 (#0)\n< HTTP/1.1 503 Service Unavailable',
    'curl -v http://web',
    { outcome: 'http-error', httpStatus: 503, address: '10.0.0.1' },
  ],
  [
    '*   Trying 10.0.0.1:80...\n* connect to 10.0.0.1 port 80 failed: Connection refused\n* Failed to connect to web port 80\n* Closing connection 0\ncommand terminated with exit code 7',
    'curl -sv http://web',
    { outcome: 'refused', port: 80 },
  ],
  ['* Could not resolve host: web\n* Closing connection', 'curl -sv http://web', { outcome: 'unresolved' }],
  [
    '* connect to 10.0.0.1 port 80 failed: Connection refused\n* Connected to web (10.0.0.2) port 80\n< HTTP/1.1 200 OK',
    'curl -sv http://web',
    { outcome: 'ok', httpStatus: 200 },
  ],
  ['< HTTP/2 200', 'curl -v http://web', { outcome: 'ok', httpStatus: 200 }],
  ['000', "curl -s -o /dev/null -w '%{http_code}' http://web", { outcome: 'failed' }],
  ['<html>hello</html>', 'curl -s http://web', { outcome: 'ok' }],
  [
    "wget: can't connect to remote host (10.0.0.1): Connection refused",
    'wget -qO- http://web',
    { tool: 'wget', outcome: 'refused' },
  ],
  [
    'wget: server returned error: HTTP/1.1 404 Not Found',
    'wget http://web',
    { outcome: 'http-error', httpStatus: 404 },
  ],
  ['wget: download timed out', 'wget -T 2 http://web', { outcome: 'timeout' }],
  [
    ';; connection timed out; no servers could be reached',
    'nslookup web.shop',
    { tool: 'nslookup', outcome: 'timeout', target: 'web.shop' },
  ],
  [
    "Server:\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n** server can't find web.shop: NXDOMAIN",
    'nslookup web.shop',
    { outcome: 'unresolved' },
  ],
  [
    'Server:\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.shop.svc\nAddress: 10.96.3.4',
    'nslookup web.shop',
    { outcome: 'ok', address: '10.96.3.4' },
  ],
  ["nslookup: can't resolve 'web'", 'nslookup web', { outcome: 'unresolved' }],
  ['10.96.3.4', 'dig +short web.shop', { outcome: 'ok', target: 'web.shop', address: '10.96.3.4' }],
  [
    '3 packets transmitted, 0 received, 100% packet loss, time 2040ms',
    'ping -c 3 10.0.0.1',
    { outcome: 'timeout', lossPercent: 100 },
  ],
  [
    'From 10.0.0.2 icmp_seq=1 Destination Host Unreachable\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2040ms',
    'ping -c 3 10.0.0.1',
    { outcome: 'unreachable' },
  ],
  [
    'PING 10.0.3.5 (10.0.3.5) 1472(1500) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1450)\n\n--- 10.0.3.5 ping statistics ---\n2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1001ms',
    'ping -M do -s 1472 10.0.3.5',
    { outcome: 'timeout', packetBytes: 1500, mtu: 1450, lossPercent: 100 },
  ],
  // Without the statistics, which people leave out.
  ['From 10.0.0.2 icmp_seq=1 Destination Host Unreachable', 'ping 10.0.0.1', { outcome: 'unreachable' }],
  [
    'PING 10.0.3.5 (10.0.3.5) 56(84) bytes of data.\n64 bytes from 10.0.3.5: icmp_seq=1 ttl=64 time=0.3 ms',
    'ping 10.0.3.5',
    { outcome: 'ok', target: '10.0.3.5' },
  ],
  ["ping: bad address 'web'", 'ping web', { outcome: 'unresolved', target: 'web' }],
])('%s', async (text, commandLine, expected) => {
  expect((await probes(text, commandLine)).probes).toMatchObject([expected]);
});

test('dig without a command; strangers are left alone', async () => {
  const text =
    ';; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1\n;; QUESTION SECTION:\n;web.shop.svc.cluster.local.\tIN\tA\n;; Query time: 46 msec';
  expect(sniffs(parser, text)).toBe(true);
  expect((await probes(text)).probes).toMatchObject([
    { tool: 'dig', target: 'web.shop.svc.cluster.local', outcome: 'unresolved', tookMs: 46 },
  ]);
  expect(sniffs(parser, '2025/01/02 10:00:00 dial tcp 10.0.0.1:80: connect: connection refused')).toBe(false);
  expect(sniffs(parser, 'Connected to database.\nTerminated')).toBe(false);
});

test('a probe in a shell of a pod comes from there; a path of health checks makes a failure no answer', async () => {
  const command = 'curl -m 3 http://api:8080/healthz';
  const lines = 'curl: (7) Failed to connect to api port 8080 after 1 ms: Connection refused';
  const place = { command: parseCommand(command)!, pod: 'web-1', namespace: 'shop' };
  const { facts } = await collect(parser, lines, place);
  expect(facts.probes).toMatchObject([
    { target: 'api', outcome: 'refused', from: { pod: 'web-1', namespace: 'shop' } },
  ]);
  expect(health.matches?.(place.command)).toBe(false);
  expect(health.sniff(['ok'], { file: 'x', firstLine: 1, ...place })).toBe(false);
});

test('a loop of the shell around curl tells of each address', async () => {
  const loop = `for n in web-a web-b; do printf '%s: ' $n; curl -so /dev/null -w '%{http_code}\\n' https://$n:8443/; done`;
  const { probes: found } = await probes('web-a: 503\nweb-b: 000\n', loop);
  expect(found).toMatchObject([
    { tool: 'curl', target: 'web-a', port: 8443, outcome: 'http-error', httpStatus: 503 },
    { tool: 'curl', target: 'web-b', port: 8443, outcome: 'failed' },
  ]);
});
