import { describe, expect, it } from 'vitest';
import parser from '../../src/parsers/tool-output.ts';
import { run } from './kubectl/run.ts';

const outputs = (text: string, command?: string) =>
  run(parser, text, command).texts.map(({ origin, lines }) => ({
    command: origin.command?.text,
    line: origin.firstLine,
    lines,
  }));

describe('tool-output', () => {
  it('a tool call as JSON in front of what it printed', () => {
    const text = `{"toolset_name": "core", "tool_name": "kubectl_describe", "match_params": {"namespace": "shop"}}
{"return_code": 0, "invocation": "kubectl describe pod web-0 -n shop", "params": {"name": "web-0", "namespace": "shop"}}
Name:       web-0
Namespace:  shop
`;
    expect(outputs(text, 'kubectl describe')).toMatchObject([
      { command: 'kubectl describe pod web-0 -n shop', line: 3, lines: ['Name:       web-0', 'Namespace:  shop'] },
    ]);
  });

  it('standard output and standard error under headings, quoted as a whole', () => {
    const text = `{"tool_name": "fetch_pod_logs", "params": {"pod_name": "web-0", "namespace": "shop"}}
Command \`kubectl logs web-0 -n shop --previous\` failed with return code 1
stdout:
 "line \\"one\\"
\\tline two"

stderr:
Error from server (BadRequest): previous terminated container "app" in pod "web-0" not found
`;
    const { texts } = run(parser, text);
    expect(texts.map(({ lines }) => lines)).toEqual([
      ['line "one"', '\tline two'],
      ['Error from server (BadRequest): previous terminated container "app" in pod "web-0" not found'],
    ]);
    expect(texts.map(({ origin }) => origin.firstLine)).toEqual([4, 8]);
    expect(texts[0]?.origin).toMatchObject({ pod: 'web-0', namespace: 'shop', exitCode: 1 });
    expect(texts[0]?.origin.command?.flags['previous']).toBe(true);
  });

  it('a tool that fetches logs says what kubectl logs says', () => {
    const text = `{"tool_name": "fetch_pod_logs", "params": {"pod_name": "web-0", "namespace": "shop"}}
{"return_code": 0, "invocation": "fetch_pod_logs command"}
stdout:
ready
stderr:
`;
    expect(outputs(text)).toMatchObject([{ command: 'kubectl logs web-0 -n shop', line: 4, lines: ['ready'] }]);
  });

  it.each([
    ['Ansible', { changed: true, cmd: ['df', '-h'], rc: 0, stdout: 'Filesystem Size\n/dev/sda1 9G' }, '/stdout'],
    [
      'results in results',
      { results: [{ run: { command: 'df -h', output: 'Filesystem Size\n/dev/sda1 9G' } }] },
      '/results/0/run/output',
    ],
    ['lines', [{ cmd: 'df -h', stdout_lines: ['Filesystem Size', '/dev/sda1 9G'] }], '/0/stdout_lines'],
    ['commands as keys', { 'df -h': 'Filesystem Size\n/dev/sda1 9G' }, '/df -h'],
  ])('a document: %s', (_, value, pointer) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)])
      expect(outputs(text)).toMatchObject([{ command: 'df -h', line: 1, lines: ['Filesystem Size', '/dev/sda1 9G'] }]);
    expect(run(parser, JSON.stringify(value)).texts[0]?.origin.file.endsWith(`#${pointer}`)).toBe(true);
  });

  it('a result to a line', () => {
    const one = (cmd: string) => JSON.stringify({ cmd, stdout: 'some words' });
    expect(outputs(`${one('df -h')}\n${one('uptime -p')}\n`).map(({ command }) => command)).toEqual([
      'df -h',
      'uptime -p',
    ]);
  });

  it('the machine of each result', () => {
    const value = { plays: [{ tasks: [{ hosts: { 'node-1': { cmd: 'df -h', rc: 0, stdout: 'Filesystem Size' } } }] }] };
    expect(run(parser, JSON.stringify(value)).texts[0]?.origin.node).toBe('node-1');
  });

  it('YAML', () => {
    const text =
      '- cmd: kubectl get nodes\n  rc: 1\n  stdout: |\n    NAME  STATUS\n    n1    Ready\n  stderr: "a word or two"\n';
    expect(outputs(text).map(({ lines }) => lines)).toEqual([['NAME  STATUS', 'n1    Ready'], ['a word or two']]);
  });

  it.each([
    [
      'an object',
      '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"command": ["df"], "stdout": "x y"}]}}',
    ],
    ['a log in JSON', '{"level":"info","msg":"started"}\n{"level":"info","msg":"ready"}'],
    ['a log entry before text', '{"level":"info","msg":"started"}\nready'],
    ['a manifest', 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command: x\n    stdout: yes please'],
    ['a log that quotes YAML', '* ==> Audit <==\n  command: x\nready\n  output: yes'],
    ['a transcript', '$ kubectl get nodes\nNAME STATUS'],
  ])('is not %s', (_, text) => {
    expect(parser.sniff(text.split('\n'), { file: 'f', firstLine: 1 })).toBe(false);
  });

  it('what is broken is listed', () => {
    expect(run(parser, '{"cmd": "df -h", "stdout": "Filesystem Size').unread).toHaveLength(1);
    expect(run(parser, '{"cmd": "unheard-of thing", "stdout": "some words"}').unread).toHaveLength(1);
  });
});
