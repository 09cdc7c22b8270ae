import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { askFor, viewCluster, without } from '../../../src/simulation/scheduler/cluster.ts';
import { simulate } from '../../../src/simulation/scheduler/simulate.ts';

/** Recorded clusters, where the machine has them: KUBESTRATA_DATA, or ../shared/data beside the checkout. */
const data = join(process.env['KUBESTRATA_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'), 'clusters');

/** What may be changed on a node after a pod got there, without the pod leaving. */
const LATER = new Set(['cordoned', 'taint', 'node-affinity']);

describe.skipIf(!existsSync(data))('on recorded clusters', () => {
  it('the node of every running pod is feasible once the pod is taken out', async () => {
    const refused: string[] = [];
    let judged = 0;
    for (const name of readdirSync(data).sort()) {
      const { snapshot } = await analyze([join(data, name)], { version: 'test' });
      const cluster = viewCluster(snapshot);
      for (const node of cluster.nodes)
        for (const pod of node.pods) {
          if (pod.pod.status?.phase !== 'Running') continue;
          const here = simulate(askFor(snapshot, pod.pod), without(cluster, pod.pod)).find(
            (one) => one.node.name === node.name,
          );
          judged++;
          for (const one of here?.rejections ?? [])
            if (!LATER.has(one.kind))
              refused.push(`${name} ${pod.namespace}/${pod.name}: ${one.text} ${one.because ?? ''}`);
        }
    }
    expect(refused).toEqual([]);
    expect(judged).toBeGreaterThan(100);
  }, 300_000);
});
