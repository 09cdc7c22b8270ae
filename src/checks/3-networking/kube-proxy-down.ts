import type { Evidence } from '../../parsers/records.ts';
import { lastWordsOfPod } from '../../snapshot/pods/crashes.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import { isOnLostNode, machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { describeUnit, isDown, unitName } from '../../snapshot/nodes/units.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { endOfLog } from '../log-end.ts';

export default defineCheck({
  id: 'kube-proxy-down',
  layer: 3,
  title: 'kube-proxy runs on every node',
  failureTitle: 'kube-proxy is not running on the node',
  why: 'kube-proxy turns Service addresses into pod addresses on its node. Without it they go stale or lead nowhere there, while pods reach each other by address.',
  fix: ['Start kube-proxy on {node} and see why it stopped: systemctl start kube-proxy, or mend its pod.'],
  next: [
    'systemctl status kube-proxy; journalctl -u kube-proxy -n 100 --no-pager',
    'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['units', 'pods'],
  wants: ['hostLogs', 'nodes'],
  *run({ units }, { snapshot }) {
    const told = new Set<string>();
    for (const unit of units) {
      if (unitName(unit) !== 'kube-proxy' || !isDown(unit)) continue;
      const machine = machineOf(snapshot, unit);
      if (told.has(machine)) continue;
      told.add(machine);
      const last = lastError(snapshot, 'kube-proxy', machine);
      const running = units.filter((other) => unitName(other) === 'kube-proxy' && other.active === 'active').length;
      const evidence: [Evidence, ...Evidence[]] = [unit.source, ...(last === undefined ? [] : [last.evidence])];
      yield {
        subject: machineSubject(snapshot, unit),
        variant: 'unit',
        message: `kube-proxy.service on node ${machine} is ${describeUnit(unit)}${running > 0 ? `, while it runs on ${running} other ${running === 1 ? 'node' : 'nodes'}` : ''}: Service addresses do not work on this node${last === undefined ? '' : `; its last error: ${last.message}`}`,
        evidence,
        ...(unit.since === undefined ? {} : { since: unit.since }),
      };
    }
    for (const pod of unsteadyPods(snapshot)) {
      const { name, namespace, labels } = pod.metadata;
      if (namespace !== 'kube-system') continue;
      if (labels?.['k8s-app'] !== 'kube-proxy' && !/^kube-proxy-[a-z0-9]{5}$/.test(name)) continue;
      const node = pod.spec?.nodeName;
      // A table without the node column: the pod is known all the same.
      const at = node ?? name;
      if (podReady(pod) !== false || told.has(at) || isOnLostNode(snapshot, pod)) continue;
      told.add(at);
      const end = endOfLog(lastWordsOfPod(snapshot, pod));
      yield {
        subject: snapshot.subject(pod),
        variant: 'pod',
        message: `kube-proxy pod ${name}${node === undefined ? '' : ` on node ${node}`} is not ready: Service addresses go stale or do not work there${end.words}`,
        evidence: [quoteReadiness(snapshot, pod), ...end.evidence],
        related: node === undefined ? [] : [{ kind: 'Node', name: node }],
      };
    }
  },
});
