import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'br-netfilter-missing',
  layer: 3,
  title: 'Bridged packets pass the packet filter',
  failureTitle: 'Bridged packets bypass iptables on the node',
  why: 'With a bridge plug-in (flannel, kubenet), packets between pods of one node must pass iptables, or Service addresses do not work among them. That needs br_netfilter and bridge-nf-call-iptables=1.',
  fix: ['Load br_netfilter and set net.bridge.bridge-nf-call-iptables=1 on {node}, now and at boot.'],
  next: ['lsmod | grep br_netfilter', 'sysctl net.bridge.bridge-nf-call-iptables'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['hostValues', 'toolFailures', 'containerLogs'],
  reads: ['br-netfilter-absent'],
  *run({ hostValues, toolFailures }, { snapshot }) {
    for (const value of hostValues) {
      if (value.topic !== 'sysctl' || !value.key.endsWith('bridge-nf-call-iptables') || value.value.trim() !== '0')
        continue;
      const subject = machineSubject(snapshot, value);
      yield {
        subject,
        message: `${value.key} is 0 on ${subject.name}: Services do not work between pods of that node with a bridge network`,
        evidence: [value.source],
      };
    }
    for (const hit of snapshot.hits('br-netfilter-absent').slice(0, 1))
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { node: hit.node, program: hit.program }),
        variant: 'module',
        message: `br_netfilter is not loaded where it runs, so the network plug-in does not start: ${hit.first.text.replace(/^[^\]]{1,80}\] /, '').slice(0, 200)}`,
        evidence: snapshot.evidenceOf(hit),
      };
    for (const failure of toolFailures) {
      if (!/bridge[./]bridge-nf-call-iptables['"]?: No such file/.test(failure.message)) continue;
      const subject = machineSubject(snapshot, failure);
      yield {
        subject,
        variant: 'module',
        message: `br_netfilter is not loaded on ${subject.name} (net.bridge.bridge-nf-call-iptables does not exist): packets between pods of that node pass no iptables with a bridge network`,
        evidence: [failure.source],
      };
    }
  },
});
