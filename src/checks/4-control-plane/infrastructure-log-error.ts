import type { LogStream } from '../../parsers/records.ts';
import { isKnown, lastComplaints } from '../../snapshot/logs/last-complaint.ts';
import { isInfrastructureLog, isNetworkLog, isPlatformLog } from '../../snapshot/logs/program-layers.ts';
import { defineCheck } from '../check.ts';
import { endDraft, guessDraft, linesBehind } from '../log-end.ts';

/** Programs that complain all the time of what they try again: only the last lines of an excerpt are meant (HEUR). */
const LAST_LINES = 2;
/** What controllers that work well log as errors, and get over by themselves. */
const HARMLESS =
  /object has been modified|not found|already exists|context canceled|TLS handshake error|connection refused|i\/o timeout|\bEOF\b|leader ?election|too old resource version|etcdserver: leader changed|http2: stream closed|watch closed|serving request timed out|abort Handler|timeout or abort while handling|will (?:be )?retr(?:y|ied)/i;

export default defineCheck({
  id: 'infrastructure-log-error',
  layer: 4,
  title: "Logs of the cluster's own controllers end without unclassified errors",
  failureTitle: 'The log of a controller of the cluster ends with this error',
  why: 'No known pattern fits the line; it is shown so that nobody has to open the file to see how the log of the control plane, of a cloud controller, of Cluster API, OLM, kops or Rancher ends.',
  fix: ['Mend what the line names; the lines before it say what the controller was about to do.'],
  next: ['kubectl get pods -A -o wide', 'kubectl logs {name} -n {namespace} --tail=100'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const complaint of lastComplaints(snapshot)) {
      const { log, words } = complaint;
      if (isNetworkLog(log)) continue;
      const platform = isPlatformLog(log);
      if (platform ? isKnown(log) || isNodeLog(log) : !isInfrastructureLog(log)) continue;
      // A panic is an end, whatever stands around it; it is told with the program's own name.
      if (/^(?:panic|fatal error): /.test(words.text) && platform) continue;
      if (platform && (linesBehind(complaint) >= LAST_LINES || HARMLESS.test(words.text))) continue;
      yield endDraft(snapshot, complaint);
    }
    yield* guessDraft(
      snapshot,
      (log) => !isNetworkLog(log) && (isInfrastructureLog(log) || (isPlatformLog(log) && !isNodeLog(log))),
    );
  },
});

/** Of the machine or its devices: layer 5. */
const isNodeLog = ({ origin, programs }: LogStream): boolean =>
  [origin.program, ...programs].some(
    (name) =>
      name !== undefined && /^(?:kubelet|containerd|crio|docker|dockerd|kernel|nvidia-device-plugin)$/.test(name),
  );
