import { effectiveCommand, ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { isEtcdJson, parseEtcdJson } from './etcd-json.ts';
import { isEtcdLine, parseEtcdLines } from './etcd-lines.ts';
import { isEtcdHeading, parseEtcdTables } from './etcd-table.ts';

/**
 * etcd as its own client tells it, as table, JSON, simple lines or fields. The v2 API's `cluster-health` may say
 * "cluster is healthy" with a dead member: members count. Ids become lower-case hex in all layouts.
 *
 * Command: `etcdctl endpoint status -w table`, `endpoint health|hashkv`, `member list`, `alarm list`, `cluster-health`.
 * Versions: etcdctl 3.2 to 3.6; `cluster-health` of etcdctl 2.x and 3.x with ETCDCTL_API=2 (gone since 3.6).
 * Sample:
 *
 *     +----------------+------------------+---------+---------+-----------+------------+-----------+------------+
 *     |    ENDPOINT    |        ID        | VERSION | DB SIZE | IS LEADER | IS LEARNER | RAFT TERM | RAFT INDEX |
 *     +----------------+------------------+---------+---------+-----------+------------+-----------+------------+
 *     | 127.0.0.1:2379 | 8e9e05c52164694d |   3.5.5 |   25 kB |      true |      false |         2 |       8771 |
 *     +----------------+------------------+---------+---------+-----------+------------+-----------+------------+
 *
 * Empty: `alarm list` that prints nothing says that no alarm is raised.
 */
export default defineParser({
  kind: 'etcdctl',
  reads: 'etcdctl endpoint status|health|hashkv, member list, alarm list (table, json, simple, fields), cluster-health',
  priority: 2,
  matches: (command) => ranTool(command, 'etcdctl'),
  sniff: (head) =>
    head.slice(0, 40).some((line) => isEtcdHeading(line) || isEtcdLine(line.trim())) ||
    isEtcdJson(head.slice(0, 60).join('\n')),
  parse: (lines, context) => {
    const { origin, emit } = context;
    // Client warnings (`{"level":"warn",…"retrying of unary invoker failed"`) stand in front of any layout.
    const own = lines.map((line) => (line.startsWith('{"level":') ? '' : line));
    if (own.every((line) => line.trim() === '')) {
      if (origin.command !== undefined && effectiveCommand(origin.command).words[0] === 'alarm')
        emit.empty('etcdAlarms');
      else emit.unread(origin, 'etcdctl printed nothing', origin.firstLine);
      return;
    }
    const tables = parseEtcdTables(own, context);
    if (tables === 0 && parseEtcdJson(own, context)) return;
    if (parseEtcdLines(own, context, lines) + tables > 0) return;
    // What snapshot save and restore print are lines of etcd's own log.
    const { command, ...rest } = origin;
    if (command !== undefined) emit.text({ ...rest, program: 'etcd' }, lines);
    else emit.unread(origin, 'etcdctl output of a kind that is not read', origin.firstLine);
  },
});
