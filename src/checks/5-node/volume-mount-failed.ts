import { headAndTail } from '../../lib/excerpt.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { MOUNT_FAILED, MOUNT_WORDS, mountWordsOf } from '../../snapshot/logs/mount-words.ts';
import { timing, weightOf } from '../../snapshot/logs/hits.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';
import { isEvent, toldByLog } from '../told-by-log.ts';

const FAILED =
  /MountVolume\.[A-Za-z ]{1,40} failed for volume "(?<volume>[^"]{1,253})"(?: \((?:spec\.Name|UniqueName): "[^"]{1,400}"\))?(?: pod "[^"]{1,253}" \(UID: "[^"]{1,80}"\))?(?: with)? ?: (?<tail>.*)|[Uu]nable to (?:attach or )?mount volumes[^:]{0,80}: ?unmounted volumes=\[(?<unmounted>[^\]]{1,400})\].*|MapVolume\.[A-Za-z ]{1,40} failed for volume "(?<block>[^"]{1,253})" ?: (?<blockTail>.*)/s;
/** Missing keys, objects and containers are the configuration's fault (config-ref-missing, downward-api-container-unknown); the cache messages pass by themselves. */
const OF_CONFIGURATION =
  /(?:secrets?|configmaps?) "[^"]*" not found|references non-existent (?:secret|config) key|object "[^"]*"\/"[^"]*" not registered|failed to sync (?:configmap|secret) cache|failed to get secretproviderclass|^container (?:\S{1,63} )?not found$/i;
/** Letters of a message that are told, and of what mount(8) said: it repeats the paths of the arguments, twice 200 letters. */
const LONGEST = 300;
const LONGEST_OUTPUT = 400;
/** Fewer such lines are a blip, unless a short text ends with them: the kubelet tries again. */
const LEAST = 3;
const STEP = /(?:Mount|Map)Volume\./;
/** What mount(8), the driver or the kubelet say: words, variant, what it means, and what to do where that is more than to mend it. */
const ROUTES: readonly (readonly [RegExp, string, string, string?])[] = [
  [
    /driver name \S+ not found in the list of registered CSI drivers/,
    'driver-missing',
    'the CSI driver does not run on the node',
  ],
  [
    /rpc\.statd is not running|unknown filesystem type .?(?:nfs|cifs|glusterfs|ceph)|need a \/sbin\/mount\.<type> helper|mount\.\w{1,12}: (?:command )?not found|exec: "mount\.\w{1,12}"/,
    'client-missing',
    'the node lacks the client of the network file system (nfs-common or nfs-utils with rpc.statd, cifs-utils, glusterfs-client)',
  ],
  [
    /iSCSI driver not found|iscsi_tcp.{0,80}(?:not found|not loaded)/i,
    'iscsi-module',
    'the node has not loaded the kernel module of iSCSI (modprobe iscsi_tcp)',
  ],
  [
    /iscsiadm: can ?not connect to iSCSI daemon|Initiatorname required|could not connect to iscsid|iscsiadm: (?:No such file|(?:command )?not found)/,
    'iscsi-initiator',
    'the iSCSI initiator of the node does not work: iscsid does not run, or has no name in /etc/iscsi/initiatorname.iscsi (open-iscsi, iscsi-initiator-utils)',
  ],
  [
    /iscsiadm|\biscsi: failed|\/sys\/class\/iscsi_host/,
    'iscsi',
    'the node does not reach the iSCSI target, or the target does not let it in (iscsid on the node, portal, name of the initiator, CHAP)',
  ],
  [
    /executable file not found in \$PATH/,
    'tool-missing',
    'a program for mounting or formatting is missing where it is started: in the image of the driver or of the kubelet, or on the node',
  ],
  [
    /already attached (?:by|to)|volume is in use by|exclusively attached/i,
    'held',
    'another pod or node still holds the volume',
  ],
  // "RPC: Program not registered" is NFS; "rpc error: code =" is any CSI driver.
  [/mount\.nfs|\bnfs4?\b|Stale file handle|RPC: |portmap/, 'nfs', 'the NFS server or export cannot be used'],
  [
    /mount error\(\d{1,3}\)|mount\.cifs\(8\)/,
    'smb',
    'the SMB share cannot be used (13: user, password, domain or the rights of the share; 2: no such share or path; 111, 112, 113, 115: the server does not answer there, or not in this version of SMB)',
    'Try it on the node (mount -t cifs //SERVER/SHARE -o vers=3.0,username=USER) and read what the kernel says (dmesg | grep CIFS): port 445, name, credentials, domain, version; a mount.cifs that hangs in state D holds up all later ones until the machine is rebooted',
  ],
  [
    /wrong fs type|bad superblock|can't read superblock|structure needs cleaning|fsck/i,
    'filesystem',
    'the file system is damaged or of another kind',
  ],
  [
    /provider not found|failed to find provider binary/,
    'provider-missing',
    'the provider of the Secrets Store CSI driver does not run on the node',
  ],
  [
    /failed to mount secrets store objects/,
    'secret-store',
    'the secret store refuses, or does not have what is asked of it',
  ],
  [/no CSIDriver object/, 'driver-missing', 'the CSI driver is not installed in the cluster'],
  [
    /dial unix \S{1,300}\.sock: connect: |connect: (?:connection refused|no such file or directory).{0,20}csi\.sock/,
    'driver-down',
    'the CSI driver on the node does not answer at its socket',
  ],
  [
    /does not appear staged|not (?:yet )?staged|staging (?:target )?path .{0,300}(?:not found|does not exist|not mounted)/i,
    'not-staged',
    'the volume was not staged on the node, or the driver has forgotten it (it was restarted, or detached the volume meanwhile)',
  ],
  [
    /applyFSGroup failed .{0,400}no such file or directory|unable to create (?:the )?target path .{0,800}no such file or directory/,
    'kubelet-directory',
    'the driver mounted it at another place than the kubelet looks: it is installed for another kubelet root directory (kubeletDir, --kubelet-registration-path)',
  ],
  [
    /rbd: (?:map|sysfs|unmap)|libceph|mount error[: ]{1,2}(?:no mds|\d)|ceph.{0,40}(?:timed out|feature)/i,
    'ceph',
    'the node cannot map or mount the Ceph volume (way to the monitors and OSDs, kernel features, key)',
  ],
  [/hostPath type check failed/, 'host-path', 'the path on the node does not exist or is of another kind'],
  [
    /already mounted|mount point busy|device (?:or resource )?busy|apparently in use by the system/i,
    'busy',
    'the device or mount point is in use (often by multipathd, or by an earlier mount)',
    'See who holds the device on the node (lsblk: an mpath device above it; findmnt; fuser -vm): let multipathd leave the disks of the driver alone (blacklist in /etc/multipath.conf, then systemctl restart multipathd), or unmount what is left of an earlier pod',
  ],
  [
    /special device \S{1,300} does not exist|The file \S{1,300} does not exist|no such device|[Cc]annot find Lun|(?:failed|unable|could not|couldn't) (?:to )?find (?:the |a )?(?:attached )?(?:\w{2,8} ){0,2}(?:device|disk|PD|volume)\b|device (?:path )?\S{0,200} ?(?:was )?not found/i,
    'device-missing',
    'the attached disk does not appear on the node (its driver, udev, or the machine did not notice it)',
    'Compare the VolumeAttachment with what the storage and the machine say (lsblk, nvme list, lsscsi): detach and attach the disk again, or let the pod go to another node; restart a machine that no longer notices new disks',
  ],
  [
    /disk: \w{8,64} not attached to node/,
    'device-hidden',
    'the driver does not find the disk on the machine by its number',
    'vSphere shows the number of a disk only to machines with disk.EnableUUID=TRUE among their advanced settings: set it, and power the machine off and on; ls -l /dev/disk/by-id shows a wwn-0x6000c29… for each disk then',
  ],
  [
    /failed to set source device readwrite/,
    'drbd-role',
    'DRBD does not make its device writable on the node: it is Primary on another one, or has no quorum',
    'Look at the roles (drbdadm status, linstor resource list): drbdadm secondary RESOURCE where it is Primary and no pod uses it; bring its peers back where quorum is lost',
  ],
  [
    /image not found|code = NotFound|volume \S{1,200} (?:not found|does not exist)|\.NotFound\b/i,
    'gone',
    'the volume does not exist in the storage system',
  ],
  [/permission denied|access denied|operation not permitted/i, 'denied', 'access is denied'],
  [/no space left/i, 'no-space', 'the node has no space left'],
  [/DeadlineExceeded|timed out|context deadline exceeded/i, 'timeout', 'it timed out'],
];

/** What to ask where nothing names the pod. */
const WITHOUT_POD = [
  'journalctl -u kubelet --no-pager | grep -E "MountVolume|attach or mount" | tail',
  'kubectl get volumeattachments',
] as const;

export default defineCheck({
  id: 'volume-mount-failed',
  layer: 5,
  title: 'All volumes are mounted',
  failureTitle: 'A volume cannot be mounted',
  why: 'The kubelet starts no container of a pod before all its volumes are mounted; the pod stays in ContainerCreating.',
  fix: ['Mend what the last part of the message names: driver, server, file system, path or permission'],
  next: ['kubectl describe pod {name} -n {namespace}', ...WITHOUT_POD],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'hostLogs'],
  reads: [MOUNT_FAILED, MOUNT_WORDS],
  wants: ['pods', 'persistentVolumeClaims', 'persistentVolumes'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const failure of podFailures(snapshot, ['FailedMount', 'FailedMapVolume'], FAILED)) {
      // The summary names the volumes, its sibling the reason.
      const detailed =
        failure.events.findLast(
          (event) => STEP.test(eventMessage(event)) && routeOf(eventMessage(event)) !== undefined,
        ) ?? failure.events.findLast((event) => STEP.test(eventMessage(event)));
      const event = detailed ?? failure.event;
      const match = FAILED.exec(eventMessage(event)) ?? failure.match;
      const groups = match.groups ?? {};
      const given = groups['tail'] ?? groups['blockTail'] ?? match[0];
      if (OF_CONFIGURATION.test(given)) continue;
      const name = groups['volume'] ?? groups['block'] ?? groups['unmounted']?.split(/[ ,]/)[0] ?? '';
      const { tail, quotes } = explained(snapshot, given, name);
      const { refs } = volumeNamed(snapshot, name, failure);
      const route = routeOf(tail);
      told.add(`${failure.seen.ref.namespace ?? ''}/${failure.seen.ref.name}`);
      const draft: FindingDraft = {
        subject: failure.seen.subject(),
        variant: route?.[1] ?? 'other',
        ...(route?.[3] === undefined ? {} : { fix: [route[3]] }),
        message:
          `Volume "${name}" of pod ${failure.seen.ref.name} cannot be mounted${failure.node === undefined ? '' : ` on ${failure.node}`}` +
          `${route === undefined ? '' : `: ${route[2]}`}${failure.count > 1 ? ` (${failure.count} attempts)` : ''}: ${excerpt(tail)}`,
        evidence: [
          snapshot.quoteEvent(event),
          ...quotes,
          ...(event === failure.event ? [] : [snapshot.quoteEvent(failure.event)]),
        ],
        related: [
          ...refs,
          ...(route?.[1] === 'driver-down' ? pluginsOf(snapshot, tail, failure.node) : serverOf(tail)),
        ],
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
      yield draft;
    }
    const hits = snapshot.hits(MOUNT_FAILED).filter((hit) => !isEvent(snapshot, hit));
    yield* toldByLog(snapshot, hits, told, (hit, who, times) => {
      const { volume, unmounted, reason } = hit.groups;
      const given = reason === undefined ? hit.first.text : wholeReason(hit.first.text, reason);
      if (OF_CONFIGURATION.test(given)) return undefined;
      const { tail, quotes } = explained(snapshot, given, volume ?? '', hit);
      const route = routeOf(tail);
      return {
        variant: route?.[1] ?? 'other',
        ...(route?.[3] === undefined ? {} : { fix: [route[3]] }),
        evidence: [...snapshot.evidenceOf(hit), ...quotes],
        message: `Volume "${volume ?? unmounted ?? ''}" of ${who} cannot be mounted${route === undefined ? '' : `: ${route[2]}`}${times}${reason === undefined ? '' : `: ${excerpt(tail)}`}`,
      };
    });
    if (told.size === 0 && hits.length === 0) yield* saidByMountAlone(snapshot);
  },
});

/** The server of a share: `//files.example.com/share`, `nfs.example.com:/export`. */
const SERVER = /\s\/\/([a-z0-9][a-z0-9.-]{1,252})\/|\s([a-z0-9][a-z0-9.-]{1,252}):\//i;

function serverOf(tail: string): readonly Ref[] {
  const [, smb, nfs] = SERVER.exec(tail) ?? [];
  const name = smb ?? nfs;
  return name === undefined ? [] : [{ kind: 'Host', name }];
}

/** `…/plugins/gcsfuse.csi.storage.gke.io/csi.sock` */
const SOCKET = /\/plugins(?:_registry)?\/([a-z0-9][a-z0-9.-]{1,62})(?:-reg)?(?:\/csi)?\.?\w{0,8}\.sock/;
/** Parts of a driver's name that say nothing of what it is for. */
const COMMON = /^(?:csi|com|io|org|net|aws|k8s|storage|gke|azure|cloud|driver|plugin)$/;

/** Pods that fail and by their names run the driver whose socket is silent. */
function pluginsOf(snapshot: Snapshot, tail: string, node: string | undefined): readonly Ref[] {
  const parts = (SOCKET.exec(tail)?.[1] ?? '').split(/[.-]/).filter((part) => part.length > 2 && !COMMON.test(part));
  return unsteadyPods(snapshot)
    .filter(({ metadata: { name }, spec }) => {
      const here = node === undefined || spec?.nodeName === undefined || spec.nodeName === node;
      return here && name.includes('csi') && parts.some((part) => name.includes(part));
    })
    .slice(0, 20)
    .map((pod) => refOf(pod));
}

/** A volume by its directory on the node, and as lines of the kubelet call it. */
const OF_VOLUME =
  /volumes\/kubernetes\.io~[\w.-]{1,60}\/([a-z0-9][\w.-]{0,252})|for volume "([^"]{1,253})"|\/(pvc-[0-9a-f-]{6,36})\b/;
const OF_POD = /\bpod "([a-z0-9][a-z0-9.-]{0,252})"/;

/** What mount(8) said, where no line and no event of the kubelet names the volume: the lines around it may. */
function* saidByMountAlone(snapshot: Snapshot): Generator<FindingDraft> {
  for (const hit of snapshot.hits(MOUNT_WORDS)) {
    const words = hit.groups['words'] ?? hit.groups['attached'] ?? '';
    const route = routeOf(words);
    // A new disk is tried before it is formatted; volume-fs-corrupt tells that apart.
    if (route === undefined || route[1] === 'filesystem' || words.startsWith('umount')) continue;
    const { before = [], after = [] } = hit.first.around ?? {};
    const lines = [hit.first.text, ...before.toReversed(), ...after];
    const find = (pattern: RegExp): string | undefined => {
      const match = lines.map((line) => pattern.exec(line)).find((one) => one !== null);
      return match?.[1] ?? match?.[2] ?? match?.[3];
    };
    const [volume, pod] = [find(OF_VOLUME), find(OF_POD)];
    const node = machineOf(snapshot, hit);
    const weight = weightOf(snapshot, [hit], LEAST);
    const named =
      lines.find((line) => /Mounting arguments: /.test(line)) ??
      lines.find((line) => volume !== undefined && line.includes(volume));
    yield {
      subject: pod === undefined ? subjectOfHit(hit, snapshot) : snapshot.named('Pod', pod, { node }),
      variant: route[1],
      ...(weight === 'few' ? { severity: 'info' as const } : {}),
      ...(route[3] === undefined ? {} : { fix: [route[3]] }),
      ...(pod === undefined ? { next: WITHOUT_POD } : {}),
      message: `${volume === undefined ? 'A volume' : `Volume "${volume}"`}${pod === undefined ? '' : ` of pod ${pod}`} cannot be mounted on ${node}: ${route[2]}: ${headAndTail(words, LONGEST_OUTPUT)}${named === undefined || named === hit.first.text ? '' : `; beside it: ${headAndTail(named.trim(), LONGEST)}`}`,
      evidence: snapshot.evidenceOf(hit),
      ...timing(snapshot, [hit]),
    };
  }
}

/** Only the exit status of mount(8) or a fellow: what it said stands in a log, if anywhere. */
const STATUS_ONLY = /exit status \d{1,3}["')\s]{0,4}$/;

function explained(
  snapshot: Snapshot,
  tail: string,
  volume: string,
  hit?: LogHit,
): { readonly tail: string; readonly quotes: readonly Evidence[] } {
  const said = STATUS_ONLY.test(tail) ? mountWordsOf(snapshot, volume, hit) : undefined;
  if (said === undefined) return { tail, quotes: [] };
  return { tail: `${tail} Output: ${said.groups['words'] ?? ''}`, quotes: [snapshot.evidenceOf(said)[0]] };
}

const routeOf = (text: string): (typeof ROUTES)[number] | undefined => ROUTES.find(([pattern]) => pattern.test(text));

/** What a pattern took is cut after some hundred characters; the line has the rest of it, and the end says most. */
function wholeReason(line: string, reason: string): string {
  const at = line.indexOf(reason.slice(0, 40));
  return at < 0 ? reason : line.slice(at);
}

/** How mount(8) failed stands at the end, behind the arguments: that is kept, and the beginning. */
function excerpt(tail: string): string {
  // klog writes line breaks as \n.
  const text = tail.replaceAll(/\\+n|\s+/g, ' ').trim();
  if (text.length <= LONGEST) return text;
  const output = /(?:\bOutput|\boutput): (?:Running scope as unit[: ]{1,2}\S{1,60} )?(.{1,2000})/.exec(text)?.[1];
  if (output === undefined) return headAndTail(text, LONGEST);
  return `${text.slice(0, Math.max(80, LONGEST - output.length))} … ${headAndTail(output, LONGEST_OUTPUT)}`;
}
