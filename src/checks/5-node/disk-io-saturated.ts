import { machineOf } from '../../snapshot/node-health.ts';
import { defineCheck } from '../check.ts';

/** Share of the last minute in which all tasks waited for disks, percent (ours; an idle machine shows 0). */
const FULL_AVG60 = 10;

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
  },
});
