import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/**
 * What is meant to lie beside the configuration of a plug-in: Multus, which calls it, the loopback, and what packages of
 * runtimes bring along for machines without a plug-in.
 */
const BESIDE = /\/[^/]*(?:multus|loopback|crio|podman|containerd-net)[^/]*$/;

export default defineCheck({
  id: 'cni-conf-conflict',
  layer: 3,
  title: 'Each node has one CNI configuration',
  failureTitle: 'Several CNI configurations lie on the node',
  why: 'The runtime takes the first file in alphabetical order. A leftover of an earlier plug-in that sorts first gives pods the wrong network.',
  fix: ['Remove the files of the plug-in that is no longer used from /etc/cni/net.d on {node}.'],
  next: ['ls -l /etc/cni/net.d'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['configFiles'],
  *run({ configFiles }, { snapshot }) {
    const configs = configFiles.filter((file) => /\/cni\/net\.d\/[^/]{1,200}\.(?:conf|conflist|json)$/.test(file.path));
    for (const [machine, files] of byMachine(snapshot, configs)) {
      const types = new Map(
        files.map((file) => [/"name"\s*:\s*"([^"]{1,100})"/.exec(file.text.slice(0, 4000))?.[1] ?? file.path, file]),
      );
      const [first, ...after] = [...types.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      const others = after.filter(({ path }) => path !== first?.path && !BESIDE.test(path));
      const [second] = others;
      if (first === undefined || second === undefined || /\/[^/]*multus[^/]*$/.test(first.path)) continue;
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        message: `Node ${machine} has ${others.length + 1} CNI configurations, and ${first.path} is used because it sorts first; the others are ${others.map(({ path }) => path).join(', ')}`,
        evidence: [first.source, second.source],
      };
    }
  },
});
