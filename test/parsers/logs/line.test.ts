import { describe, expect, it } from 'vitest';
import { parseLogLine } from '../../../src/parsers/logs/line.ts';

const at = (iso: string): number => Date.parse(iso);
const reference = at('2025-12-01T00:00:00Z');

describe('parseLogLine', () => {
  it.each([
    [
      'klog in a journal line',
      'Nov 28 16:06:28 node-1 kubelet[812]: E1128 16:06:28.000123     812 kubelet.go:2441] "Skipping pod synchronization"',
      {
        time: at('2025-11-28T16:06:28Z'),
        host: 'node-1',
        program: 'kubelet',
        pid: 812,
        level: 'error',
        message: '"Skipping pod synchronization"',
      },
    ],
    [
      'containerd in a journal line: the full time inside beats the year-less one outside',
      'Nov 28 16:06:28 node-1 containerd[9]: time="2024-11-28T16:06:27.5Z" level=warning msg="cleaning up \\"x\\"" id=1',
      { time: at('2024-11-28T16:06:27.5Z'), host: 'node-1', program: 'containerd', pid: 9, level: 'warning' },
    ],
    [
      'torchrun puts the rank before each line',
      '[rank3]: RuntimeError: out of paper',
      { message: 'RuntimeError: out of paper' },
    ],
    [
      'vLLM: the process, and a time without a year',
      '(EngineCore_DP0 pid=316) ERROR 02-24 00:11:22 [core.py:936] EngineCore failed to start.',
      { pid: 316, level: 'error', message: 'EngineCore failed to start.' },
    ],
    [
      'Ray: a worker on another machine, in the voice of its core',
      '(press_fn pid=9223, ip=10.0.0.7) [2025-03-01 10:00:52,953 E 1 43] (raylet) client.h:196: Failed to connect to GCS',
      { time: at('2025-03-01T10:00:52.953Z'), pid: 9223, level: 'error', message: 'Failed to connect to GCS' },
    ],
    [
      'short-precise without a host',
      'Nov 28 16:06:28.123456 crio[77]: hello',
      { time: at('2025-11-28T16:06:28.123Z'), program: 'crio', pid: 77, message: 'hello' },
    ],
    [
      'short-iso',
      '2025-11-28T16:06:28+0800 node-1 systemd[1]: Started kubelet.',
      { time: at('2025-11-28T08:06:28Z'), host: 'node-1', program: 'systemd', pid: 1, message: 'Started kubelet.' },
    ],
    [
      'a level where short-iso has the host: a program of its own, not a journal',
      '2025-11-28T16:06:28Z ERROR db: dial tcp 10.96.0.7:5432: i/o timeout',
      { time: at('2025-11-28T16:06:28Z'), level: 'error', message: 'ERROR db: dial tcp 10.96.0.7:5432: i/o timeout' },
    ],
    [
      'short-full',
      'Fri 2025-11-28 16:06:28 UTC node-1 kernel: Out of memory',
      { time: at('2025-11-28T16:06:28Z'), host: 'node-1', program: 'kernel', message: 'Out of memory' },
    ],
    [
      'RFC 5424 in a file of rsyslog',
      '2025-11-28T16:06:28.100000+00:00 node-1 containerd 812 - -  time="2025-11-28T16:06:28Z" level=error msg="no"',
      {
        time: at('2025-11-28T16:06:28.100Z'),
        host: 'node-1',
        program: 'containerd',
        pid: 812,
        level: 'error',
        message: 'no',
      },
    ],
    [
      'talosctl dmesg of several nodes',
      '192.0.2.7: kern:     err: [2025-11-28T16:06:28.100000Z]: I/O error, dev sda',
      {
        time: at('2025-11-28T16:06:28.100Z'),
        host: '192.0.2.7',
        program: 'kernel',
        level: 'error',
        message: 'I/O error, dev sda',
      },
    ],
    [
      'syslog with a kernel stamp inside',
      'Nov  8 06:06:28 node-1 kernel: [12345.678901] eth0: link down',
      { time: at('2025-11-08T06:06:28Z'), host: 'node-1', program: 'kernel', message: 'eth0: link down' },
    ],
    [
      'syslog of a Chinese locale',
      '11月  8 06:06:28 node-1 kernel: eth0: link down',
      { time: at('2025-11-08T06:06:28Z'), host: 'node-1', program: 'kernel', message: 'eth0: link down' },
    ],
    [
      'syslog of a French locale: its month is not read, the rest is',
      'févr. 28 16:06:28 node-1 systemd[1]: Stopped',
      { host: 'node-1', program: 'systemd', message: 'Stopped' },
    ],
    [
      'syslog whose host was cut out: the program is no host',
      'Nov 28 16:06:28 kernel: mce: [Hardware Error]: Machine check events logged',
      { program: 'kernel', message: 'mce: [Hardware Error]: Machine check events logged' },
    ],
    [
      'logfmt that a terminal cut inside of its quotes',
      'time="2025-11-28T08:04:00Z" level=fatal msg="failed to find memory cgroup, you may need>',
      { level: 'fatal', message: 'failed to find memory cgroup, you may need>' },
    ],
    [
      'logfmt whose message of several words has no quotes',
      'time=2025-11-28T08:04:00Z level=warning msg=Could not unload the modules, driver is in use node=gpu-1',
      { level: 'warning', message: 'Could not unload the modules, driver is in use' },
    ],
    [
      'CRI with klog inside',
      '2025-11-28T08:04:00.123456789Z stderr F W1128 08:04:00.100000       1 reflector.go:561] failed to list',
      { time: at('2025-11-28T08:04:00.123Z'), level: 'warning', message: 'failed to list' },
    ],
    [
      'a level that is padded inside its bracket',
      '[2025/11/28 08:04:00] [ warn] [engine] failed to flush chunk',
      { time: at('2025-11-28T08:04:00Z'), level: 'warning' },
    ],
    [
      'docker json-file',
      '{"log":"level=error msg=\\"no route\\"\\n","stream":"stderr","time":"2025-11-28T08:04:00.5Z"}',
      { time: at('2025-11-28T08:04:00.5Z'), level: 'error', message: 'no route' },
    ],
    [
      'kubectl --prefix',
      '[pod/web-7d5c/app] 2025-11-28 08:04:00,250 - root - ERROR - boom',
      { time: at('2025-11-28T08:04:00.25Z'), level: 'error', pod: 'web-7d5c', container: 'app' },
    ],
    ['dmesg', '[   12.345678] EXT4-fs (sda1): mounted', { program: 'kernel', message: 'EXT4-fs (sda1): mounted' }],
    [
      'dmesg -T',
      '[Fri Nov 28 16:03:58 2025] NVRM: Xid',
      { time: at('2025-11-28T16:03:58Z'), program: 'kernel', message: 'NVRM: Xid' },
    ],
    [
      'dmesg --time-format iso, where a colon follows the subsystem',
      '2025-11-28T16:03:58,250000+01:00 nf_conntrack: nf_conntrack: table full, dropping packet',
      {
        time: at('2025-11-28T15:03:58.25Z'),
        program: 'kernel',
        message: 'nf_conntrack: nf_conntrack: table full, dropping packet',
      },
    ],
    ['pstore', '<3>[  201.650687] Oops', { program: 'kernel', level: 'error', message: 'Oops' }],
    ['kmsg', '4,3964,206764307,-;nvidia: x', { program: 'kernel', level: 'warning', message: 'nvidia: x' }],
    [
      'talosctl dmesg',
      'kern:     err: [2025-11-28T08:04:00.5Z]: Memory cgroup out of memory',
      {
        program: 'kernel',
        level: 'error',
        time: at('2025-11-28T08:04:00.5Z'),
        message: 'Memory cgroup out of memory',
      },
    ],
    [
      'zap JSON',
      '{"level":"warn","ts":"2025-11-28T08:04:00.5Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2s"}',
      { time: at('2025-11-28T08:04:00.5Z'), level: 'warning', message: 'slow fdatasync' },
    ],
    [
      'klog JSON counts milliseconds',
      '{"ts":1764317040500.25,"caller":"app/server.go:486","msg":"Kubelet version","v":0}',
      { time: 1764317040500, message: 'Kubelet version' },
    ],
    [
      'log4j JSON',
      '{"instant":{"epochSecond":1764317040,"nanoOfSecond":1},"level":"INFO","message":"up"}',
      { time: 1764317040000, level: 'info', message: 'up' },
    ],
    [
      'zap with its error',
      '{"level":"fatal","ts":1764317040.5,"msg":"migrate failed","error":"Dirty database version 9.\\nstack"}',
      { level: 'fatal', message: 'migrate failed: Dirty database version 9.' },
    ],
    [
      'logfmt with its error',
      'time="2025-11-28T08:04:00Z" level=error msg="cannot start" err="listen tcp :80: bind: permission denied"',
      { level: 'error', message: 'cannot start: listen tcp :80: bind: permission denied' },
    ],
    [
      'MongoDB',
      '{"t":{"$date":"2025-11-28T08:04:00.500Z"},"s":"E","c":"CONTROL","msg":"Error during global initialization","attr":{"error":{"code":2,"errmsg":"bad cache size"}}}',
      { level: 'error', message: 'Error during global initialization: bad cache size' },
    ],
    [
      'journalctl -o json',
      '{"__REALTIME_TIMESTAMP":"1764317040500000","_HOSTNAME":"node-1","SYSLOG_IDENTIFIER":"kubelet","_PID":"8","PRIORITY":"3","MESSAGE":"bad"}',
      { time: 1764317040500, host: 'node-1', program: 'kubelet', pid: 8, level: 'error', message: 'bad' },
    ],
    [
      'capnslog',
      '2025-11-28 08:04:00.119803 C | etcdmain: listen tcp 10.0.0.1:2380: bind: cannot assign requested address',
      { time: at('2025-11-28T08:04:00.119Z'), level: 'fatal' },
    ],
    [
      'zap console',
      '2025-11-28T08:04:00.500Z\tERROR\tcontroller\tReconciler error',
      { time: at('2025-11-28T08:04:00.5Z'), level: 'error' },
    ],
    [
      'logback',
      '2025-11-28 08:04:00.500  WARN 1 --- [main] o.s.Boot : slow',
      { time: at('2025-11-28T08:04:00.5Z'), level: 'warning' },
    ],
    [
      'nginx error log',
      '2025/11/28 08:04:00 [error] 31#31: *5 connect() failed',
      { time: at('2025-11-28T08:04:00Z'), level: 'error' },
    ],
    [
      'nginx access log',
      '10.1.2.3 - - [28/Nov/2025:08:04:00 +0000] "GET / HTTP/1.1" 502 150',
      { time: at('2025-11-28T08:04:00Z') },
    ],
    [
      'redis',
      '1:M 28 Nov 2025 08:04:00.380 # Cannot save',
      { time: at('2025-11-28T08:04:00.38Z'), level: 'warning', message: 'Cannot save' },
    ],
    [
      'postgres',
      '2025-11-28 08:04:00.500 UTC [1] FATAL:  password authentication failed',
      { time: at('2025-11-28T08:04:00.5Z'), level: 'fatal' },
    ],
    [
      "Linkerd's proxy",
      '[   145.665928s]  WARN ThreadId(01) controller{addr=localhost:8090}: no answer',
      { level: 'warning', message: 'controller{addr=localhost:8090}: no answer' },
    ],
    ['CoreDNS', '[ERROR] plugin/errors: 2 a.example. A: timeout', { level: 'error' }],
  ])('%s', (_name, text, parts) => {
    expect(parseLogLine(text, { reference })).toMatchObject(parts);
  });

  it('gives no time to a line without a year when there is no reference', () => {
    expect(parseLogLine('I1128 16:06:28.000123     812 a.go:1] x')).toEqual({ level: 'info', pid: 812, message: 'x' });
  });

  it('leaves prose alone', () => {
    expect(parseLogLine('an error is no level: info')).toEqual({ message: 'an error is no level: info' });
  });

  it('stays quick on hostile lines', () => {
    for (const unit of ['[', 'Nov 28 ', '2025-', '{"log":"', 'a ', '= ', ' :', 'a-', '[pod/']) {
      const started = process.hrtime.bigint();
      parseLogLine(unit.repeat(20_000), { reference });
      expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(200);
    }
  });
});

it('a program of glog that did not parse its flags calls every line an error', () => {
  expect(
    parseLogLine('ERROR: logging before flag.Parse: I0301 10:00:00.100000       1 main.go:62] starting'),
  ).toMatchObject({
    level: 'info',
    message: 'starting',
  });
});

describe('levels and reasons of structured lines', () => {
  it.each([
    [
      'the numbers of pino, and its error',
      '{"level":50,"time":1772359200000,"pid":1,"hostname":"mill","msg":"no start","err":{"type":"Error","message":"drum 7 is dry","stack":"Error: drum 7 is dry"}}',
      { level: 'error', message: 'no start: drum 7 is dry' },
    ],
    [
      'structlog, with a trace of Python',
      '{"event":"no start","level":"error","exc_info":"Traceback (most recent call last):\\n  File \\"a.py\\", line 1\\nInkError: drum 7 is dry"}',
      { level: 'error', message: 'no start: InkError: drum 7 is dry' },
    ],
    [
      'Serilog',
      '{"@t":"2026-03-01T10:00:00Z","@l":"Fatal","@mt":"no start","@x":"Press.InkException: drum 7 is dry\\n   at Press.Main()"}',
      { level: 'fatal', message: 'no start: Press.InkException: drum 7 is dry' },
    ],
    [
      'a trace of the JVM, by its innermost cause',
      '{"level":"ERROR","message":"no start","stack_trace":"a.TrayException: no tray\\n\\tat a.Tray.of(Tray.java:4)\\nCaused by: a.InkException: drum 7 is dry\\n\\tat a.Drum.turn(Drum.java:9)"}',
      { level: 'error', message: 'no start: Caused by: a.InkException: drum 7 is dry' },
    ],
    [
      'the frames of zap say nothing',
      '{"level":"error","msg":"no start","stacktrace":"main.main\\n\\t/src/main.go:4"}',
      { level: 'error', message: 'no start' },
    ],
    [
      'date(1)',
      'Sun Mar  1 10:00:00 UTC 2026 WARN: no ink',
      { time: at('2026-03-01T10:00:00Z'), level: 'warning', message: 'WARN: no ink' },
    ],
    [
      "Apache's",
      '[Sun Mar 01 10:00:00.123456 2026] [core:error] no ink',
      { time: at('2026-03-01T10:00:00.123Z'), message: '[core:error] no ink' },
    ],
  ])('%s', (_name, text, expected) => {
    expect(parseLogLine(text)).toMatchObject(expected);
  });
});
