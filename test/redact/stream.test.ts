import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextRedactor } from '../../src/redact/stream.ts';

function redacted(bytes: Buffer, size: number): Buffer {
  const redactor = createTextRedactor();
  const out: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) out.push(redactor.push(bytes.subarray(i, i + size)));
  out.push(redactor.end());
  return Buffer.concat(out);
}

const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEow+/planted\n'.repeat(25)}-----END RSA PRIVATE KEY-----`;
const TEXT = Buffer.from(
  `one\npassword=planted1 two\nGET https://user:planted2@host/x ok\n${KEY}\nafter the key\nlast line without an end token: Bearer`,
);

describe('a text redacted while it streams by', () => {
  it.each([1, 7, 64, 1000, 100_000])('does not depend on where the chunks end (%i bytes)', (size) => {
    expect(redacted(TEXT, size).toString()).toBe(
      'one\npassword=[redacted] two\nGET https://user:[redacted]@host/x ok\n[redacted]\nafter the key\nlast line without an end token: Bearer',
    );
  });

  it('leaves other bytes as they are, also such as are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const harmless = Buffer.from(bytes.map((byte) => (byte === 0x3a || byte === 0x3d ? 0x20 : byte)));
        expect(redacted(harmless, size).equals(harmless)).toBe(true);
      }),
    );
  });

  it('a value below the name of a credential, as YAML writes environments', () => {
    const yaml = (name: string) =>
      `  env:\n  - name: ${name}\n    value: planted1\n  - name: LOG_LEVEL\n    value: debug\n`;
    for (const size of [5, 1000]) {
      expect(redacted(Buffer.from(yaml('DB_PASSWORD')), size).toString()).toBe(
        yaml('DB_PASSWORD').replace('planted1', '[redacted]'),
      );
      expect(redacted(Buffer.from(yaml('DB_HOST')), size).toString()).toBe(yaml('DB_HOST'));
    }
  });

  it('a key without an end costs a bounded number of lines', () => {
    const text = `-----BEGIN EC PRIVATE KEY-----\n${'line\n'.repeat(1000)}end\n`;
    const lines = redacted(Buffer.from(text), 4096).toString().split('\n');
    expect(lines[0]).toBe('[redacted]');
    expect(lines.length).toBeGreaterThan(700);
  });

  it('a line without an end is not held for ever', () => {
    const redactor = createTextRedactor();
    expect(redactor.push(Buffer.alloc(3 * 1024 * 1024, 0x61)).length).toBe(3 * 1024 * 1024);
  });
});
