import { append } from '../../lib/group-by.ts';
import { nodeSubject } from '../../snapshot/nodes/node-health.ts';
import { isVirtual } from '../../snapshot/nodes/virtual-node.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { parseVersion, serverVersion, type Versioned } from '../../snapshot/control-plane/versions.ts';
import { defineCheck } from '../check.ts';

/** Kubernetes' version skew policy: a kubelet may be three minors older than the API server (two before 1.28), never newer. */
const OLDER = 3;
const OLDER_BEFORE_128 = 2;

export default defineCheck({
  id: 'version-skew-node',
  layer: 4,
  title: 'The kubelets fit the API server',
  failureTitle: 'A kubelet is outside the supported version skew',
  why: 'The combination is not tested; fields and APIs that one side does not know cause odd failures.',
  fix: ['Newer kubelet: upgrade the control plane first. Older: drain and upgrade the node'],
  next: ['kubectl get nodes -o wide; kubectl version'],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  wants: ['hostValues', 'pods', 'metrics'],
  *run({ nodes }, { snapshot }) {
    const server: (Versioned & { readonly atLeast?: true }) | undefined =
      serverVersion(snapshot) ?? newestKubelet(snapshot);
    const versions = new Map<string, string[]>();
    for (const node of nodes) {
      const kubelet = parseVersion(node.status?.nodeInfo?.kubeletVersion);
      // A virtual node has no kubelet: its program writes its own version there.
      if (kubelet === undefined || isVirtual(node)) continue;
      const minor = `1.${kubelet.minor}`;
      append(versions, minor, node.metadata.name);
      if (server === undefined || kubelet.major !== server.version.major) continue;
      const behind = server.version.minor - kubelet.minor;
      const allowed = server.version.minor < 28 ? OLDER_BEFORE_128 : OLDER;
      if (behind >= 0 && behind <= allowed) continue;
      yield {
        subject: nodeSubject(snapshot, node),
        variant: behind < 0 ? 'newer' : 'older',
        message: `The kubelet of node ${node.metadata.name} is ${kubelet.text}, ${behind < 0 ? 'newer than' : `${behind} minor versions older than`} the API server (${server.atLeast === true ? 'at least ' : ''}${server.version.text})`,
        evidence: [snapshot.quote(node, '/status/nodeInfo/kubeletVersion'), server.evidence],
      };
    }
    const [first] = nodes;
    if (versions.size < 2 || first === undefined) return;
    yield {
      subject: { kind: 'Cluster', name: 'nodes' },
      variant: 'mixed',
      severity: 'info',
      message: `The nodes run ${versions.size} minor versions: ${[...versions].map(([minor, names]) => `${minor} on ${names.length}`).join(', ')}: an upgrade is under way or was left`,
      evidence: [snapshot.quote(first, '/status/nodeInfo/kubeletVersion')],
    };
  },
});

/** No kubelet may be newer than the API server: where nothing tells its version, it is at least the newest kubelet's. */
function newestKubelet(snapshot: Snapshot): (Versioned & { readonly atLeast: true }) | undefined {
  const versions = snapshot.list('nodes').flatMap((node) => {
    const version = parseVersion(node.status?.nodeInfo?.kubeletVersion);
    return version === undefined || isVirtual(node) ? [] : [{ node, version }];
  });
  const [newest] = versions.toSorted((a, b) => b.version.minor - a.version.minor);
  return newest === undefined
    ? undefined
    : {
        version: newest.version,
        name: newest.node.metadata.name,
        evidence: snapshot.quote(newest.node, '/status/nodeInfo/kubeletVersion'),
        atLeast: true,
      };
}
