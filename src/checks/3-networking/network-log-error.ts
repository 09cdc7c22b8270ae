import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import { lastComplaints } from '../../snapshot/logs/last-complaint.ts';
import { isNetworkLog, isPlatformLog } from '../log-findings.ts';
import { defineCheck } from '../check.ts';

/** Programs that complain all the time of what they try again: only the last lines of an excerpt are meant (HEUR). */
const LAST_LINES = 3;

export default defineCheck({
  id: 'network-log-error',
  layer: 3,
  title: 'Logs of network components end without unclassified errors',
  failureTitle: 'The log of a network component ends with this error',
  why: 'No known pattern fits the line; it is shown so that nobody has to open the file to see how the log of the plug-in, proxy, load balancer, DNS server or certificate controller ends.',
  fix: ['Mend what the line names; the lines before it say what the component was about to do.'],
  next: ['kubectl get pods -A -o wide', 'kubectl logs {name} -n {namespace} --tail=100'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const { log, words } of lastComplaints(snapshot)) {
      if (!isNetworkLog(log) || podOfLog(snapshot, log) !== undefined) continue;
      const behind = log.origin.firstLine + log.lines - 1 - (words.evidence.line ?? 0);
      if (isPlatformLog(log) && behind >= LAST_LINES) continue;
      yield {
        subject: snapshot.subjectOfLog(log.origin, { node: undefined, program: log.origin.program }),
        message: `The log ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
      };
    }
  },
});
