/** How long a container takes from its start until it serves, as far as its log and its readiness show. */
import { lastTermination, type ContainerView } from './containers.ts';
import { listeningPorts } from '../network/listening-ports.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

export interface StartUp {
  readonly seconds: number;
  readonly evidence: Evidence;
}

/** Seconds from the start of the present run to the line that says the program listens. */
export function startUpOf(snapshot: Snapshot, container: ContainerView): StartUp | undefined {
  const started = container.status?.state?.running?.startedAt;
  const from = started === undefined ? Number.NaN : Date.parse(started);
  if (Number.isNaN(from)) return undefined;
  const { namespace, name } = container.pod.metadata;
  const first = listeningPorts(snapshot, { namespace, name }, container.name)
    .filter((line) => line.time !== undefined && line.time >= from)
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0))[0];
  return first?.time === undefined ? undefined : { seconds: (first.time - from) / 1000, evidence: first.evidence };
}

/** Seconds of the last run that ended, when its start and end are known. */
export function lastRunSeconds(container: ContainerView): number | undefined {
  const ended = lastTermination(container);
  return ended?.startedAt === undefined || ended.finishedAt === undefined
    ? undefined
    : (ended.finishedAt - ended.startedAt) / 1000;
}
