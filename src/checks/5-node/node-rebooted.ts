import { spellTime } from '../../lib/timestamp.ts';
import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { isHistoric, DAY_MS } from '../../snapshot/ages.ts';
import { spellDuration } from '../../lib/duration.ts';
import { groupBy } from '../../lib/group-by.ts';
import { isReady, machineSubject, nodeEvents, timeOf } from '../../snapshot/nodes/node-health.ts';
import { rebootsByExits } from '../../snapshot/nodes/reboots.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** HEUR: somebody reboots a machine once or twice in a day of work; one that goes down again and again does it oftener. */
const OFTEN = 4;

/** HEUR, ms: what a reboot took is back after an hour, or is told by other findings. */
const SETTLED_MS = 3_600_000;

export default defineCheck({
  id: 'node-rebooted',
  layer: 5,
  title: 'No node was rebooted lately',
  failureTitle: 'The node was rebooted',
  why: 'A reboot ends every container of the node at once, often recorded as exit code 255. Afterwards drivers, mounts and addresses may be missing.',
  fix: [
    'Find out why: the last lines of the boot before, the hardware event log, maintenance of the hypervisor or cloud',
  ],
  next: ['journalctl -b -1 -n 200 --no-pager', 'last -x reboot'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['events', 'pods', 'hostValues'],
  wants: ['nodes', 'containerLogs'],
  reads: ['eviction-done'],
  *run({ hostValues }, { snapshot }) {
    const told = nodeEvents(snapshot, 'Rebooted');
    const exits = rebootsByExits(snapshot);
    for (const [name, events] of told) {
      const last = events.at(-1);
      if (last === undefined) continue;
      const time = eventTime(last);
      const old = isHistoric(snapshot, time);
      const ended = exits.get(name);
      // Cordoned first, and Ready afterwards: that is how maintenance goes.
      const planned =
        maintained(name, last, snapshot) ||
        drained(name, snapshot) ||
        back(name, snapshot) ||
        settled(name, time, snapshot);
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `Node ${name} was rebooted${events.length > 1 ? ` ${events.length} times` : ''}: "${eventMessage(last)}"${ended === undefined ? '' : `; ${ended.containers} containers of ${ended.pods.length} pods ended with it`}`,
        evidence: [snapshot.quoteEvent(last), ...(ended?.evidence ?? [])],
        ...(old ? { state: 'historic' as const } : planned ? { severity: 'info' as const } : {}),
        ...(time === undefined ? {} : { since: time }),
      };
    }
    for (const [machine, listed] of groupBy(
      hostValues.filter((value) => value.topic === 'boot'),
      (value) => machineSubject(snapshot, value).name,
    )) {
      // journalctl lists the last one last, last(1) first.
      const boots = listed.toSorted((a, b) => (a.value < b.value ? -1 : 1));
      const times = boots.map((boot) => Date.parse(`${boot.value}Z`)).sort((a, b) => a - b);
      const [last] = times.slice(-1);
      const lately = times.filter((time) => last !== undefined && last - time < DAY_MS);
      const [first] = boots.slice(-lately.length);
      if (lately.length < OFTEN || first === undefined || told.has(machine)) continue;
      yield {
        subject: machineSubject(snapshot, first),
        variant: 'often',
        message: `${machine} was booted ${lately.length} times within ${spellDuration(((last ?? 0) - (lately[0] ?? 0)) / 1000)}`,
        evidence: [first.source, ...boots.slice(-2).map((boot) => boot.source)],
        ...(isHistoric(snapshot, last) ? { state: 'historic' as const } : {}),
      };
    }
    for (const [name, { time, containers, pods, evidence }] of exits) {
      if (told.has(name)) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        confidence: 'medium',
        // Everything runs again, or it is long ago: noise that explains old exits, no trouble of its own.
        severity: 'info',
        message: `Node ${name} seems to have been restarted at ${spellTime(time)}: ${containers} containers of ${pods.length} pods ended at that moment with exit code 255`,
        evidence,
        ...(isHistoric(snapshot, time) ? { state: 'historic' as const } : {}),
        since: time,
      };
    }
  },
});

/** The node is Ready and all that runs there runs well again: what the reboot took has come back. */
function back(name: string, snapshot: Snapshot): boolean {
  const node = snapshot.get('nodes', undefined, name);
  if (node === undefined || isReady(node) !== true) return false;
  const pods = snapshot
    .podsOnNode(name)
    .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
  return (
    // The pods of one namespace alone are not the node's.
    new Set(pods.map(({ metadata }) => metadata.namespace)).size > 1 &&
    pods.every(({ metadata }) => snapshot.listed('pods', metadata.namespace)) &&
    pods.every(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        status?.phase === 'Running' &&
        // A row of a table shows its containers only.
        (status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True' ||
          (status.conditions === undefined && (status.containerStatuses ?? []).every(({ ready }) => ready === true))),
    ) &&
    snapshot.list('pods').every((pod) => pod.spec?.nodeName !== undefined || pod.status?.phase !== 'Pending')
  );
}

/** A description of the node alone: long after the reboot it is Ready, and whoever made it is after something else. */
function settled(name: string, reboot: number | undefined, snapshot: Snapshot): boolean {
  const node = snapshot.get('nodes', undefined, name);
  if (node === undefined || isReady(node) !== true || snapshot.list('pods').length > 0) return false;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const seen = timeOf(ready?.lastHeartbeatTime) ?? snapshot.now;
  return reboot !== undefined && seen !== undefined && seen - reboot > SETTLED_MS;
}

/** Somebody drained the node, as the output of kubectl shows, and it is Ready again. */
const drained = (name: string, snapshot: Snapshot): boolean => {
  const node = snapshot.get('nodes', undefined, name);
  return (
    node !== undefined &&
    isReady(node) === true &&
    snapshot.hits('eviction-done').some(({ groups }) => groups['node'] === name)
  );
};

/** Somebody had cordoned the node before it was rebooted, and it is Ready again. */
function maintained(name: string, reboot: KubeEvent, snapshot: Snapshot): boolean {
  const node = snapshot.get('nodes', undefined, name);
  const events = nodeEvents(snapshot, 'NodeNotSchedulable', 'Rebooted', 'NodeReady').get(name) ?? [];
  const at = events.indexOf(reboot);
  const cordoned = events.slice(0, at).some((event) => event.reason === 'NodeNotSchedulable');
  const ready =
    node === undefined ? events.slice(at).some((event) => event.reason === 'NodeReady') : isReady(node) === true;
  return cordoned && ready;
}
