import { oncePer } from '../lib/once-per.ts';
import type { Snapshot } from './snapshot.ts';

/** Namespaces that somebody asked for by name and that were not there any more: they went, and all that was in them. */
export const namespacesGone = oncePer(
  (snapshot: Snapshot): ReadonlySet<string> =>
    new Set(
      snapshot
        .facts('commandFailures')
        .flatMap(({ message }) => /namespaces? "([\w.-]{1,63})" not found/.exec(message)?.[1] ?? []),
    ),
);
