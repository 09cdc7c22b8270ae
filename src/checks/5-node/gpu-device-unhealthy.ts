import { pointerTo } from '../../lib/json-pointer.ts';
import { groupBy } from '../../lib/group-by.ts';
import { gpuResources } from '../../snapshot/nodes/gpu.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { xidMeaning } from '../../snapshot/nodes/xid.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'gpu-device-unhealthy',
  layer: 5,
  title: 'The device plugin calls every GPU healthy',
  failureTitle: 'The device plugin marked a GPU unhealthy',
  why: 'An unhealthy GPU is no longer allocatable. The plugin does not take it back by itself: it stays out until the plugin is restarted.',
  fix: ['Treat the Xid of that GPU on {node} (drain, reset, replace), then restart the device plugin pod'],
  next: [
    'kubectl logs -n gpu-operator -l app=nvidia-device-plugin-daemonset --tail=200 | grep -i -E "xid|unhealthy"',
    'nvidia-smi -q -d ECC,ROW_REMAPPER',
    'journalctl -k | grep "NVRM: Xid"',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-device-unhealthy'],
  needsAny: ['containerLogs'],
  *run(_facts, { snapshot }) {
    const byNode = groupBy(snapshot.hits('gpu-device-unhealthy'), (hit) => gpuNodeOf(snapshot, hit));
    for (const [name, hits] of byNode) {
      const devices = new Map<string, number | undefined>();
      for (const { groups } of hits) {
        const device = groups['device'] ?? groups['marked'] ?? groups['gpu'] ?? 'a GPU';
        const xid = groups['xid'] === undefined ? devices.get(device) : Number(groups['xid']);
        devices.set(device, xid);
      }
      const node = snapshot.get('nodes', undefined, name);
      const whole =
        node === undefined
          ? undefined
          : gpuResources(node).find(
              (one) => one.allocatable !== undefined && one.capacity !== undefined && one.capacity > 0,
            );
      const back = whole !== undefined && whole.allocatable === whole.capacity;
      const [first, ...rest] = hits.flatMap((hit) => snapshot.evidenceOf(hit));
      if (first === undefined) continue;
      const since = hits[0]?.first.time;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message:
          `The device plugin marked ${[...devices].map(([device, xid]) => `${device} unhealthy${xid === undefined ? '' : ` after Xid ${xid} (${xidMeaning(xid)})`}`).join(', ')}` +
          (whole === undefined
            ? ''
            : `; node ${name} has ${whole.capacity} ${whole.name}, ${whole.allocatable} allocatable`),
        evidence: [
          first,
          ...rest,
          ...(node === undefined || whole === undefined
            ? []
            : [snapshot.quote(node, pointerTo('status', 'allocatable', whole.name))]),
        ],
        ...(back ? { state: 'recovered' as const } : {}),
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
