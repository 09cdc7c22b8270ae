import { describe, expect, it } from 'vitest';
import caExpiring from '../../../src/checks/4-control-plane/cert-ca-expiring.ts';
import expired from '../../../src/checks/4-control-plane/cert-expired-controlplane.ts';
import expiring from '../../../src/checks/4-control-plane/cert-expiring-soon.ts';
import missing from '../../../src/checks/4-control-plane/cert-missing.ts';
import { NOW, run } from '../../build.ts';

const DAY = 86_400_000;
const certificate = (name: string, days: number, over: object = {}) => ({
  name,
  notAfter: NOW + days * DAY,
  state: days < 0 ? ('expired' as const) : ('valid' as const),
  ...over,
});
const table = (...certificates: readonly ReturnType<typeof certificate>[]) => ({ facts: { certificates } });
const handshake = (relation: string, until: string) =>
  `Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T12:00:00Z is ${relation} ${until}`;
const failure = (message: string) => ({ facts: { commandFailures: [{ reason: 'certificate' as const, message }] } });

describe('cert-expired-controlplane', () => {
  it('folds the certificates of a machine and quotes the serving one first', async () => {
    const { found } = await run(
      expired,
      table(
        certificate('admin.conf', -3),
        certificate('apiserver', -4),
        certificate('scheduler.conf', 200),
        certificate('ca', 3000, { isCa: true }),
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(
      '2 of 3 control-plane certificates have expired, the first on 2026-02-25 12:00:00 UTC',
    );
    expect(found[0]?.evidence[0].text).toContain('"apiserver"');
  });
  it.each([
    ['front-proxy-client', '/etc/kubernetes/pki/front-proxy-client.crt'],
    ['etcd-peer', '/etc/kubernetes/pki/etcd/peer.crt'],
    ['/var/lib/rancher/k3s/server/tls/client-admin.crt', '/var/lib/rancher/k3s/server/tls/client-admin.crt'],
    ['/etc/kubernetes/pki/a;reboot.crt', '/etc/kubernetes/pki/apiserver.crt'],
    ['scheduler.conf', '/etc/kubernetes/pki/apiserver.crt'],
  ])('has the file of %s looked at next', async (name, file) => {
    const { first } = await run(expired, table(certificate(name, -4)));
    expect([...(first?.next ?? expired.next ?? [])]).toContain(`openssl x509 -in ${file} -noout -dates`);
  });
  it('judges by the clock when the tool does not', async () => {
    const { first } = await run(
      expired,
      table(certificate('/etc/kubernetes/pki/apiserver.crt', -1, { state: 'unknown' })),
    );
    expect(first?.variant).toBe('file');
  });
  it('says that it may be a clock where Go tells no date', async () => {
    const { first } = await run(
      expired,
      failure('Unable to connect to the server: x509: certificate has expired or is not yet valid'),
    );
    expect(first).toMatchObject({ variant: 'handshake', confidence: 'medium' });
    expect(first?.message).toContain('or a clock is behind');
  });
  it('reads what kubectl met, with the date', async () => {
    const { first } = await run(expired, failure(handshake('after', '2026-02-27T04:30:00Z')));
    expect(first).toMatchObject({ variant: 'handshake', subject: { name: 'kube-apiserver' } });
    expect(first?.message).toContain('2026-02-27');
  });
  it('reads what a kubelet met at the API server', async () => {
    const line =
      'E0301 11:00:01.000000     912 controller.go:145] "Failed to ensure lease exists, will retry" err="Get \\"https://192.0.2.5:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1?timeout=10s\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T11:00:01Z is after 2026-02-27T04:30:00Z"';
    const { first } = await run(expired, { logs: [{ class: 'host', origin: { program: 'kubelet' }, lines: [line] }] });
    expect(first?.variant).toBe('handshake');
  });
  it('is silent about a clock that is behind, about the kubelet and about others', async () => {
    expect((await run(expired, failure(handshake('before', '2026-03-01T13:00:00Z')))).outcome).toBe('passed');
    expect(
      (await run(expired, table(certificate('kubelet.conf', -2), certificate('/srv/web/tls.crt', -2)))).outcome,
    ).toBe('passed');
    expect((await run(expired, table(certificate('apiserver', 300)))).outcome).toBe('passed');
  });
  it('is not checked without facts', async () => {
    expect((await run(expired, {})).outcome).toBe('not-checked');
  });
});

describe('cert-expiring-soon', () => {
  it('grades the days that are left', async () => {
    const severity = async (days: number) =>
      (await run(expiring, table(certificate('apiserver', days)))).first?.severity;
    expect(await severity(0.5)).toBe('critical');
    expect(await severity(5)).toBe('warning');
    expect(await severity(20)).toBe('info');
    expect(await severity(200)).toBeUndefined();
    expect(await severity(-1)).toBeUndefined();
  });
});

describe('cert-ca-expiring', () => {
  it('warns early of an authority and leaves others alone', async () => {
    expect((await run(caExpiring, table(certificate('ca', 60, { isCa: true })))).first).toMatchObject({
      variant: 'soon',
      severity: 'warning',
    });
    expect((await run(caExpiring, table(certificate('etcd-ca', -1, { isCa: true })))).first).toMatchObject({
      variant: 'expired',
      severity: 'critical',
    });
    expect(
      (await run(caExpiring, table(certificate('ca', 3000, { isCa: true }), certificate('apiserver', 10)))).outcome,
    ).toBe('passed');
  });
});

describe('cert-missing', () => {
  const gone = (name: string, over: object = {}) => ({ name, state: 'missing' as const, ...over });
  it('names the files', async () => {
    const { first } = await run(missing, {
      facts: { certificates: [gone('apiserver'), certificate('admin.conf', 90)] },
    });
    expect(first?.message).toContain('missing: apiserver');
  });
  it('knows external etcd, super-admin.conf and external authorities', async () => {
    const external = [
      'etcd-server',
      'etcd-peer',
      'etcd-healthcheck-client',
      'apiserver-etcd-client',
      'super-admin.conf',
    ].map((name) => gone(name));
    expect((await run(missing, { facts: { certificates: external } })).outcome).toBe('passed');
    expect(
      (await run(missing, { facts: { certificates: [gone('apiserver', { externallyManaged: true })] } })).outcome,
    ).toBe('passed');
  });
});
