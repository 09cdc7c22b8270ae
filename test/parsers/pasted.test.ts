import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../src/parsers/command.ts';
import pasted from '../../src/parsers/pasted.ts';
import { collect, sniffs } from './collect.ts';

const TABLE =
  'NAME       READY   STATUS             RESTARTS   AGE\nweb-7f6c   0/1     ImagePullBackOff   0          4m\n';
const EVENTS =
  'Events:\n  Type     Reason  Age                From     Message\n  ----     ------  ----               ----     -------\n  Warning  Failed  22s (x3 over 63s)  kubelet  Error: ErrImagePull\n';

async function texts(text: string): Promise<readonly string[]> {
  const { texts: found } = await collect(pasted, text);
  return found.map(({ origin, lines }) => `${origin.firstLine} ${origin.command?.text ?? '-'} ${lines[0] ?? ''}`);
}

describe('several outputs in one text', () => {
  test('a table and the end of a description are two, each with its line', async () => {
    expect(sniffs(pasted, `${TABLE}\n${EVENTS}`)).toBe(true);
    expect(await texts(`${TABLE}\n${EVENTS}`)).toEqual([
      '1 - NAME       READY   STATUS             RESTARTS   AGE',
      '4 - Events:',
    ]);
  });

  test('what stands in fences is cut out of the sentences, with the command above it', async () => {
    const text = `My pod does not start, see:\n\n\`kubectl get pods -n shop\`\n\`\`\`\n${TABLE}\`\`\`\nand the log\n~~~text\nFATAL: no config\n~~~\n`;
    expect(await texts(text)).toEqual([
      '1 - My pod does not start, see:',
      '5 kubectl get pods -n shop NAME       READY   STATUS             RESTARTS   AGE',
      '8 - and the log',
      '10 - FATAL: no config',
    ]);
  });

  test('descriptions one below the other are one text, whatever is at the margin of the later ones', async () => {
    const one = (name: string) =>
      `Name:         ${name}\nNamespace:    shop\nLabels:       <none>\nAnnotations:  <none>\n\nData\n====\nMODE:\n----\nfast\n\nBinaryData\n====\n\nEvents:  <none>\n`;
    expect(sniffs(pasted, `${one('till')}\n\n${one('scale')}`)).toBe(false);
  });

  test('commands without a prompt, and code that is indented', async () => {
    expect(await texts(`kubectl get pods\n${TABLE}`)).toEqual([
      '2 kubectl get pods NAME       READY   STATUS             RESTARTS   AGE',
    ]);
    const indented = `Look:\n\n${TABLE.replace(/^(?=.)/gm, '    ')}`;
    expect(await texts(indented)).toEqual(['1 - Look:', '3 - NAME       READY   STATUS             RESTARTS   AGE']);
  });

  test('quotes of mails and issues', async () => {
    const quoted = `> kubectl get pods\n>\n${TABLE.replace(/^(?=.)/gm, '> ')}\nWhat is it?\n`;
    expect(sniffs(pasted, quoted)).toBe(true);
    expect(await texts(quoted)).toEqual([
      '3 kubectl get pods NAME       READY   STATUS             RESTARTS   AGE',
      '6 - What is it?',
    ]);
    expect(sniffs(pasted, '> I think so too.\n\nThanks!\n')).toBe(false);
  });

  test('a log below a table is a text of its own', async () => {
    expect(await texts(`${TABLE}\nE0711 09:20:33.1 1 main.go:1] cannot open the queue\n`)).toEqual([
      '1 - NAME       READY   STATUS             RESTARTS   AGE',
      '4 - E0711 09:20:33.1 1 main.go:1] cannot open the queue',
    ]);
  });
});

describe('what somebody pasted below the output of a command', () => {
  const EVENT =
    'Warning  FailedMount  2m (x9 over 20m)  kubelet  MountVolume.SetUp failed for volume "data" : timed out\n';
  const ROW = '2m   Warning   FailedMount   pod/web-7f6c   MountVolume.SetUp failed for volume "data" : timed out\n';
  const DF = 'Filesystem  Size  Used Avail Use% Mounted on\n/dev/vda1    50G   20G   30G  40% /\n';
  const sniffsBelow = (command: string, text: string): boolean =>
    pasted.sniff(text.trimEnd().split('\n'), { file: 'a.txt', firstLine: 1, command: parseCommand(command)! });
  const below = async (command: string, text: string): Promise<readonly string[]> => {
    const { texts: found } = await collect(pasted, text, { command: parseCommand(command)! });
    return found.map(
      ({ origin, lines }) => `${origin.firstLine} ${origin.command?.text ?? '-'} ${lines[0]?.slice(0, 12)}`,
    );
  };
  test.each([
    ['df -h', DF, EVENT, 'Warning  Fai'],
    ['df -h', DF, ROW, '2m   Warning'],
    ['df -h', DF, TABLE, 'NAME       R'],
    ['kubectl logs web', 'starting\nFATAL: no config\n', EVENTS, 'Events:'],
    ['kubectl get svc', 'No resources found in shop namespace.\n', EVENT, 'Warning  Fai'],
  ])('%s', async (command, output, pastedText, first) => {
    for (const gap of ['', '\n']) {
      const text = `${output}${gap}${pastedText}`;
      expect(sniffsBelow(command, text)).toBe(true);
      const at = text.slice(0, text.indexOf(pastedText)).split('\n').length;
      expect(await below(command, text)).toEqual([
        `1 ${command} ${output.slice(0, 12).split('\n')[0]}`,
        `${at} - ${first}`,
      ]);
    }
  });
  test('not what the command prints itself, nor a table that a log quotes and goes on', () => {
    expect(sniffsBelow('kubectl get pods,events', `${TABLE}${ROW}`)).toBe(false);
    expect(sniffsBelow('kubectl logs web', `starting\n${TABLE}${'\nand so on: '.repeat(9)}\n`)).toBe(false);
  });
});

test('one output, a transcript, a log and a manifest are left to their readers', () => {
  expect(sniffs(pasted, TABLE)).toBe(false);
  expect(sniffs(pasted, `Hello, my pod fails:\n\n${TABLE}`)).toBe(false);
  expect(sniffs(pasted, `${TABLE}\n${TABLE}`)).toBe(false);
  expect(sniffs(pasted, `$ kubectl get pods\n${TABLE}\n$ kubectl describe pod web-7f6c\n${EVENTS}`)).toBe(false);
  expect(sniffs(pasted, `${TABLE}\n${EVENTS}`, 'web.log')).toBe(false);
  expect(sniffs(pasted, 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    ```\n    x\n    ```\n')).toBe(false);
  expect(sniffs(pasted, '{"a": "```"}\n')).toBe(false);
});

test('a description is not cut in its own sections', async () => {
  const description = `Name:         web-7f6c\nNamespace:    shop\nContainers:\n  app:\n    State: Waiting\n${EVENTS}`;
  expect(sniffs(pasted, description)).toBe(false);
  expect(await texts(`${TABLE}\n${description}`)).toEqual([
    '1 - NAME       READY   STATUS             RESTARTS   AGE',
    '4 - Name:         web-7f6c',
  ]);
});

describe('logs among other outputs', () => {
  test('a quoted log is one, a quoted sentence is not', async () => {
    const log = '> 2026-03-01T10:00:00Z ERROR cannot open store\n> 2026-03-01T10:00:01Z ERROR giving up\n';
    expect(sniffs(pasted, log)).toBe(true);
    expect(await texts(log)).toEqual(['1 - 2026-03-01T10:00:00Z ERROR cannot open store']);
  });

  test('a short log above the end of a container is an output of its own', async () => {
    const text =
      'level=error msg="cannot start"\n\n      Exit Code:    137\n      Started:      Sun, 01 Mar 2026 10:00:00 +0000\n    Ready:          False\n    Restart Count:  5\n';
    expect(sniffs(pasted, text)).toBe(true);
    expect(await texts(text)).toEqual(['1 - level=error msg="cannot start"', '3 -       Exit Code:    137']);
  });

  test('text on the line of a fence belongs to the block; the name of a language does not', async () => {
    const entry = 'Mar  1 10:00:00 node-1 kubelet: E0301 10:00:00.000000 1 x.go:1] cannot start';
    expect(await texts(`\`\`\`${entry}\`\`\`\n\nIt is full.\n`)).toEqual([`1 - ${entry}`, '3 - It is full.']);
    expect(await texts(`\`\`\`${entry}\n${entry}\`\`\`\nIt is full.\n`)).toEqual([`1 - ${entry}`, '3 - It is full.']);
    expect(await texts('```console title="x"\nfoo\n```\nbar\n')).toEqual(['2 - foo', '4 - bar']);
  });

  test('the frame of a terminal program is taken off', async () => {
    const text =
      '│   Type     Reason  Age  From     Message                  │\n│   Warning  Failed  22s  kubelet  Error: ErrImagePull: not │\n│ found                                                     │\n';
    const { texts: found } = await collect(pasted, text);
    expect(found.map(({ lines }) => lines)).toEqual([
      [
        '  Type     Reason  Age  From     Message',
        '  Warning  Failed  22s  kubelet  Error: ErrImagePull: not',
        'found',
      ],
    ]);
    expect(sniffs(pasted, '│ a │\n│ b │\n')).toBe(false);
  });
});

test('a status, and below it the log of a program', async () => {
  const log = "I0301 10:00:00.000000       1 scale_up.go:288] Pod web-0 can't be scheduled on workers-a";
  const text = `status:\n  phase: Pending\n  qosClass: Burstable\n\n${log}`;
  expect(await texts(text)).toEqual(['1 - status:', `5 - ${log}`]);
});

test('what a program says above a table is an output, what a person says is none', async () => {
  const table =
    'NAME      READY   STATUS             RESTARTS   AGE\nweb-7f6c  0/1     CrashLoopBackOff   6          9m';
  const said = (line: string) => sniffs(pasted, `${line}\n\n${table}`);
  expect(await texts(`chown: /data: Operation not permitted\n\n${table}`)).toEqual([
    '1 - chown: /data: Operation not permitted',
    '3 - NAME      READY   STATUS             RESTARTS   AGE',
  ]);
  expect(said('exec /app/run: exec format error')).toBe(true);
  expect(said('Since the last update the pod does not start: it ends at once')).toBe(false);
  expect(said('Output:')).toBe(false);
});

test('a document, and a table below it', async () => {
  const table =
    'NAME      READY   STATUS    RESTARTS   AGE\nweb-7f6c  0/1     Pending   0          4m\n\nweb-9a1d  1/1     Running   0          4m';
  const yaml = 'apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: web\nsubsets: []';
  const json = '{\n  "kind": "Endpoints",\n  "metadata": {"name": "web"}\n}';
  for (const document of [yaml, json]) {
    const text = `${document}\n\n\n${table}`;
    expect(sniffs(pasted, document)).toBe(false);
    expect(sniffs(pasted, text)).toBe(true);
    const { texts: found } = await collect(pasted, text);
    expect(found.map(({ lines }) => lines.join('\n'))).toEqual([document, table]);
  }
});
