import { expect, it } from 'vitest';
import parser from '../../../src/parsers/control-plane/certificates-json.ts';
import { run } from '../kubectl/run.ts';

const entry = {
  source: { secretName: 'web-tls', namespace: 'shop' },
  errors: [],
  certificateChain: [
    {
      certificate: '-----BEGIN CERTIFICATE-----',
      subject: 'CN=web.example.org',
      subjectAlternativeNames: ['web.example.org'],
      issuer: 'CN=ca',
      notBefore: '2024-03-07T00:00:00Z',
      notAfter: '2025-03-07T00:00:00Z',
      isValid: false,
      isCA: false,
    },
    { subject: 'CN=ca', notAfter: '2034-03-07T00:00:00Z', isCA: true },
  ],
};

it('a chain, the leaf under the name of its Secret', () => {
  const { facts, unread, sniffed } = run(parser, JSON.stringify([entry], null, 2));
  expect(sniffed).toBe(true);
  expect(unread).toEqual([]);
  expect(facts.map(({ record }) => record)).toMatchObject([
    {
      name: 'shop/web-tls',
      notAfter: Date.parse('2025-03-07T00:00:00Z'),
      subject: 'CN=web.example.org',
      isCa: false,
      sans: ['web.example.org'],
      source: { pointer: '/0/certificateChain/0' },
    },
    { name: 'shop/web-tls (issuer 1)', isCa: true },
  ]);
  expect(JSON.stringify(facts)).not.toContain('BEGIN CERTIFICATE');
});

it('what was not found is listed', () => {
  const missing = { source: { secret: 'tls', namespace: 'shop' }, errors: ['secrets "tls" not found'] };
  const { facts, unread, sniffed } = run(parser, JSON.stringify([missing]));
  expect(sniffed).toBe(true);
  expect(facts).toEqual([]);
  expect(unread).toEqual(['certificate shop/tls was not collected: secrets "tls" not found']);
});

it('certificates with their ends only', () => {
  const text = JSON.stringify([
    { name: 'router-ca', namespace: 'ingress', not_before: '2024-06-07T07:27:34Z', not_after: '2026-06-07T07:27:35Z' },
  ]);
  expect(run(parser, text).sniffed).toBe(true);
  expect(run(parser, text).facts.map(({ record }) => record)).toMatchObject([
    { name: 'ingress/router-ca', notAfter: Date.parse('2026-06-07T07:27:35Z') },
  ]);
});
