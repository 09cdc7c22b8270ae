import { isCredentialKey } from './names.ts';
import { MASK, redactText } from './redact.ts';

const LF = 0x0a;
/** A line is judged whole up to here; what is longer is judged in pieces. */
const LONGEST = 1024 * 1024;
const KEY_BEGINS = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;
/** A key of 16,384 bits has about 200 lines; without an end it is taken to be over then. */
const KEY_LINES = 250;
/** Environment in YAML: `- name: DB_PASSWORD` and the `value:` below it. */
const NAME = /^[ \t-]{0,200}name:[ \t]{1,20}["']?([^\s"']{1,300})/;
const VALUE = /^([ \t]{1,200}value:[ \t]{1,20})[^ \t]/;
const VALUE_FROM = /^[ \t]{1,200}valueFrom/;

/**
 * Masks the credentials in a text that comes in chunks, line by line; a private key over several lines becomes one line.
 * `push` and `end` give what can be written on. Bytes that are no UTF-8 stay as they are.
 */
export function createTextRedactor(): { push(chunk: Uint8Array): Buffer; end(): Buffer } {
  let rest = Buffer.alloc(0);
  let keyLines = 0;
  let named = false;
  const line = (text: string): string => {
    if (keyLines > 0) {
      const over = KEY_ENDS.test(text) || ++keyLines > KEY_LINES;
      if (over) keyLines = 0;
      return '';
    }
    if (KEY_BEGINS.test(text) && !KEY_ENDS.test(text)) keyLines = 1;
    const name = NAME.exec(text)?.[1];
    const value = named ? VALUE.exec(text)?.[1] : undefined;
    named = name === undefined ? named && VALUE_FROM.test(text) : isCredentialKey(name);
    return value === undefined ? redactText(text) : `${value}${MASK}`;
  };
  // latin1 keeps every byte; the patterns are ASCII.
  const mask = (bytes: Buffer): Buffer => {
    const text = bytes.toString('latin1');
    if (keyLines === 0 && !named && !/name:/.test(text) && redactText(text) === text && !KEY_BEGINS.test(text))
      return bytes;
    const ends = text.endsWith('\n');
    const lines = (ends ? text.slice(0, -1) : text).split('\n');
    const kept: string[] = [];
    for (const one of lines) {
      const inKey = keyLines > 0;
      const masked = line(one);
      if (!inKey) kept.push(masked);
    }
    return Buffer.from(kept.length === 0 ? '' : `${kept.join('\n')}${ends ? '\n' : ''}`, 'latin1');
  };
  return {
    push(chunk) {
      const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(LF) + 1;
      const cut = end === 0 && bytes.length > LONGEST ? bytes.length : end;
      rest = bytes.subarray(cut);
      return cut === 0 ? Buffer.alloc(0) : mask(bytes.subarray(0, cut));
    },
    end() {
      const last = rest;
      rest = Buffer.alloc(0);
      return last.length === 0 ? last : mask(last);
    },
  };
}
