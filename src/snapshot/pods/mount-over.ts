/** The volume that lies over a path of the image: what the image has there is hidden, and only the volume's files are seen. */
import { onlyOne } from '../../lib/only-one.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { PodSpec } from '../kinds/core.ts';
import type { AnyObject, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { templateOf, templateSpecOf } from './pod-spec.ts';

/** Directories in which images keep their program, for programs that are named without one. */
const PROGRAM_FOLDER =
  /^\/(?:app|code|src|srv|work\w{0,8}|usr\/src\/[\w-]{1,40}|opt\/[\w-]{1,40}|home\/[\w-]{1,40}|var\/www(?:\/html)?)$/;

interface Shown {
  readonly object: AnyObject;
  readonly spec: PodSpec;
  readonly at: string;
}

/** The specs that tell of the pod: its own, its template's; of a pod that nobody named the only workload's. */
function shownSpecs(snapshot: Snapshot, pod: Pod): readonly Shown[] {
  const own = pod.spec === undefined ? [] : [{ object: pod, spec: pod.spec, at: '/spec' }];
  const template = templateOf(snapshot, pod);
  const workloads = (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((kind): readonly AnyObject[] =>
    snapshot.list(kind),
  );
  const only = pod.metadata.name === UNNAMED ? onlyOne(workloads) : undefined;
  const owner = template?.owner ?? only;
  const spec = template?.spec ?? templateSpecOf(only);
  return [
    ...own,
    ...(owner === undefined || spec === undefined ? [] : [{ object: owner, spec, at: '/spec/template/spec' }]),
  ];
}

/** `volume config (ConfigMap web-config)`. */
function describeVolume(name: string, specs: readonly Shown[]): { readonly words: string; readonly optional: boolean } {
  for (const { spec } of specs) {
    const volume = spec.volumes?.find((one) => one.name === name);
    const source = volume?.configMap ?? volume?.secret;
    const what =
      volume?.configMap?.name !== undefined
        ? `ConfigMap ${volume.configMap.name}`
        : volume?.secret?.secretName !== undefined
          ? `Secret ${volume.secret.secretName}`
          : volume?.persistentVolumeClaim?.claimName !== undefined
            ? `claim ${volume.persistentVolumeClaim.claimName}`
            : undefined;
    if (what !== undefined) return { words: `volume ${name} (${what})`, optional: source?.optional === true };
  }
  return { words: `volume ${name}`, optional: false };
}

export interface Cover {
  /** How the volume comes to hide the path. */
  readonly words: string;
  readonly evidence: Evidence;
}

/** The mount that hides `path`, or that made a directory of it; undefined where no spec in the bundle has one. */
export function coverOf(snapshot: Snapshot, pod: Pod, container: string | undefined, path: string): Cover | undefined {
  const specs = shownSpecs(snapshot, pod);
  for (const { object, spec, at } of specs)
    for (const [i, one] of (spec.containers ?? []).entries()) {
      if (container !== undefined && container !== '' && one.name !== undefined && one.name !== container) continue;
      for (const [j, mount] of (one.volumeMounts ?? []).entries()) {
        const where = mount.mountPath?.replace(/\/$/, '') ?? '';
        if (where === '' || where.startsWith('/var/run/secrets')) continue;
        const { words, optional } = describeVolume(mount.name ?? '', specs);
        const evidence = snapshot.quote(object, `${at}/containers/${i}/volumeMounts/${j}`);
        if (mount.subPath !== undefined) {
          if (where !== path) continue;
          return {
            words: `${where} is mounted by subPath from ${words}${optional ? ', which is optional' : ''}: where that has no ${mount.subPath}, Kubernetes makes a directory there`,
            evidence,
          };
        }
        if (path.startsWith('/') ? path.startsWith(`${where}/`) : PROGRAM_FOLDER.test(where))
          return { words: `${words} is mounted over ${where} and hides what the image has there`, evidence };
      }
    }
  return undefined;
}
