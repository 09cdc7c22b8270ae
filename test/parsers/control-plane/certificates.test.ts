import { expect, test } from 'vitest';
import kubeadm from '../../../src/parsers/control-plane/kubeadm-certs.ts';
import openssl from '../../../src/parsers/control-plane/openssl.ts';
import { collect, sniffs } from '../collect.ts';

test('kubeadm: warnings in front, expired, missing, blank authority, authorities', async () => {
  const text = `W0304 10:11:12.000001   12345 utils.go:69] The recommended value for "x" is: y
[check-expiration] Reading configuration from the cluster...

CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
admin.conf                 Feb 23, 2026 17:05 UTC   <invalid>                               no
apiserver                  Mar 04, 2027 10:11 UTC   364d            ca                      yes
!MISSING! apiserver-etcd-client

CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
ca                      Feb 21, 2034 17:04 UTC   8y              no`;
  expect(sniffs(kubeadm, text)).toBe(true);
  const { facts } = await collect(kubeadm, text);
  expect(facts.certificates).toMatchObject([
    {
      name: 'admin.conf',
      isCa: false,
      state: 'expired',
      notAfter: Date.UTC(2026, 1, 23, 17, 5),
      externallyManaged: false,
    },
    { name: 'apiserver', state: 'valid', authority: 'ca', externallyManaged: true, source: { line: 6 } },
    { name: 'apiserver-etcd-client', state: 'missing' },
    { name: 'ca', isCa: true, state: 'valid' },
  ]);
  expect(facts.certificates?.[0]).not.toHaveProperty('authority');
});

test('kubeadm: the oldest layout, JSON, nothing', async () => {
  const old =
    'CERTIFICATE   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED\nadmin.conf    May 15, 2020 13:03 UTC   364d            false';
  expect((await collect(kubeadm, old)).facts.certificates).toMatchObject([{ name: 'admin.conf', state: 'valid' }]);
  const json =
    '{"kind":"CertificateExpirationInfo","certificates":[{"name":"apiserver","expirationDate":"2026-02-23T17:04:00Z","residualTime":-5,"externallyManaged":false,"caName":"ca","missing":false},{"name":"x","missing":true},{"name":"y","expirationDate":"2026-02-23T17:04:00Z"}],"certificateAuthorities":[{"name":"ca","expirationDate":"2034-02-21T17:04:00Z","residualTime":9}]}';
  expect(sniffs(kubeadm, json)).toBe(true);
  expect((await collect(kubeadm, json)).facts.certificates).toMatchObject([
    { name: 'apiserver', state: 'expired', notAfter: Date.UTC(2026, 1, 23, 17, 4) },
    { name: 'x', state: 'missing' },
    { name: 'y', state: 'unknown' },
    { name: 'ca', isCa: true, state: 'valid' },
  ]);
  expect((await collect(kubeadm, 'nothing here')).unread).toHaveLength(1);
});

test('openssl: names before, names behind, -text, missing files', async () => {
  const before = `==> /etc/kubernetes/pki/apiserver.crt <==
subject=CN = kube-apiserver
issuer=CN = kubernetes
notBefore=Jan  8 15:13:33 2025 GMT
notAfter=Jan  8 15:18:33 2026 GMT
X509v3 Subject Alternative Name:
    DNS:kubernetes, IP Address:10.96.0.1
==> /etc/kubernetes/pki/ca.crt <==
notAfter=Jan  8 15:18:33 2035 GMT`;
  expect(sniffs(openssl, before)).toBe(true);
  expect((await collect(openssl, before)).facts.certificates).toMatchObject([
    {
      name: '/etc/kubernetes/pki/apiserver.crt',
      state: 'unknown',
      subject: 'CN = kube-apiserver',
      notBefore: Date.UTC(2025, 0, 8, 15, 13, 33),
      notAfter: Date.UTC(2026, 0, 8, 15, 18, 33),
      sans: ['DNS:kubernetes', 'IP Address:10.96.0.1'],
      source: { line: 5 },
    },
    { name: '/etc/kubernetes/pki/ca.crt' },
  ]);
  const behind =
    'notAfter=May 25 16:39:40 2019 GMT\nFileName= /etc/a.pem\nunable to load certificate\nnotAfter=Dec  9 10:55:38 2017 GMT\nFileName= /etc/b.pem';
  const read = await collect(openssl, behind);
  expect(read.facts.certificates?.map(({ name, notAfter }) => [name, notAfter])).toEqual([
    ['/etc/a.pem', Date.UTC(2019, 4, 25, 16, 39, 40)],
    ['/etc/b.pem', Date.UTC(2017, 11, 9, 10, 55, 38)],
  ]);
  expect(read.unread).toHaveLength(1);
  const text =
    'Certificate:\n    Data:\n        Issuer: CN = kubernetes\n        Validity\n            Not Before: Jan  8 15:13:33 2025 GMT\n            Not After : Jan  8 15:18:33 2026 GMT\n        Subject: CN = kube-apiserver';
  expect(sniffs(openssl, text)).toBe(true);
  expect((await collect(openssl, text)).facts.certificates).toMatchObject([
    { name: 'CN = kube-apiserver', issuer: 'CN = kubernetes', notAfter: Date.UTC(2026, 0, 8, 15, 18, 33) },
  ]);
  const gone = 'Can\'t open "/etc/x.crt" for reading, No such file or directory';
  expect((await collect(openssl, gone)).facts.certificates).toMatchObject([{ name: '/etc/x.crt', state: 'missing' }]);
});
