import { describe, expect, test } from 'vitest';
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
