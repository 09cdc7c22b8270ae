import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'ip-forward-disabled',
  layer: 3,
  title: 'Nodes forward packets',
  failureTitle: 'IP forwarding is disabled on the node',
  why: 'A node is a router for its pods. With net.ipv4.ip_forward=0 packets of pods do not leave it; tools that reset sysctls switch it off again.',
  fix: ['Set net.ipv4.ip_forward=1 on {node}, now and in /etc/sysctl.d.'],
  next: ['sysctl net.ipv4.ip_forward', 'grep -r ip_forward /etc/sysctl.conf /etc/sysctl.d'],
  severity: 'critical',
  confidence: 'high',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    for (const value of hostValues) {
      if (
        !/^(?:sysctl|proc)$/.test(value.topic) ||
        !/(?:^|[./])ip_forward$/.test(value.key) ||
        value.value.trim() !== '0'
      )
        continue;
      const subject = machineSubject(snapshot, value);
      yield {
        subject,
        message: `${value.key} is 0 on ${subject.name}: pods there reach nothing outside the node`,
        evidence: [value.source],
      };
    }
  },
});
