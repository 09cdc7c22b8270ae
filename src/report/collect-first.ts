/** The few commands that would let most be judged, for reports that cannot list all. */
import type { Result } from '../result.ts';

/** Commands offered. */
const MOST = 6;
/** Kinds asked for in one command: more do not fit a line that people read before they paste it. */
const KINDS = 12;
const LIST = /^kubectl get ([a-z,]{1,400})(?: -A)? -o json$/;
const COULD_NOT = 'could not be judged: the bundle has ';

/** What a layer lacks by its step, without the words before it: `no Pod objects, and no Node objects or Event objects`. */
export const lackOf = (seen: string): string | undefined =>
  seen.startsWith(COULD_NOT) ? seen.slice(COULD_NOT.length) : undefined;

/** First what layers lack that could not be judged (one of alternatives is enough), then what most checks wait for. */
export function collectFirst(result: Result): readonly string[] {
  const collectWith = new Map(result.coverage.map((area) => [area.title ?? area.area, area.collectWith]));
  const lacking = result.path.flatMap(({ seen }) =>
    (lackOf(seen)?.split(', and ') ?? []).flatMap((group) => {
      const [first = ''] = group.replace(/^no /, '').split(' or ');
      return collectWith.get(first) ?? [];
    }),
  );
  const asked = (result.asks ?? [])
    .flatMap(({ commands }) => commands)
    .toSorted((a, b) => b.checks - a.checks || (a.command < b.command ? -1 : 1))
    .map(({ command }) => command);
  return joined([...lacking, ...asked]).slice(0, MOST);
}

/** Lists of objects in one command, where the first of them stands; each other command once. */
function joined(commands: readonly string[]): readonly string[] {
  const isList = (command: string): boolean => LIST.test(command);
  const kinds = new Set(commands.flatMap((command) => LIST.exec(command)?.[1]?.split(',') ?? []));
  const list = `kubectl get ${[...kinds].slice(0, KINDS).join(',')} -A -o json`;
  return [...new Set(commands.map((command) => (isList(command) ? list : command)))];
}
