/** The shape that all checks of Xid numbers share: one finding for each machine and number, the cards listed. */
import { append } from '../../lib/group-by.ts';
import type { Subject } from '../../result.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { shortfall } from '../../snapshot/nodes/gpu.ts';
import {
  XID_SIGNATURE,
  xidClass,
  xidGroups,
  xidMeaning,
  type XidClass,
  type XidGroup,
} from '../../snapshot/nodes/xid.ts';
import { defineCheck, type Check, type FindingDraft } from '../check.ts';

interface XidTexts {
  readonly id: XidClass;
  readonly title: string;
  readonly failureTitle: string;
  readonly why: string;
  readonly fix: readonly string[];
  readonly next: readonly string[];
  readonly severity: Check['severity'];
  readonly confidence?: Check['confidence'];
  /** Changes to the finding of one number on one machine. */
  readonly judge?: (groups: readonly XidGroup[], all: readonly XidGroup[], snapshot: Snapshot) => Partial<FindingDraft>;
}

/** Makes the check of one class of Xids. */
export function xidCheck(texts: XidTexts): Check {
  const { judge, ...rest } = texts;
  return defineCheck({
    ...rest,
    layer: 5,
    confidence: texts.confidence ?? 'high',
    needsAny: ['kernelLogs', 'hostLogs'],
    reads: [XID_SIGNATURE],
    heard: (snapshot) => xidGroups(snapshot).some(({ xid }) => xidClass(xid) === texts.id),
    *run(_facts, { snapshot }): Iterable<FindingDraft> {
      const all = xidGroups(snapshot);
      const byNumber = new Map<string, XidGroup[]>();
      for (const group of all) {
        if (xidClass(group.xid) !== texts.id) continue;
        const key = `${group.node}\u0000${group.xid}`;
        append(byNumber, key, group);
      }
      for (const groups of byNumber.values()) {
        const [first] = groups;
        if (first === undefined) continue;
        const [hit] = first.hits;
        const node = hit === undefined ? first.node : gpuNodeOf(snapshot, hit);
        const count = groups.reduce((sum, group) => sum + group.count, 0);
        const processes = [...new Set(groups.flatMap((group) => group.processes))].slice(0, 3);
        const [quote, ...quotes] = groups.flatMap(({ hits, told }) => [
          ...hits.slice(0, 2).flatMap((one) => snapshot.evidenceOf(one)),
          ...(told === undefined ? [] : [told]),
        ]);
        if (quote === undefined) continue;
        const since = Math.min(...groups.map((group) => group.since ?? Number.POSITIVE_INFINITY));
        const less = texts.severity === 'info' ? undefined : shortfall(snapshot, node);
        const subject: Subject = snapshot.named('Node', node, { node });
        yield {
          subject,
          variant: `xid-${first.xid}`,
          message:
            `Xid ${first.xid} (${xidMeaning(first.xid)}) on GPU ${groups.map((group) => group.bus).join(', ')} of ${node}` +
            (count > 1 ? `, ${count} times` : '') +
            (processes.length === 0 ? '' : `, in ${processes.join(', ')}`) +
            (less === undefined ? '' : `; ${less.text}`),
          evidence: [quote, ...quotes],
          params: { bus: first.bus },
          ...(Number.isFinite(since) ? { since } : {}),
          ...judge?.(
            groups,
            all.filter((group) => group.node === first.node),
            snapshot,
          ),
        };
      }
    },
  });
}
