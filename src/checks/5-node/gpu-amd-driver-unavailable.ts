import { wordsOfHits } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

export default defineCheck({
  id: 'gpu-amd-driver-unavailable',
  layer: 5,
  title: 'Programs reach the AMD GPUs',
  failureTitle: 'The AMD GPUs cannot be used (/dev/kfd, ROCm driver)',
  why: 'All compute on AMD GPUs goes through /dev/kfd of the amdgpu module. It is missing or refuses when the module is not loaded, could not start a card, does not support the card, or when the user or the container has no right to it (groups video and render, device plugin).',
  fix: [
    'Look at what amdgpu and kfd said when they were loaded (dmesg), install the driver (amdgpu-dkms) that fits kernel and card; give pods the device through amd.com/gpu, users the groups video and render.',
  ],
  next: ['dmesg -T | grep -iE "amdgpu|kfd"', 'ls -l /dev/kfd /dev/dri', 'lsmod | grep amdgpu', 'rocminfo | head'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-amd-driver-unavailable', 'gpu-amd-card-refused'],
  needsAny: ['containerLogs', 'hostLogs'],
  *run(_facts, { snapshot }) {
    // A card that kfd leaves out may be one that only shows pictures: it counts where a program misses its GPU.
    const refused = snapshot.hits('gpu-amd-card-refused');
    for (const hit of snapshot.hits('gpu-amd-driver-unavailable')) {
      const subject = subjectOfHit(hit, snapshot);
      const cause = refused.find((one) => {
        const other = subjectOfHit(one, snapshot);
        return other.node === undefined || subject.node === undefined || other.node === subject.node;
      });
      yield {
        subject,
        variant: cause === undefined ? 'device' : 'card-refused',
        message: `The AMD GPUs cannot be used (/dev/kfd, ROCm driver): ${wordsOfHits([hit])}${cause === undefined ? '' : `; the kernel says why: kfd: ${cause.groups['reason'] ?? ''}`}`,
        evidence: [...snapshot.evidenceOf(hit), ...(cause === undefined ? [] : snapshot.evidenceOf(cause))],
      };
    }
  },
});
