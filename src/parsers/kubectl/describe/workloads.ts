/** Descriptions of the kinds that make pods, and of what watches over them. */
import type { Draft, Path } from '../draft.ts';
import { int, intOrName, pairs, reference, setSelector } from '../values.ts';
import { find, items, put, putConditions, timeOf, type Block, type Entry } from './block.ts';
import { putTemplate } from './pod.ts';

function putSelector(draft: Draft, entries: readonly Entry[], path: Path): void {
  const selector = find(entries, 'Selector');
  if (selector !== undefined) setSelector(draft, path, selector.value, selector);
}

/** `3 desired | 3 updated | 3 total | 2 available | 1 unavailable`, `2 current / 3 desired`. */
function putReplicas(draft: Draft, entry: Entry | undefined): void {
  if (entry === undefined) return;
  const FIELDS: Readonly<Record<string, Path>> = {
    desired: ['spec', 'replicas'],
    updated: ['status', 'updatedReplicas'],
    total: ['status', 'replicas'],
    current: ['status', 'replicas'],
    available: ['status', 'availableReplicas'],
    unavailable: ['status', 'unavailableReplicas'],
  };
  for (const [, count, word] of entry.value.matchAll(
    /(\d{1,9}) (desired|updated|total|current|available|unavailable)/g,
  )) {
    const path = FIELDS[word ?? ''];
    if (path !== undefined) draft.set(path, Number(count), entry);
  }
}

function putOwner(draft: Draft, entries: readonly Entry[]): void {
  const entry = find(entries, 'Controlled By');
  const owner = reference(entry?.value);
  if (entry === undefined || owner === undefined) return;
  draft.set(['metadata', 'ownerReferences', 0, 'kind'], owner.kind, entry);
  draft.set(['metadata', 'ownerReferences', 0, 'name'], owner.name, entry);
  draft.set(['metadata', 'ownerReferences', 0, 'controller'], true, entry);
}

export function describeDeployment(block: Block, draft: Draft): void {
  const { entries } = block;
  putSelector(draft, entries, ['spec', 'selector']);
  putReplicas(draft, find(entries, 'Replicas'));
  put(draft, ['spec', 'strategy', 'type'], find(entries, 'StrategyType'));
  put(draft, ['spec', 'minReadySeconds'], find(entries, 'MinReadySeconds'), int);
  const rolling = find(entries, 'RollingUpdateStrategy');
  const bounds = /^(\S{1,20}) max unavailable, (\S{1,20}) max surge$/.exec(rolling?.value ?? '');
  if (rolling !== undefined && bounds !== null) {
    draft.set(['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], intOrName(bounds[1] ?? ''), rolling);
    draft.set(['spec', 'strategy', 'rollingUpdate', 'maxSurge'], intOrName(bounds[2] ?? ''), rolling);
  }
  putTemplate(draft, find(entries, 'Pod Template'), ['spec', 'template']);
  putConditions(block, draft, find(entries, 'Conditions'));
}

/** `Pods Status: 1 Running / 0 Waiting / …`. */
function putRunning(draft: Draft, entries: readonly Entry[]): void {
  put(draft, ['status', 'runningReplicas'], find(entries, 'Pods Status'), (text) =>
    int(/^\d+(?= Running)/.exec(text)?.[0]),
  );
}

export function describeReplicaSet(block: Block, draft: Draft): void {
  const { entries } = block;
  putSelector(draft, entries, ['spec', 'selector']);
  putReplicas(draft, find(entries, 'Replicas'));
  putRunning(draft, entries);
  putOwner(draft, entries);
  putTemplate(draft, find(entries, 'Pod Template'), ['spec', 'template']);
  putConditions(block, draft, find(entries, 'Conditions'));
}

export function describeStatefulSet(block: Block, draft: Draft): void {
  const { entries } = block;
  putSelector(draft, entries, ['spec', 'selector']);
  putReplicas(draft, find(entries, 'Replicas'));
  putRunning(draft, entries);
  const strategy = find(entries, 'Update Strategy');
  put(draft, ['spec', 'updateStrategy', 'type'], strategy);
  put(
    draft,
    ['spec', 'updateStrategy', 'rollingUpdate', 'partition'],
    find(strategy?.children ?? [], 'Partition'),
    int,
  );
  putTemplate(draft, find(entries, 'Pod Template'), ['spec', 'template']);
  // Volume Claims: one `Name:` after the other, without a border.
  let claim = -1;
  for (const entry of find(entries, 'Volume Claims')?.children ?? []) {
    const at = ['spec', 'volumeClaimTemplates', Math.max(claim, 0)];
    if (entry.key === 'Name') put(draft, ['spec', 'volumeClaimTemplates', ++claim, 'metadata', 'name'], entry);
    else if (entry.key === 'StorageClass') put(draft, [...at, 'spec', 'storageClassName'], entry);
    else if (entry.key === 'Capacity') put(draft, [...at, 'spec', 'resources', 'requests', 'storage'], entry);
    else if (entry.key === 'Access Modes') {
      put(draft, [...at, 'spec', 'accessModes'], entry, (text) => text.replace(/^\[|\]$/g, '').split(/[ ,]+/));
    }
  }
}

const SCHEDULED: readonly (readonly [string, string])[] = [
  ['Desired Number of Nodes Scheduled', 'desiredNumberScheduled'],
  ['Current Number of Nodes Scheduled', 'currentNumberScheduled'],
  ['Number of Nodes Scheduled with Up-to-date Pods', 'updatedNumberScheduled'],
  ['Number of Nodes Scheduled with Available Pods', 'numberAvailable'],
  ['Number of Nodes Misscheduled', 'numberMisscheduled'],
];

export function describeDaemonSet(block: Block, draft: Draft): void {
  const { entries } = block;
  putSelector(draft, entries, ['spec', 'selector']);
  for (const [key, field] of SCHEDULED) put(draft, ['status', field], find(entries, key), int);
  putTemplate(draft, find(entries, 'Pod Template'), ['spec', 'template']);
  // The section names no node selector before 1.30; the object's own line did.
  const selector = find(entries, 'Node-Selector');
  for (const line of items(selector))
    for (const [key, value] of pairs(line.text))
      draft.set(['spec', 'template', 'spec', 'nodeSelector', key], value, line);
}

const seconds = (text: string): number | undefined => int(text.replace(/s$/, ''));

function putJobSpec(draft: Draft, entries: readonly Entry[], spec: Path): void {
  put(draft, [...spec, 'parallelism'], find(entries, 'Parallelism'), int);
  put(draft, [...spec, 'completions'], find(entries, 'Completions'), int);
  put(draft, [...spec, 'backoffLimit'], find(entries, 'Backoff Limit'), int);
  put(draft, [...spec, 'activeDeadlineSeconds'], find(entries, 'Active Deadline Seconds'), seconds);
  putTemplate(draft, find(entries, 'Pod Template'), [...spec, 'template']);
}

export function describeJob(block: Block, draft: Draft): void {
  const { entries } = block;
  putJobSpec(draft, entries, ['spec']);
  putOwner(draft, entries);
  put(draft, ['spec', 'suspend'], find(entries, 'Suspend'), (text) => text === 'true');
  put(draft, ['status', 'startTime'], find(entries, 'Start Time'), timeOf);
  put(draft, ['status', 'completionTime'], find(entries, 'Completed At'), timeOf);
  // `1 Active (0 Ready) / 0 Succeeded / 3 Failed`, before 1.24 `1 Running / 0 Succeeded / 3 Failed`.
  const pods = find(entries, 'Pods Statuses');
  const counts =
    /^(\d{1,9}) (?:Active|Running)(?: \((\d{1,9}) Ready\))? \/ (\d{1,9}) Succeeded \/ (\d{1,9}) Failed$/.exec(
      pods?.value ?? '',
    );
  if (pods === undefined || counts === null) return;
  ['active', 'ready', 'succeeded', 'failed'].forEach((field, i) =>
    draft.set(['status', field], int(counts[i + 1]), pods),
  );
}

export function describeCronJob(block: Block, draft: Draft): void {
  const { entries } = block;
  put(draft, ['spec', 'schedule'], find(entries, 'Schedule'));
  put(draft, ['spec', 'timeZone'], find(entries, 'Time Zone'));
  put(draft, ['spec', 'suspend'], find(entries, 'Suspend'), (text) => text.toLowerCase() === 'true');
  put(draft, ['spec', 'concurrencyPolicy'], find(entries, 'Concurrency Policy'));
  put(draft, ['spec', 'startingDeadlineSeconds'], find(entries, 'Starting Deadline Seconds'), seconds);
  put(draft, ['status', 'lastScheduleTime'], find(entries, 'Last Schedule Time'), timeOf);
  const active = find(entries, 'Active Jobs');
  if (active?.value === '<none>') draft.set(['status', 'active'], [], active);
  items(active).forEach((line, i) => draft.set(['status', 'active', i, 'name'], line.text, line));
  putJobSpec(draft, entries, ['spec', 'jobTemplate', 'spec']);
}

export function describeHpa(block: Block, draft: Draft): void {
  const { entries } = block;
  const target = find(entries, 'Reference');
  const ref = reference(target?.value);
  if (target !== undefined && ref !== undefined) {
    draft.set(['spec', 'scaleTargetRef', 'kind'], ref.kind, target);
    draft.set(['spec', 'scaleTargetRef', 'name'], ref.name, target);
  }
  put(draft, ['spec', 'minReplicas'], find(entries, 'Min replicas'), int);
  put(draft, ['spec', 'maxReplicas'], find(entries, 'Max replicas'), int);
  const pods = entries.find((entry) => entry.key.endsWith(' pods'));
  const counts = /^(\d{1,9}) current \/ (\d{1,9}) desired$/.exec(pods?.value ?? '');
  if (pods !== undefined && counts !== null) {
    draft.set(['status', 'currentReplicas'], Number(counts[1]), pods);
    draft.set(['status', 'desiredReplicas'], Number(counts[2]), pods);
  }
  // `resource cpu on pods  (as a percentage of request):  <unknown> / 80%`
  let count = 0;
  for (const entry of find(entries, 'Metrics')?.children ?? []) {
    const resource =
      /^resource (\S{1,63})(?: of container "[^"]{1,63}")? on pods\b.{0,60}?:\s{1,8}\S{1,60}(?: \(\S{1,60}\))? \/ (\S{1,60})$/.exec(
        entry.text,
      );
    if (resource === null) continue;
    const at = ['spec', 'metrics', count++];
    draft.set([...at, 'type'], 'Resource', entry);
    draft.set([...at, 'resource', 'name'], resource[1], entry);
    const percent = /^(\d{1,9})%$/.exec(resource[2] ?? '');
    if (percent !== null) draft.set([...at, 'resource', 'target', 'averageUtilization'], Number(percent[1]), entry);
    else draft.set([...at, 'resource', 'target', 'averageValue'], resource[2], entry);
  }
  const conditions = find(entries, 'Conditions');
  putConditions(block, draft, conditions);
  // Cut above its conditions: kubectl prints <unknown> exactly when the controller has no current value.
  const unknown = find(entries, 'Metrics')?.children.find(({ text }) => /:\s+<unknown> \//.test(text));
  if (conditions === undefined && unknown !== undefined) {
    draft.set(['status', 'conditions', 0, 'type'], 'ScalingActive', unknown);
    draft.set(['status', 'conditions', 0, 'status'], 'False', unknown);
  }
}

export function describePdb(block: Block, draft: Draft): void {
  const { entries } = block;
  put(draft, ['spec', 'minAvailable'], find(entries, 'Min available'), intOrName);
  put(draft, ['spec', 'maxUnavailable'], find(entries, 'Max unavailable'), intOrName);
  putSelector(draft, entries, ['spec', 'selector']);
  const status = find(entries, 'Status')?.children ?? [];
  put(draft, ['status', 'disruptionsAllowed'], find(status, 'Allowed disruptions'), int);
  put(draft, ['status', 'currentHealthy'], find(status, 'Current'), int);
  put(draft, ['status', 'desiredHealthy'], find(status, 'Desired'), int);
  put(draft, ['status', 'expectedPods'], find(status, 'Total'), int);
}
