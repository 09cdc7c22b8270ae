/** Restarts for which a probe is to blame, one finding for each container. */
import { headAndTail } from '../../lib/excerpt.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence } from '../../parsers/records.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { ContainerView } from '../../snapshot/pods/containers.ts';
import { eventFirstTime, eventTime } from '../../snapshot/events.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { isStopping, probeOf, timingOf, type ProbeKind } from '../../snapshot/pods/probes.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';
import { hostRefused } from './probe-log.ts';
import { probeTroubles } from './probe-verdict.ts';

/** A container that has run this long since the last kill (ms) has recovered (catalogue 1.5). */
const RECOVERED_AFTER = 600_000;

/** What programs print when they are told to end. */
const STOPPING =
  /SIGTERM|SIGINT|signal 15|\b[Ss]hut(?:ting)?[ -]?(?:down)\b|[Tt]erminat|[Gg]raceful|\b[Ss]topp(?:ed|ing)\b/;

/** What the program was at before it was ended, where the probe's command printed nothing. */
function lastDeed(snapshot: Snapshot, { pod, name }: ContainerView): Evidence | undefined {
  const log = logsOfPod(snapshot, pod, name)[0];
  const line = log?.tail.findLast(({ text }) => text.trim() !== '' && !STOPPING.test(text));
  return log === undefined || line === undefined
    ? undefined
    : { file: log.origin.file, line: line.line, text: line.text.trim().slice(0, 400) };
}

const unnamedRestarted = (pod: Pod | undefined) =>
  pod?.status?.containerStatuses?.find(({ name, restartCount }) => name === '' && restartCount !== undefined);

export function* killFindings(snapshot: Snapshot, kind: ProbeKind): Iterable<FindingDraft> {
  for (const trouble of probeTroubles(snapshot)) {
    if (trouble.kind !== kind) continue;
    const { container, telling, seen } = trouble;
    const kill = trouble.kills.at(-1);
    const probe = container === undefined ? undefined : probeOf(container, kind);
    const timing = timingOf(probe ?? {});
    // The row of a pod counts the restarts of all its containers and names none.
    const restarts = (container?.status ?? unnamedRestarted(seen.pod))?.restartCount ?? 0;
    // Without a Killing event: as many failures in a row as it takes, on a container that was restarted. Where events
    // alone tell of the pod, nobody has counted its restarts.
    const enough = telling !== undefined && telling.count >= timing.threshold;
    const uncounted = kind === 'liveness' && kill === undefined && seen.pod === undefined && !isStopping(seen);
    if (kill === undefined && !(enough && (restarts > 0 || uncounted))) continue;
    const restarted = seen.events.some(({ reason }) => reason === 'BackOff');
    const event = kill?.event ?? telling?.event;
    if (event === undefined) continue;
    const last = eventTime(event);
    const quiet = snapshot.now !== undefined && last !== undefined && snapshot.now - last > RECOVERED_AFTER;
    const over = seen.gone || (quiet && seen.pod !== undefined && isWell(seen.pod));
    const killed = trouble.kills.reduce((sum, one) => sum + one.count, 0);
    const since = eventFirstTime(event);
    const silent = telling?.detail.trim() === '';
    const deed = silent && container !== undefined ? lastDeed(snapshot, container) : undefined;
    const refused = hostRefused(snapshot, trouble);
    const times = killed > 1 ? ` ${killed} times` : '';
    yield {
      subject: seen.subject(trouble.containerName),
      // Failures that were not in a row restart nothing.
      ...(uncounted && !restarted ? { severity: 'warning' as const, confidence: 'medium' as const } : {}),
      message: `The ${kind} probe ${uncounted ? `failed ${trouble.count} times, and ${timing.threshold} in a row make the kubelet restart` : 'made the kubelet restart'} ${trouble.containerName === '' ? 'a container' : `container ${trouble.containerName}`}${times}${
        restarts > 0 ? ` (${restarts} restarts in all)` : ''
      }${telling === undefined || silent ? '' : `: ${headAndTail(telling.detail, 300)}`}${
        deed === undefined
          ? ''
          : `; the log of the container has before: ${parseLogLine(deed.text).message.trim().slice(0, 200)}`
      }${refused?.words ?? ''}`,
      ...(refused === undefined ? {} : { fix: refused.fix }),
      evidence: [
        snapshot.quoteEvent(event),
        ...(telling === undefined || telling.event === event ? [] : [snapshot.quoteEvent(telling.event)]),
        ...(container === undefined || probe === undefined
          ? []
          : [snapshot.quote(container.pod, `${container.specAt}/${kind}Probe`)]),
        ...(deed === undefined ? [] : [deed]),
        ...(refused === undefined ? [] : [refused.evidence]),
      ],
      params: { container: trouble.containerName },
      ...(since === undefined ? {} : { since }),
      ...(over ? { state: 'recovered' as const } : {}),
    };
  }
}
