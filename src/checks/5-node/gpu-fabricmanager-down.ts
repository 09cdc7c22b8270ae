import { entryOf } from '../../lib/group-by.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence } from '../../parsers/records.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { isDown, unitName } from '../../snapshot/nodes/units.ts';
import { defineCheck } from '../check.ts';

/** How the manager ends on a machine that has no NVSwitch, and what systemd then says of its unit. */
const NO_SWITCH = /NV_WARN_NOTHING_TO_DO/;
const OF_UNIT = /^(?:the fabric manager failed$|nvidia-fabricmanager\.service )/;

/** It was installed where it has nothing to do: nothing else tells of a fabric. */
const isNeedless = (words: readonly string[]): boolean =>
  words.some((one) => NO_SWITCH.test(one)) && words.every((one) => NO_SWITCH.test(one) || OF_UNIT.test(one));

/** What is said instead. */
const NEEDLESS = {
  variant: 'no-switch',
  severity: 'warning',
  title: 'The fabric manager is installed on a machine without NVSwitches',
  fix: ['This machine needs no fabric manager: systemctl disable --now nvidia-fabricmanager on {node}'],
} as const;

export default defineCheck({
  id: 'gpu-fabricmanager-down',
  layer: 5,
  title: 'The NVSwitch fabric is initialised',
  failureTitle: 'The NVSwitch fabric is not initialised (fabric manager)',
  why: 'On machines with NVSwitches the fabric manager must run, in exactly the version of the driver, before any CUDA program can start: until then CUDA fails with error 802 (system not yet initialized), though nvidia-smi lists all GPUs.',
  fix: [
    'Install the fabric manager of the driver’s exact version on {node} and start it (systemctl enable --now nvidia-fabricmanager); in the GPU operator it runs inside the driver container',
    'With NVLink 5 (B200, B300, GB200) it also needs ib_umad (and mlx5_ib) loaded at boot (/etc/modules-load.d) and the package nvlsm, which it starts itself',
    'If it fails: read its log for missing switches or SXid errors, reset all GPUs or reboot',
  ],
  next: [
    'systemctl status nvidia-fabricmanager',
    'nvidia-smi -q | grep -A 4 Fabric',
    'tail -n 100 /var/log/fabricmanager.log',
    'nvidia-smi --query-gpu=driver_version --format=csv',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-fabricmanager-down', 'gpu-fabricmanager-config', 'cuda-system-not-initialized', 'gpu-fabric-state'],
  needsAny: ['units', 'gpus'],
  *run({ units, gpus }, { snapshot }) {
    const byNode = new Map<string, { evidence: Evidence[]; words: string[] }>();
    const at = (node: string) => entryOf(byNode, node, () => ({ evidence: [], words: [] }));
    for (const hit of snapshot.hits('cuda-system-not-initialized')) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.push(...snapshot.evidenceOf(hit));
      entry.words.push('CUDA fails with error 802 (system not yet initialized)');
    }
    for (const hit of snapshot.hits('gpu-fabric-state')) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.push(...snapshot.evidenceOf(hit));
      entry.words.push(`the fabric state is "${hit.groups['state'] ?? 'In Progress'}"`);
    }
    for (const gpu of gpus) {
      const stuck = gpu.fabricState !== undefined && /in progress|not started|failure/i.test(gpu.fabricState);
      const failed = gpu.fabricStatus !== undefined && /fail|error|timeout/i.test(gpu.fabricStatus);
      if (!stuck && !failed) continue;
      const entry = at(machineOf(snapshot, gpu));
      if (entry.words.some((word) => word.startsWith('the fabric state'))) continue;
      entry.evidence.push(gpu.source);
      entry.words.push(
        `the fabric state is "${gpu.fabricState ?? ''}"${gpu.fabricStatus === undefined ? '' : `, status "${gpu.fabricStatus}"`}`,
      );
    }
    for (const hit of [...snapshot.hits('gpu-fabricmanager-config'), ...snapshot.hits('gpu-fabricmanager-down')]) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.push(...snapshot.evidenceOf(hit));
      const words = parseLogLine(hit.last.text).message.slice(0, 240);
      // What it says itself tells more than systemd, which only sees it end.
      if (!/nvidia-fabricmanager\.service: /.test(words))
        entry.words.unshift(
          `the ${words.startsWith('nvidia-nvswitch') ? 'kernel' : 'fabric manager'} says${hit.origin.pod === undefined ? '' : ` (log of pod ${hit.origin.pod})`}: ${words}`,
        );
      else entry.words.push('the fabric manager failed');
    }
    for (const unit of units) {
      if (unitName(unit) !== 'nvidia-fabricmanager' || !isDown(unit)) continue;
      // On machines without NVSwitches the unit may be installed and stay inactive.
      const node = machineOf(snapshot, unit);
      if (unit.active === 'inactive' && !byNode.has(node)) continue;
      const entry = at(node);
      entry.evidence.push(unit.source);
      entry.words.push(`nvidia-fabricmanager.service is ${unit.active ?? 'down'}`);
    }
    for (const [node, { evidence, words }] of byNode) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const needless = isNeedless(words);
      const said = [...new Set(words)].join('; ');
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: needless
          ? `The fabric manager of ${node} finds no NVSwitch and ends: ${said}`
          : `The NVSwitch fabric of ${node} is not ready: ${said}. The fabric manager (nvidia-fabricmanager) is not running, has not finished, or has another version than the driver`,
        evidence: [first, ...rest],
        ...(needless ? NEEDLESS : {}),
      };
    }
  },
});
