import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redactText } from '../../src/redact/redact.ts';

test.each(['could not get secret_id: Error making the request', 'reading token: open /var/run/token: no such file'])(
  'a sentence about a credential goes on with what went wrong: %s',
  (text) => {
    expect(redactText(text)).toBe(text);
  },
);

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
  ['redis://:planted1@cache:6379/0', 'planted1'],
  ['git clone https://planted1planted2planted3@git.example/shop.git', 'planted1'],
  ['dial app:planted1@tcp(db:3306)/shop', 'planted1'],
  ['GET /pay X-Api-Key: planted1 200', 'planted1'],
  ['Cookie: session=planted1; theme=dark', 'planted1'],
  ['"Authorization":["Basic cGxhbnRlZDE6cGxhbnRlZDI="]', 'cGxhbnRlZDE6'],
  ['proxy sent Basic cGxhbnRlZDE6cGxhbnRlZDI=', 'cGxhbnRlZDE6'],
  ['/app/server --db-password planted1 --port 80', 'planted1'],
  ['kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef', '0123456789abcdef'],
  ['mysqldump -h db -uroot -pplanted1 shop', 'planted1'],
  ['curl -sS -u admin:planted1 http://es:9200', 'planted1'],
  ["PGPASSWORD='planted1 planted2' psql", 'planted2'],
  ['msg="bad request" body="{\\"password\\":\\"planted1\\"}"', 'planted1'],
  ['  DB_PASSWORD:  planted1 planted2', 'planted2'],
  ['password: error planted1 planted2', 'planted2'],
  ['login with password: open-planted1 now', 'planted1'],
  ['db.password.example.io: planted1', 'planted1'],
  ['clientSecret: 3f2a9c1e-77aa-4b1c-9d2e-0a1b2c3d4e5f', '3f2a9c1e'],
  ['hvs.CAESIJplanted1planted2', 'planted1'],
  ['glpat-planted1planted2', 'planted1'],
  ['LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2', 'TUlJRXY'],
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
  'MountVolume.SetUp failed for volume "db-token" : secret "db-token" not found',
  'secret="kube-system/bootstrap-token-abcdef" namespace="kube-system"',
  'A key that the pod wants is not in its ConfigMap or Secret: Deployment shop/api',
  'imagePullSecret: registry-login',
  'secret: db-credentials',
  'token_ttl=3600 tokens=5 passwordFile=/etc/db/password secretName: web-tls',
  'FATAL: password authentication failed for user "app"',
  'failed to fetch anonymous token: unexpected status from GET request',
  'failed to fetch token: serviceaccounts "runner" is forbidden',
  'InvalidAccessKeyId: The key you provided does not exist',
  'x509: requires authorization: server message: insufficient scope',
  'level=fatal msg="--token is required"',
  '--bootstrap-token must be given with --server',
  'resource Role.rbac.authorization.k8s.io: roles.rbac.authorization.k8s.io is forbidden: User "robot" cannot list',
  'Basic authentication is off; bearer of news',
  'registry.example/token-service:v1.2.3 10.0.0.7:8080',
  'env DB_PASSWORD=$(OTHER) auth: enabled pin: none',
  'https://db.example:5432/shop?sslmode=require user@example.org',
  'monkey: 3 turkey=4 path: /x spin: 2',
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
  // After words of a form and of an assignment, which are no secret, every text gets the second look.
  const looked = 'basic \ntoken: none\n';
  expect(redactText(looked)).toBe(looked);
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(looked + redactText(text)).toBe(redactText(looked + text));
    }),
    { numRuns: 20_000 },
  );
});
