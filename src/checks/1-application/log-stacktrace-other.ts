import { parseLogLine } from '../../parsers/logs/line.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/pods/crashes.ts';
import { containerSubject, containersOf } from '../../snapshot/pods/containers.ts';
import { endsExcerpt } from '../../snapshot/logs/hits.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfContainer, podOfLog, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, isPlatformLog } from '../log-findings.ts';

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
  *run(_facts, { snapshot, now }) {
    const told = new Set<string>();
    for (const crash of crashes(snapshot)) {
      if (stateOf(crash, now) !== 'current') continue;
      const words = lastWordsOfCrash(snapshot, crash);
      if (words === undefined || words.grade === 1) continue;
      const { container } = crash;
      told.add(container.pod.metadata.name);
      yield {
        subject: containerSubject(snapshot, container),
        message: `The log of ${container.name === '' ? container.pod.metadata.name : `container ${container.name}`} ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
        params: { container: container.name },
      };
    }
    // Running but not ready.
    for (const pod of snapshot.list('pods'))
      for (const container of containersOf(pod)) {
        if (
          container.role === 'init' ||
          container.status?.ready !== false ||
          container.status.state?.running === undefined
        )
          continue;
        if (told.has(pod.metadata.name)) continue;
        const words = lastWords(logsOfContainer(snapshot, pod, container.name));
        if (words === undefined || words.grade === 1) continue;
        told.add(pod.metadata.name);
        yield {
          subject: containerSubject(snapshot, container),
          message: `The log of the container that is not ready has: ${words.text}`,
          evidence: [words.evidence, ...words.before],
          params: { container: container.name },
        };
      }
    // A log without a pod.
    for (const hits of gradedHits(snapshot, ['app-fatal-line'])) {
      if (hits.pod !== undefined || hits.grade === 'past' || told.has(hits.subject.name)) continue;
      const hit = hits.hits[0];
      if (hit === undefined) continue;
      told.add(hits.subject.name);
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
    // A few lines of a log that somebody pasted, of which no signature knows one: its error is what they mean.
    for (const log of snapshot.logs) {
      const { origin } = log;
      if (log.class !== 'container' || log.hits.length > 0) continue;
      // Named by its file it is one of many logs; named by the command that was typed, it is what is meant.
      if ((origin.pod !== undefined && origin.command === undefined) || podOfLog(snapshot, log) !== undefined) continue;
      const words = lastWords([log]);
      if (words === undefined || words.grade === 1) continue;
      // A command line that is not understood is followed by a page of help.
      const helped = log.tail.some(
        ({ line, text }) => line > (words.evidence.line ?? 0) && /^Usage(?: of \S{1,80})?:/.test(text),
      );
      if (!helped && !endsExcerpt(log, words.evidence.line ?? 0)) continue;
      // A line that its program calls a warning is none, whatever words it has.
      const { level } = parseLogLine(words.evidence.text.split('\n', 1)[0] ?? '');
      if (words.grade === 2 && level !== undefined && level !== 'error' && level !== 'fatal') continue;
      // The log went on: a dated line below that is no error.
      const at = words.evidence.line ?? 0;
      const wentOn = log.tail.some((next) => {
        const parsed = next.line > at ? parseLogLine(next.text) : undefined;
        return parsed?.time !== undefined && parsed.level !== 'error' && parsed.level !== 'fatal';
      });
      if (wentOn) continue;
      // The control plane and its helpers complain all the time of what they try again: only their end counts.
      if (isPlatformLog(log) && !/^(?:panic|fatal error): /.test(words.text)) continue;
      yield {
        subject: snapshot.subjectOfLog(origin, { node: undefined, program: origin.program }),
        severity: 'warning',
        confidence: 'medium',
        message: `The log ends with: ${words.text}`,
        evidence: [words.evidence, ...words.before],
      };
    }
  },
});
