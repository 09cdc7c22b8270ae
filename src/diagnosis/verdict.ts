/** The result in one line. */
import type { Found } from '../checks/engine.ts';
import { inWords, plural } from '../lib/in-words.ts';
import type { Layer, Result, RootCause } from '../result.ts';
import { headlineOf, nearTiesOf } from './near-ties.ts';

const layerWords = (layers: readonly Layer[]): string => `layer${layers.length === 1 ? '' : 's'} ${inWords(layers)}`;

/** The verdict on the cluster. */
export function verdictOf(
  roots: readonly RootCause[],
  path: Result['path'],
  found: readonly Found[],
): Result['verdict'] {
  const top = roots[0];
  if (top !== undefined && top.severity !== 'info')
    return { status: 'problems', layer: top.layer, headline: headlineOf(top), nearTies: nearTiesOf(roots) };
  const loud = found.filter((one) => one.severity !== 'info' && one.state === 'current');
  if (loud.length > 0)
    return {
      status: 'problems',
      layer: null,
      headline: `${plural(loud.length, 'finding')}, but no root cause that the bundle proves`,
      nearTies: [],
    };
  // An observation is a root only as a guess.
  if (top !== undefined)
    return { status: 'inconclusive', layer: null, headline: `Only a guess: ${headlineOf(top)}`, nearTies: [] };
  const unknown = path.filter((step) => step.verdict === 'unknown');
  const clear = path.filter((step) => step.verdict === 'clear').map((step) => step.layer);
  if (unknown.length > 0)
    return {
      status: 'inconclusive',
      layer: null,
      headline:
        unknown.length === path.length
          ? 'None of the five layers could be judged: the bundle holds too little that is understood'
          : `${clear.length > 0 ? `Nothing wrong found at ${layerWords(clear)}; ` : ''}${layerWords(unknown.map((step) => step.layer))} could not be judged from this bundle`,
      nearTies: [],
    };
  return { status: 'clear', layer: null, headline: 'Nothing wrong found at any layer', nearTies: [] };
}
