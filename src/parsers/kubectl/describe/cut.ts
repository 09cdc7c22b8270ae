/** Containers of a pod whose `Containers:` title was cut off: `…`, `<snip>`, or a copy that begins in the middle. */
import { UNNAMED } from '../nameless.ts';
import { find, type Block, type Entry } from './block.ts';

/** What only a container's entry has; the value tells `State:` of a container from that of anything else. */
const FIELD =
  /^(?:(?:Last )?State: +(?:Running|Waiting|Terminated)\b|Restart Count: +\d|(?:Limits|Requests|Environment|Mounts):(?: +<none>)?$|(?:Liveness|Readiness|Startup): +\S|(?:Container|Image) ID:)/;
/** What tells an end without the title `State:` above it. */
const ENDED = /^Exit Code: +\d/;
const NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** Entries that have a container's fields directly below them; `Conditions:` and `Events:` have none. */
function holders(entries: readonly Entry[]): readonly Entry[] {
  return entries.flatMap((entry) =>
    isContainer(entry.children)
      ? [entry]
      : /^(?:Events|Conditions|Volumes)$/.test(entry.key)
        ? []
        : holders(entry.children),
  );
}

const isContainer = (fields: readonly Entry[]): boolean =>
  fields.some(({ text }) => FIELD.test(text)) &&
  fields.some(({ text }) => /^(?:Last )?State: |^Restart Count: /.test(text));

/** The block with a section `Containers` made of what stands without one; unchanged when it has one, or nothing to put in. */
export function withContainers(block: Block): Block {
  if (find(block.entries, 'Containers', 'Init Containers') !== undefined) return block;
  const found = holders(block.entries);
  const own = isContainer(block.entries) || block.entries.some(({ text }) => ENDED.test(text));
  if (found.length === 0 && !own) return block;
  const [first] = found.length > 0 ? found : block.entries;
  if (first === undefined) return block;
  const containers = found.map((entry): Entry => ({
    ...entry,
    key: NAME.test(entry.key) && entry.value === '' ? entry.key : UNNAMED,
    value: '',
  }));
  // Cut inside of a container: its fields stand above the name of the next.
  const bare: readonly Entry[] = own ? [{ ...first, key: UNNAMED, value: '', children: block.entries }] : [];
  const section: Entry = { ...first, key: 'Containers', value: '', children: [...bare, ...containers] };
  return { ...block, entries: [...block.entries, section] };
}
