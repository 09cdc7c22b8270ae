/** The shape that checks of nvidia-smi's counters share: one finding for each machine, its cards listed. */
import { append } from '../../lib/group-by.ts';
import type { Gpu } from '../../parsers/records.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

/** `GPU 3 (5D:00.0, NVIDIA H100 80GB HBM3)`. */
export function nameOfGpu(gpu: Gpu): string {
  const bus = gpu.busId?.replace(/^0{4,8}:/, '');
  const details = [bus, gpu.name].filter((part) => part !== undefined && part !== '');
  const name = gpu.index === undefined ? (gpu.uuid ?? 'a GPU') : `GPU ${gpu.index}`;
  return details.length === 0 ? name : `${name} (${details.join(', ')})`;
}

/** One card that is not as it should be. */
interface Verdict {
  readonly words: string;
  readonly variant?: string;
  readonly severity?: FindingDraft['severity'];
  readonly title?: string;
}

/** Judges each card; findings for those with a verdict, grouped by machine and variant. */
export function* gpuFindings(
  snapshot: Snapshot,
  gpus: readonly Gpu[],
  judge: (gpu: Gpu) => Verdict | undefined,
): Iterable<FindingDraft> {
  for (const [node, cards] of byMachine(snapshot, gpus)) {
    const groups = new Map<string, { gpu: Gpu; verdict: Verdict }[]>();
    const seen = new Set<string>();
    for (const gpu of cards) {
      const verdict = judge(gpu);
      if (verdict === undefined) continue;
      // nvidia-smi may have been run several times: one word on each card.
      const card = `${gpu.uuid ?? gpu.busId ?? gpu.index ?? ''}\u0000${verdict.variant ?? ''}`;
      if (seen.has(card)) continue;
      seen.add(card);
      const key = `${verdict.variant ?? ''}\u0000${verdict.severity ?? ''}`;
      append(groups, key, { gpu, verdict });
    }
    for (const list of groups.values()) {
      const [first, ...rest] = list;
      if (first === undefined) continue;
      const { variant, severity, title } = first.verdict;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `On ${node} ${list
          .slice(0, 4)
          .map(({ gpu, verdict }) => `${nameOfGpu(gpu)} ${verdict.words}`)
          .join('; ')}${list.length > 4 ? `; and ${list.length - 4} more` : ''}`,
        evidence: [first.gpu.source, ...rest.slice(0, 3).map(({ gpu }) => gpu.source)],
        params: { bus: first.gpu.busId ?? String(first.gpu.index ?? 0) },
        ...(variant === undefined ? {} : { variant }),
        ...(severity === undefined ? {} : { severity }),
        ...(title === undefined ? {} : { title }),
      };
    }
  }
}
