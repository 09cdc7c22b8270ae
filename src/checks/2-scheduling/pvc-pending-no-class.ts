import { firstFew } from '../../lib/in-words.ts';
import {
  claimEvent,
  claimSubject,
  classNameOf,
  isDefaultClass,
  isStatic,
  pendingClaims,
  quoteClaim,
} from '../../snapshot/scheduling/claims.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pvc-pending-no-class',
  layer: 2,
  title: 'Every claim has a StorageClass, its own or the default',
  failureTitle: 'The claim is Pending: it names no StorageClass and the cluster has no default StorageClass',
  why: 'Without a class nobody provisions a volume for the claim.',
  fix: [
    'Mark a class as the default: kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true',
    'Or name a storageClassName in the claim (recreate it)',
  ],
  next: ['kubectl get storageclass; kubectl describe pvc {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['persistentVolumeClaims', 'events'],
  wants: ['storageClasses', 'persistentVolumes', 'events', 'pods', 'deployments', 'statefulSets'],
  *run({ storageClasses, persistentVolumeClaims }, { snapshot }) {
    // A default class set later is given to waiting claims too (since 1.26): with one, something else is wrong.
    if (storageClasses.some(isDefaultClass)) return;
    const without = pendingClaims(snapshot).filter(
      (claim) =>
        (classNameOf(claim) ?? '') === '' &&
        !isStatic(snapshot, claim) &&
        claim.spec?.volumeName === undefined &&
        // Of a claim that only events tell of, the class is known by their words alone.
        (claim.status?.phase !== undefined || claimEvent(snapshot, claim, 'FailedBinding') !== undefined),
    );
    const [first, ...rest] = without;
    if (first === undefined) return;
    const event = claimEvent(snapshot, first, 'FailedBinding');
    const bound = persistentVolumeClaims.filter(
      (claim) => claim.status?.phase === 'Bound' && (classNameOf(claim) ?? '') !== '',
    );
    const key = (claim: (typeof without)[number]): string => `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
    const classes = snapshot.listed('storageClasses')
      ? storageClasses.length === 0
        ? 'the cluster has no StorageClass'
        : `none of the StorageClasses (${firstFew(storageClasses.map((one) => one.metadata.name))}) is the default`
      : 'the cluster gave them no default StorageClass';
    yield {
      subject: claimSubject(snapshot, first),
      message: `${rest.length === 0 ? `Claim ${key(first)} is` : `${without.length} claims are`} Pending without a StorageClass (storage class unset), and ${classes}${rest.length === 0 ? '' : `: ${without.slice(0, 10).map(key).join(', ')}${without.length > 10 ? ' and more' : ''}`}${bound.length === 0 ? '' : `; claims that name one are Bound (${firstFew(bound.map(key))})`}`,
      evidence: [
        event === undefined ? snapshot.quote(first, '/status/phase') : snapshot.quoteEvent(event),
        ...(event === undefined ? [] : quoteClaim(snapshot, first, '/status/phase')),
        ...rest.slice(0, 3).flatMap((claim) => quoteClaim(snapshot, claim, '/status/phase')),
        ...bound.slice(0, 1).map((claim) => snapshot.quote(claim, '/spec/storageClassName')),
      ],
      related: without.map(refOf),
    };
  },
});
