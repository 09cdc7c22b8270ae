/** Pods by what the machine calls them: directories and cgroups bear a uid, not a name. */
import { oncePer } from '../../lib/once-per.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** A uid in a path; systemd's cgroup driver writes underscores for its dashes. */
export const POD_UID =
  /pods?[/_-]?([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})/;

const index = oncePer((snapshot: Snapshot): ReadonlyMap<string, Pod> => {
  const out = new Map<string, Pod>();
  for (const pod of snapshot.list('pods')) {
    if (pod.metadata.uid !== undefined) out.set(pod.metadata.uid, pod);
    // Static pods: the machine knows them by the hash of the manifest.
    const hash = pod.metadata.annotations?.['kubernetes.io/config.hash'];
    if (hash !== undefined) out.set(hash, pod);
  }
  return out;
});

/** The pod of a uid, or of a static pod's hash. */
export function podByUid(snapshot: Snapshot, uid: string | undefined): Pod | undefined {
  return uid === undefined ? undefined : index(snapshot).get(uid.replaceAll('_', '-'));
}
