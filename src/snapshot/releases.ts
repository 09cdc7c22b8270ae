/** Releases of Helm: from what helm printed, and from the Secrets that it keeps them in. */
import { oncePer } from '../lib/once-per.ts';
import type { Evidence } from '../parsers/records.ts';
import type { Snapshot } from './snapshot.ts';

export interface Release {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly revision: number;
  /** deployed, failed, pending-install, pending-upgrade, pending-rollback, uninstalling, superseded. */
  readonly status: string;
  /** What helm said about it. */
  readonly description: string | undefined;
  /** ms since 1970. */
  readonly since: number | undefined;
  readonly evidence: Evidence;
}

/** The newest revision of each release; what helm printed wins over its Secret. */
export const releases = oncePer((snapshot: Snapshot): readonly Release[] => {
  const newest = new Map<string, Release>();
  const add = (one: Release): void => {
    const key = `${one.namespace ?? ''}/${one.name}`;
    const known = newest.get(key);
    if (known === undefined || one.revision >= known.revision) newest.set(key, one);
  };
  // Storage driver of Helm 3: `sh.helm.release.v1.NAME.vREVISION`, with labels that `helm list` filters by.
  for (const secret of snapshot.list('secrets')) {
    const { labels = {}, namespace } = secret.metadata;
    const { name, status, version, modifiedAt, owner } = labels;
    if (owner !== 'helm' || name === undefined || status === undefined) continue;
    const seconds = Number(modifiedAt ?? 'none');
    add({
      name,
      namespace,
      revision: Number(version) || 0,
      status,
      description: undefined,
      since: Number.isNaN(seconds) ? undefined : seconds * 1000,
      evidence: snapshot.quote(secret, '/metadata/labels/status'),
    });
  }
  for (const one of snapshot.facts('releases')) {
    const { name, namespace, status, description, source } = one;
    // A failure that names no revision is of the last operation.
    const revision = one.revision ?? Number.POSITIVE_INFINITY;
    add({ name, namespace, revision, status, description, since: undefined, evidence: source });
  }
  return [...newest.values()];
});
