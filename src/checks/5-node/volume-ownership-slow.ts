import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

const SLOW =
  /Setting volume ownership for \S{1,300}.{0,40}(?:is taking longer than expected|could be slow)|processed \d+ files/;

export default defineCheck({
  id: 'volume-ownership-slow',
  layer: 5,
  title: 'The ownership of volumes is set quickly',
  failureTitle: 'Setting the ownership of a volume takes long (fsGroup)',
  why: 'With fsGroup the kubelet changes the group of every file at every mount; with millions of files the pod waits for many minutes.',
  fix: ['Set securityContext.fsGroupChangePolicy: OnRootMismatch on the pod'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  reads: ['volume-ownership-slow'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    for (const failure of podFailures(snapshot, ['VolumePermissionChangeInProgress', 'SetVolumeOwnership'], SLOW)) {
      yield {
        subject: failure.seen.subject(),
        message: `Pod ${failure.seen.ref.name} waits while the kubelet changes the ownership of a volume: ${failure.match[0]}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        state: failure.state,
      };
    }
    for (const hit of snapshot.hits('volume-ownership-slow')) {
      yield {
        subject: subjectOfHit(hit, snapshot),
        severity: 'info',
        message: `The kubelet needs long to set the ownership of ${hit.groups['path'] ?? 'a volume'}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
