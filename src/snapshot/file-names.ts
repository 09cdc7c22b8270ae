/**
 * Whose a text is by the name of its file, when its command did not tell: people call files `df-worker-2.txt` and
 * `logs-web-7d4f8b9c6-x2k9q.txt`. Only names of objects that the bundle knows count.
 */
import { groupBy } from '../lib/group-by.ts';
import { wordSpans } from '../lib/word-spans.ts';
import { workloadStem } from '../parsers/pod-name.ts';
import type { FactArea, FactTable, LogStream, Probe } from '../parsers/records.ts';
import type { AnyObject, Node, ObjectArea, Pod } from './kinds/index.ts';

type Objects = ReadonlyMap<ObjectArea, readonly AnyObject[]>;
type Facts = { readonly [A in FactArea]?: readonly FactTable[A][] };

/** Shorter names are words of any file's name (`a`, `n1` excepted by its digit). */
const SHORT = 3;
/** A connection that is named for its target was not tried there. */
const ELSEWHERE: ReadonlySet<FactArea> = new Set(['probes', 'commandFailures', 'alerts', 'metrics'] as const);
/** `previous` of `kubectl logs --previous`, as files are named for it. */
const PREVIOUS = /(?:^|[._-])prev(?:ious)?(?:[._-]|$)/i;

const baseOf = (file: string): string =>
  file.slice(file.lastIndexOf('/') + 1).replace(/(?:\.(?:txt|log|out|json|md|ya?ml))+$/i, '');

/** Containers that webhooks put into the pods of others: their names are not those of the pods of that product. */
const INJECTED =
  /(?:^|[._-])(?:vault-agent(?:-init)?(?!-?inj)|istio-(?:proxy|init|validation)|linkerd-(?:proxy|init))(?=$|[._-])/g;

/** The answer for each file once; thousands of records come from one. */
function perFile<T>(find: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    if (!known.has(file)) known.set(file, find(file));
    return known.get(file) as T;
  };
}

/** The only known name of the longest words of a text. */
function nameIn<T>(text: string, known: ReadonlyMap<string, T | undefined>): T | undefined {
  let found: { readonly length: number; readonly value: T | undefined } | undefined;
  for (const span of wordSpans(text)) {
    if (found !== undefined && span.length < found.length) break;
    if ((span.length < SHORT && !/\d/.test(span)) || !known.has(span)) continue;
    const value = known.get(span);
    if (found !== undefined && found.value !== value) return undefined;
    found = { length: span.length, value };
  }
  return found?.value;
}

/**
 * The machine that a file or one of its folders is named for: `worker-a/df.txt`, `worker-a.txt`, `df-worker-a.txt`. A
 * folder named for a pod in the network of its machine holds what that machine said: `bugtool-cilium-7xk2p/dmesg.txt`.
 */
function nodesByFile(objects: Objects): (file: string) => { readonly whole?: string; readonly within?: string } {
  const names = new Map<string, string>();
  const nodes: readonly Node[] = objects.get('nodes') ?? [];
  for (const node of nodes) {
    names.set(node.metadata.name, node.metadata.name);
    for (const { address } of node.status?.addresses ?? [])
      if (address !== undefined && !names.has(address)) names.set(address, node.metadata.name);
  }
  const hosted = new Map<string, string>();
  const pods: readonly Pod[] = objects.get('pods') ?? [];
  for (const pod of pods) {
    const name = pod.spec?.nodeName;
    if (name === undefined || name === '') continue;
    names.set(name, name);
    if (pod.spec?.hostNetwork === true) hosted.set(pod.metadata.name, name);
  }
  return perFile((file) => {
    const parts = file.split('/');
    // A folder may bear the full domain name of the machine.
    const tries = [
      ...parts.flatMap((part) => [part, part.replace(/\.[a-z]{2,4}$/, '')]),
      ...parts.slice(0, -1).map((part) => part.split('.')[0] ?? part),
    ];
    const whole = tries.find((part) => names.has(part));
    const folders = (): readonly (string | undefined)[] => parts.slice(0, -1).map((part) => nameIn(part, hosted));
    const node = whole === undefined ? (nameIn(baseOf(file), names) ?? folders().find(Boolean)) : names.get(whole);
    return node === undefined ? {} : whole === undefined ? { within: node } : { whole: node };
  });
}

/** The pod that a file is named for, whole or by the name of the workload of which it is the only pod. */
function podsByFile(objects: Objects): (file: string) => Pod | undefined {
  let names: Map<string, Pod | undefined> | undefined;
  const known = (): Map<string, Pod | undefined> => {
    if (names !== undefined) return names;
    names = new Map();
    const pods: readonly Pod[] = objects.get('pods') ?? [];
    // Of several pods of a workload people paste the log of the one that fails.
    for (const [stem, alike] of groupBy(pods, (pod) => workloadStem(pod.metadata.name))) {
      const failing = alike.filter(({ status }) => status?.containerStatuses?.some(({ ready }) => ready === false));
      // Where all fail alike, or none does, its log is that of any.
      names.set(stem, failing.length === alike.length || failing.length <= 1 ? (failing[0] ?? alike[0]) : undefined);
    }
    for (const pod of pods) names.set(pod.metadata.name, pod);
    return names;
  };
  return perFile((file) => nameIn(baseOf(file).replace(INJECTED, ''), known()));
}

/** `kubectl exec deploy/web`: the only pod of that workload. */
function podOfWorkload(objects: Objects, { namespace, pod }: NonNullable<Probe['from']>): string | undefined {
  const name = /^[a-z.]{2,40}\/(.{1,253})$/.exec(pod ?? '')?.[1];
  if (name === undefined) return undefined;
  const alike = (objects.get('pods') ?? []).filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace) &&
      workloadStem(metadata.name) === name,
  );
  return alike.length === 1 ? alike[0]?.metadata.name : undefined;
}

/** Probes from a workload as from its pod. */
function fromPods(objects: Objects, probes: readonly Probe[]): readonly Probe[] {
  return probes.map((probe) => {
    const pod = probe.from === undefined ? undefined : podOfWorkload(objects, probe.from);
    return pod === undefined ? probe : { ...probe, from: { ...probe.from, pod } };
  });
}

/** Facts and logs with the machine or the pod for which their files are named. */
export function placeByFileName(
  objects: Objects,
  facts: Facts,
  logs: readonly LogStream[],
): { readonly facts: Facts; readonly logs: readonly LogStream[] } {
  const nodeOf = nodesByFile(objects);
  const podOf = podsByFile(objects);
  const outFacts: Record<string, unknown> = {};
  for (const [area, records] of Object.entries(facts) as [FactArea, readonly FactTable[FactArea][]][])
    outFacts[area] = records.map((record) => {
      if (record.node !== undefined) return record;
      const { whole, within } = nodeOf(record.source.file);
      const node = whole ?? (ELSEWHERE.has(area) ? undefined : within);
      return node === undefined ? record : { ...record, node };
    });
  if (facts.probes !== undefined) outFacts['probes'] = fromPods(objects, outFacts['probes'] as readonly Probe[]);
  const outLogs = logs.map((log) => {
    const { origin } = log;
    if (origin.node !== undefined) return log;
    if (log.class === 'container') {
      const pod = origin.pod === undefined ? podOf(origin.file) : undefined;
      if (pod === undefined) return log;
      const { name, namespace } = pod.metadata;
      const named = {
        ...(namespace === undefined ? {} : { namespace }),
        pod: name,
        ...(PREVIOUS.test(baseOf(origin.file)) ? { previous: true } : {}),
      };
      return {
        ...log,
        origin: { ...origin, ...named },
        hits: log.hits.map((hit) => ({ ...hit, origin: { ...hit.origin, ...named } })),
      };
    }
    const { whole, within } = nodeOf(origin.file);
    const node = whole ?? within;
    if (node === undefined) return log;
    return {
      ...log,
      origin: { ...origin, node },
      hits: log.hits.map((hit) => (hit.node === undefined ? { ...hit, node, origin: { ...hit.origin, node } } : hit)),
    };
  });
  return { facts: outFacts as Facts, logs: outLogs };
}
