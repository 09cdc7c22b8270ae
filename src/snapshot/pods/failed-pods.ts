/** Pods that ended with an error and stay so, as objects and as rows of a table tell them. */
import { groupBy } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { ObjectOf, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** `Error` in a table, never restarted: the pod is done, as pods of Jobs are (restartPolicy Never). */
export function endedInRow(pod: Pod): boolean {
  const [first] = pod.status?.containerStatuses ?? [];
  return (
    pod.metadata.ownerReferences === undefined &&
    pod.status?.phase === undefined &&
    first?.state?.terminated?.reason === 'Error' &&
    (first.restartCount ?? 0) === 0
  );
}

export function hasFailed(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || endedInRow(pod);
}

/** The Job in the name of a pod that a table shows: `sum-x2k9q` is of `sum`; `web-5d9c7b8f6d-x2k9q` is a Deployment's. */
export function jobByName(pod: Pod): string | undefined {
  if (pod.metadata.ownerReferences !== undefined) return undefined;
  const stem = /^(.{1,247})-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod.metadata.name)?.[1];
  return stem === undefined || /-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/.test(stem) ? undefined : stem;
}

/** The name of the Job that made a pod, by its owner, else by its name. */
export const jobOf = (pod: Pod): string | undefined =>
  pod.metadata.ownerReferences?.find((owner) => owner.kind === 'Job')?.name ?? jobByName(pod);

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}\u0000${name}`;

const podsByJob = oncePer((snapshot: Snapshot) =>
  groupBy(snapshot.list('pods'), (pod) => {
    const controller = snapshot.controllerOf(pod);
    return controller?.kind === 'Job' ? keyOf(controller.namespace, controller.name) : undefined;
  }),
);

/** The pods that a Job made; at the top of their owners there may be a CronJob. */
export const podsOfJob = (snapshot: Snapshot, { metadata }: ObjectOf<'jobs'>): readonly Pod[] =>
  podsByJob(snapshot).get(keyOf(metadata.namespace, metadata.name)) ?? [];

/** The Jobs that are complete. */
const doneJobs = oncePer((snapshot: Snapshot): ReadonlySet<string> => {
  const out = new Set<string>();
  for (const { metadata, status } of snapshot.list('jobs'))
    if (status?.conditions?.some((one) => one.type === 'Complete' && one.status === 'True') === true)
      out.add(keyOf(metadata.namespace, metadata.name));
  return out;
});

/** Pods that write the static pods of the control plane of OpenShift, one for each revision and node; they are tried again. */
const INSTALLER = /^(?:installer|revision-pruner)-(\d{1,6})-/;

/** An installer whose operator is well by now, or after which a later one came through. */
function wasInstalledSince(snapshot: Snapshot, { metadata: { namespace = '', name } }: Pod): boolean {
  const revision = INSTALLER.exec(name)?.[1];
  const operator = /^openshift-(etcd|kube-(?:apiserver|controller-manager|scheduler))$/.exec(namespace)?.[1];
  if (revision === undefined || operator === undefined) return false;
  const conditions = snapshot.get('clusterOperators', undefined, operator)?.status?.conditions ?? [];
  const has = (wanted: string): boolean => conditions.some(({ type, status }) => type === wanted && status === 'True');
  if (conditions.length > 0) return has('Available') && !has('Degraded');
  return snapshot
    .podsIn(namespace)
    .some((other) => Number(INSTALLER.exec(other.metadata.name)?.[1] ?? 0) >= Number(revision) && hasSucceeded(other));
}

/** `Completed` in a table. */
const hasSucceeded = ({ status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.containerStatuses?.[0]?.state?.terminated?.reason === 'Completed';

/** A try of a Job, or of an installer, that another try completed: why it ended matters no more. */
export function wasMadeGood(snapshot: Snapshot, pod: Pod): boolean {
  if (wasInstalledSince(snapshot, pod)) return true;
  const job = hasFailed(pod) ? jobOf(pod) : undefined;
  return job !== undefined && doneJobs(snapshot).has(keyOf(pod.metadata.namespace, job));
}
