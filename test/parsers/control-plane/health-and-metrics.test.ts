import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import health from '../../../src/parsers/control-plane/health-endpoint.ts';
import metrics from '../../../src/parsers/control-plane/metrics.ts';
import { collect, sniffs } from '../collect.ts';

test('health checks, verbose and short', async () => {
  const text = '[+]ping ok\n[-]etcd failed: reason withheld\n[+]poststarthook/rbac ok\nreadyz check failed';
  expect(sniffs(health, text)).toBe(true);
  expect((await collect(health, text)).facts.healthChecks).toMatchObject([
    { endpoint: '/readyz', check: 'ping', ok: true },
    { endpoint: '/readyz', check: 'etcd', ok: false, source: { line: 2, text: '[-]etcd failed: reason withheld' } },
    { check: 'poststarthook/rbac', ok: true },
  ]);
  const command = parseCommand("kubectl get --raw '/livez'");
  if (command === undefined) throw new Error('no command');
  expect(health.matches?.(command)).toBe(true);
  expect((await collect(health, 'ok', { command })).facts.healthChecks).toMatchObject([
    { endpoint: '/livez', check: 'all', ok: true },
  ]);
  expect((await collect(health, '')).unread).toHaveLength(1);
  expect(sniffs(health, 'ok')).toBe(false);
});

const PAGE = `# HELP etcd_server_has_leader Whether or not a leader exists.
# TYPE etcd_server_has_leader gauge
etcd_server_has_leader 1
# TYPE etcd_disk_wal_fsync_duration_seconds histogram
etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} 243
etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} 2.5e+02
grpc_server_handled_total{To="a \\"b\\\\",x="1,}"} 7 1395066363000
go_gc_duration_seconds{quantile="0"} 2.1e-05
broken_line_without_value
etcd_server_quota_backend_bytes 
`;

test('metrics: kept families with their labels, the rest read past', async () => {
  expect(sniffs(metrics, PAGE)).toBe(true);
  const { facts, unread } = await collect(metrics, PAGE);
  const scrape = facts.metrics?.[0];
  expect(scrape?.component).toBe('etcd');
  expect([...(scrape?.families.keys() ?? [])]).toEqual([
    'etcd_server_has_leader',
    'etcd_disk_wal_fsync_duration_seconds_bucket',
    'grpc_server_handled_total',
  ]);
  expect(scrape?.families.get('etcd_disk_wal_fsync_duration_seconds_bucket')).toMatchObject([
    { labels: { le: '0.001' }, value: 243, line: 5 },
    { labels: { le: '+Inf' }, value: 250 },
  ]);
  expect(scrape?.families.get('grpc_server_handled_total')).toMatchObject([
    { labels: { To: 'a "b\\', x: '1,}' }, value: 7 },
  ]);
  expect(unread).toEqual(['metric without a value']);
});

test('metrics: the component and the node come from the page', async () => {
  const kubelet =
    '# TYPE kubelet_node_name gauge\n# HELP x y\nkubelet_node_name{node="w1"} 1\nkubelet_pleg_relist_duration_seconds_count 4';
  expect((await collect(metrics, kubelet)).facts.metrics).toMatchObject([{ component: 'kubelet', node: 'w1' }]);
  const scheduler = '# TYPE a b\nscheduler_pending_pods{queue="active"} 3\nworkqueue_depth{name="x"} 0';
  expect((await collect(metrics, scheduler)).facts.metrics).toMatchObject([{ component: 'kube-scheduler' }]);
  expect((await collect(metrics, '# only a comment')).unread).toHaveLength(1);
});
