import { describe, expect, it } from 'vitest';
import { webhookFailure } from '../../../src/snapshot/control-plane/webhooks.ts';

const post = 'Post "https://hook.tools.svc:443/validate?timeout=10s": ';
const failed = (tail: string) =>
  webhookFailure(
    `Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: ${tail}`,
  );

describe('webhookFailure', () => {
  it.each([
    [`${post}context deadline exceeded`, 'timeout'],
    [`${post}no endpoints available for service "hook"`, 'no-endpoints'],
    [`${post}service "hook" not found`, 'service-missing'],
    [`${post}dial tcp 10.96.0.9:443: connect: connection refused`, 'refused'],
    [`${post}dial tcp 10.96.0.9:443: connect: no route to host`, 'no-route'],
    [`${post}x509: certificate signed by unknown authority`, 'certificate'],
    [`${post}No agent available`, 'no-tunnel'],
    [`${post}EOF`, 'error'],
  ])('%s', (tail, trouble) => {
    const failure = failed(tail);
    expect(failure).toMatchObject({
      webhook: 'check.example.com',
      trouble,
      port: 443,
      open: false,
      service: { kind: 'Service', namespace: 'tools', name: 'hook' },
    });
    expect(failure?.reason).not.toContain('https://');
  });
  it('reads old wordings, escaped quotes, and calls that were let pass', () => {
    expect(
      webhookFailure(
        'failed calling admission webhook \\"old.example.com\\": an error on the server (\\"tls: failed to find \\\\\\"CERTIFICATE\\\\\\" PEM block\\")',
      ),
    ).toMatchObject({ webhook: 'old.example.com', trouble: 'ca-bundle' });
    expect(
      webhookFailure(
        `Failed calling webhook, failing open a.example.com: failed calling webhook "a.example.com": failed to call webhook: ${post}context deadline exceeded`,
      ),
    ).toMatchObject({ webhook: 'a.example.com', trouble: 'timeout', reason: 'context deadline exceeded', open: true });
  });
  it('is silent about webhooks that answer', () => {
    expect(webhookFailure('admission webhook "check.example.com" denied the request: no')).toBeUndefined();
  });
});
