import type { LogStream } from '../../parsers/records.ts';
import { lastComplaints } from '../../snapshot/logs/last-complaint.ts';
import { isInfrastructureLog, isNetworkLog, isSchedulingLog } from '../../snapshot/logs/program-layers.ts';
import { defineCheck } from '../check.ts';
import { endDraft, guessDraft } from '../log-end.ts';

/** What controllers log as errors, and get over by themselves with the next attempt. */
const HARMLESS =
  /object has been modified|already exists|context canceled|TLS handshake error|leader ?election|too old resource version|http2: stream closed|watch closed|\bEOF\b/i;

const isOurs = (log: LogStream): boolean => isSchedulingLog(log) && !isNetworkLog(log) && !isInfrastructureLog(log);

export default defineCheck({
  id: 'scheduling-log-error',
  layer: 2,
  title: 'Logs of schedulers, autoscalers and provisioners end without unclassified errors',
  failureTitle: 'The log of a scheduler, autoscaler or provisioner ends with this error',
  why: 'No known pattern fits the line; it is shown so that nobody has to open the file to see how the log of the program ends that finds nodes, replicas or volumes for pods.',
  fix: ['Mend what the line names; the lines before it say what the program was about to do.'],
  next: ['kubectl get pods -A -o wide', 'kubectl logs {name} -n {namespace} --tail=100'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const complaint of lastComplaints(snapshot)) {
      const { log, words } = complaint;
      if (!isOurs(log)) continue;
      if (HARMLESS.test(words.text)) continue;
      yield endDraft(snapshot, complaint);
    }
    yield* guessDraft(snapshot, isOurs);
  },
});
