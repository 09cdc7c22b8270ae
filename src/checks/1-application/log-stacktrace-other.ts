import type { Pod } from '../../snapshot/kinds/index.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/pods/crashes.ts';
import { containerSubject, containersOf } from '../../snapshot/pods/containers.ts';
import { lastComplaints, podsIn } from '../../snapshot/logs/last-complaint.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { reconciledIn } from '../../snapshot/logs/reconciled.ts';
import { defineCheck } from '../check.ts';
import { guessDraft } from '../log-end.ts';
import {
  isInfrastructureLog,
  isNetworkLog,
  isPlatformLog,
  isSchedulingLog,
} from '../../snapshot/logs/program-layers.ts';
import { gradedHits } from '../log-findings.ts';

/** The object that a controller could not bring about. */
function reconciledObject(line: string): readonly Ref[] {
  const { kind, name, namespace } = reconciledIn(line);
  return kind === undefined || name === undefined
    ? []
    : [{ kind, name, ...(namespace === undefined ? {} : { namespace }) }];
}

export default defineCheck({
  id: 'log-stacktrace-other',
  layer: 1,
  title: 'Failing containers leave no unclassified errors',
  failureTitle: 'The log of the failing container ends with this error',
  why: 'No known pattern fits the line; it is shown so that nobody has to open the file to see how the log ends.',
  fix: ['Read the lines before it in the log.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous --tail=100'],
  severity: 'info',
  confidence: 'low',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  heard: (snapshot) => lastComplaints(snapshot).length > 0,
  *run(_facts, { snapshot, now }) {
    const told = new Set<Pod>();
    for (const crash of crashes(snapshot)) {
      if (stateOf(crash, now) !== 'current') continue;
      const words = lastWordsOfCrash(snapshot, crash);
      if (words === undefined || words.grade === 1) continue;
      const { container } = crash;
      told.add(container.pod);
      yield {
        subject: containerSubject(snapshot, container),
        message: `The log of ${container.name === '' ? container.pod.metadata.name : `container ${container.name}`} ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
        params: { container: container.name },
      };
    }
    // Running but not ready.
    for (const pod of unsteadyPods(snapshot))
      for (const container of containersOf(pod)) {
        if (
          container.role === 'init' ||
          container.status?.ready !== false ||
          container.status.state?.running === undefined
        )
          continue;
        if (told.has(pod)) continue;
        const words = lastWords(logsOfPod(snapshot, pod, container.name));
        if (words === undefined || words.grade === 1) continue;
        told.add(pod);
        yield {
          subject: containerSubject(snapshot, container),
          message: `The log of the container that is not ready has: ${words.text}`,
          evidence: [words.evidence, ...words.before],
          params: { container: container.name },
        };
      }
    // A log without a pod.
    const nameless = new Set<string>();
    for (const hits of gradedHits(snapshot, ['app-fatal-line'])) {
      if (hits.pod !== undefined || hits.grade === 'past' || nameless.has(hits.subject.name)) continue;
      const hit = hits.hits[0];
      // network-log-error tells of the logs of the network.
      if (
        hit === undefined ||
        snapshot.logs.some((log) => log.hits.includes(hit) && (isNetworkLog(log) || isInfrastructureLog(log)))
      )
        continue;
      nameless.add(hits.subject.name);
      const words = lastWords(snapshot.logs.filter((log) => log.hits.includes(hit)));
      if (words === undefined || words.grade !== 3) continue;
      yield {
        subject: subjectOfLogHit(snapshot, hit),
        severity: 'warning',
        confidence: 'medium',
        message: `The log ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
      };
    }
    for (const { log, words } of lastComplaints(snapshot)) {
      const { origin } = log;
      // These have checks of their own: network-log-error, infrastructure-log-error, scheduling-log-error.
      if (isNetworkLog(log) || isInfrastructureLog(log) || isSchedulingLog(log) || log.hits.length > 0) continue;
      // The control plane and its helpers complain all the time of what they try again: only their end counts.
      if (isPlatformLog(log) && !/^(?:panic|fatal error): /.test(words.text)) continue;
      yield {
        subject: snapshot.subjectOfLog(origin, { node: undefined, program: origin.program }),
        severity: 'warning',
        confidence: 'medium',
        message: `The log ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
        related: [...podsIn(snapshot, words.text), ...reconciledObject(words.evidence.text)],
      };
    }
    yield* guessDraft(
      snapshot,
      (log) => !isNetworkLog(log) && !isInfrastructureLog(log) && !isSchedulingLog(log) && !isPlatformLog(log),
    );
  },
});
