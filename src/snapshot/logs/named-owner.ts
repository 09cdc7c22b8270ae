/**
 * Whose a log is by what its source says: the name of a pod, of its workload or of a program. A log file may be named
 * for each of them; when just one pod answers to the name, the log is that pod's, with several it is their workload's.
 */
import { onlyOne } from '../../lib/only-one.ts';
import type { Origin } from '../../parsers/records.ts';
import type { Pod } from '../kinds/index.ts';
import type { Objects } from '../objects.ts';
import type { Owners } from '../owners.ts';
import { refOf, type Ref } from '../ref.ts';

export interface LogOwner {
  readonly pod?: Pod;
  readonly workload?: Ref;
  /** The name in the source, also when no object answers to it. */
  readonly name?: string;
}

const WORKLOADS = ['deployments', 'statefulSets', 'daemonSets', 'jobs'] as const;
const PROGRAM_LABELS = ['k8s-app', 'component', 'app'] as const;

export function createLogOwners({ list }: Objects, { workloadOf }: Owners): (origin: Origin) => LogOwner {
  const workloadOfPod = (pod: Pod): Ref | undefined => workloadOf(pod);

  /** The pods that run a program of the platform (`coredns`, `etcd`), when they are one workload's or just one. */
  const ofProgram = (program: string): LogOwner => {
    const [first, ...more] = list('pods').filter(
      (pod) =>
        (pod.spec?.containers ?? []).some((container) => container.name === program) ||
        PROGRAM_LABELS.some((label) => pod.metadata.labels?.[label] === program) ||
        workloadOfPod(pod)?.name === program,
    );
    if (first === undefined) return {};
    if (more.length === 0) return { pod: first };
    const workload = workloadOfPod(first);
    const same = more.every((pod) => workloadOfPod(pod)?.name === workload?.name);
    return workload !== undefined && same ? { workload } : {};
  };

  /** A workload of that name, of whose pods the bundle says nothing. */
  const workloadNamed = (name: string, namespace: string | undefined): Ref | undefined => {
    for (const area of WORKLOADS) {
      const object = onlyOne(
        list(area).filter(
          ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
        ),
      );
      if (object !== undefined) return refOf(object);
    }
    return undefined;
  };

  const ofName = (name: string, { namespace, command }: Origin): LogOwner => {
    const inNamespace = list('pods').filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    const exact =
      onlyOne(inNamespace.filter((pod) => pod.metadata.name === name)) ??
      // A table that was pasted without its command does not say the namespace.
      onlyOne(list('pods').filter(({ metadata }) => metadata.namespace === undefined && metadata.name === name));
    if (exact !== undefined) return { pod: exact, name };
    const owned = inNamespace.filter((pod) => workloadOfPod(pod)?.name === name);
    const named =
      owned.length > 0
        ? owned
        : inNamespace.filter(
            ({ metadata: { labels } }) => labels?.['app'] === name || labels?.['app.kubernetes.io/name'] === name,
          );
    const [first, ...more] = named;
    if (first !== undefined && more.length === 0) return { pod: first, name };
    const ofFirst = first === undefined ? undefined : workloadOfPod(first);
    // Static pods' mirrors belong to their nodes; a log that only names the program is no one node's.
    const workload = ofFirst?.kind === 'Node' ? undefined : ofFirst;
    const found = workload ?? workloadNamed(name, namespace);
    if (found !== undefined) return { workload: found, name };
    if (command !== undefined || first !== undefined) return { name };
    // A file that somebody named short: `shop.log` of a pod `shop-api-0`.
    const alike = onlyOne(
      inNamespace.filter(({ metadata }) => metadata.name.startsWith(`${name}-`) || metadata.name.endsWith(`-${name}`)),
    );
    return alike === undefined ? { name } : { pod: alike, name };
  };

  const find = (origin: Origin): LogOwner => {
    if (origin.pod !== undefined) return ofName(origin.pod, origin);
    if (origin.node !== undefined) return {};
    return origin.program === undefined ? {} : ofProgram(origin.program);
  };
  const known = new Map<string, LogOwner>();
  return (origin) => {
    const { namespace, pod, program, node, command } = origin;
    const at = [namespace, pod, program, node, command === undefined].join('\u0000');
    let owner = known.get(at);
    if (owner === undefined) known.set(at, (owner = find(origin)));
    return owner;
  };
}
