/**
 * Puts accounts of one object together although some leave out its namespace or name: a table without a namespace
 * column beside a description that has it, events pasted without the object they are about. Only where just one object
 * can be meant.
 */
import { UNNAMED } from '../parsers/kubectl/nameless.ts';
import { append, groupBy, include } from '../lib/group-by.ts';
import { workloadStem } from '../parsers/pod-name.ts';
import type { ObjectSource } from '../parsers/records.ts';
import { areaOfKind, KINDS, type ObjectArea } from './kinds/index.ts';

interface Placed {
  readonly object: unknown;
  readonly source: ObjectSource;
}
type Accounts<A extends Placed> = ReadonlyMap<ObjectArea, Map<string, A[]>>;
type Fields = Readonly<Record<string, unknown>>;

const SEPARATOR = '\u0000';

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** The object with some fields changed; nothing else of it is touched. */
function changed(object: unknown, field: 'metadata' | 'involvedObject', values: Fields): Fields {
  const all = fieldsOf(object);
  return { ...all, [field]: { ...fieldsOf(all[field]), ...values } };
}

const aboutOf = (event: unknown): Fields => fieldsOf(fieldsOf(event)['involvedObject']);

/** Brings all accounts to the names and namespaces under which the fullest know their objects. */
export function placeAccounts<A extends Placed>(accounts: Accounts<A>, eventKey: (event: Fields) => string): void {
  nameUnnamed(accounts, eventKey);
  nameUnnamedNode(accounts, eventKey);
  nameUnnamedWaiting(accounts, eventKey);
  if (!leavesOutNamespaces(accounts)) return;
  const homes = homesOf(accounts);
  const homesOfPods = homesOfPodsOf(accounts);
  const homeOfWorkload = homeOfWorkloadOf(accounts);
  for (const [area, byKey] of accounts) {
    if (!KINDS[area].namespaced || area === 'events') continue;
    for (const key of Array.from(byKey.keys())) {
      const [namespace, name] = key.split(SEPARATOR) as [string, string];
      const kind = KINDS[area].kind;
      const home =
        namespace === ''
          ? (homes(kind, name) ??
            homeByTarget(byKey.get(key) ?? [], homes) ??
            homesOfPods(kind, name) ??
            homeOfWorkload(kind, name))
          : undefined;
      if (home === undefined) continue;
      const moved = (byKey.get(key) ?? []).map((account) => ({
        ...account,
        object: changed(account.object, 'metadata', { namespace: home }),
      }));
      byKey.delete(key);
      const target = `${home}${SEPARATOR}${name}`;
      for (const account of moved) append(byKey, target, account);
    }
  }
  // Rows that were brought to a namespace take along the events about them.
  const homesNow = placeTables(accounts) ? homesOf(accounts) : homes;
  rewriteEvents(accounts, eventKey, (event) => {
    const about = aboutOf(event);
    const kind = textOf(about['kind']);
    const area = areaOfKind(kind);
    if (area === undefined || !KINDS[area].namespaced || textOf(about['namespace']) !== '') return undefined;
    if (textOf(fieldsOf(event['metadata'])['namespace']) !== '') return undefined;
    const home = homesNow(kind, textOf(about['name']));
    return home === undefined
      ? undefined
      : changed(changed(event, 'involvedObject', { namespace: home }), 'metadata', { namespace: home });
  });
}

/** Only the cluster's own namespace holds these, wherever they are (OpenShift has neither). */
const SYSTEM = /^(?:(?:kube-proxy|coredns)-[a-z0-9]|kube-dns$)/;

/** The namespace that a row without one shows by its name: `kubernetes` is the Service of the API server. */
const ownPlace = (area: ObjectArea, name: string): readonly string[] =>
  SYSTEM.test(name) ? ['kube-system'] : area === 'services' && name === 'kubernetes' ? ['default'] : [];

/**
 * A table without a namespace column is one namespace's: when some of its rows are known to lie there, so do the
 * others. A table is what stands on adjacent lines of one file. Tells whether there was such a table.
 */
function placeTables<A extends Placed>(accounts: Accounts<A>): boolean {
  let placed = false;
  for (const [area, byKey] of accounts) {
    if (!KINDS[area].namespaced || area === 'events' || ![...byKey.keys()].some((key) => key.startsWith(SEPARATOR)))
      continue;
    const rows = [...byKey].flatMap(([key, list]) =>
      list.flatMap((account) => {
        const { line, detail, file } = account.source;
        return detail === 'row' && line !== undefined ? [{ key, account, line, file }] : [];
      }),
    );
    for (const inFile of groupBy(rows, ({ file }) => file).values()) {
      const ordered = inFile.toSorted((a, b) => a.line - b.line);
      let from = 0;
      for (let at = 1; at <= ordered.length; at++) {
        if (at < ordered.length && ordered[at]!.line - ordered[at - 1]!.line <= 1) continue;
        placed = placeTable(area, ordered.slice(from, at), byKey) || placed;
        from = at;
      }
    }
  }
  return placed;
}

function placeTable<A extends Placed>(
  area: ObjectArea,
  rows: readonly { readonly key: string; readonly account: A }[],
  byKey: Map<string, A[]>,
): boolean {
  const known = new Set(
    rows.flatMap(({ key }) => {
      const [namespace = '', name = ''] = key.split(SEPARATOR);
      return namespace === '' ? ownPlace(area, name) : [namespace];
    }),
  );
  const [home, ...others] = known;
  if (home === undefined || others.length > 0) return false;
  let placed = false;
  for (const { key, account } of rows) {
    if (!key.startsWith(SEPARATOR)) continue;
    placed = true;
    const left = (byKey.get(key) ?? []).filter((one) => one !== account);
    if (left.length === 0) byKey.delete(key);
    else byKey.set(key, left);
    const target = `${home}${key}`;
    const moved = { ...account, object: changed(account.object, 'metadata', { namespace: home }) };
    append(byKey, target, moved);
  }
  return placed;
}

function rewriteEvents<A extends Placed>(
  accounts: Accounts<A>,
  eventKey: (event: Fields) => string,
  rewrite: (event: Fields) => Fields | undefined,
): void {
  const byKey = accounts.get('events');
  if (byKey === undefined) return;
  for (const [key, list] of Array.from(byKey)) {
    const kept: A[] = [];
    for (const account of list) {
      const object = rewrite(fieldsOf(account.object));
      if (object === undefined) kept.push(account);
      else {
        const target = eventKey(object);
        const there = target === key ? kept : (byKey.get(target) ?? []);
        there.push({ ...account, object });
        if (target !== key) byKey.set(target, there);
      }
    }
    if (kept.length > 0) byKey.set(key, kept);
    else byKey.delete(key);
  }
}

/** Whole clusters leave out no namespace: then there is nothing to look up. */
function leavesOutNamespaces<A extends Placed>(accounts: Accounts<A>): boolean {
  for (const [area, byKey] of accounts) {
    if (!KINDS[area].namespaced) continue;
    if (area === 'events') {
      for (const list of byKey.values()) if (list.some(({ object }) => namespaceOf(object) === '')) return true;
    } else for (const key of byKey.keys()) if (key.startsWith(SEPARATOR)) return true;
  }
  return false;
}

/** The namespace of what an event is about. */
const namespaceOf = (event: unknown): string =>
  textOf(aboutOf(event)['namespace']) || textOf(fieldsOf(fieldsOf(event)['metadata'])['namespace']);

/** The namespace in which an object of that kind and name is known, if it is just one. */
function homesOf<A extends Placed>(accounts: Accounts<A>): (kind: string, name: string) => string | undefined {
  const known = new Map<string, Set<string>>();
  const note = (kind: string, name: string, namespace: string): void => {
    if (namespace === '' || name === '') return;
    include(known, `${kind}${SEPARATOR}${name}`, namespace);
  };
  for (const [area, byKey] of accounts) {
    if (!KINDS[area].namespaced) continue;
    for (const [key, list] of byKey) {
      if (area === 'events') {
        for (const { object } of list) {
          const about = aboutOf(object);
          note(textOf(about['kind']), textOf(about['name']), namespaceOf(object));
        }
      } else {
        const [namespace, name] = key.split(SEPARATOR) as [string, string];
        note(KINDS[area].kind, name, namespace);
      }
    }
  }
  return (kind, name) => {
    const found = known.get(`${kind}${SEPARATOR}${name}`);
    return found?.size === 1 ? [...found][0] : undefined;
  };
}

/** An autoscaler is where its target is. */
function homeByTarget<A extends Placed>(
  accounts: readonly A[],
  homes: (kind: string, name: string) => string | undefined,
): string | undefined {
  for (const { object } of accounts) {
    const target = fieldsOf(fieldsOf(fieldsOf(object)['spec'])['scaleTargetRef']);
    const home = homes(textOf(target['kind']), textOf(target['name']));
    if (home !== undefined) return home;
  }
  return undefined;
}

/** Kinds whose pods bear their name, or that are mostly called as the workload behind them. */
const CALLED_AS_PODS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Service',
  'Endpoints',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
]);

/** The namespace of the pods that bear a workload's name, if all of them lie in just one. */
function homesOfPodsOf<A extends Placed>(accounts: Accounts<A>): (kind: string, name: string) => string | undefined {
  const known = new Map<string, Set<string>>();
  for (const key of accounts.get('pods')?.keys() ?? []) {
    const [namespace, name] = key.split(SEPARATOR) as [string, string];
    if (namespace === '') continue;
    const replicaSet = name.replace(/-[a-z0-9]{5}$/, '');
    for (const called of new Set([workloadStem(name), replicaSet])) include(known, called, namespace);
  }
  return (kind, name) => {
    const found = CALLED_AS_PODS.has(kind) ? known.get(name) : undefined;
    return found?.size === 1 ? [...found][0] : undefined;
  };
}

const WORKLOADS: readonly ObjectArea[] = ['deployments', 'statefulSets', 'daemonSets', 'replicaSets'];

/** The namespace of the workload whose name a pod bears, if such workloads are known in just one. */
function homeOfWorkloadOf<A extends Placed>(accounts: Accounts<A>): (kind: string, name: string) => string | undefined {
  const known = new Map<string, Set<string>>();
  for (const area of WORKLOADS)
    for (const key of accounts.get(area)?.keys() ?? []) {
      const [namespace, name] = key.split(SEPARATOR) as [string, string];
      if (namespace !== '') include(known, name, namespace);
    }
  return (kind, name) => {
    const found = kind === 'Pod' && known.size > 0 ? known.get(workloadStem(name)) : undefined;
    return found?.size === 1 ? [...found][0] : undefined;
  };
}

/** Events of a pod that has a node. */
const PLACED =
  /^(?:Scheduled|Pulling|Pulled|Created|Started|BackOff|Failed\w{0,40}Volume|FailedMount|FailedCreatePodSandBox)$/;

/** Whether no container of a pod has got as far as to wait for anything but its node. */
const waits = ({ objects }: Candidate): boolean =>
  objects.some((pod) => textOf(fieldsOf(pod['status'])['phase']) === 'Pending') &&
  objects.every((pod) => {
    const status = fieldsOf(pod['status']);
    return ![...listOf(status['containerStatuses']), ...listOf(status['initContainerStatuses'])].some(
      (container) => Object.keys(fieldsOf(container['state'])).length > 0,
    );
  });

interface Candidate {
  readonly name: string;
  readonly namespace: string;
  readonly objects: readonly Fields[];
}

const isOfUnnamed = (event: Fields, kind: string): boolean => {
  const about = aboutOf(event);
  return textOf(about['kind']) === kind && textOf(about['name']) === UNNAMED;
};

/** Accounts of a pod without a name are given that of the one pod they can be about. */
function nameUnnamed<A extends Placed>(accounts: Accounts<A>, eventKey: (event: Fields) => string): void {
  const pods = accounts.get('pods');
  const ending = `${SEPARATOR}${UNNAMED}`;
  const unnamed = Array.from(pods?.keys() ?? []).filter((key) => key.endsWith(ending));
  const events = Array.from(accounts.get('events')?.values() ?? []).flatMap((list) =>
    list.map(({ object }) => fieldsOf(object)).filter((event) => isOfUnnamed(event, 'Pod')),
  );
  if (unnamed.length === 0 && events.length === 0) return;
  const candidates: Candidate[] = [];
  for (const [key, list] of pods ?? []) {
    const [namespace, name] = key.split(SEPARATOR) as [string, string];
    if (name !== UNNAMED) candidates.push({ name, namespace, objects: list.map(({ object }) => fieldsOf(object)) });
  }
  const containers = unnamed.flatMap((key) =>
    (pods?.get(key) ?? []).flatMap(({ object }) =>
      listOf(fieldsOf(fieldsOf(object)['spec'])['containers']).map((container) => textOf(container['name'])),
    ),
  );
  const restarts = unnamed.flatMap((key) =>
    (pods?.get(key) ?? []).flatMap(({ object }) => Math.max(0, ...restartsOf(fieldsOf(object)))),
  );
  // What the scheduler could not place waits: pods that run, or begin to, are not meant.
  const unplaced = events.some((event) => textOf(event['reason']) === 'FailedScheduling');
  const waiting =
    unplaced && !events.some((event) => PLACED.test(textOf(event['reason']))) ? candidates.filter(waits) : [];
  const found = theOne(waiting.length > 0 ? waiting : candidates, containers, Math.max(0, ...restarts));
  if (found === undefined) return;
  const own = { name: found.name, ...(found.namespace === '' ? {} : { namespace: found.namespace }) };
  for (const key of unnamed) {
    const target = `${found.namespace}${SEPARATOR}${found.name}`;
    const moved = (pods?.get(key) ?? []).map((account) => ({
      ...account,
      object: changed(account.object, 'metadata', own),
    }));
    pods?.delete(key);
    if (pods !== undefined) for (const account of moved) append(pods, target, account);
  }
  rewriteEvents(accounts, eventKey, (event) =>
    isOfUnnamed(event, 'Pod') ? changed(event, 'involvedObject', own) : undefined,
  );
}

/** The part of a node's description that came without a name is given that of the one node that it can be about. */
function nameUnnamedNode<A extends Placed>(accounts: Accounts<A>, eventKey: (event: Fields) => string): void {
  const nodes = accounts.get('nodes');
  const key = `${SEPARATOR}${UNNAMED}`;
  const unnamed = nodes?.get(key);
  if (nodes === undefined || unnamed === undefined) return;
  const others = Array.from(nodes.keys()).filter((other) => other !== key);
  const readyIn = (list: readonly A[]): boolean => list.every(({ object }) => isReady(fieldsOf(object)));
  const alike = others.filter((other) => readyIn(nodes.get(other) ?? []) === readyIn(unnamed));
  const [found] = others.length === 1 ? others : alike.length === 1 && !readyIn(unnamed) ? alike : [];
  if (found === undefined) return;
  const name = found.slice(found.indexOf(SEPARATOR) + 1);
  const moved = unnamed.map((account) => ({ ...account, object: changed(account.object, 'metadata', { name }) }));
  nodes.delete(key);
  for (const account of moved) append(nodes, found, account);
  rewriteEvents(accounts, eventKey, (event) =>
    isOfUnnamed(event, 'Node') ? changed(event, 'involvedObject', { name }) : undefined,
  );
}

/** Kinds of which events are cut out, and whether an object waits for what such events speak of. */
const WAITING: readonly (readonly [area: ObjectArea, kind: string, waits: (object: Fields) => boolean])[] = [
  [
    'services',
    'Service',
    (service) =>
      textOf(fieldsOf(service['spec'])['type']) === 'LoadBalancer' &&
      listOf(fieldsOf(fieldsOf(service['status'])['loadBalancer'])['ingress']).length === 0,
  ],
  [
    'persistentVolumeClaims',
    'PersistentVolumeClaim',
    (claim) => textOf(fieldsOf(claim['status'])['phase']) === 'Pending',
  ],
];

/** Events of a Service or a claim without its name are given that of the only one that waits. */
function nameUnnamedWaiting<A extends Placed>(accounts: Accounts<A>, eventKey: (event: Fields) => string): void {
  for (const [area, kind, waits] of WAITING) {
    const waiting = Array.from(accounts.get(area) ?? []).filter(([, list]) =>
      list.every(({ object }) => waits(fieldsOf(object))),
    );
    const [only] = waiting;
    if (only === undefined || waiting.length > 1) continue;
    const [namespace, name] = only[0].split(SEPARATOR) as [string, string];
    const own = { name, ...(namespace === '' ? {} : { namespace }) };
    rewriteEvents(accounts, eventKey, (event) =>
      isOfUnnamed(event, kind) ? changed(event, 'involvedObject', own) : undefined,
    );
  }
}

/** False only of a node whose Ready condition says so. */
const isReady = (node: Fields): boolean =>
  listOf(fieldsOf(node['status'])['conditions']).every(
    (condition) => condition['type'] !== 'Ready' || condition['status'] === 'True',
  );

/** The pod that a nameless part is of: the only one, the one that bears its container's name, or the one that fails. */
function theOne(all: readonly Candidate[], containers: readonly string[], restarts: number): Candidate | undefined {
  const byName = all.filter(({ name }) => containers.some((one) => one.length > 2 && name.includes(one)));
  const near = byName.length > 0 ? byName : all;
  const failing = near.filter(({ objects }) => objects.some(fails));
  // It has restarted: so have a few of those that fail, and hardly any other just as often.
  if (restarts > 0 && failing.length > 1) {
    const alike = failing.filter(({ objects }) => objects.some((pod) => restartsOf(pod).includes(restarts)));
    const some = failing.filter(({ objects }) => objects.some((pod) => restartsOf(pod).some((count) => count > 0)));
    const narrowed = alike.length > 0 ? alike : some;
    if (narrowed.length > 0) return onlyWorkload(narrowed);
  }
  return onlyWorkload(failing.length > 0 ? failing : near);
}

/** The first of these, where all are of one workload. */
function onlyWorkload(pods: readonly Candidate[]): Candidate | undefined {
  const workloads = new Set(pods.map(({ namespace, name }) => `${namespace}/${workloadStem(name)}`));
  return workloads.size === 1 ? pods[0] : undefined;
}

/** The restart counts of a pod's containers, as far as they are told. */
function restartsOf(pod: Fields): readonly number[] {
  const status = fieldsOf(pod['status']);
  return [...listOf(status['containerStatuses']), ...listOf(status['initContainerStatuses'])].flatMap(
    ({ restartCount }) => (typeof restartCount === 'number' ? [restartCount] : []),
  );
}

function fails(pod: Fields): boolean {
  const status = fieldsOf(pod['status']);
  if (['Failed', 'Pending'].includes(textOf(status['phase']))) return true;
  return [...listOf(status['containerStatuses']), ...listOf(status['initContainerStatuses'])].some((container) => {
    const state = fieldsOf(container['state']);
    const ended = fieldsOf(state['terminated']);
    return (
      state['waiting'] !== undefined ||
      (state['terminated'] !== undefined && ended['exitCode'] !== 0 && ended['reason'] !== 'Completed') ||
      (state['running'] !== undefined && container['ready'] === false)
    );
  });
}
