/** The pull secrets a pod uses: its own, else those of its ServiceAccount. */
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export interface PullSecrets {
  readonly names: readonly string[];
  /** False when the pod's spec is not in the bundle in full: absence says nothing then. */
  readonly known: boolean;
}

export function pullSecretsOf(snapshot: Snapshot, pod: Pod): PullSecrets {
  const own = (pod.spec?.imagePullSecrets ?? []).flatMap((secret) => secret.name ?? []);
  const account = snapshot.get(
    'serviceAccounts',
    pod.metadata.namespace,
    pod.spec?.serviceAccountName ?? pod.spec?.serviceAccount ?? 'default',
  );
  const shared = (account?.imagePullSecrets ?? []).flatMap((secret) => secret.name ?? []);
  // kubectl describe does not print imagePullSecrets: only the API object tells that there are none.
  if (own.length + shared.length > 0) return { names: [...new Set([...own, ...shared])], known: true };
  return { names: [], known: snapshot.sourcesOf(pod).some((source) => source.detail === 'full') };
}
