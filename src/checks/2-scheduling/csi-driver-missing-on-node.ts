import { defineCheck } from '../check.ts';
import { toldByLog } from '../told-by-log.ts';
import { because, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'csi-driver-missing-on-node',
  layer: 2,
  title: 'CSI drivers run where pods need them',
  failureTitle: 'The CSI driver is not installed on the node',
  why: 'The node plugin of the storage driver is down or does not tolerate the taints of the node.',
  fix: ['Repair the DaemonSet of the CSI node plugin'],
  next: ['kubectl get csinodes -o wide; kubectl get pods -A -o wide | grep -i csi'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events', 'hostLogs'],
  reads: ['csi-driver-missing-on-node'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'csi-driver-missing',
      (cause, waiting) => {
        return {
          message: `The CSI driver ${cause.reason.object ?? ''} is not installed on ${share(cause, waiting)}, which pod ${waiting.view.name} needs${because(cause)}`,
        };
      },
    );
    const { hits } = snapshot;
    yield* toldByLog(snapshot, hits('csi-driver-missing-on-node'), new Set(), (hit, who, times) => ({
      message: `The CSI driver ${hit.groups['driver'] ?? ''} is not registered on the node, which ${who} needs${times}`,
    }));
  },
});
