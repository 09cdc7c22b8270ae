import { netems } from '../../snapshot/network/netem.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-netem-active',
  layer: 5,
  title: 'Nobody has the kernel of a node harm packets',
  failureTitle: 'The kernel of a node is told to harm packets',
  why: 'netem delays, loses or damages packets on purpose: a chaos test, or an experiment that somebody forgot. Every pod of the node suffers, and all who call them.',
  fix: ['Take it away on {node} (tc qdisc del dev DEVICE root), and end the experiment that sets it.'],
  next: ['tc -s qdisc show'],
  severity: 'critical',
  confidence: 'high',
  needs: ['hostValues'],
  *run(_facts, { snapshot }) {
    for (const { device, does, variant, pod, value } of netems(snapshot)) {
      if (pod !== undefined) continue;
      const subject = machineSubject(snapshot, value);
      yield {
        subject,
        variant,
        message: `Somebody has the kernel of node ${subject.name} harm packets on ${device} (netem): ${does}`,
        evidence: [value.source],
      };
    }
  },
});
