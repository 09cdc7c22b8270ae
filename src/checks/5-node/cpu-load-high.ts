import { parseQuantity } from '../../lib/quantity.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin: NodeSystemSaturation (load over twice the cores), NodeCPUHighUsage (90 %). */
const LOAD_PER_CORE = 2;
const USAGE_PERCENT = 90;
/** Time that the hypervisor gave to other machines, HEUR: above this everything on the machine is slow. */
const STEAL_PERCENT = 20;
/** Time in which CPUs waited for disks, HEUR. */
const IOWAIT_PERCENT = 50;

export default defineCheck({
  id: 'cpu-load-high',
  layer: 5,
  title: 'The machines have CPU left',
  failureTitle: 'The machine is saturated',
  why: 'Probes, heartbeats, leases and the kubelet come late on a saturated machine. A high load with an idle CPU is waiting for disks or NFS instead.',
  fix: ['Find the busiest pods and processes of {node}; set requests and limits; spread the load'],
  next: ['uptime; top -b -n1 | head -20', 'kubectl top pods -A --sort-by=cpu | head'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['nodeUsage', 'hostValues'],
  wants: ['nodes'],
  *run({ nodeUsage, hostValues }, { snapshot }) {
    const told = new Set<string>();
    for (const value of hostValues) {
      if (value.topic !== 'os' || value.key !== 'loadavg') continue;
      const node = machineOf(snapshot, value);
      const load = Number(value.value.split(/\s+/)[0]);
      const counted = hostValues.find(
        (one) => one.topic === 'os' && one.key === 'cpus' && machineOf(snapshot, one) === node,
      );
      const cores = parseQuantity(
        snapshot.get('nodes', undefined, node)?.status?.capacity?.['cpu'] ?? counted?.value ?? '',
      );
      if (cores === undefined || !(cores > 0) || !(load > cores * LOAD_PER_CORE) || told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'load',
        message: `The load of ${node} is ${load} on ${cores} CPUs`,
        evidence: [value.source],
      };
    }
    // A CPU that waits for disks is not idle either: why comes before that.
    const shares = hostValues.filter(({ topic }) => topic === 'cpu');
    for (const value of [
      ...shares.filter(({ key }) => key !== 'idle'),
      ...shares.filter(({ key }) => key === 'idle'),
    ]) {
      const node = machineOf(snapshot, value);
      const percent = Number(value.value);
      const says =
        value.key === 'idle' && percent <= 100 - USAGE_PERCENT
          ? `The CPUs of ${node} are idle for ${percent} % of the time`
          : value.key === 'steal' && percent >= STEAL_PERCENT
            ? `The hypervisor takes ${percent} % of the CPU time of ${node} (steal)`
            : value.key === 'iowait' && percent >= IOWAIT_PERCENT
              ? `The CPUs of ${node} wait for disks for ${percent} % of the time (iowait)`
              : undefined;
      if (says === undefined || told.has(node)) continue;
      told.add(node);
      const load = hostValues.find(
        (one) => one.topic === 'os' && one.key === 'loadavg' && machineOf(snapshot, one) === node,
      );
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: value.key === 'idle' ? 'cpu' : value.key,
        message: `${says}${load === undefined ? '' : `, at a load of ${load.value.split(' ')[0] ?? ''}`}`,
        evidence: [value.source, ...(load === undefined ? [] : [load.source])],
      };
    }
    for (const usage of nodeUsage) {
      if (told.has(usage.name) || usage.cpuPercent === undefined || usage.cpuPercent < USAGE_PERCENT) continue;
      yield {
        subject: snapshot.named('Node', usage.name, { node: usage.name }),
        variant: 'cpu',
        message: `Node ${usage.name} uses ${usage.cpuPercent} % of its allocatable CPU`,
        evidence: [usage.source],
      };
    }
  },
});
