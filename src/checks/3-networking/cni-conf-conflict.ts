import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

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
      const [first, second] = [...types.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      if (first === undefined || second === undefined || first.path === second.path) continue;
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        message: `Node ${machine} has ${types.size} CNI configurations, and ${first.path} is used because it sorts first; the others are ${[
          ...types.values(),
        ]
          .filter((f) => f !== first)
          .map((f) => f.path)
          .join(', ')}`,
        evidence: [first.source, second.source],
      };
    }
  },
});
