import { expect, it } from 'vitest';
import { stripTerminalCodes } from '../../src/lib/terminal-text.ts';

it.each([
  ['\u001b[31;1merror\u001b[0m: x', 'error: x'],
  ['\u001b]0;title\u0007text', 'text'],
  ['line\r', 'line'],
  ['a\tb\nc', 'a\tb\nc'],
  ['bell\u0007 null\u0000', 'bell null'],
  ['[31m is no escape by itself', '[31m is no escape by itself'],
])('%j becomes %j', (text, plain) => {
  expect(stripTerminalCodes(text)).toBe(plain);
});
