/**
 * What containers said as they ended: the kubelet keeps the end of their log in the status of the pod
 * (`terminationMessagePolicy: FallbackToLogsOnError`), and a description of the pod shows it. Where nobody collected
 * the log itself it is read as one.
 */
import { groupBy } from '../lib/group-by.ts';
import type { Scan } from '../parsers/logs/scan.ts';
import type { LogStream, Origin } from '../parsers/records.ts';
import type { Pod } from '../snapshot/kinds/index.ts';
import { containersOf, lastTermination, type ContainerView } from '../snapshot/pods/containers.ts';
import { quoteObject } from '../snapshot/quote.ts';
import type { Collected } from '../snapshot/store.ts';
import { streamOf } from './lines.ts';

/** Ends of which the message is the runtime's and not the program's. */
const OF_RUNTIME = new Set(['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown', 'RunContainerError']);

/** The last message of a container that does not work, with its pointer in the pod. */
function lastMessage(container: ContainerView): { readonly text: string; readonly at: string } | undefined {
  const { status } = container;
  if (status === undefined || status.ready === true) return undefined;
  const ended = lastTermination(container);
  if (ended?.message === undefined || ended.exitCode === 0 || OF_RUNTIME.has(ended.reason ?? '')) return undefined;
  return { text: ended.message, at: `${ended.at}/message` };
}

/** Logs made of the last messages of containers that do not work and of which there is no log. */
export async function scanLastMessages({ objects, sources, logs }: Collected, scan: Scan): Promise<LogStream[]> {
  const out: LogStream[] = [];
  const logsOf = groupBy(logs, ({ origin, lines }) => (lines > 0 ? origin.pod : undefined));
  for (const object of objects.get('pods') ?? []) {
    const pod: Pod = object;
    if (pod.status?.phase === 'Succeeded') continue;
    for (const container of containersOf(pod)) {
      const said = lastMessage(container);
      if (said === undefined) continue;
      const { name, namespace } = pod.metadata;
      const logged = (logsOf.get(name) ?? []).some(
        ({ origin }) =>
          (origin.container === undefined || origin.container === container.name) &&
          (origin.namespace === undefined || namespace === undefined || origin.namespace === namespace),
      );
      if (logged) continue;
      const { file, line } = quoteObject(object, said.at, sources.get(object) ?? []);
      const origin: Origin = {
        file,
        firstLine: line ?? 1,
        ...(namespace === undefined ? {} : { namespace }),
        pod: name,
        ...(container.name === '' ? {} : { container: container.name }),
        previous: true,
      };
      out.push(await scan(streamOf(`${said.text}\n`), origin, 'container'));
    }
  }
  return out;
}
