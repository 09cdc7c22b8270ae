import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import type { LogHit } from '../../parsers/records.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, PersistentVolumeClaim } from '../../snapshot/kinds/index.ts';
import type { Subject } from '../../result.ts';
import { claimEvent, claimSubject, pendingClaims } from '../../snapshot/scheduling/claims.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import { bySubject, timing } from '../../snapshot/logs/hits.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { causeIn, type Causes } from '../causes.ts';
import { defineCheck } from '../check.ts';

/** What the storage driver answered: gRPC code or words, and what to do about it. */
const CAUSES: Causes = [
  [
    /selfLink was empty/,
    'too-old',
    'The provisioner is older than Kubernetes 1.20, which leaves selfLink empty: put in a release that does not need it (nfs-subdir-external-provisioner 4.0 or later for NFS)',
  ],
  [/no topology key found/i, 'topology', 'The CSI node plugin is registered on no node: repair its DaemonSet'],
  [
    /ResourceExhausted|quota|insufficient|not enough (?:free|pools)|no pools? (?:is|are) available/i,
    'no-capacity',
    'Free or add capacity, or raise the quota, in the storage backend',
  ],
  [
    /\b(?:mkdir|mkdirall|chmod|l?chown) \S{1,400}: (?:permission denied|operation not permitted|read-only file system)/i,
    'share',
    'Let the provisioner write to the share: rights and owner of the exported directory on the file server, no_root_squash (or the uid that it squashes to), and rw in the export',
  ],
  [
    /PermissionDenied|Unauthenticated|AccessDenied|UnauthorizedOperation|forbidden/i,
    'credentials',
    'Correct the credentials or the role of the storage driver',
  ],
  [
    /DeadlineExceeded|timed? ?out/i,
    'timeout',
    'The storage backend does not answer in time: check it and the network to it',
  ],
  [
    /access ?modes?\b|MULTI_NODE|capability at index|[Vv]olume capabilit/i,
    'access-mode',
    'Ask for an access mode that the driver has (most block storage: ReadWriteOnce), or take a class of shared storage (NFS, CephFS, EFS, Azure Files) for ReadWriteMany',
  ],
  [/InvalidArgument|invalid/i, 'parameters', 'Correct the parameters of the StorageClass or the claim'],
];

export default defineCheck({
  id: 'pvc-provisioning-failed',
  layer: 2,
  title: 'Volumes are provisioned when claims ask for them',
  failureTitle: 'Provisioning the volume failed',
  why: 'The storage driver answered, and refused.',
  fix: ['Read the message of the driver; its controller log has the details'],
  next: ['kubectl describe pvc {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  reads: ['csi-provisioning-failed-log'],
  wants: ['persistentVolumeClaims', 'pods', 'deployments', 'statefulSets'],
  *run(_facts, { snapshot }) {
    let told = false;
    for (const claim of pendingClaims(snapshot)) {
      const newest = claimEvent(snapshot, claim, 'ProvisioningFailed');
      if (newest === undefined) continue;
      told = true;
      const event = ECHO.test(eventMessage(newest)) ? (firstWords(snapshot, claim) ?? newest) : newest;
      const text = eventMessage(event);
      if (/storageclass(?:\.storage\.k8s\.io)? "[^"]{1,253}" not found/i.test(text)) continue;
      const modes = claim.spec?.accessModes ?? [];
      const cause = causeIn(CAUSES, text);
      const since = eventFirstTime(event);
      yield {
        subject: claimSubject(snapshot, claim),
        ...cause,
        message: `Provisioning a volume for claim ${claim.metadata.name} failed: ${headAndTail(text, 400)}${modes.length > 0 && cause.variant === 'access-mode' ? ` (the claim asks for ${modes.join(', ')})` : ''}`,
        evidence: [snapshot.quoteEvent(event)],
        related: claim.metadata.name === UNNAMED ? waitingPods(snapshot, claimSubject(snapshot, claim)) : [],
        ...(since === undefined ? {} : { since }),
      };
    }
    if (told) return;
    for (const { subject, hits } of bySubject(snapshot.hits('csi-provisioning-failed-log'), ofClass(snapshot))) {
      const [first] = hits;
      const hit = hits.findLast(({ last }) => !ECHO.test(last.text)) ?? hits.at(-1);
      if (hit === undefined) continue;
      const reason = hit.groups['reason'] ?? hit.groups['refused'] ?? hit.groups['pools'] ?? '';
      yield {
        subject,
        ...causeIn(CAUSES, reason),
        message: `Provisioning a volume${subject.kind === 'PersistentVolumeClaim' ? ` for claim ${subject.name}` : ''} failed: ${reason}`,
        // Each volume has a line of its own.
        evidence: [
          ...snapshot.evidenceOf(hit),
          ...(first === undefined || first === hit ? [] : snapshot.evidenceOf(first)),
        ],
        related: waitingPods(snapshot, subject),
        ...timing(snapshot, hits),
      };
    }
  },
});

/** What the next attempts get while the first one hangs: it says nothing of the reason. */
const ECHO = /an operation with the given Volume ID|volume creation already in process|code = Aborted\b/i;

/** The last failure of a claim that says more than that another attempt is under way. */
const firstWords = (snapshot: Snapshot, claim: PersistentVolumeClaim): KubeEvent | undefined =>
  snapshot
    .eventsAbout(refOf(claim))
    .findLast((event) => event.reason === 'ProvisioningFailed' && !ECHO.test(eventMessage(event)));

/** The claim for which the provisioner said a line or two above that it begins. */
function startedFor({ last, groups }: LogHit): string | undefined {
  const lines = [...(last.around?.before ?? [])].reverse();
  for (const line of lines) {
    const [, claim, name] = /provision "([^"]{1,320})" class "([^"]{1,253})": started/.exec(line) ?? [];
    if (claim !== undefined && name === groups['class']) return claim;
  }
  return undefined;
}

/** Pods of a table, whose claims nothing tells, that wait in the namespace of the claim, or in one that is not told. */
function waitingPods(snapshot: Snapshot, { kind, namespace }: Subject): readonly Ref[] {
  if (kind !== 'PersistentVolumeClaim') return [];
  return unsteadyPods(snapshot)
    .filter(({ metadata, spec, status }) => {
      const here = (metadata.namespace ?? namespace ?? '') === (namespace ?? '') || (namespace ?? '') === '';
      return here && status?.phase === 'Pending' && spec?.nodeName === undefined && spec?.volumes === undefined;
    })
    .map((pod) => refOf(pod));
}

/** The driver's log names the claim or its class, or nothing. */
const ofClass =
  (snapshot: Snapshot) =>
  (hit: LogHit): Subject => {
    const claim = hit.groups['claim'] ?? hit.groups['asked'] ?? startedFor(hit);
    if (claim !== undefined) {
      const { name, namespace } = podOfWord(claim);
      return snapshot.named('PersistentVolumeClaim', name, { namespace });
    }
    const name = hit.groups['class'];
    return name === undefined ? subjectOfLogHit(snapshot, hit) : snapshot.named('StorageClass', name);
  };
