import { describe, expect, it } from 'vitest';
import { isCredentialKey, isCredentialName } from '../../src/redact/names.ts';
import { redactObject } from '../../src/redact/object.ts';

describe('names of credentials', () => {
  it.each([
    'DB_PASSWORD',
    'password',
    'client-secret',
    'apiKey',
    'AWS_ACCESS_KEY_ID',
    'authorization',
    'JWT_KEY',
    'db_pass',
  ])('%s is one', (name) => expect(isCredentialName(name)).toBe(true));
  it.each([
    'PASSWORD_FILE',
    'TOKEN_URL',
    'SECRET_NAME',
    'DB_HOST',
    'keyboard',
    'passage_count',
    'max_tokens',
    'monkey',
  ])('%s only points to one, or is none', (name) => expect(isCredentialName(name)).toBe(false));
  it('in env and ConfigMaps every KEY is one', () => {
    expect([isCredentialName('STRIPE_KEY'), isCredentialKey('STRIPE_KEY'), isCredentialKey('monkey')]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('objects', () => {
  it('keep their shape, and what is no credential', () => {
    const object = {
      kind: 'Pod',
      metadata: { name: 'web', annotations: { 'tool.test/token': 'planted' } },
      spec: {
        automountServiceAccountToken: false,
        volumes: [{ name: 'keys', secret: { secretName: 'db-password' } }],
        containers: [
          {
            command: ['run', '--api-key', 'planted', '--verbose', '--token', '--next'],
            env: [
              { name: 'API_TOKEN', value: 'planted' },
              { name: 'API_KEY', value: '$(OTHER)' },
              { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
            ],
          },
        ],
      },
    };
    const expected = structuredClone(object);
    expected.metadata.annotations['tool.test/token'] = '[redacted]';
    expected.spec.containers[0]!.command[2] = '[redacted]';
    expected.spec.containers[0]!.env[0]!.value = '[redacted]';
    expect(redactObject(object)).toEqual(expected);
  });

  it('values of a ConfigMap are judged by their keys and by what they look like', () => {
    expect(
      redactObject({
        kind: 'ConfigMap',
        data: { SIGN_KEY: 'planted', conf: 'mode=a\npassword: planted\n', empty_key: '' },
      }),
    ).toEqual({
      kind: 'ConfigMap',
      data: { SIGN_KEY: '[redacted]', conf: 'mode=a\npassword: [redacted]\n', empty_key: '' },
    });
  });

  it('what kubectl applied is a copy of everything; -p of MySQL is its password', () => {
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"env":[{"name":"A","value":"planted"}]}' };
    const command = ['mysqladmin', 'ping', '-pplanted'];
    expect(JSON.stringify(redactObject({ metadata: { annotations: applied }, exec: { command } }))).not.toContain(
      'planted',
    );
    expect(redactObject({ command: ['ping', '-pplain'] })).toEqual({ command: ['ping', '-pplain'] });
  });

  it('what was redacted stays so', () => {
    const once = redactObject({
      kind: 'Pod',
      text: 'password=planted; https://u:planted@h/ Authorization: Bearer abcdefgh',
    });
    expect(JSON.stringify(once)).not.toContain('planted');
    expect(redactObject(once)).toEqual(once);
  });
});
