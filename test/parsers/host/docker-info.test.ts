import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/docker-info.ts';
import os from '../../../src/parsers/host/os.ts';
import { collect, sniffs } from '../collect.ts';

const INFO = `Containers: 3
 Running: 2
Server Version: 19.03.4
Storage Driver: overlay2
 Backing Filesystem: xfs
 Supports d_type: false
Cgroup Driver: cgroupfs
Kernel Version: 3.10.0-957.el7.x86_64
Operating System: CentOS Linux 7 (Core)
Architecture: x86_64
Name: n1
Docker Root Dir: /srv/docker`;

test('reads the daemon and its machine, which the parser of machines leaves alone', async () => {
  expect(sniffs(parser, INFO)).toBe(true);
  expect(sniffs(os, INFO)).toBe(false);
  expect(sniffs(parser, 'Storage Driver: overlay2')).toBe(false);
  const { facts, unread } = await collect(parser, INFO);
  const values = facts.hostValues?.map(({ topic, key, value }) => `${topic} ${key}: ${value}`);
  expect(values).toContain('os hostname: n1');
  expect(values).toContain('os kernel: 3.10.0-957.el7.x86_64');
  expect(values).toContain('docker storage-driver: overlay2');
  expect(values).toContain('docker supports-d_type: false');
  expect(values).toContain('docker docker-root-dir: /srv/docker');
  expect(unread).toEqual([]);
  expect((await collect(parser, 'Client: 1')).unread).toHaveLength(1);
});
