import { describe, expect, it } from 'vitest';
import parser from '../../../src/parsers/host/host-collectors.ts';
import { run } from '../kubectl/run.ts';

const read = (file: string, value: unknown) =>
  run(parser, JSON.stringify(value), undefined, { file: `b/host-collectors/${file}`, node: 'node-1' });
const values = (file: string, value: unknown) =>
  read(file, value).facts.map(({ record }) => [record['topic'], record['key'], record['value']]);

describe('host-collectors', () => {
  it('settings of a machine', () => {
    expect(values('system/memory.json', { total: 4096 })).toEqual([['memory', 'MemTotal', '4096']]);
    expect(values('system/node-1/sysctl.json', { 'net.ipv4.ip_forward': '0' })).toEqual([
      ['sysctl', 'net.ipv4.ip_forward', '0'],
    ]);
    expect(
      values('system/kernel_modules.json', { br_netfilter: { status: 'loaded' }, nf_nat: { status: 'loadable' } }),
    ).toEqual([['module', 'br_netfilter', 'loaded']]);
    expect(values('system/hostos_info.json', { kernelVersion: '6.1.0', platform: 'debian' })).toEqual([
      ['os', 'kernel', '6.1.0'],
      ['os', 'platform', 'debian'],
    ]);
  });

  it('units, time and disks', () => {
    const unit = { Unit: 'kubelet.service', Load: 'loaded', Active: 'failed', Sub: 'failed' };
    expect(read('system/systemctl_services.json', [unit]).facts).toMatchObject([
      { area: 'units', record: { node: 'node-1', unit: 'kubelet.service', active: 'failed' } },
    ]);
    expect(
      read('system/time.json', { timezone: 'UTC', ntp_synchronized: false, ntp_active: true }).facts,
    ).toMatchObject([
      { area: 'timeSync', record: { synchronized: false } },
      { area: 'hostValues', record: { key: 'ntp-service', value: 'active' } },
    ]);
    expect(read('diskUsage/root.json', { total_bytes: 1000, used_bytes: 991 }).facts).toMatchObject([
      { area: 'filesystems', record: { usedPercent: 100, availableBytes: 9 } },
    ]);
  });

  it('what it does not know is listed', () => {
    expect(read('system/other.json', { a: 1 }).unread).toHaveLength(1);
    expect(run(parser, '{"total": ').unread).toHaveLength(1);
  });
});
