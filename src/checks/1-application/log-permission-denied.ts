import { onlyOne } from '../../lib/only-one.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { Evidence } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times, type GradedHits } from '../log-findings.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const PATH = /(?:^|[\s'"`:=(,])(\/[\w.@%+-][\w./@%+-]{0,200})/;

/** The mount under which the path lies, the longest first; the claim behind it; the users the pod sets. */
function mountOf(snapshot: Snapshot, hits: GradedHits): { words: string; evidence: Evidence[]; related: Ref[] } {
  const { pod } = hits;
  const container =
    pod === undefined
      ? undefined
      : containersOf(pod).find((c) => c.name === hits.subject.container && c.spec !== undefined);
  if (pod === undefined || container === undefined) return { words: '', evidence: [], related: [] };
  const path = PATH.exec(hits.line)?.[1];
  const mounts = (container.spec?.volumeMounts ?? [])
    .map((mount, i) => ({ mount, i }))
    .filter(({ mount }) => mount.mountPath !== undefined && !mount.mountPath.startsWith('/var/run/secrets/'));
  const under = mounts
    .filter(
      ({ mount }) =>
        path !== undefined &&
        (path === mount.mountPath || path.startsWith(`${(mount.mountPath ?? '').replace(/\/$/, '')}/`)),
    )
    .sort((a, b) => (b.mount.mountPath?.length ?? 0) - (a.mount.mountPath?.length ?? 0))[0];
  // A relative path is under the working directory; with one volume besides tokens it can only be that one.
  const found = under ?? (path === undefined ? onlyOne(mounts) : undefined);
  const volume = pod.spec?.volumes?.find((v) => v.name === found?.mount.name);
  const claim = volume?.persistentVolumeClaim?.claimName;
  const security = [
    ['runAsUser', container.spec?.securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser],
    ['fsGroup', pod.spec?.securityContext?.fsGroup],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${String(name)} ${String(value)}`]));
  const readOnly = container.spec?.securityContext?.readOnlyRootFilesystem === true && found === undefined;
  const { namespace } = pod.metadata;
  return {
    words: `${found === undefined ? (readOnly ? '; its root file system is read-only' : '') : `; ${found.mount.mountPath} is volume ${found.mount.name}${claim === undefined ? '' : ` (claim ${claim})`}${found.mount.readOnly === true ? ', mounted read-only' : ''}`}${
      security.length === 0 ? '' : ` (${security.join(', ')})`
    }`,
    evidence: found === undefined ? [] : [snapshot.quote(pod, `${container.specAt}/volumeMounts/${found.i}`)],
    related: claim === undefined ? [] : [refTo('PersistentVolumeClaim', namespace, claim)],
  };
}

/** What provisioners call a volume that they make: after the uid of its claim. */
const VOLUME = /\bpvc-[0-9a-f]{8}-[0-9a-f-]{27}/;

/** Claims for which the volume that the line names was to be made: helper pods of provisioners make its folder. */
function claimsOfVolume(snapshot: Snapshot, line: string): readonly Ref[] {
  const volume = VOLUME.exec(line)?.[0];
  if (volume === undefined) return [];
  return snapshot.list('events').flatMap((event) => {
    const { kind, namespace, name } = event.involvedObject ?? {};
    return kind === 'PersistentVolumeClaim' && name !== undefined && eventMessage(event).includes(volume)
      ? [refTo(kind, namespace ?? event.metadata.namespace, name)]
      : [];
  });
}

/** The machines whose AppArmor, which is a check of its own, denies the very file of the line. */
function deniersOf(snapshot: Snapshot, { line }: GradedHits): readonly Ref[] {
  return snapshot.hits('apparmor-denied').flatMap((hit) => {
    const path = hit.groups['path']?.replace(/\/$/, '');
    if (path === undefined || path.length < 2 || !line.includes(path)) return [];
    const { kind, name } = machineSubject(snapshot, hit);
    return [{ kind, name }];
  });
}

const SIGNATURES = ['app-permission-denied', 'app-bind-denied', 'app-needs-root', 'app-volume-refused'];

/** An address with a port of those that are for root. */
const LOW_PORT = /(?:\d|\]|\*|\w|:):(\d{1,4})\b/;

/** `, at port 80`: the port below 1024 that the line or the container's spec names. */
function lowPorts({ line, pod, subject }: GradedHits): string {
  const named = Number(LOW_PORT.exec(line)?.[1] ?? Number.NaN);
  const declared =
    pod === undefined
      ? []
      : containersOf(pod)
          .filter(({ name }) => name === subject.container)
          .flatMap(({ spec }) => spec?.ports?.flatMap(({ containerPort }) => containerPort ?? []) ?? []);
  const low = [...new Set([named, ...declared])].filter((port) => port > 0 && port < 1024);
  return low.length === 0 ? '' : `; port ${low.join(', ')} is below 1024, for root or NET_BIND_SERVICE only`;
}

export default defineCheck({
  id: 'log-permission-denied',
  layer: 1,
  title: 'Programs may use their files',
  failureTitle: 'The program may not read, write or own a file',
  why: 'The user of the process has no right on the path: the ownership of a volume does not fit runAsUser and fsGroup, a capability (CHOWN, NET_BIND_SERVICE) is dropped, or the file system is read-only.',
  fix: [
    'Where the entry point makes users or changes its own: run the image as the user that it is made for (runAsUser), or take one that starts without root.',
    'Set fsGroup (and runAsUser) of the pod to fit the owner of the volume, let an init container that may do so prepare it, or mount an emptyDir where the program must write.',
  ],
  next: [
    'kubectl exec {name} -n {namespace} -- sh -c "id; ls -ld {path}; mount | grep {path}"',
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.securityContext}'",
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      const { words, evidence, related } = mountOf(snapshot, hits);
      const [first, ...rest] = hits.evidence;
      const binds = /\bbind/.test(hits.line) || hits.hits.some(({ signature }) => signature === 'app-bind-denied');
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          ...(binds ? { title: 'The program may not listen at its port' } : {}),
          variant: hits.hits.some((hit) => hit.signature === 'app-needs-root')
            ? 'needs-root'
            : /[Rr]ead-only file ?system|EROFS/.test(hits.line)
              ? 'read-only'
              : binds
                ? 'bind'
                : /not permitted|EPERM/.test(hits.line)
                  ? 'not-permitted'
                  : 'denied',
          message: `${speaker(hits)} may not ${binds ? 'listen at its port' : 'use a file'}${times(hits.count)}: ${hits.line}${binds ? lowPorts(hits) : words}`,
          evidence: binds ? hits.evidence : [first, ...evidence, ...rest],
          related: [
            ...(binds ? [] : [...related, ...deniersOf(snapshot, hits)]),
            ...claimsOfVolume(snapshot, hits.line),
            ...(hits.pod === undefined ? [] : [refOf(hits.pod)]),
          ],
          params: { path: PATH.exec(hits.line)?.[1] ?? 'PATH' },
        },
      );
    }
  },
});
