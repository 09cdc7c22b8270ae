import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redactText } from '../../src/redact/redact.ts';

test.each([
  ['dial postgres://app:hunter2secret@db:5432/shop', 'hunter2secret'],
  ['password=correct-horse', 'correct-horse'],
  ['{"client_secret": "abcdef123456"}', 'abcdef123456'],
  ['Authorization: Bearer abcdef.ghijkl-123456', 'abcdef.ghijkl'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N', 'dozjgNryP4J3'],
  ['AWS key AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----', 'MIIEpAIB'],
  ['    token: abcdef.0123456789abcdef', '0123456789abcdef'],
  ['    client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ==', 'LS0tLS1CRUdJTiBS'],
  ['{"auths":{"r.example":{"auth":"dXNlcjpodW50ZXIyc2VjcmV0"}}}', 'dXNlcjpodW50ZXIy'],
])('masks %s', (text, secret) => {
  expect(redactText(text)).not.toContain(secret);
  expect(redactText(text)).toContain('[redacted]');
});

test.each([
  "Access denied for user 'app'@'10.0.0.7' (using password: YES)",
  'couldn’t find key password in Secret shop/db',
  'password: <none>',
  'nc -vz db 5432',
  'token: /var/run/secrets/kubernetes.io/serviceaccount/token',
  'unexpected token: end of file',
])('leaves evidence as it is: %s', (text) => {
  expect(redactText(text)).toBe(text);
});

test('reaches every string of a result', () => {
  expect(JSON.stringify(redact({ a: ['api_key=0123456789'], n: 1, b: null }))).toBe(
    '{"a":["api_key=[redacted]"],"n":1,"b":null}',
  );
});

test('the first look lets nothing through that a pattern would mask', () => {
  const credentials = ['-----BEGIN ', 'RSA ', 'PRIVATE KEY-----', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0'];
  const values = [
    '.dozjgNryP4J3',
    'AKIA',
    'ASIA',
    'IOSFODNN7EXAMPLE',
    'ghp_',
    'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5',
    ':hunter2@',
  ];
  const keys = [
    'Password',
    'passwd',
    'secret_key',
    'API_KEY',
    'accesskey',
    'auth_token',
    'client_secret',
    'token',
    'auth',
  ];
  const others = [
    'client-key-data',
    'dockerconfigjson',
    'Authorization: ',
    'Basic ',
    'postgres://app',
    'my-',
    '_',
    'é',
  ];
  const signs = ['://', ':', '/', ' ', '\n', '"', "'", '='];
  const word = fc.constantFrom(...credentials, ...values, ...keys, ...others, ...signs);
  // After a word that needs the second look, every text gets it.
  const looked = 'AKIA ';
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(looked + redactText(text)).toBe(redactText(looked + text));
    }),
    { numRuns: 20_000 },
  );
});
