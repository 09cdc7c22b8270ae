import { groupBy } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { quotesOf, timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

/** At the start the kubelet has no figures yet: "invalid capacity 0 on image filesystem" and the first failure pass by themselves. */
const START_NOISE = /invalid capacity 0|Stats initialization may not have completed|failed once/i;

export default defineCheck({
  id: 'kubelet-image-gc-failing',
  layer: 5,
  title: 'The kubelet can free image space',
  failureTitle: 'The kubelet cannot free enough image space',
  why: 'Above 85 % use the kubelet deletes unused images down to 80 %. When that does not suffice, the space is taken by something else: logs, images in use, other directories.',
  fix: ['Find what fills the image file system of {node} besides unused images; enlarge the disk'],
  next: ['crictl images', 'du -xsh /var/lib/containerd /var/log /var/lib/kubelet'],
  severity: 'warning',
  confidence: 'high',
  reads: ['kubelet-image-gc-failing'],
  needsAny: ['events', 'hostLogs'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const [name, events] of nodeEvents(snapshot, 'ImageGCFailed', 'FreeDiskSpaceFailed')) {
      const last = events.findLast((event) => !START_NOISE.test(eventMessage(event)));
      if (last === undefined) continue;
      told.add(name);
      const time = eventTime(last);
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `The kubelet of ${name} cannot free image space: ${eventMessage(last).slice(0, 240)}`,
        evidence: [snapshot.quoteEvent(last)],
        ...(time === undefined ? {} : { since: time }),
      };
    }
    const bySubject = groupBy(snapshot.hits('kubelet-image-gc-failing'), (hit) => subjectOfHit(hit, snapshot).name);
    for (const hits of bySubject.values()) {
      // The line with the numbers says most.
      const hit = hits.find(({ first }) => /\d bytes/.test(first.text)) ?? (hits[0] as LogHit);
      const subject = subjectOfHit(hit, snapshot);
      if (told.has(subject.name)) continue;
      const percent = hits
        .map(({ groups }) => groups['percent'] ?? groups['used'])
        .find((value) => value !== undefined);
      yield {
        subject,
        message: `The kubelet of ${subject.name} cannot free enough image space${percent === undefined ? '' : ` (${percent} % used)`}: ${wordsOfHits([hit])}`,
        evidence: quotesOf([hit, ...hits.filter((one) => one !== hit).slice(0, 3)]) ?? snapshot.evidenceOf(hit),
        ...timing(snapshot, hits),
      };
    }
  },
});
