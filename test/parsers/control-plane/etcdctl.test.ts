import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import parser from '../../../src/parsers/control-plane/etcdctl.ts';
import { collect, sniffs } from '../collect.ts';

const NOSPACE = `+----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------------------------------+
|    ENDPOINT    |        ID        | VERSION | DB SIZE | IS LEADER | IS LEARNER | RAFT TERM | RAFT INDEX | RAFT APPLIED INDEX |             ERRORS             |
+----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------------------------------+
| 127.0.0.1:2379 | 8e9e05c52164694d |  3.5.15 |  2.1 GB |      true |      false |         4 |   60218834 |           60218834 |  memberID:10276657743932975437 |
|                |                  |         |         |           |            |           |            |                    |                 alarm:NOSPACE  |
+----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------------------------------+`;

test('a status table with a wrapped errors cell raises the alarm too', async () => {
  expect(sniffs(parser, NOSPACE)).toBe(true);
  const { facts } = await collect(parser, NOSPACE);
  expect(facts.etcdEndpoints).toMatchObject([
    {
      endpoint: '127.0.0.1:2379',
      id: '8e9e05c52164694d',
      version: '3.5.15',
      dbSizeBytes: 2.1e9,
      isLeader: true,
      isLearner: false,
      raftTerm: 4,
      raftAppliedIndex: '60218834',
      errors: ['memberID:10276657743932975437 alarm:NOSPACE'],
      source: { line: 4 },
    },
  ]);
  // The decimal id of the alarm is the hex id of the row.
  expect(facts.etcdAlarms).toMatchObject([{ memberId: '8e9e05c52164694d', alarm: 'NOSPACE' }]);
});

test('tables of 3.3 and 3.6, members and health', async () => {
  const text = `| ENDPOINT | ID | VERSION | DB SIZE | IS LEADER | RAFT TERM | RAFT INDEX |
| a:2379 | bf9071f4639c75cc | 3.3.9 | 18 MB | true | 2 | 3332 |

| ENDPOINT | ID | VERSION | STORAGE VERSION | DB SIZE | IN USE | PERCENTAGE NOT IN USE | QUOTA | IS LEADER | IS LEARNER | RAFT TERM | RAFT INDEX | RAFT APPLIED INDEX | ERRORS | DOWNGRADE TARGET VERSION | DOWNGRADE ENABLED |
| b:2379 | 1 | 3.6.0 | 3.6.0 | 25 kB | 16 kB | 36% | 2.1 GB | false | true | 2 | 9 | 8 | | | false |

| ID | STATUS | NAME | PEER ADDRS | CLIENT ADDRS | IS LEARNER |
| 8211f1d0f64f3269 | unstarted | | https://10.0.0.9:2380 | | true |

| ENDPOINT | HEALTH | TOOK | ERROR |
| c:2379 | false | 5.0001s | context deadline exceeded |

| ENDPOINT | HASH | HASH REVISION |
| c:2379 | 3892279174 | 3 |`;
  const { facts } = await collect(parser, text);
  expect(facts.etcdEndpoints).toMatchObject([
    { endpoint: 'a:2379', isLeader: true, raftTerm: 2, raftIndex: '3332' },
    {
      endpoint: 'b:2379',
      dbSizeBytes: 25_000,
      dbInUseBytes: 16_000,
      quotaBytes: 2.1e9,
      isLearner: true,
      raftAppliedIndex: '8',
    },
  ]);
  expect(facts.etcdMembers).toMatchObject([
    {
      id: '8211f1d0f64f3269',
      name: '',
      started: false,
      learner: true,
      peerUrls: ['https://10.0.0.9:2380'],
      clientUrls: [],
    },
  ]);
  expect(facts.etcdHealth).toMatchObject([
    { endpoint: 'c:2379', healthy: false, tookMs: 5000.1, error: 'context deadline exceeded' },
  ]);
  expect(facts.hostValues).toMatchObject([{ topic: 'etcd-hash', key: 'c:2379', value: '3892279174@3' }]);
});

test('JSON keeps uint64 ids that a double would round', async () => {
  const text = `{"level":"warn","msg":"retrying of unary invoker failed"}
[{"Endpoint":"https://a:2379","Status":{"header":{"cluster_id":17237436991929493444,"member_id":9372538179322589801,"revision":9,"raft_term":2},"version":"3.5.0","dbSize":5177344,"leader":9372538179322589801,"raftIndex":10,"raftTerm":2,"raftAppliedIndex":10,"dbSizeInUse":2039808}}]`;
  expect(sniffs(parser, text.split('\n')[1] ?? '')).toBe(true);
  const { facts } = await collect(parser, text);
  expect(facts.etcdEndpoints).toMatchObject([
    {
      id: '8211f1d0f64f3269',
      leaderId: '8211f1d0f64f3269',
      isLeader: true,
      isLearner: false,
      dbSizeBytes: 5177344,
      dbInUseBytes: 2039808,
      errors: [],
      source: { line: 2 },
    },
  ]);
  const members = await collect(
    parser,
    '{"header":{"cluster_id":1,"member_id":2,"raft_term":2},"members":[{"ID":9372538179322589801,"name":"m0","peerURLs":["https://a:2380"],"clientURLs":["https://a:2379"]}]}',
  );
  expect(members.facts.etcdMembers).toMatchObject([
    { id: '8211f1d0f64f3269', name: 'm0', started: true, learner: false },
  ]);
  const alarms = await collect(
    parser,
    '{"header":{"cluster_id":1,"member_id":2,"raft_term":2},"alarms":[{"memberID":9372538179322589801,"alarm":2}]}',
  );
  expect(alarms.facts.etcdAlarms).toMatchObject([{ memberId: '8211f1d0f64f3269', alarm: 'CORRUPT' }]);
  const header = '{"header":{"cluster_id":1,"member_id":2,"raft_term":2}';
  expect((await collect(parser, `${header}}`)).empty).toEqual(['etcdAlarms']);
  // Keys, or that one was written, say nothing of alarms.
  expect((await collect(parser, `${header},"kvs":[{"key":"YQ=="}],"count":1}`)).empty).toEqual([]);
  const command = parseCommand('etcdctl put a b -w json');
  expect((await collect(parser, `${header}}`, command && { command })).empty).toEqual([]);
  const health = await collect(
    parser,
    '[{"endpoint":"https://a:2379","health":false,"took":"2.5s","error":"context deadline exceeded"}]',
  );
  expect(health.facts.etcdHealth).toMatchObject([{ healthy: false, tookMs: 2500 }]);
});

test('simple lines of v3 and v2', async () => {
  const text = `https://a:2379 is healthy: successfully committed proposal: took = 3.345431ms
https://b:2379 is unhealthy: failed to commit proposal: context deadline exceeded
Failed to get the status of endpoint https://c:2379 (context deadline exceeded)
https://a:2379, 8e9e05c52164694d, 3.5.0, 25 kB, true, false, 2, 5, 5, memberID:10276657743932975437 alarm:NOSPACE 
8211f1d0f64f3269, started, m1, https://a:2380, https://a:2379, false
memberID:10276657743932975437 alarm:NOSPACE
member 6e3bd23ae5f1eae0 is unreachable: no available published client urls
member 924e2e83e93f2560 is healthy: got healthy result from http://127.0.0.1:22379
cluster is healthy
Error: unhealthy cluster
Error: context deadline exceeded`;
  expect(sniffs(parser, text)).toBe(true);
  const { facts } = await collect(parser, text);
  expect(facts.etcdHealth?.map(({ endpoint, healthy }) => [endpoint, healthy])).toEqual([
    ['https://a:2379', true],
    ['https://b:2379', false],
    ['https://c:2379', false],
    ['6e3bd23ae5f1eae0', false],
    ['http://127.0.0.1:22379', true],
  ]);
  expect(facts.etcdHealth?.[0]?.tookMs).toBeCloseTo(3.345431);
  expect(facts.etcdEndpoints).toMatchObject([{ endpoint: 'https://a:2379', dbSizeBytes: 25_000, isLeader: true }]);
  expect(facts.etcdMembers).toMatchObject([{ name: 'm1', started: true }]);
  expect(facts.etcdAlarms).toHaveLength(2);
  expect(facts.toolFailures).toMatchObject([{ tool: 'etcdctl', message: 'context deadline exceeded' }]);
});

test('fields', async () => {
  const text = `"ClusterID" : 17237436991929493444
"MemberID" : 9372538179322589801
"RaftTerm" : 2
"Version" : "3.5.0"
"DBSize" : 20480
"Leader" : 9372538179322589801
"IsLearner" : false
"RaftIndex" : 10
"RaftAppliedIndex" : 10
"Errors" : []
"Endpoint" : "127.0.0.1:2379"
`;
  expect(sniffs(parser, text)).toBe(true);
  const { facts } = await collect(parser, text);
  expect(facts.etcdEndpoints).toMatchObject([
    { endpoint: '127.0.0.1:2379', id: '8211f1d0f64f3269', isLeader: true, dbSizeBytes: 20480, errors: [] },
  ]);
});

test('an alarm list that prints nothing says that there is no alarm', async () => {
  const command = parseCommand('kubectl -n kube-system exec etcd-a -- etcdctl alarm list');
  if (command === undefined) throw new Error('no command');
  expect(parser.matches?.(command)).toBe(true);
  expect(await collect(parser, '', { command })).toMatchObject({ empty: ['etcdAlarms'], unread: [] });
  expect((await collect(parser, 'what is this')).unread).toHaveLength(1);
  expect(sniffs(parser, 'the cluster is healthy: says Bob')).toBe(false);
});
