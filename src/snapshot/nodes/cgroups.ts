/** Memory cgroups as the files of cgroup v1 and v2 tell them, and whose they are. */
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence, HostValue } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

export interface CgroupValue {
  readonly key: string;
  readonly value: number;
  readonly evidence: Evidence;
}

export interface MemoryCgroup {
  /** The directory, when it is known. */
  readonly scope: string | undefined;
  readonly node: string | undefined;
  /** From the directory's name: `pod<uid>`, with dashes. */
  readonly podUid: string | undefined;
  /** Bytes. Undefined when there is none (`max`, or v1's 2^63 rounded to pages). */
  readonly limit: CgroupValue | undefined;
  readonly current: CgroupValue | undefined;
  readonly peak: CgroupValue | undefined;
  /** v1: how often an allocation met the limit. */
  readonly failures: CgroupValue | undefined;
  /** v2: memory.events oom_kill. */
  readonly kills: CgroupValue | undefined;
}

const POD = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})/;
/** v1 writes "no limit" as 2^63 less a page. */
const NO_LIMIT = 2 ** 60;

const KEYS = {
  limit: ['memory.limit_in_bytes', 'memory.max'],
  current: ['memory.usage_in_bytes', 'memory.current'],
  peak: ['memory.max_usage_in_bytes', 'memory.peak'],
  failures: ['memory.failcnt'],
  kills: ['memory.events.oom_kill', 'oom_kill'],
} as const;

/** One cgroup for each directory; values without a directory belong to the one a `pwd` in the same file told before. */
export const memoryCgroups = oncePer((snapshot: Snapshot): readonly MemoryCgroup[] => {
  const values = snapshot.facts('hostValues').filter((value) => value.topic === 'cgroup');
  const directories = new Set(values.filter((value) => value.key === 'cwd').map((value) => value.value));
  const [only] = directories.size === 1 ? directories : [];
  /** The directory of each file, as its lines go on. */
  const directoryOf = new Map<string, string>();
  const groups = new Map<string, { scope: string | undefined; node: string | undefined; values: HostValue[] }>();
  for (const value of values) {
    if (value.key === 'cwd') {
      directoryOf.set(value.source.file, value.value);
      continue;
    }
    const scope = value.scope ?? directoryOf.get(value.source.file) ?? only;
    const at = `${value.node ?? ''}\u0000${scope ?? ''}`;
    const known = groups.get(at);
    if (known === undefined) groups.set(at, { scope, node: value.node, values: [value] });
    else known.values.push(value);
  }
  return [...groups.values()].map(({ scope, node, values: mine }) => {
    const pick = (keys: readonly string[]): CgroupValue | undefined => {
      const found = mine.find((value) => keys.includes(value.key) && /^\d{1,20}$/.test(value.value.trim()));
      const number = Number(found?.value);
      return found === undefined || number >= NO_LIMIT
        ? undefined
        : { key: found.key, value: number, evidence: found.source };
    };
    return {
      scope,
      node,
      podUid: POD.exec(scope ?? '')?.[1]?.replaceAll('_', '-'),
      limit: pick(KEYS.limit),
      current: pick(KEYS.current),
      peak: pick(KEYS.peak),
      failures: pick(KEYS.failures),
      kills: pick(KEYS.kills),
    };
  });
});
