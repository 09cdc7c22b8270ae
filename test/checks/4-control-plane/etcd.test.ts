import { describe, expect, it } from 'vitest';
import applySlow from '../../../src/checks/4-control-plane/etcd-apply-slow.ts';
import bindFailed from '../../../src/checks/4-control-plane/etcd-bind-failed.ts';
import commitSlow from '../../../src/checks/4-control-plane/etcd-backend-commit-slow.ts';
import corrupt from '../../../src/checks/4-control-plane/etcd-corrupt-alarm.ts';
import fragmented from '../../../src/checks/4-control-plane/etcd-fragmented.ts';
import fsyncSlow from '../../../src/checks/4-control-plane/etcd-fsync-slow.ts';
import grpcErrors from '../../../src/checks/4-control-plane/etcd-grpc-errors.ts';
import inconsistent from '../../../src/checks/4-control-plane/etcd-members-inconsistent.ts';
import leaderFlapping from '../../../src/checks/4-control-plane/etcd-leader-flapping.ts';
import memberUnhealthy from '../../../src/checks/4-control-plane/etcd-member-unhealthy.ts';
import nearQuota from '../../../src/checks/4-control-plane/etcd-db-near-quota.ts';
import nospace from '../../../src/checks/4-control-plane/etcd-nospace-alarm.ts';
import proposals from '../../../src/checks/4-control-plane/etcd-proposals-failing.ts';
import quorumLost from '../../../src/checks/4-control-plane/etcd-quorum-lost.ts';
import topologyWeak from '../../../src/checks/4-control-plane/etcd-topology-weak.ts';
import { run } from '../../build.ts';
import { buckets, scrape } from '../../scrape.ts';

const GIB = 1024 ** 3;
const log = (lines: readonly string[], program = 'etcd') => [
  { class: 'host' as const, origin: { program, node: 'cp-1' }, lines },
];
const at = (seconds: number) => new Date(Date.parse('2026-03-01T11:00:00Z') + seconds * 1000).toISOString();
const fdatasync = (seconds: number, took: string) =>
  `{"level":"warn","ts":"${at(seconds)}","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"${took}","expected-duration":"1s"}`;
const apply = (seconds: number, took: string) =>
  `{"level":"warn","ts":"${at(seconds)}","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"${took}","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"/registry/pods/\\" "}`;
const endpoint = (host: string, over: object = {}) => ({
  endpoint: `https://${host}:2379`,
  version: '3.5.15',
  dbSizeBytes: 20e6,
  isLeader: host.endsWith('.1'),
  leaderId: '8e9e05c52164694d',
  raftTerm: 7,
  raftIndex: '1000',
  raftAppliedIndex: '1000',
  errors: [],
  ...over,
});
const health = (host: string, healthy: boolean, over: object = {}) => ({
  endpoint: `https://${host}:2379`,
  healthy,
  ...over,
});
const member = (id: string, over: object = {}) => ({
  id,
  name: `cp-${id}`,
  started: true,
  peerUrls: [],
  clientUrls: [],
  ...over,
});
const etcdPage = (families: Parameters<typeof scrape>[1]) =>
  scrape('etcd', { etcd_server_has_leader: [[{}, 1]], process_start_time_seconds: [[{}, 1000]], ...families });

describe('etcd-fsync-slow', () => {
  it('names the worst flush of a log', async () => {
    const { first } = await run(fsyncSlow, { logs: log([fdatasync(0, '1.2s'), fdatasync(60, '2.51s')]) });
    expect(first).toMatchObject({ variant: 'log', severity: 'critical', subject: { name: 'etcd', node: 'cp-1' } });
    expect(first?.message).toContain('2.51 s');
    expect(first?.evidence[0].text).toContain('2.51s');
  });
  it('takes a single one of little more than a second for a warning', async () => {
    expect((await run(fsyncSlow, { logs: log([fdatasync(0, '1.2s')]) })).first?.severity).toBe('warning');
  });
  it('is current while the member still logs slow requests, else history after a day', async () => {
    const old = fdatasync(-40 * 3600, '3s');
    expect((await run(fsyncSlow, { logs: log([old]) })).first?.state).toBe('historic');
    expect((await run(fsyncSlow, { logs: log([old, apply(0, '600ms')]) })).first?.state).toBe('current');
  });
  it('grades the 99th percentile', async () => {
    const page = (slow: number) =>
      etcdPage({
        etcd_disk_wal_fsync_duration_seconds_bucket: buckets([
          [0.008, 1000 - slow],
          [0.512, 1000 - slow],
          [2.048, 1000],
        ]),
      });
    const slow = await run(fsyncSlow, { facts: { metrics: [page(100)] } });
    expect(slow.first).toMatchObject({ variant: 'metrics', severity: 'critical' });
    expect(slow.first?.evidence[0].text).toContain('le="2.048"');
    expect((await run(fsyncSlow, { facts: { metrics: [page(1)] } })).outcome).toBe('passed');
  });
  it('takes 16 ms for a note at most', async () => {
    const page = etcdPage({
      etcd_disk_wal_fsync_duration_seconds_bucket: buckets([
        [0.008, 900],
        [0.016, 1000],
      ]),
    });
    expect((await run(fsyncSlow, { facts: { metrics: [page] } })).first?.severity).toBe('info');
  });
  it('is not checked without metrics and logs', async () => {
    expect((await run(fsyncSlow, {})).outcome).toBe('not-checked');
  });
});

describe('etcd-backend-commit-slow', () => {
  const page = (over: number) =>
    etcdPage({
      etcd_disk_backend_commit_duration_seconds_bucket: buckets([
        [0.016, 100 - over],
        [0.512, 100],
      ]),
    });
  it('warns of half a second', async () => {
    expect((await run(commitSlow, { facts: { metrics: [page(50)] } })).first?.severity).toBe('warning');
  });
  it('is silent below 25 ms', async () => {
    expect((await run(commitSlow, { facts: { metrics: [page(0)] } })).outcome).toBe('passed');
  });
  it('is not checked without metrics', async () => {
    expect((await run(commitSlow, {})).outcome).toBe('not-checked');
  });
});

describe('etcd-apply-slow', () => {
  it('names the slowest request and its key', async () => {
    const { first } = await run(applySlow, { logs: log([apply(0, '150ms'), apply(5, '1.9s')]) });
    expect(first).toMatchObject({ severity: 'warning' });
    expect(first?.message).toMatch(/2 requests .* 1\.9 s \(\/registry\/pods\)/);
  });
  it('is critical when several took over a second, a note for a few of 100 ms', async () => {
    const many = await run(applySlow, { logs: log([apply(0, '1.1s'), apply(1, '1.2s'), apply(2, '1.3s')]) });
    expect(many.first?.severity).toBe('critical');
    expect((await run(applySlow, { logs: log([apply(0, '150ms')]) })).first?.severity).toBe('info');
  });
  it('counts between two scrapes', async () => {
    const page = (slow: number) => etcdPage({ etcd_server_slow_apply_total: [[{}, slow]] });
    expect((await run(applySlow, { facts: { metrics: [page(5), page(45)] } })).first?.message).toContain('40 requests');
    expect((await run(applySlow, { facts: { metrics: [page(0)] } })).outcome).toBe('passed');
  });
});

describe('etcd-member-unhealthy', () => {
  it('names the endpoint and the reason', async () => {
    const { first } = await run(memberUnhealthy, {
      facts: {
        etcdHealth: [health('10.0.0.1', true), health('10.0.0.2', false, { error: 'context deadline exceeded' })],
      },
    });
    expect(first).toMatchObject({ variant: 'unhealthy', subject: { name: 'etcd 10.0.0.2:2379' } });
    expect(first?.message).toContain('context deadline exceeded (one of 2 members)');
  });
  it('warns of a slow commit and of a member that never started', async () => {
    const slow = await run(memberUnhealthy, { facts: { etcdHealth: [health('10.0.0.1', true, { tookMs: 1500 })] } });
    expect(slow.first).toMatchObject({ variant: 'slow', severity: 'critical' });
    const unstarted = await run(memberUnhealthy, {
      facts: { etcdMembers: [member('2', { started: false, name: '' })] },
    });
    expect(unstarted.first?.variant).toBe('unstarted');
  });
  it('sees a unit that is down', async () => {
    const { first } = await run(memberUnhealthy, {
      facts: { units: [{ unit: 'etcd.service', load: 'loaded', active: 'failed', sub: 'failed', node: 'cp-1' }] },
    });
    expect(first).toMatchObject({ variant: 'down', subject: { name: 'etcd', node: 'cp-1' } });
  });
  it('is silent about healthy members, and not checked without facts', async () => {
    expect(
      (await run(memberUnhealthy, { facts: { etcdHealth: [health('10.0.0.1', true, { tookMs: 9 })] } })).outcome,
    ).toBe('passed');
    expect((await run(memberUnhealthy, {})).outcome).toBe('not-checked');
  });
});

describe('etcd-quorum-lost', () => {
  const three = (sick: number) => [1, 2, 3].map((n) => health(`10.0.0.${n}`, n > sick));
  it('counts the members', async () => {
    const { first } = await run(quorumLost, { facts: { etcdHealth: three(2) } });
    expect(first?.message).toContain('Only 1 of 3 etcd members are healthy and 2 are needed');
    expect((await run(quorumLost, { facts: { etcdHealth: three(1) } })).outcome).toBe('passed');
  });
  it('sees leader 0 and the gauge', async () => {
    expect(
      (await run(quorumLost, { facts: { etcdEndpoints: [endpoint('10.0.0.1', { leaderId: '0' })] } })).first?.variant,
    ).toBe('status');
    const page = scrape('etcd', { etcd_server_has_leader: [[{}, 0]] });
    expect((await run(quorumLost, { facts: { metrics: [page] } })).first?.variant).toBe('metrics');
  });
  it('takes logs for the past when a leader answers now', async () => {
    const lines = ['err="etcdserver: no leader"', 'err="etcdserver: no leader"'];
    const logs = log(lines, 'kube-apiserver');
    expect((await run(quorumLost, { logs })).first).toMatchObject({ state: 'current', severity: 'critical' });
    expect((await run(quorumLost, { logs, facts: { etcdEndpoints: [endpoint('10.0.0.1')] } })).first?.state).toBe(
      'recovered',
    );
  });
  it('takes an interregnum for over when the log goes on with an election', async () => {
    const gap = [10, 20].map(
      (s) =>
        `{"level":"info","ts":"${at(s)}","msg":"8e9e05c52164694d no leader at term 7; dropping index reading msg"}`,
    );
    const elected = (s: number) =>
      `{"level":"info","ts":"${at(s)}","msg":"raft.node: 8e9e05c52164694d elected leader ca933ab8cfffe553 at term 8"}`;
    expect((await run(quorumLost, { logs: log([...gap, elected(21)]) })).first).toMatchObject({
      state: 'recovered',
      message: expect.stringContaining('one was elected since') as string,
    });
    expect((await run(quorumLost, { logs: log([elected(5), ...gap]) })).first?.state).toBe('current');
  });
  it('counts terms in which somebody stood and nobody won', async () => {
    const stands = (term: number) =>
      `{"level":"info","ts":"${at(term)}","msg":"8e9e05c52164694d is starting a new election at term ${term}"}`;
    const wins = (term: number) =>
      `{"level":"info","ts":"${at(term)}","msg":"raft.node: 8e9e05c52164694d elected leader ca933ab8cfffe553 at term ${term}"}`;
    const { first } = await run(quorumLost, { logs: log([wins(7), stands(8), stands(9), stands(10)]) });
    expect(first).toMatchObject({ variant: 'campaign', severity: 'critical' });
    expect(first?.message).toContain('terms 8 to 10');
    const won = [stands(8), stands(9), stands(10), wins(11)];
    expect((await run(quorumLost, { logs: log(won) })).outcome).toBe('passed');
  });
});

describe('etcd-leader-flapping', () => {
  const elected = (seconds: number, term: number) =>
    `{"level":"info","ts":"${at(seconds)}","logger":"raft","msg":"raft.node: 8e9e05c52164694d elected leader 8e9e05c52164694d at term ${term}"}`;
  it('counts terms in a window', async () => {
    const { first } = await run(leaderFlapping, { logs: log([0, 120, 240, 360].map((s, i) => elected(s, 10 + i))) });
    expect(first).toMatchObject({ variant: 'log', severity: 'critical' });
    expect(first?.message).toContain('4 times');
  });
  it('lets the election of a start pass', async () => {
    expect((await run(leaderFlapping, { logs: log([elected(0, 2)]) })).outcome).toBe('passed');
  });
  it('grades the counter by the age of the process', async () => {
    const page = (changes: number) =>
      scrape('etcd', {
        process_start_time_seconds: [[{}, Date.parse('2026-03-01T10:00:00Z') / 1000]],
        etcd_server_leader_changes_seen_total: [[{}, changes]],
      });
    expect((await run(leaderFlapping, { facts: { metrics: [page(9)] } })).first?.message).toContain('9 changes');
    expect((await run(leaderFlapping, { facts: { metrics: [page(1)] } })).outcome).toBe('passed');
  });
});

describe('etcd alarms', () => {
  it('NOSPACE from the alarm list, with the size', async () => {
    const { first } = await run(nospace, {
      facts: {
        etcdAlarms: [{ memberId: '1', alarm: 'NOSPACE' }],
        etcdEndpoints: [endpoint('10.0.0.1', { dbSizeBytes: 2.1 * GIB, quotaBytes: 2 * GIB })],
      },
    });
    expect(first).toMatchObject({ variant: 'alarm', severity: 'critical', subject: { name: 'etcd' } });
    expect(first?.message).toContain('2.1 GiB at');
  });
  it('NOSPACE from any log, naming who met it', async () => {
    const line = (second: number) =>
      `Mar 01 11:00:0${second} w-1 kubelet[11]: E0301 11:00:0${second}.000000      11 controller.go:195] "Failed to update lease" err="etcdserver: mvcc: database space exceeded"`;
    const { first } = await run(nospace, { logs: [{ class: 'host', lines: [line(1), line(2)] }] });
    expect(first).toMatchObject({ variant: 'refused', subject: { name: 'etcd' } });
    expect(first?.message).toContain('database space exceeded');
    expect(first?.message).toContain('kubelet on w-1');
  });
  it('CORRUPT names the member', async () => {
    const { first } = await run(corrupt, { facts: { etcdAlarms: [{ memberId: '77', alarm: 'CORRUPT' }] } });
    expect(first?.message).toContain('member 77');
  });
  it('corrupt is told from hashes of members as well', async () => {
    const found = async (...values: readonly string[]) => {
      const hostValues = values.map((value, n) => ({
        topic: 'etcd-hash',
        key: `10.0.0.${n + 1}:2379`,
        value,
        source: { file: 'hashkv.txt', line: n + 1, text: value },
      }));
      return (await run(corrupt, { facts: { hostValues } })).found.map(({ message }) => message);
    };
    expect(await found('77', '77', '42')).toEqual([
      'The etcd members hold different data: hash 42 at 10.0.0.3:2379, 77 at 10.0.0.1:2379, 10.0.0.2:2379',
    ]);
    expect((await found('77@9', '42@9'))[0]).toMatch(/42 at 10\.0\.0\.2:2379.*all at revision 9$/);
    // Answers of different moments.
    expect(await found('77@9', '42@10', '42@10')).toEqual([]);
    expect(await found('77', '42', '33')).toEqual([]);
    expect(await found('77', '77')).toEqual([]);
  });
  it('are silent when none is raised and not checked without a source', async () => {
    for (const check of [nospace, corrupt]) {
      expect((await run(check, { facts: { etcdEndpoints: [endpoint('10.0.0.1')] } })).outcome).toBe('passed');
      expect((await run(check, {})).outcome).toBe('not-checked');
    }
  });
});

describe('etcd-db-near-quota and etcd-fragmented', () => {
  it('measures against the stated quota', async () => {
    const { first } = await run(nearQuota, {
      facts: { etcdEndpoints: [endpoint('10.0.0.1', { dbSizeBytes: 3.9 * GIB, quotaBytes: 4 * GIB })] },
    });
    expect(first).toMatchObject({ severity: 'critical' });
    expect(first?.message).toContain('97 % of its quota of 4 GiB');
  });
  it('does not take the default for the quota of a larger database', async () => {
    expect(
      (await run(nearQuota, { facts: { etcdEndpoints: [endpoint('10.0.0.1', { dbSizeBytes: 3 * GIB })] } })).outcome,
    ).toBe('passed');
  });
  it('notes free pages of large databases only', async () => {
    const of = (total: number, used: number) => ({
      facts: { etcdEndpoints: [endpoint('10.0.0.1', { dbSizeBytes: total, dbInUseBytes: used })] },
    });
    expect((await run(fragmented, of(GIB, GIB / 4))).first?.severity).toBe('info');
    expect((await run(fragmented, of(20e6, 1e6))).outcome).toBe('passed');
  });
});

describe('etcd-members-inconsistent', () => {
  const status = (over: object = {}) => [endpoint('10.0.0.1'), endpoint('10.0.0.2'), endpoint('10.0.0.3', over)];
  const variants = async (over: object) =>
    (await run(inconsistent, { facts: { etcdEndpoints: status(over) } })).found.map((one) => one.variant);
  it('is silent about members that agree, whatever their term', async () => {
    expect(await variants({})).toEqual([]);
    expect(
      (await run(inconsistent, { facts: { etcdEndpoints: status().map((one) => ({ ...one, raftTerm: 231 })) } }))
        .outcome,
    ).toBe('passed');
  });
  it('tells what differs', async () => {
    expect(await variants({ leaderId: '1234567890abcdef' })).toEqual(['leader']);
    expect(await variants({ raftTerm: 9 })).toEqual(['term']);
    expect(await variants({ raftIndex: '90000', raftAppliedIndex: '90000' })).toEqual(['behind']);
    expect(await variants({ raftAppliedIndex: '500' })).toEqual(['apply-behind']);
    expect(await variants({ version: '3.4.9' })).toEqual(['version']);
    expect(await variants({ errors: ['etcdserver: not capable'] })).toEqual(['errors']);
    expect(await variants({ dbSizeBytes: 900e6 })).toEqual(['size']);
  });
});

describe('etcd-topology-weak, etcd-proposals-failing, etcd-grpc-errors', () => {
  it('notes one and two members, not three', async () => {
    const of = (n: number) => ({ facts: { etcdMembers: Array.from({ length: n }, (_, i) => member(String(i))) } });
    expect((await run(topologyWeak, of(1))).first?.variant).toBe('single');
    expect((await run(topologyWeak, of(2))).first?.variant).toBe('even');
    expect((await run(topologyWeak, of(3))).outcome).toBe('passed');
  });
  it('sees pending, lagging and failed proposals', async () => {
    const page = (failed: number, pending: number, applied: number) =>
      etcdPage({
        etcd_server_proposals_failed_total: [[{}, failed]],
        etcd_server_proposals_pending: [[{}, pending]],
        etcd_server_proposals_committed_total: [[{}, 10_000]],
        etcd_server_proposals_applied_total: [[{}, applied]],
      });
    const bad = await run(proposals, { facts: { metrics: [page(0, 500, 100)] } });
    expect(bad.found.map((one) => one.variant)).toEqual(['pending', 'apply-behind']);
    const failing = await run(proposals, { facts: { metrics: [page(1, 0, 10_000), page(60, 0, 10_000)] } });
    expect(failing.first).toMatchObject({ variant: 'failed', severity: 'warning' });
    expect((await run(proposals, { facts: { metrics: [page(0, 0, 10_000)] } })).outcome).toBe('passed');
  });
  it("counts failed calls of etcd's own server", async () => {
    const unary = (code: string) => ({
      grpc_service: 'etcdserverpb.KV',
      grpc_type: 'unary',
      grpc_method: 'Put',
      grpc_code: code,
    });
    const page = (ok: number, bad: number) =>
      etcdPage({
        grpc_server_handled_total: [
          [unary('OK'), ok],
          [unary('Unavailable'), bad],
        ],
      });
    const { first } = await run(grpcErrors, { facts: { metrics: [page(1000, 0), page(1900, 100)] } });
    expect(first).toMatchObject({ variant: 'failed', severity: 'critical' });
    expect(first?.message).toContain('100 of 1000');
    expect((await run(grpcErrors, { facts: { metrics: [page(1000, 1)] } })).outcome).toBe('passed');
  });
});

describe('etcd-bind-failed', () => {
  it('says that the address is missing, not taken', async () => {
    const { first } = await run(bindFailed, {
      logs: log([
        '2026-03-01 11:00:00.118817 N | etcdmain: failed to detect default host (could not find default route)',
        '2026-03-01 11:00:00.119803 C | etcdmain: listen tcp 192.0.2.31:2380: bind: cannot assign requested address',
      ]),
    });
    expect(first?.message).toContain('192.0.2.31:2380');
    expect(first?.message).toContain('no default route');
    expect(first?.evidence).toHaveLength(2);
  });
  it('is silent about a port that is taken', async () => {
    const logs = log(['C | etcdmain: listen tcp 192.0.2.31:2380: bind: address already in use']);
    expect((await run(bindFailed, { logs })).outcome).toBe('passed');
  });
});

describe('etcdctl without an answer', () => {
  const said = (message: string, more: object = {}) =>
    run(memberUnhealthy, { facts: { toolFailures: [{ tool: 'etcdctl', message }], ...more } });
  it('says what nobody listening and what silence mean', async () => {
    const { first } = await said('dial tcp 127.0.0.1:2379: connect: connection refused');
    expect(first).toMatchObject({ variant: 'no-answer', severity: 'critical' });
    expect(first?.message).toContain('no answer from 127.0.0.1:2379');
    const late = await said('context deadline exceeded');
    expect(late.first?.severity).toBe('warning');
    expect(late.first?.message).toContain('--cacert');
  });
  it('is no fault of a member that answers, nor of a wrong command', async () => {
    const late = await said('context deadline exceeded', { etcdHealth: [health('10.0.0.1', true)] });
    expect(late.found).toEqual([]);
    expect((await said('unknown flag: --endpoint')).found).toEqual([]);
  });
});

describe('etcd members that ask before they stand (pre-vote)', () => {
  const line = 'etcd: 8e9e05c52164694d is starting a new election at term 51';
  const tried = async (lines: readonly string[]) =>
    (await run(quorumLost, { logs: [{ class: 'host', origin: { program: 'etcd' }, lines }] })).first;
  it('stay in their term', async () => {
    expect((await tried([line, line]))?.message).toContain('2 times in term 51');
    expect((await tried([line, line, line]))?.variant).toBe('campaign');
  });
  it('once is every election, also when the log goes on', async () => {
    expect(await tried([line])).toBeUndefined();
    const on = Array.from({ length: 60 }, (_, i) => `etcd: compacted revision ${String(i)}`);
    expect(await tried([line, line, ...on])).toBeUndefined();
  });
});
