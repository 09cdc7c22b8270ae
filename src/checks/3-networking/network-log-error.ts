import { lastComplaints } from '../../snapshot/logs/last-complaint.ts';
import { lastWords, type LastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod, podOfLog } from '../../snapshot/logs/log-owner.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import { containerSubject, containersOf, isLooping, type ContainerView } from '../../snapshot/pods/containers.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isNetworkLog, isPlatformLog } from '../../snapshot/logs/program-layers.ts';
import { defineCheck } from '../check.ts';
import { endDraft, guessDraft, linesBehind } from '../log-end.ts';

/** Programs that complain all the time of what they try again: only the last lines of an excerpt are meant (HEUR). */
const LAST_LINES = 3;

/** Why a container of the network does not work, in its own last words, where no signature knows them. */
function endOf(snapshot: Snapshot, container: ContainerView): LastWords | undefined {
  if (!isLooping(container) && container.status?.ready !== false) return undefined;
  const logs = logsOfPod(snapshot, container.pod, container.name);
  if (!logs.some(isNetworkLog)) return undefined;
  if (logs.some(({ hits }) => hits.some(({ signature }) => signature !== 'app-fatal-line'))) return undefined;
  const words = lastWords(logs);
  return words?.grade === 3 ? words : undefined;
}

/** CoreDNS looks for loops with a query that some servers leave without an answer. */
const LOOP_QUERY = / HINFO: read udp /;

/** Before 1.0 it told of each name of a search list that does not exist as of an error. */
const TRIED_NAME = / \[ERROR \d{1,2} \S{1,255} [A-Z]{1,5}\] (?:no items found|invalid query name)$/;

/** Somebody has looked up a name meanwhile, and got an answer. */
const resolves = (snapshot: Snapshot): boolean =>
  snapshot.facts('probes').some((probe) => isLookup(probe) && probe.outcome === 'ok');

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
    for (const complaint of lastComplaints(snapshot)) {
      const { log, words } = complaint;
      if (!isNetworkLog(log) || podOfLog(snapshot, log) !== undefined) continue;
      if (isPlatformLog(log) && linesBehind(complaint) >= LAST_LINES) continue;
      if (TRIED_NAME.test(words.text)) continue;
      if (LOOP_QUERY.test(words.text) && resolves(snapshot)) continue;
      yield endDraft(snapshot, complaint);
    }
    yield* guessDraft(snapshot, isNetworkLog);
    for (const pod of unsteadyPods(snapshot))
      for (const container of containersOf(pod)) {
        const words = endOf(snapshot, container);
        if (words === undefined) continue;
        yield {
          subject: containerSubject(snapshot, container),
          severity: 'critical',
          message: `The log of ${pod.metadata.name} ends with: ${words.text}`,
          evidence: [words.evidence, ...words.before],
          params: { container: container.name },
        };
        break;
      }
  },
});
