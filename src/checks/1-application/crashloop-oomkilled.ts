import { onlyOne } from '../../lib/only-one.ts';
import type { Evidence } from '../../parsers/records.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import {
  containerSubject,
  containersOf,
  describeContainer,
  memoryLimit,
  type ContainerView,
} from '../../snapshot/pods/containers.ts';
import { crashes, stateOf, timeOfCrash } from '../../snapshot/pods/crashes.ts';
import { containerOfEvent, isWell, podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';

/** runc, when the limit does not even hold the container's init process. */
const INIT_KILLED = /container init (?:was OOM-killed|caught a SIGKILL)|memory limit too low/;

/** runc before 1.1, which only saw that its init process went away. */
const INIT_GONE =
  /(?:read init-p|write init-p|write parent|final child's pid).{0,60}(?:connection reset by peer|broken pipe|EOF)|container init caused.{0,60}signal: killed|memory\.limit_in_bytes: device or resource busy/;
/** A container of runc needs up to 6 MiB only to start (docker refuses less), the sandbox as much again, in bytes. */
const HARDLY_STARTS = 16 * 1024 ** 2;

/** How JVM and Node are told how large their heap may be: `-Xmx4g`, `--max-old-space-size=4096` (MiB). */
const HEAP = /-Xmx(\d{1,12})([kKmMgG]?)\b|--max[-_]old[-_]space[-_]size=(\d{1,7})\b/;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
/** Beside its heap a JVM needs metaspace, code, stacks and buffers: less than a tenth of the limit never holds them (HEUR). */
const LEFT = 0.9;

/** The heap that the container's command line or environment allows, when the memory limit cannot hold it. */
function heapTooLarge(
  { spec, specAt }: ContainerView,
  limit: number,
): { readonly flag: string; readonly at: string } | undefined {
  const places = [
    ...(spec?.command ?? []).map((text, i) => ({ text, at: `${specAt}/command/${i}` })),
    ...(spec?.args ?? []).map((text, i) => ({ text, at: `${specAt}/args/${i}` })),
    ...(spec?.env ?? []).map(({ value }, i) => ({ text: value ?? '', at: `${specAt}/env/${i}/value` })),
  ];
  for (const { text, at } of places) {
    const [flag = '', size = '', unit = '', megabytes] = HEAP.exec(text) ?? [];
    const bytes =
      megabytes === undefined ? Number(size) * (UNITS[unit.toLowerCase()] ?? 1) : Number(megabytes) * 1024 ** 2;
    if (flag !== '' && bytes > LEFT * limit) return { flag, at };
  }
  return undefined;
}

/** The memory that all containers of a pod may use; undefined when one has no limit. */
function podLimit(pod: Pod): number | undefined {
  const limits = containersOf(pod)
    .filter(({ role, spec }) => (role === 'app' || role === 'sidecar') && spec !== undefined)
    .map((container) => memoryLimit(container)?.bytes);
  return limits.length === 0 || limits.includes(undefined)
    ? undefined
    : limits.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}

export default defineCheck({
  id: 'crashloop-oomkilled',
  layer: 1,
  title: 'No container is OOM-killed again and again',
  failureTitle: 'The container is OOM-killed again and again: its memory limit is too low',
  why: 'The container reaches its memory limit and the kernel kills it (OOMKilled, usually exit code 137); after each restart the same happens again.',
  fix: [
    'Raise limits.memory of container {container} (now {limit}) to about 1.3 times its observed peak, or mend the leak; set the heap of JVM, Node or Go below 75 % of the limit.',
  ],
  next: [
    'kubectl top pod {name} -n {namespace} --containers',
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.status.containerStatuses[*].lastState.terminated}'",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended?.reason !== 'OOMKilled' || !(crash.looping || ended.current || restarts >= 2)) continue;
      const limit = memoryLimit(container);
      const state = stateOf(crash, now);
      const heap = limit === undefined ? undefined : heapTooLarge(container, limit.bytes);
      const code = ended.exitCode === undefined ? '' : ` (exit code ${ended.exitCode})`;
      yield {
        subject: containerSubject(snapshot, container),
        message: `${describeContainer(container)} was OOMKilled${code}${
          limit === undefined ? '' : ` at its memory limit of ${limit.text}`
        }${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'} so far` : ''}${heap === undefined ? '' : `; its heap may grow to more than the limit holds (${heap.flag})`}`,
        ...(heap === undefined
          ? {}
          : { fix: [`Set the heap (${heap.flag}) to about 75 % of the memory limit, or raise the limit above it.`] }),
        evidence: [
          snapshot.quote(container.pod, `${ended.at}/reason`),
          ...(ended.exitCode === undefined ? [] : [snapshot.quote(container.pod, `${ended.at}/exitCode`)]),
          ...(limit === undefined ? [] : [snapshot.quote(container.pod, `${limit.at}/memory`)]),
          ...(heap === undefined ? [] : [snapshot.quote(container.pod, heap.at)]),
        ],
        params: { container: container.name, limit: limit?.text ?? 'not known' },
        ...timeOfCrash(crash),
        // Kills that recur are no matter of the past while the next is minutes or hours away.
        ...(state === 'historic' ? { state } : {}),
      };
    }
    for (const seen of podsWithNews(snapshot)) {
      const tight = seen.pod !== undefined && (podLimit(seen.pod) ?? HARDLY_STARTS) < HARDLY_STARTS;
      const event = seen.events.findLast(
        (e) => e.type !== 'Normal' && (INIT_KILLED.test(eventMessage(e)) || (tight && INIT_GONE.test(eventMessage(e)))),
      );
      const containers = seen.pod === undefined ? [] : containersOf(seen.pod);
      const told = containers.find((c) =>
        INIT_KILLED.test(
          `${c.status?.state?.waiting?.message ?? ''} ${c.status?.state?.terminated?.message ?? ''} ${c.status?.lastState?.terminated?.message ?? ''}`,
        ),
      );
      if (event === undefined && told === undefined) continue;
      const name = told?.name ?? (event === undefined ? '' : containerOfEvent(event));
      // The sandbox of a pod is killed by the limit of the pod's cgroup: the sum over its containers.
      const container = containers.find((c) => c.name === name) ?? onlyOne(containers);
      const limit = container === undefined ? undefined : memoryLimit(container);
      const evidence: Evidence[] = [
        ...(event === undefined ? [] : [snapshot.quoteEvent(event)]),
        ...(told === undefined || seen.pod === undefined ? [] : [snapshot.quote(seen.pod, told.at)]),
        ...(limit === undefined || seen.pod === undefined ? [] : [snapshot.quote(seen.pod, `${limit.at}/memory`)]),
      ];
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const over = seen.gone || (seen.pod !== undefined && isWell(seen.pod));
      const since = event === undefined ? undefined : eventFirstTime(event);
      yield {
        subject: seen.subject(container?.name ?? name),
        variant: 'at-start',
        title: 'The memory limit is too low to start the container',
        ...(told === undefined && event !== undefined && !INIT_KILLED.test(eventMessage(event))
          ? { confidence: 'medium' as const }
          : {}),
        message: `The container is OOM-killed while it is being started: its memory limit${limit === undefined ? '' : ` of ${limit.text}`} is too low even for its first process`,
        evidence: [first, ...rest],
        params: { container: container?.name ?? name, limit: limit?.text ?? 'not known' },
        ...(since === undefined ? {} : { since }),
        ...(over ? { state: 'recovered' as const } : {}),
      };
    }
  },
});
