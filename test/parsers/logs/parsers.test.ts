import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import componentLog from '../../../src/parsers/logs/component-log.ts';
import journal from '../../../src/parsers/logs/journal.ts';
import kernelLog from '../../../src/parsers/logs/kernel-log.ts';
import kubectlLogs from '../../../src/parsers/logs/kubectl-logs.ts';
import looseLog from '../../../src/parsers/logs/loose-log.ts';
import minikubeLogs from '../../../src/parsers/logs/minikube-logs.ts';
import type { Parser } from '../../../src/parsers/parser.ts';
import type { LogClass, LogStream, Origin } from '../../../src/parsers/records.ts';
import { collect, sniffs } from '../collect.ts';

/** What the parser tells the scanner about a text. */
async function told(
  parser: Parser,
  text: string,
  origin: Partial<Origin>,
): Promise<{ origin: Origin; class: LogClass }> {
  const logs: LogStream[] = [];
  const chunks = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  const unexpected = (): never => {
    throw new Error('only a log was expected');
  };
  await parser.stream!(chunks, {
    origin: { file: 'a.txt', firstLine: 1, ...origin },
    emit: {
      object: unexpected,
      listing: unexpected,
      fact: unexpected,
      log: (stream) => void logs.push(stream),
      clock: unexpected,
      empty: unexpected,
      unread: unexpected,
      text: unexpected,
    },
    scan: async (bytes, at, logClass) => {
      let size = 0;
      for await (const chunk of bytes) size += chunk.length;
      return { origin: at, class: logClass, lines: 0, bytes: size, programs: [], hits: [], tail: [] };
    },
  });
  expect(logs).toHaveLength(1);
  expect(logs[0]?.bytes).toBe(Buffer.byteLength(text));
  return { origin: logs[0]!.origin, class: logs[0]!.class };
}
const command = (text: string) => ({ command: parseCommand(text)! });

const JOURNAL =
  'Nov 28 10:00:00 n1 kubelet[8]: I1128 10:00:00.000000       8 kubelet.go:1] "ok"\nNov 28 10:00:01 n1 systemd[1]: Started x.';
const DMESG = '[    0.000000] Linux version 6.1.0\n[    1.000000] eth0: up';
const ETCD = '{"level":"info","ts":"2025-11-28T10:00:00Z","caller":"mvcc/index.go:214","msg":"compact tree index"}';
const APP =
  '2025-11-28 10:00:00,123 INFO started\n2025-11-28 10:00:01,123 ERROR boom\n\tat com.example.Main(Main.java:1)';

describe('kubectl logs', () => {
  it.each([
    ['kubectl logs web-0 -n shop', { namespace: 'shop', pod: 'web-0' }],
    ['kubectl logs web-0 app --previous', { pod: 'web-0', container: 'app', previous: true }],
    ['kubectl logs -p web-0 -c app', { pod: 'web-0', container: 'app', previous: true }],
    ['kubectl logs deploy/web', { pod: 'web' }],
    ['kubectl -n kube-system logs pod/etcd-n1', { namespace: 'kube-system', pod: 'etcd-n1', program: 'etcd' }],
    ['kubectl logs -n kube-system -l k8s-app=kube-dns', { namespace: 'kube-system', program: 'kube-dns' }],
    ['docker logs etcd', { container: 'etcd', program: 'etcd' }],
  ])('%s', async (text, origin) => {
    const found = await told(kubectlLogs, 'hello\n', command(text));
    expect(found.class).toBe('container');
    const { file: _file, firstLine: _line, command: _command, ...rest } = found.origin;
    expect(rest).toEqual(origin);
    expect(kubectlLogs.matches?.(parseCommand(text)!)).toBe(true);
  });

  it('a text named after a pod is its log where the lines are those of a log', async () => {
    const file = 'till-0_server_previous.txt';
    const log = '2026-03-01T10:00:00Z INFO opened\n2026-03-01T10:00:01Z ERROR closed\n';
    expect(sniffs(kubectlLogs, log, file)).toBe(true);
    expect((await told(kubectlLogs, log, { file })).origin).toMatchObject({ pod: 'till-0', container: 'server' });
    expect(sniffs(kubectlLogs, 'Name: till-0\nNamespace: shop\n', file)).toBe(false);
    expect(sniffs(kubectlLogs, log, 'till-0.txt')).toBe(false);
  });

  it('takes no pod from a file that is named after the command', async () => {
    const file = 'kubectl-logs-driver.txt';
    expect((await told(kubectlLogs, 'x\n', { file, ...command('kubectl logs driver') })).origin.pod).toBeUndefined();
  });

  it.each([
    ['logs/web.log', { pod: 'web' }],
    ['bundle/logs/web-7d4f8b9c6-x2k9q.log', { pod: 'web-7d4f8b9c6-x2k9q' }],
    ['logs/web-0_app-previous.log', { pod: 'web-0', container: 'app', previous: true }],
    ['pods/logs/shop/web-0/app.log', { namespace: 'shop', pod: 'web-0', container: 'app' }],
    ['kubernetes-logs/kube-system/coredns-exited.log', { namespace: 'kube-system', pod: 'coredns', previous: true }],
    ['shop_web-0_app.log', { namespace: 'shop', pod: 'web-0', container: 'app' }],
    [
      'shop/web-7d4f8b9c6-x2k9q-istio-proxy-previous.log',
      { pod: 'web-7d4f8b9c6-x2k9q', container: 'istio-proxy', previous: true },
    ],
    [
      'proxies/shop/web-7d4f8b9c6-x2k9q/istio-proxy.log',
      { namespace: 'shop', pod: 'web-7d4f8b9c6-x2k9q', container: 'istio-proxy' },
    ],
    ['namespaces/shop/pods/web-0/app/app/logs/current.log', { namespace: 'shop', pod: 'web-0', container: 'app' }],
    [
      'namespaces/shop/pods/web-0/containers/app/logs/last-50-lines.log',
      { namespace: 'shop', pod: 'web-0', container: 'app' },
    ],
    ['pod/shop/logs/web-0/errors.log', { pod: 'web-0' }],
  ])('%s', async (file, origin) => {
    expect(sniffs(kubectlLogs, APP, file)).toBe(true);
    const { file: _file, firstLine: _line, ...rest } = (await told(kubectlLogs, 'x\n', { file })).origin;
    expect(rest).toEqual(origin);
  });

  it.each([
    ['logs/kubelet.log', APP],
    ['var/log/messages.log', APP],
    ['app.log', APP],
    ['logs/n1.log', JOURNAL],
    ['logs/n1.log', DMESG],
    ['logs/list.json', '{}'],
  ])('%s is not certainly a container log', (file, text) => {
    expect(sniffs(kubectlLogs, text, file)).toBe(false);
  });

  it('knows lines with kubectl prefixes anywhere', () => {
    expect(sniffs(kubectlLogs, '[pod/web-0/app] hello')).toBe(true);
  });

  it('looks at the words when nothing names the program', async () => {
    expect((await told(kubectlLogs, ETCD, command('kubectl logs'))).origin.program).toBe('etcd');
  });
});

describe('the journal', () => {
  it.each([
    [JOURNAL, true],
    ['-- Logs begin at Wed 2017-02-08 15:18:00 CET, end at Tue 2017-09-19 09:12:59 CEST. --\nx', true],
    ['-- No entries --', true],
    [DMESG, false],
    [APP, false],
    ['NAME   READY   STATUS', false],
  ])('sniffs %j', (text, is) => {
    expect(sniffs(journal, text)).toBe(is);
  });
  it.each([
    ['journalctl -u kubelet.service --no-pager', true],
    ['sudo tail -n 100 /var/log/messages', true],
    ['cat /etc/hosts', false],
  ])('matches %s', (text, is) => {
    expect(journal.matches?.(parseCommand(text)!)).toBe(is);
  });
  it('learns the unit from the command, the machine from whoever knew it', async () => {
    const found = await told(journal, JOURNAL, { node: 'n1', ...command('journalctl -u kubelet.service') });
    expect(found).toMatchObject({ class: 'host', origin: { program: 'kubelet', node: 'n1' } });
  });
});

describe('the kernel log', () => {
  it.each([
    [DMESG, true],
    ['Nov 28 10:00:00 n1 kernel: eth0: up\nNov 28 10:00:01 n1 kernel: eth0: down', true],
    ['kern:  notice: [2025-11-28T10:00:00.1Z]: Linux version 6.12', true],
    [JOURNAL, false],
    ['[1] not a kernel line', false],
  ])('sniffs %j', (text, is) => {
    expect(sniffs(kernelLog, text)).toBe(is);
  });
  it.each([
    ['dmesg -T', true],
    ['journalctl -k -b -1', true],
    ['cat /var/log/kern.log', true],
    ['journalctl -u kubelet', false],
  ])('matches %s', (text, is) => {
    expect(kernelLog.matches?.(parseCommand(text)!)).toBe(is);
  });
  it('is of the kernel', async () => {
    expect(await told(kernelLog, DMESG, {})).toMatchObject({ class: 'kernel', origin: { program: 'kernel' } });
  });
});

describe('logs known by their words', () => {
  it.each([
    [ETCD, 'etcd', 'container'],
    ['2020-01-22 04:33:09.118740 I | etcdmain: etcd Version: 3.3.10', 'etcd', 'container'],
    ['.:53\n[INFO] plugin/reload: Running configuration SHA512 = 3f8c', 'coredns', 'container'],
    ['I1128 10:00:00.000000       8 kubelet_node_status.go:78] "ok"', 'kubelet', 'host'],
    ['time="2025-11-28T10:00:00Z" level=info msg="shim disconnected" id=4f', 'containerd', 'host'],
  ])('%s', async (text, program, logClass) => {
    expect(sniffs(componentLog, text)).toBe(true);
    expect(await told(componentLog, text, {})).toMatchObject({ class: logClass, origin: { program } });
  });
  it('leaves other logs alone', () => {
    expect(sniffs(componentLog, APP)).toBe(false);
  });
});

describe('logs of unknown origin', () => {
  it.each([
    [APP, 'a.txt', true],
    ['panic: no config\n\ngoroutine 1 [running]:', 'a.txt', true],
    ['Traceback (most recent call last):\n  File "a.py", line 1', 'a.txt', true],
    ['anything', 'web.log', true],
    ['This page describes how to install.\nIt has two lines.', 'a.txt', false],
    ['NAME   READY   STATUS\nweb-0   1/1   Running', 'a.txt', false],
  ])('sniffs %j in %s', (text, file, is) => {
    expect(sniffs(looseLog, text, file)).toBe(is);
  });
  it('takes the program from the file name', async () => {
    expect(await told(looseLog, APP, { file: 'x/kubelet.log' })).toMatchObject({
      class: 'host',
      origin: { program: 'kubelet' },
    });
    expect((await told(looseLog, APP, { file: 'x/shop.log' })).origin).not.toHaveProperty('program');
  });
});

describe('minikube logs', () => {
  const text = [
    '==> Audit <==',
    '|---|',
    '==> dmesg <==',
    '[    0.000000] Linux version',
    '==> etcd [4f1c9d0e] <==',
    ETCD,
    '',
    '==> storage-provisioner [aa] <==',
    '',
  ].join('\n');
  it('is cut into what its sections are', async () => {
    expect(sniffs(minikubeLogs, text)).toBe(true);
    const { texts } = await collect(minikubeLogs, text);
    expect(
      texts.map(({ origin, lines }) => [origin.firstLine, origin.command?.tool, origin.program, lines.length]),
    ).toEqual([
      [2, undefined, undefined, 1],
      [4, 'dmesg', undefined, 1],
      // Without the blank line that parts it from the next.
      [6, undefined, 'etcd', 1],
    ]);
  });
});

describe('logs of one process that runs etcd and the control plane', () => {
  const ETCD =
    '{"level":"info","ts":"2026-03-01T11:00:00Z","caller":"etcdserver/server.go:873","msg":"starting etcd server"}';
  const K3S =
    'time="2026-03-01T11:00:01Z" level=fatal msg="starting kubernetes: preparing server: bootstrap data already found and encrypted with different token"';
  it('are not those of etcd', async () => {
    expect(await told(componentLog, [ETCD, K3S].join('\n'), {})).toMatchObject({
      class: 'host',
      origin: { program: 'k3s' },
    });
    expect(await told(componentLog, ETCD, {})).toMatchObject({ origin: { program: 'etcd' } });
  });
});
