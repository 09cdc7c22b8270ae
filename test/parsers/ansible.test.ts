import { describe, expect, it } from 'vitest';
import parser from '../../src/parsers/ansible.ts';
import { run } from './kubectl/run.ts';

const heading = 'TASK [etcd : wait until it is healthy] ********************';
const texts = (text: string) => run(parser, text).texts;

describe('ansible', () => {
  it('opens what a failed task printed, with its command and host', () => {
    const result = { changed: false, cmd: 'etcdctl endpoint health', rc: 1, stderr: 'Error: no answer\nsecond line' };
    expect(texts(`${heading}\nok: [n2]\nfatal: [n1]: FAILED! => ${JSON.stringify(result)}\n`)).toMatchObject([
      { lines: [heading, 'ok: [n2]'] },
      { origin: { node: 'n1', command: { tool: 'etcdctl' } }, lines: ['Error: no answer', 'second line'] },
    ]);
  });

  it('opens a result that is printed indented, and one of an item', () => {
    const result = JSON.stringify({ msg: 'Unable to start service', rc: 1 }, undefined, 4);
    expect(texts(`${heading}\nfailed: [n1 -> n2] (item=etcd) => ${result}\n`)).toMatchObject([
      { origin: { node: 'n1' }, lines: ['Unable to start service'] },
    ]);
  });

  it('leaves a result that printed nothing, or is cut, as it is', () => {
    const line = 'fatal: [n1]: FAILED! => {"cmd": "etcdctl cluster-health", "stderr": "", "stdout": ""}';
    expect(texts(`${line}\nfatal: [n2]: FAILED! => {"cmd": "kubead\n`)).toMatchObject([
      { origin: { node: 'n1', firstLine: 1 }, lines: [line] },
      { origin: { node: 'n2', firstLine: 2 }, lines: ['fatal: [n2]: FAILED! => {"cmd": "kubead'] },
    ]);
  });

  it('passes over what the playbook ignores', () => {
    expect(texts(`fatal: [n1]: FAILED! => {"msg": "no such service"}\n...ignoring\nok: [n2]`)).toMatchObject([
      { lines: ['ok: [n2]'] },
    ]);
  });

  it('knows its texts', () => {
    const sniff = (...lines: string[]) => parser.sniff?.(lines, { file: 'a.txt', firstLine: 1 });
    expect(sniff(heading, 'fatal: [n1]: FAILED! => {"msg": "x y"}')).toBe(true);
    expect(sniff(heading, 'ok: [n1]')).toBe(false);
    expect(sniff('2026-03-01 fatal: [n1] is gone')).toBe(false);
  });
});
