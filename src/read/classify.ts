import type { Classified } from '../layouts/layout.ts';
import loose from '../layouts/loose.ts';
import { layouts } from '../layouts/registry.ts';

/** Tells what layouts make of a path, and which of them the bundle has. */
export function createClassifier() {
  const seen = new Set<string>();
  return {
    seen: (id: string): void => void seen.add(id),

    /**
     * What a file is. A layout that has not shown itself (yet: archives have their own order) is believed only where
     * the path names a pod: `mounts` and `version` mean something else in every bundle.
     */
    classify(path: string): Classified | undefined {
      for (const layout of layouts) if (layout.recognises(path)) seen.add(layout.id);
      for (const layout of layouts) {
        const classified = seen.has(layout.id) ? layout.classify(path) : undefined;
        if (classified !== undefined) return classified;
      }
      for (const layout of layouts) {
        const classified = layout.classify(path);
        if (classified?.kind === 'kubectl-logs' && classified.origin?.pod !== undefined) return classified;
      }
      return loose.classify(path);
    },

    /** The layouts of the bundle, in order. */
    all: (): readonly string[] => (seen.size === 0 ? [loose.id] : [...seen].sort()),
  };
}
