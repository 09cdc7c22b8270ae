import type { HostValue } from '../../parsers/records.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Share of the last minute in which all tasks waited for disks, percent (ours; an idle machine shows 0). */
const FULL_AVG60 = 10;
/** node-exporter mixin, NodeDiskIOSaturation: more requests wait. Busy alone says little: SSDs work on many at a time. */
const QUEUE = 10;
/** Percent of the time in which the disk had something to do (ours). */
const BUSY = 90;

export default defineCheck({
  id: 'disk-io-saturated',
  layer: 5,
  title: 'The disks keep up',
  failureTitle: 'The disks of the machine cannot keep up',
  why: 'When everything waits for the disk, etcd misses its heartbeats, the runtime its deadlines and image pulls take minutes.',
  fix: ['Find who reads or writes most on {node} (iotop) and move or throttle it; give etcd a disk of its own'],
  next: ['cat /proc/pressure/io', 'iostat -xz 1 5', 'iotop -boqqq -n3'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    for (const value of hostValues) {
      if (value.topic !== 'pressure' || value.key !== 'io.full.avg60' || !(Number(value.value) > FULL_AVG60)) continue;
      const node = machineOf(snapshot, value);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `On ${node} all tasks waited for disks ${value.value} % of the last minute (pressure io full avg60)`,
        evidence: [value.source],
      };
    }
    const told = new Set<string>();
    for (const value of hostValues) {
      if (value.topic !== 'disk-io' || !value.key.endsWith('.util') || !(Number(value.value) >= BUSY)) continue;
      const disk = value.key.slice(0, -'.util'.length);
      const other = (key: string): HostValue | undefined =>
        hostValues.find(
          (one) =>
            one.topic === 'disk-io' &&
            one.key === `${disk}.${key}` &&
            one.source.line === value.source.line &&
            one.source.file === value.source.file,
        );
      const queue = other('queue');
      const node = machineOf(snapshot, value);
      if (queue === undefined || !(Number(queue.value) > QUEUE) || told.has(`${node}\u0000${disk}`)) continue;
      told.add(`${node}\u0000${disk}`);
      const wait = other('await');
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: disk,
        message: `Disk ${disk} of ${node} is busy ${value.value} % of the time with ${queue.value} requests waiting${wait === undefined ? '' : `; a request takes ${wait.value} ms`}`,
        evidence: [value.source],
      };
    }
  },
});
