import { groupBy } from '../../lib/group-by.ts';
import { besideHits, quotesOf, timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** What mdadm says of an array that does not have all its members, and /proc/mdstat of one that did not start. */
const BROKEN = /\bdegraded\b|\bFAILED\b|^(?:inactive|Not Started)\b/;
/** `1 of 2` */
const isShort = (here: string): boolean => {
  const [have, wanted] = here.split(' of ').map(Number);
  return have !== undefined && wanted !== undefined && have < wanted;
};
/** States of a member that is no trouble. */
const WHOLE = /^(?:active|clean|write-pending|active sync|spare$|in_sync)/;

/** Lines of the tool that the message repeats. */
const TOLD = 4;
/** `zpool status` names the pool above its state. */
const POOL = /^ {1,4}pool: \S{1,60}/;

export default defineCheck({
  id: 'disk-raid-degraded',
  layer: 5,
  title: 'The software RAIDs have all their members',
  failureTitle: 'A software RAID misses a member',
  why: 'The array goes on without redundancy; without its spare the next failing disk costs the data.',
  fix: [
    'Look at the disk that failed (smartctl -a, dmesg), replace it, and rebuild the array (mdadm --manage /dev/MD --remove, then --add)',
    'A member that only dropped out (cable, power, a reset): mdadm --re-add',
  ],
  next: ['cat /proc/mdstat', 'mdadm --detail /dev/MD', 'smartctl -a /dev/DISK'],
  severity: 'critical',
  confidence: 'high',
  reads: ['disk-raid-degraded', 'disk-array-reported'],
  needsAny: ['hostValues', 'kernelLogs', 'hostLogs'],
  *run({ hostValues }, { snapshot }) {
    const facts = hostValues.filter(({ topic }) => topic === 'raid');
    for (const of of groupBy(facts, (fact) => `${machineOf(snapshot, fact)} ${fact.scope ?? ''}`).values()) {
      const one = (key: string) => of.findLast((fact) => fact.key === key);
      const state = one('state');
      const here = one('here');
      const telling = [state, here].filter(
        (fact) => fact !== undefined && (BROKEN.test(fact.value) || isShort(fact.value)),
      );
      const [first, ...more] = telling.filter((fact) => fact !== undefined);
      if (first === undefined) continue;
      const rebuild = one('rebuild');
      const members = of.filter(({ key, value }) => key.startsWith('member.') && !WHOLE.test(value));
      const level = one('level')?.value;
      const words = [
        first === here ? `has ${first.value} members` : `is ${first.value}`,
        ...members.map(({ key, value }) => `${key.slice('member.'.length)} is ${value}`),
        ...(rebuild === undefined ? [] : [`it is being rebuilt (${rebuild.value})`]),
      ];
      yield {
        subject: machineSubject(snapshot, first),
        ...(rebuild === undefined ? {} : { variant: 'rebuilding', severity: 'warning' as const }),
        message: `Software RAID ${first.scope ?? ''}${level === undefined ? '' : ` (${level})`} ${words.join('; ')}`,
        evidence: [first.source, ...[...more, ...members].map(({ source }) => source)],
      };
    }
    for (const hits of groupBy(snapshot.hits('disk-array-reported'), (hit) => machineOf(snapshot, hit)).values()) {
      const [first] = hits;
      const evidence = quotesOf(hits);
      if (first === undefined || evidence === undefined) continue;
      yield {
        subject: machineSubject(snapshot, first),
        variant: 'reported',
        title: 'A disk array, pool or volume group misses a disk',
        message: `The tool of the array says: ${evidence
          .slice(0, TOLD)
          .map(({ text }) => text.replace(/\s+/g, ' '))
          .join('; ')}${besideHits(hits, POOL)}`,
        evidence,
        fix: [
          'Replace the disk that it names and rebuild (storcli /cX/eY/sZ start rebuild; ssacli starts by itself; zpool replace; vgreduce or vgextend)',
          'A disk that only dropped out (cable, power, a reset): bring it back (zpool online or clear; vgextend --restoremissing)',
        ],
        next: ['dmesg -T | grep -iE "I/O error|medium error|offline"', 'smartctl -a /dev/DISK'],
      };
    }
    for (const hit of snapshot.hits('disk-raid-degraded')) {
      // What the array says of itself now counts more than what the kernel said once.
      if (facts.some(({ scope }) => scope === hit.groups['array'])) continue;
      yield {
        subject: subjectOfHit(hit, snapshot),
        variant: 'logged',
        message: `A software RAID lost a member: ${wordsOfHits([hit])}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
