import { describe, expect, it } from 'vitest';
import { kubectlFailure } from '../../../src/parsers/kubectl/failure.ts';
import { run } from './run.ts';

describe('kubectl-failure', () => {
  it.each([
    ['The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?', 'refused'],
    ['Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout', 'timeout'],
    ['Unable to connect to the server: net/http: TLS handshake timeout', 'timeout'],
    ['Unable to connect to the server: context deadline exceeded', 'timeout'],
    ['Unable to connect to the server: dial tcp: lookup api.example.org: no such host', 'unresolved'],
    ['Unable to connect to the server: x509: certificate has expired or is not yet valid', 'certificate'],
    ['Error from server: etcdserver: request timed out', 'timeout'],
    ['Error from server (Timeout): the server was unable to return a response in the time allotted', 'timeout'],
    [
      'Error from server (ServerTimeout): The POST operation against Job.batch could not be completed at this time',
      'timeout',
    ],
    [
      'Error from server (Forbidden): pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope',
      'forbidden',
    ],
    [
      'Error from server (ServiceUnavailable): the server is currently unable to handle the request (get nodes.metrics.k8s.io)',
      'server-error',
    ],
    [
      'Error from server (InternalError): error when creating "a.yaml": Internal error occurred: failed calling webhook "a.example.org": failed to call webhook: Post "https://a.b.svc:443/x?timeout=10s": x509: certificate signed by unknown authority',
      'certificate',
    ],
    ['error: You must be logged in to the server (Unauthorized)', 'unauthorized'],
    ['error: the server doesn\'t have a resource type "widgets"', 'no-such-resource'],
    ['error: Metrics API not available', 'no-such-resource'],
    ['Error from server (NotFound): endpoints "web" not found', 'not-found'],
  ])('%s', (line, reason) => {
    const out = run(kubectlFailure, line);
    expect(out.sniffed).toBe(true);
    expect(out.failures.map((f) => f.reason)).toEqual([reason]);
    expect(out.failures[0]?.source).toEqual({ file: 'a.txt', line: 1, text: line });
  });

  it('the answer of a policy engine goes on in lines of its own', () => {
    const text = `error: failed to create deployment: admission webhook "policy.example.com" denied the request:

resource Deployment/shop/web was blocked due to the following policies

require-owner:
  check: 'label owner is required'`;
    const out = run(kubectlFailure, text);
    expect(out.sniffed).toBe(true);
    expect(out.failures.map(({ message, source }) => [source.line, message])).toEqual([
      [
        1,
        'error: failed to create deployment: admission webhook "policy.example.com" denied the request: resource Deployment/shop/web was blocked due to the following policies require-owner: check: \'label owner is required\'',
      ],
    ]);
  });

  it('names the area and the namespace', () => {
    const text =
      'Error from server (Forbidden): deployments.apps is forbidden: User "x" cannot list resource "deployments" in API group "apps" in the namespace "shop"';
    expect(run(kubectlFailure, text).failures[0]).toMatchObject({ area: 'deployments', namespace: 'shop' });
    expect(run(kubectlFailure, 'error: Metrics API not available', 'kubectl top nodes').failures[0]).toMatchObject({
      area: 'nodeUsage',
    });
    expect(run(kubectlFailure, 'error: something else', 'kubectl get po -n shop').failures[0]).toMatchObject({
      area: 'pods',
      namespace: 'shop',
      reason: 'other',
      command: 'kubectl get po -n shop',
    });
  });

  it('tells repeated discovery errors once', () => {
    const line = (n: number): string =>
      `E1128 16:06:1${n}.123456   4711 memcache.go:265] couldn't get current server API group list: Get "https://10.0.0.1:6443/api?timeout=32s": dial tcp 10.0.0.1:6443: connect: connection refused`;
    const out = run(kubectlFailure, [line(1), line(2), line(3)].join('\n'));
    expect(out.failures).toHaveLength(1);
    expect(out.failures[0]?.reason).toBe('refused');
  });

  it('leaves tables and logs to others', () => {
    expect(
      run(kubectlFailure, 'Error from server (NotFound): pods "a" not found\nNAME   READY\nweb    1/1').sniffed,
    ).toBe(false);
    expect(run(kubectlFailure, 'error: cannot open the data base').sniffed).toBe(false);
    expect(run(kubectlFailure, '').sniffed).toBe(false);
    // What a program logs is not what kubectl says.
    expect(run(kubectlFailure, 'Error: the queue is full\n   at start', 'kubectl logs web-0').sniffed).toBe(false);
    const asked = 'error: container x is not valid for pod web-0';
    expect(run(kubectlFailure, asked, 'kubectl logs web-0 -c x').sniffed).toBe(true);
  });
});
