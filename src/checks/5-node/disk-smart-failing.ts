import { groupBy } from '../../lib/group-by.ts';
import type { HostValue } from '../../parsers/records.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

type Severity = 'critical' | 'warning';

/** What a value says of its disk, and how bad it is; undefined: it is well. */
function complaint({ key, value }: HostValue, spareLeast: number): readonly [Severity, string] | undefined {
  const count = Number(value);
  if (key === 'health') return /^(?:PASSED|OK)\b/.test(value) ? undefined : ['critical', `it calls itself ${value}`];
  if (key === 'failing') return ['critical', `${value} is below the threshold of its maker`];
  if (Number.isNaN(count)) return undefined;
  if (key === 'critical_warning') return count === 0 ? undefined : ['critical', `critical warning ${value}`];
  // NVMe Base Specification: above 100 the maker's estimate of its life is used up; below the threshold it may fail.
  if (key === 'available_spare') return count < spareLeast ? ['critical', `${count} % spare blocks left`] : undefined;
  if (key === 'percentage_used') return count >= 100 ? ['warning', `${count} % of its life used`] : undefined;
  if (key === 'media_errors') return count > 0 ? ['warning', `${count} errors of the medium`] : undefined;
  // Replaced sectors alone are how a disk ages.
  if (key === 'available_spare_threshold' || key === 'Reallocated_Sector_Ct') return undefined;
  return count > 0 ? ['warning', `${key} ${count}`] : undefined;
}

export default defineCheck({
  id: 'disk-smart-failing',
  layer: 5,
  title: 'The disks predict no failure',
  failureTitle: 'A disk predicts its failure (SMART)',
  why: 'The disk counts sectors it cannot read, or says itself that it will fail.',
  fix: ['Save what is not replicated and replace the disk.'],
  next: ['smartctl -H -A /dev/DISK'],
  severity: 'warning',
  confidence: 'high',
  reads: ['disk-smart-failing'],
  needsAny: ['hostValues', 'hostLogs'],
  *run({ hostValues }, { snapshot }) {
    const values = hostValues.filter(({ topic }) => topic === 'smart');
    for (const of of groupBy(values, (value) => `${machineOf(snapshot, value)} ${value.scope ?? ''}`).values()) {
      const least = Number(of.find(({ key }) => key === 'available_spare_threshold')?.value ?? 0);
      const told = of.flatMap((value) => {
        const said = complaint(value, least);
        return said === undefined ? [] : [{ value, severity: said[0], words: said[1] }];
      });
      const [first, ...more] = told;
      if (first === undefined) continue;
      const subject = machineSubject(snapshot, first.value);
      yield {
        subject,
        variant: 'disk',
        severity: told.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning',
        message: `${first.value.scope ?? 'A disk'} of ${subject.name} predicts its failure: ${told.map(({ words }) => words).join(', ')}`,
        evidence: [first.value.source, ...more.map(({ value }) => value.source)],
      };
    }
    for (const hit of snapshot.hits('disk-smart-failing')) {
      const subject = subjectOfHit(hit, snapshot);
      const count = hit.groups['count'];
      yield {
        subject,
        variant: 'log',
        message: `A disk of ${subject.name} ${count === undefined ? 'predicts its failure' : `has ${count} sectors that it cannot read`}`,
        evidence: snapshot.evidenceOf(hit),
      };
    }
  },
});
