/** `kubectl describe pod`, and the pod template inside the descriptions of workloads. */
import type { Draft, Path } from '../draft.ts';
import { ago, int, reference, setDeletion } from '../values.ts';
import { find, flatten, items, put, putConditions, putPairs, timeOf, type Block, type Entry } from './block.ts';
import { putContainers } from './containers.ts';
import { putVolumes } from './volumes.ts';

/** `key=value:NoExecute op=Exists for 300s`, `op=Exists`, `key:NoSchedule`. */
const TOLERATION =
  /^(?!op=)([^\s=:]{1,320})?(?:=([^\s:]{0,63}))?(?::(NoSchedule|PreferNoSchedule|NoExecute))?(?: op=(\w{1,20}))?(?: for (-?\d{1,12})s)?$/;

/** Fields that pods and pod templates share. */
export function putPodSpec(draft: Draft, fields: readonly Entry[], spec: Path, status: Path | undefined): void {
  putContainers(
    draft,
    find(fields, 'Init Containers'),
    [...spec, 'initContainers'],
    status === undefined ? undefined : [...status, 'initContainerStatuses'],
  );
  putContainers(
    draft,
    find(fields, 'Containers'),
    [...spec, 'containers'],
    status === undefined ? undefined : [...status, 'containerStatuses'],
  );
  putVolumes(draft, find(fields, 'Volumes'), [...spec, 'volumes']);
  put(draft, [...spec, 'serviceAccountName'], find(fields, 'Service Account'));
  put(draft, [...spec, 'priorityClassName'], find(fields, 'Priority Class Name', 'PriorityClassName'));
  put(draft, [...spec, 'runtimeClassName'], find(fields, 'Runtime Class Name'));
  const selectors = find(fields, 'Node-Selectors');
  putPairs(draft, [...spec, 'nodeSelector'], selectors);
  const tolerations = find(fields, 'Tolerations');
  if (tolerations?.value === '<none>') draft.set([...spec, 'tolerations'], [], tolerations);
  let count = 0;
  for (const line of items(tolerations)) {
    const any = /^(?::(NoSchedule|PreferNoSchedule|NoExecute) )?op=Exists(?: for (\d{1,12})s)?$/.exec(line.text);
    const match = any === null ? TOLERATION.exec(line.text) : null;
    if (any === null && match === null) continue;
    const at = [...spec, 'tolerations', count++];
    const seconds = any === null ? match?.[5] : any[2];
    draft.set([...at, 'key'], match?.[1], line);
    draft.set([...at, 'value'], match?.[2], line);
    draft.set([...at, 'effect'], any === null ? match?.[3] : any[1], line);
    // Without a value and an operator kubectl has printed a key that exists.
    draft.set(
      [...at, 'operator'],
      any !== null ? 'Exists' : (match?.[4] ?? (match?.[2] === undefined ? 'Exists' : 'Equal')),
      line,
    );
    draft.set([...at, 'tolerationSeconds'], int(seconds), line);
  }
  const spread = find(fields, 'Topology Spread Constraints');
  items(spread).forEach((line, i) => {
    const match = /^(\S{1,320}):(DoNotSchedule|ScheduleAnyway) when max skew (\d{1,6}) is exceeded/.exec(line.text);
    if (match === null) return;
    const at = [...spec, 'topologySpreadConstraints', i];
    draft.set([...at, 'topologyKey'], match[1], line);
    draft.set([...at, 'whenUnsatisfiable'], match[2], line);
    draft.set([...at, 'maxSkew'], Number(match[3]), line);
  });
}

/** Fields of a pod. Name, namespace, labels and annotations are read for every kind alike. */
export function describePod(block: Block, draft: Draft): void {
  const { entries } = block;
  // `Terminating (lasts 5m)` and `Failed (Evicted)` do not exist; the reason has its own line.
  const status = find(entries, 'Status');
  const terminating = /^Terminating(?: \((?:expires|lasts) (\S{1,80}.*?)\))?$/.exec(status?.value ?? '');
  if (terminating !== null && status !== undefined) {
    // `lasts 5m` counts from the moment the pod should have been gone; before 1.11 that moment itself was printed.
    setDeletion(draft, status, ago(terminating[1]) ?? timeOf(terminating[1]));
  } else put(draft, ['status', 'phase'], status);
  put(draft, ['status', 'reason'], find(entries, 'Reason'));
  put(draft, ['status', 'message'], find(entries, 'Message'));
  const node = find(entries, 'Node');
  put(draft, ['spec', 'nodeName'], node, (text) => text.split('/')[0]);
  put(draft, ['status', 'hostIP'], node, (text) => text.split('/')[1] || undefined);
  put(draft, ['status', 'nominatedNodeName'], find(entries, 'NominatedNodeName'));
  put(draft, ['status', 'startTime'], find(entries, 'Start Time'), timeOf);
  put(draft, ['status', 'podIP'], find(entries, 'IP'));
  put(draft, ['status', 'qosClass'], find(entries, 'QoS Class'));
  put(draft, ['spec', 'priority'], find(entries, 'Priority'), int);
  put(draft, ['metadata', 'deletionGracePeriodSeconds'], find(entries, 'Termination Grace Period'), (text) =>
    int(text.replace(/s$/, '')),
  );
  const owner = find(entries, 'Controlled By', 'Controllers', 'Created By');
  const controller = reference(owner?.value);
  if (owner !== undefined && controller !== undefined) {
    draft.set(['metadata', 'ownerReferences', 0, 'kind'], controller.kind, owner);
    draft.set(['metadata', 'ownerReferences', 0, 'name'], controller.name, owner);
    draft.set(['metadata', 'ownerReferences', 0, 'controller'], true, owner);
  }
  putPodSpec(draft, entries, ['spec'], ['status']);
  putConditions(block, draft, find(entries, 'Conditions'));
  const gates = find(entries, 'Readiness Gates');
  flatten(gates?.children ?? [])
    .filter((entry) => !/^(?:Type\s+Status|-{2,})/.test(entry.text))
    .forEach((entry, i) =>
      draft.set(['spec', 'readinessGates', i, 'conditionType'], entry.text.split(/\s+/)[0], entry),
    );
}

/** The `Pod Template:` section of a workload. */
export function putTemplate(draft: Draft, section: Entry | undefined, template: Path): void {
  if (section === undefined) return;
  putPairs(draft, [...template, 'metadata', 'labels'], find(section.children, 'Labels'));
  putPairs(draft, [...template, 'metadata', 'annotations'], find(section.children, 'Annotations'), ': ');
  putPodSpec(draft, section.children, [...template, 'spec'], undefined);
}
