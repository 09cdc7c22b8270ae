import { besideHits } from '../../snapshot/logs/hits.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

/** Why the license service refused, in lines of its own. */
const REFUSED = /Failed to (?:register client|update local trusted store|initialize|lease)[^\n]{0,120}/;

export default defineCheck({
  id: 'gpu-vgpu-unlicensed',
  layer: 5,
  title: 'The virtual GPU has its license',
  failureTitle: 'The virtual GPU has no license',
  why: 'A guest with vGPU (or a GRID driver of a cloud) fetches a license from the NVIDIA license service. Without one it is slowed down more and more after some minutes, and CUDA is refused in the end.',
  fix: [
    'Let the guest reach the license server (name, port 443, proxy), give it a valid client token (/etc/nvidia/ClientConfigToken), restart nvidia-gridd',
    'In a cloud use the GRID driver version that it supports for this type of machine',
  ],
  next: ['nvidia-smi -q | grep -i -A2 license', 'journalctl -u nvidia-gridd -n 50 --no-pager'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-vgpu-unlicensed'],
  needsAny: ['gpus', 'hostLogs', 'containerLogs'],
  *run({ gpus }, { snapshot }) {
    const byNode = new Map<string, { readonly evidence: Evidence; readonly words: string; readonly gpu?: string }>();
    for (const gpu of gpus) {
      if (gpu.license === undefined || !/^(?:Unlicensed|Expired)/i.test(gpu.license.status)) continue;
      const { status, source } = gpu.license;
      byNode.set(machineOf(snapshot, gpu), {
        evidence: source,
        words: `License Status: ${status}`,
        ...(gpu.name === undefined ? {} : { gpu: gpu.name }),
      });
    }
    for (const hit of snapshot.hits('gpu-vgpu-unlicensed')) {
      const node = gpuNodeOf(snapshot, hit);
      const [evidence] = snapshot.evidenceOf(hit);
      if (evidence === undefined || byNode.has(node)) continue;
      byNode.set(node, {
        evidence,
        words: `${parseLogLine(hit.last.text).message.trim().slice(0, 240)}${besideHits([hit], REFUSED)}`,
      });
    }
    for (const [node, { evidence, words, gpu }] of byNode)
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The virtual GPU${gpu === undefined ? '' : ` ${gpu}`} of ${node} has no license (vGPU, GRID): ${words}`,
        evidence: [evidence],
      };
  },
});
