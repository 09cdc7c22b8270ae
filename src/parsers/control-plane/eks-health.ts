import { fieldsOf, objectsOf, parseJson, textOf } from '../../lib/untyped.ts';
import { jsonBase } from '../json-place.ts';
import { defineParser } from '../parser.ts';
import type { CustomCondition } from '../records.ts';

/** The three parts of a cluster of which EKS tells the health, and where their names stand. */
const PARTS = [
  ['addon', 'Addon', 'addonName'],
  ['nodegroup', 'Nodegroup', 'nodegroupName'],
  ['cluster', 'Cluster', 'name'],
] as const;
/** Machines that started and never became nodes: a signature of the node layer knows these words. */
const OF_THE_NODE = /NodeCreationFailure/;

/**
 * What EKS says of the health of a cluster, an add-on or a node group. Each issue is a condition that is not met; one
 * without issues only has its state.
 *
 * Command: `aws eks describe-addon`, `describe-nodegroup`, `describe-cluster`, as JSON.
 * Versions: aws-cli 1 and 2.
 * Sample:
 *
 *     {"addon": {"addonName": "coredns", "addonArn": "arn:aws:eks:…", "status": "DEGRADED", "health": {"issues": [{"code": "InsufficientNumberOfReplicas", "message": "…"}]}}}
 *
 * Empty: `"issues": []` says that EKS has none to tell.
 */
export default defineParser({
  kind: 'eks-health',
  reads: 'aws eks describe-addon, describe-nodegroup, describe-cluster',
  priority: 10,
  sniff(head) {
    const text = head.join('\n').trimStart();
    return (
      /^\{\s{0,40}"(?:addon|nodegroup|cluster)"\s{0,4}:\s{0,4}\{/.test(text) &&
      /"(?:addonArn|nodegroupArn|arn)"\s{0,4}:\s{0,4}"arn:aws[\w-]{0,12}:eks:/.test(text) &&
      !OF_THE_NODE.test(text)
    );
  },
  parse(lines, { origin, emit }) {
    const root = fieldsOf(parseJson(lines.join('\n')));
    for (const [key, resourceKind, nameKey] of PARTS) {
      const part = fieldsOf(root[key]);
      const name = textOf(part[nameKey]);
      if (name === undefined) continue;
      const issues = objectsOf(fieldsOf(part['health'])['issues']);
      const state = textOf(part['status']);
      const conditions = issues.map((issue, i): CustomCondition => {
        const [code, message] = [textOf(issue['code']), textOf(issue['message'])];
        return {
          type: 'Healthy',
          status: 'False',
          ...(code && { reason: code }),
          ...(message && { message }),
          ...jsonBase(origin, [key, 'health', 'issues', i], issue),
        };
      });
      return emit.fact('customResources', {
        ...jsonBase(origin, [key, 'status'], part['status'] ?? ''),
        resourceKind,
        apiVersion: 'eks.amazonaws.com/v1',
        name,
        conditions,
        ...(state && { state }),
      });
    }
    emit.unread(origin, 'no add-on, node group or cluster of EKS in it');
  },
});
