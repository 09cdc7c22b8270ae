import { describe, expect, it } from 'vitest';
import { addressesIn, impliedPort, isHostName, parseHostPort } from '../../src/lib/host-port.ts';

describe('parseHostPort', () => {
  it.each([
    ['ledger:8080', { host: 'ledger', port: 8080 }],
    ['ledger', { host: 'ledger' }],
    [
      'http://ledger.bank.svc.cluster.local:80/v1?x=1',
      { host: 'ledger.bank.svc.cluster.local', port: 80, scheme: 'http' },
    ],
    ['jdbc:mysql://db:3306/bank?useSSL=false', { host: 'db', port: 3306, scheme: 'mysql' }],
    ['redis://:secret@cache:6379/0', { host: 'cache', port: 6379, scheme: 'redis' }],
    ['lb://${LEDGER_HOST:ledger}', { host: 'ledger', scheme: 'lb' }],
    ['10.0.0.7:53', { host: '10.0.0.7', port: 53 }],
  ])('reads %s', (text, expected) => expect(parseHostPort(text)).toEqual(expected));
  it.each(['', 'kubernetes://apis/apps/v1', ':8080', 'a b', 'ledger:99999', 'x:y:z', 'kube-system/traefik'])(
    'refuses %j',
    (text) => {
      const read = parseHostPort(text);
      expect(read === undefined || read.host === 'not').toBe(true);
    },
  );
});

describe('addressesIn', () => {
  it('finds URLs and host:port, not plain words or times', () => {
    expect(addressesIn('broker-0:9092,broker-1:9092').map((a) => a.host)).toEqual(['broker-0', 'broker-1']);
    expect(addressesIn('proxy_pass http://ledger:8080;')).toEqual([{ host: 'ledger', port: 8080, scheme: 'http' }]);
    expect(addressesIn('started at 12:30:05 in region eu')).toEqual([]);
    expect(addressesIn('plain words')).toEqual([]);
  });
});

describe('small ones', () => {
  it('knows names and implied ports', () => {
    expect(isHostName('ledger')).toBe(true);
    expect(isHostName('10.0.0.1')).toBe(false);
    expect(isHostName('-x')).toBe(false);
    expect(impliedPort({ host: 'x', scheme: 'https' })).toBe(443);
    expect(impliedPort({ host: 'x' })).toBeUndefined();
  });
});
