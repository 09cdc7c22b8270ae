import { entryOf } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { parseDuration, spellDuration } from '../../lib/duration.ts';
import { isControlPlane, machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin NodeClockSkewDetected; over a second leases and certificates are at stake (ours). */
const SKEW_SECONDS = 0.05;
const CRITICAL_SECONDS = 60;

export default defineCheck({
  id: 'node-time-unsynced',
  layer: 5,
  title: 'The clocks of the nodes are synchronised',
  failureTitle: 'The clock of the node is wrong or not synchronised',
  why: 'A clock that is off makes fresh certificates "not yet valid" and tokens expired, disturbs etcd and leases and puts events in the wrong order. The certificate itself is then fine.',
  fix: [
    'On {node}: start the time service (systemctl enable --now chronyd, or timedatectl set-ntp true), check that it reaches its servers, step the clock (chronyc makestep), then restart the kubelet',
  ],
  next: ['timedatectl', 'chronyc tracking; chronyc sources -v', 'date -u'],
  severity: 'warning',
  confidence: 'high',
  reads: ['etcd-clock-drift', 'kubelet-cert-not-yet-valid'],
  needsAny: ['timeSync'],
  wants: ['hostValues', 'toolFailures'],
  *run({ timeSync, hostValues, toolFailures }, { snapshot }) {
    const drift = snapshot
      .hits('etcd-clock-drift')
      .flatMap((hit) => {
        const seconds = parseDuration((hit.groups['drift'] ?? hit.groups['oldDrift'] ?? '').split(' ')[0] ?? '');
        return seconds === undefined ? [] : [{ hit, seconds: Math.abs(seconds) }];
      })
      .sort((a, b) => b.seconds - a.seconds)[0];
    const invalid = snapshot.hits('kubelet-cert-not-yet-valid');
    const nodes = new Map<
      string,
      { evidence: Evidence[]; words: string[]; offset: number; unsynced: boolean; refuses?: boolean }
    >();
    const at = (node: string) => entryOf(nodes, node, () => ({ evidence: [], words: [], offset: 0, unsynced: false }));
    for (const sync of timeSync) {
      const offset = Math.abs(sync.offsetSeconds ?? 0);
      if (sync.synchronized !== false && offset < SKEW_SECONDS) continue;
      const entry = at(machineOf(snapshot, sync));
      entry.evidence.push(sync.source);
      entry.offset = Math.max(entry.offset, offset);
      if (sync.synchronized === false) entry.unsynced = true;
      entry.words.push(
        sync.synchronized === false
          ? `not synchronised (${sync.source.text.trim().replaceAll(/\s+/g, ' ')})`
          : `${Math.abs(sync.offsetSeconds ?? 0)} s ${(sync.offsetSeconds ?? 0) > 0 ? 'ahead' : 'behind'} (${sync.tool})`,
      );
    }
    for (const hit of invalid) {
      const { now: clock, from } = hit.groups;
      const behind = (Date.parse(from ?? '') - Date.parse(clock ?? '')) / 1000;
      const entry = at(machineOf(snapshot, hit));
      if (entry.words.some((word) => word.includes('not valid before'))) continue;
      entry.evidence.push(...snapshot.evidenceOf(hit));
      entry.refuses = true;
      entry.offset = Math.max(entry.offset, Number.isNaN(behind) ? 0 : behind);
      entry.words.push(
        `by its clock it is ${clock ?? ''} when it refuses a certificate that is not valid before ${from ?? ''}${behind > 0 ? `, so it is at least ${spellDuration(behind)} behind` : ''}`,
      );
    }
    for (const [node, entry] of nodes) {
      const service = hostValues.filter(
        (value) =>
          value.topic === 'time' && /^(?:inactive|no|n\/a)$/i.test(value.value) && machineOf(snapshot, value) === node,
      );
      const daemon = toolFailures.filter(
        (failure) => /chronyc|ntpq|timedatectl/.test(failure.tool) && machineOf(snapshot, failure) === node,
      );
      // Members of etcd measure each other: what they find says nothing of a worker's clock.
      const known = snapshot.get('nodes', undefined, node);
      const isMember = known === undefined || isControlPlane(known);
      const measured = isMember && (entry.unsynced || entry.offset >= 1) ? drift : undefined;
      const offset = Math.max(entry.offset, measured?.seconds ?? 0);
      const [first, ...rest] = [
        ...(measured === undefined ? [] : snapshot.evidenceOf(measured.hit)),
        ...entry.evidence,
        ...service.map((value) => value.source),
        ...daemon.map((failure) => failure.source),
      ];
      if (first === undefined) continue;
      yield {
        subject: machineSubject(snapshot, { node }),
        // What refuses a certificate does not go on: more follows from it than from an offset.
        variant: entry.refuses === true ? 'refuses' : offset >= 1 ? 'skew' : 'unsynced',
        severity: offset >= CRITICAL_SECONDS ? 'critical' : 'warning',
        message:
          `The clock of ${node} is ${entry.words.join('; ')}` +
          (service.length === 0 ? '' : '; its NTP service is inactive') +
          (daemon.length === 0 ? '' : `; ${daemon[0]?.tool}: "${daemon[0]?.message}"`) +
          (measured === undefined
            ? ''
            : `; etcd measures a clock drift of ${spellDuration(measured.seconds)} between the members`),
        evidence: [first, ...rest],
      };
    }
  },
});
