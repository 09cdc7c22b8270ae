/** What to ask the customer for next: per layer, the commands that would answer most of the checks that could not run. */
import { include } from '../lib/group-by.ts';
import type { Examined } from '../checks/engine.ts';
import { LAYER_NAMES, LAYERS, type Layer, type Result } from '../result.ts';
import { areaInfo, AREAS } from '../snapshot/areas.ts';
import { isAddOn } from '../snapshot/kinds/api-versions.ts';
import { KINDS, OBJECT_AREAS } from '../snapshot/kinds/index.ts';

/** Why a kind of bundle does not hold some areas, and what to ask for; the layouts know. */
export interface Gap {
  readonly areas: readonly string[];
  readonly why: string;
  readonly ask?: string;
}

/** Commands named for one layer. */
const COMMANDS = 3;
/** Kinds asked for in one command. */
const KINDS_AT_ONCE = 8;
/** A kind that kubectl does not know costs the whole command. */
const ADD_ONS = new Set(OBJECT_AREAS.filter(isAddOn).map((area) => KINDS[area].names[0]));
const LIST = /^kubectl get ([a-z]{1,60})(?: -A)? -o json$/;
/** The part of our own collector that answers for a layer. */
const COLLECTOR: Readonly<Record<Layer, string>> = {
  1: 'sh kubestrata-collect.sh cluster',
  2: 'sh kubestrata-collect.sh cluster',
  3: 'sh kubestrata-collect.sh cluster --probe',
  4: 'sudo sh kubestrata-collect.sh    (on a node of the control plane)',
  5: 'sudo sh kubestrata-collect.sh node    (on each node)',
};

/** Looks up what the kind of bundle says about an area; the first that names it counts. */
export function gapFinder(gaps: readonly Gap[]): (area: string) => Gap | undefined {
  const byArea = new Map<string, Gap>();
  for (const gap of gaps) for (const area of gap.areas) if (!byArea.has(area)) byArea.set(area, gap);
  return (area) => byArea.get(area);
}

/** The outcomes with the commands that suit the kind of bundle in place of kubectl's. */
export function suited(outcomes: Examined['outcomes'], gapOf: (area: string) => Gap | undefined): Examined['outcomes'] {
  const asks = new Map<string, string>();
  for (const area of AREAS) {
    const gap = gapOf(area);
    if (gap?.ask !== undefined) asks.set(areaInfo(area).collectWith, gap.ask);
  }
  if (asks.size === 0) return outcomes;
  return outcomes.map((outcome) =>
    outcome.outcome !== 'not-checked' || outcome.collectWith === undefined
      ? outcome
      : { ...outcome, collectWith: [...new Set(outcome.collectWith.map((command) => asks.get(command) ?? command))] },
  );
}

type Waiting = ReadonlyMap<string, ReadonlySet<string>>;

/** What most checks wait for first. */
const byUse = (commands: readonly (readonly [string, ReadonlySet<string>])[]) =>
  commands.toSorted(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1));

/** One command for all lists of objects, those that most checks wait for. */
function joined(waiting: Waiting): Waiting {
  const isList = ([command]: readonly [string, unknown]): boolean => {
    const kind = LIST.exec(command)?.[1];
    return kind !== undefined && !ADD_ONS.has(kind);
  };
  const lists = byUse([...waiting].filter(isList)).slice(0, KINDS_AT_ONCE);
  if (lists.length < 2) return waiting;
  const kinds = lists.map(([command]) => LIST.exec(command)?.[1] ?? '');
  const all = new Set(lists.flatMap(([, ids]) => [...ids]));
  return new Map([
    ...[...waiting].filter((entry) => !isList(entry)),
    [`kubectl get ${kinds.join(',')} -A -o json`, all] as const,
  ]);
}

/** One entry for each layer of which something could not be judged. */
export function asksOf(outcomes: Examined['outcomes']): NonNullable<Result['asks']> {
  return LAYERS.flatMap((layer) => {
    const checks = outcomes.filter((outcome) => outcome.layer === layer);
    const open = checks.filter(({ outcome }) => outcome === 'not-checked');
    if (open.length === 0) return [];
    const waiting = new Map<string, Set<string>>();
    for (const { id, collectWith } of open)
      for (const command of collectWith ?? []) {
        // A place to fill in (`{name}`) is no command yet.
        if (!command.includes('{')) include(waiting, command, id);
      }
    const commands = byUse([...joined(waiting)]);
    return [
      {
        layer,
        name: LAYER_NAMES[layer],
        checks: checks.length,
        notChecked: open.length,
        commands: commands.slice(0, COMMANDS).map(([command, ids]) => ({ command, checks: ids.size })),
        collector: COLLECTOR[layer],
      },
    ];
  });
}
