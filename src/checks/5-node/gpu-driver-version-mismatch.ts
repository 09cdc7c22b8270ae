import { entryOf } from '../../lib/group-by.ts';
import type { Evidence, HostValue } from '../../parsers/records.ts';
import { gpuNodeOf } from '../../snapshot/nodes/gpu-node.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const MISMATCH = /driver\/library version mismatch/i;
/** User-space packages of the driver; the kernel module of the running kernel is another package. */
const PACKAGE = /^(?:lib)?nvidia-|^(?:lib)?cuda-drivers|^libnvidia/;

/** What CUDA itself says is about the libraries in the image. */
const OF_IMAGE = 'CUDA says: ';

export default defineCheck({
  id: 'gpu-driver-version-mismatch',
  layer: 5,
  title: 'Driver and libraries of NVIDIA have one version',
  failureTitle: 'The NVIDIA libraries do not fit the loaded driver (Driver/library version mismatch)',
  why: 'The packages of the driver were replaced, usually by an automatic upgrade, while the old kernel module stayed loaded. Nothing that uses NVML or CUDA starts until module and libraries agree.',
  fix: [
    'Drain {node} and reboot it, or stop all GPU clients and reload the nvidia modules',
    'Error 803 in a container: let it use the libcuda of the host (no /usr/local/cuda/compat in LD_LIBRARY_PATH), or an image whose CUDA fits the driver',
    'Hold the NVIDIA packages back from automatic upgrades (apt-mark hold, Package-Blacklist of unattended-upgrades, versionlock)',
  ],
  next: ['cat /proc/driver/nvidia/version', 'dmesg | grep "API mismatch"', 'grep -i nvidia /var/log/apt/history.log'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-driver-version-mismatch'],
  needsAny: ['toolFailures', 'gpus', 'kernelLogs'],
  wants: ['hostValues'],
  *run({ toolFailures, hostValues }, { snapshot }) {
    const byNode = new Map<string, { evidence: Evidence[]; texts: string[] }>();
    const at = (node: string) => entryOf(byNode, node, () => ({ evidence: [], texts: [] }));
    for (const failure of toolFailures) {
      if (!MISMATCH.test(failure.message)) continue;
      const entry = at(machineOf(snapshot, failure));
      entry.evidence.push(failure.source);
      entry.texts.push(`${failure.tool}: "${failure.message.replaceAll(/\s+/g, ' ').trim()}"`);
    }
    for (const hit of snapshot.hits('gpu-driver-version-mismatch')) {
      const entry = at(gpuNodeOf(snapshot, hit));
      entry.evidence.push(...snapshot.evidenceOf(hit));
      const { client, combination } = hit.groups;
      entry.texts.push(
        combination !== undefined
          ? `${OF_IMAGE}${combination} (the libcuda of the image is not that of the driver)`
          : client === undefined
            ? 'driver/library version mismatch in a log'
            : `the libraries have version ${client}`,
      );
    }
    for (const [node, { evidence, texts }] of byNode) {
      const ofImage = texts.every((text) => text.startsWith(OF_IMAGE));
      const upgrade = lastUpgrade(hostValues.filter((value) => machineOf(snapshot, value) === node));
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        message:
          `The NVIDIA user-space libraries ${ofImage ? 'in a container on' : 'of'} ${node} do not match the loaded kernel module: ${[...new Set(texts)].slice(0, 2).join('; ')}` +
          (upgrade === undefined ? '' : `; ${upgrade.text}`) +
          (ofImage ? '' : '. The node needs a reboot or a reload of the modules'),
        evidence: [first, ...(upgrade === undefined ? [] : upgrade.evidence), ...rest],
      };
    }
  },
});

/** The last change of NVIDIA packages, with the command that made it when the history quotes it. */
function lastUpgrade(values: readonly HostValue[]): { text: string; evidence: readonly Evidence[] } | undefined {
  const changes = values.filter((value) => value.topic === 'package' && PACKAGE.test(value.key));
  const last = changes.reduce<HostValue | undefined>(
    (best, one) => (best === undefined || one.value >= best.value ? one : best),
    undefined,
  );
  if (last === undefined) return undefined;
  const command = values.find(
    (value) =>
      value.topic === 'package' && value.key === 'commandline' && value.value.slice(0, 19) === last.value.slice(0, 19),
  );
  return {
    text: `package ${last.key}: ${last.value}${command === undefined ? '' : ` by ${command.value.slice(20)}`}`,
    evidence: [last.source, ...(command === undefined ? [] : [command.source])],
  };
}
