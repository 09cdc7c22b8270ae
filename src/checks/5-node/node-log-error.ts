import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { daemonComplaints } from '../../snapshot/logs/daemon-complaint.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-log-error',
  layer: 5,
  title: 'Excerpts of the logs of kubelets and runtimes hold no unclassified errors',
  failureTitle: 'The log of the kubelet or of the container runtime ends with this error',
  why: 'No known pattern fits the line; it is shown because the excerpt repeats it or ends with it, and nothing else in the bundle says more.',
  fix: ['Mend what the line names on {node}; the lines before it say what the program was about to do.'],
  next: ['journalctl -u kubelet -u containerd -u crio -u docker -n 300 --no-pager', 'systemctl status kubelet'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['hostLogs'],
  wants: ['events'],
  *run(_facts, { snapshot }) {
    for (const { log, program, node, line, text, count, fatal } of daemonComplaints(snapshot)) {
      const subject = machineSubject(snapshot, { node });
      yield {
        subject,
        ...(fatal ? { severity: 'critical' as const } : {}),
        message: `${program} on ${subject.name} ${fatal ? 'ends with' : 'says'}: ${text.slice(0, 400)}${count > 1 ? ` (${count} lines)` : ''}`,
        evidence: [{ file: log.origin.file, line: line.line, text: line.text.trim() }],
        params: { node: subject.name },
      };
    }
  },
});
