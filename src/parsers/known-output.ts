import { defineParser } from './parser.ts';

/** What such an output begins with: its first lines, by tool. */
const HEADS: readonly RegExp[] = [
  // calicoctl node status, ipam show, ipam check
  /^Calico process is running\.$/,
  /^\| GROUPING \| {1,20}CIDR /,
  /^Checking IPAM for inconsistencies\.\.\.$/,
  // cilium status of the agent and of the tool, cilium-health status
  /^(?:KVStore|Kubernetes): {2,40}(?:Ok|Disabled|Failure|Warning)\b/,
  /^ {0,4}\/¯¯\\/u,
  /^Probe time: {2,8}\d{4}-/,
  // istioctl proxy-status
  /^NAME {2,120}(?:CLUSTER {2,20})?CDS {2,30}LDS {2,30}EDS /,
];
/** Lines within which the head of a paste must stand. */
const WITHIN = 6;

/**
 * Outputs of which only trouble has a line to itself, and signatures know that line: a session that is not established,
 * a proxy whose configuration is stale. They are searched for it as a log is, and say nothing when all is well.
 *
 * Command: `calicoctl node status`, `calicoctl ipam check`, `cilium status`, `cilium-health status`,
 * `istioctl proxy-status`.
 * Versions: calicoctl 3, cilium 1.10 to 1.18, istioctl 1.5 to 1.27.
 * Sample:
 *
 *     Calico process is running.
 *
 *     IPv4 BGP status
 *     +--------------+-------------------+-------+------------+-------------+
 *     | PEER ADDRESS |     PEER TYPE     | STATE |   SINCE    |    INFO     |
 *
 * Empty: an empty text cannot be recognised.
 */
export default defineParser({
  kind: 'known-output',
  reads: 'calicoctl node status and ipam, cilium status, istioctl proxy-status',
  // After everything that reads more of it.
  priority: -5,
  sniff: (head) => head.slice(0, WITHIN).some((line) => HEADS.some((pattern) => pattern.test(line))),
  async stream(chunks, { origin, emit, scan }) {
    emit.log(await scan(chunks, origin, 'text'));
  },
});
