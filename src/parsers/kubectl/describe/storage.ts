/** Descriptions of claims, volumes and storage classes. */
import type { Draft } from '../draft.ts';
import { accessModes, ago, setDeletion, value } from '../values.ts';
import { find, flatten, items, put, putConditions, putPairs, type Block, type Entry } from './block.ts';

/** `Bound`, `Terminating (lasts 5m)`. */
function putPhase(draft: Draft, entry: Entry | undefined): void {
  const terminating = /^Terminating(?: \(lasts (\S{1,30})\))?$/.exec(entry?.value ?? '');
  if (entry !== undefined && terminating !== null) {
    setDeletion(draft, entry, ago(terminating[1]));
  } else put(draft, ['status', 'phase'], entry);
}

function putFinalizers(draft: Draft, entry: Entry | undefined): void {
  put(draft, ['metadata', 'finalizers'], entry, (text) =>
    text
      .replace(/^\[|\]$/g, '')
      .split(/[ ,]+/)
      .filter((f) => f !== ''),
  );
}

export function describeClaim(block: Block, draft: Draft): void {
  const { entries } = block;
  putPhase(draft, find(entries, 'Status'));
  putFinalizers(draft, find(entries, 'Finalizers'));
  put(draft, ['spec', 'storageClassName'], find(entries, 'StorageClass'));
  put(draft, ['spec', 'volumeName'], find(entries, 'Volume'));
  put(draft, ['status', 'capacity', 'storage'], find(entries, 'Capacity'));
  put(draft, ['status', 'accessModes'], find(entries, 'Access Modes'), accessModes);
  put(draft, ['spec', 'volumeMode'], find(entries, 'VolumeMode'));
  // `Mounted By` before 1.19; one pod stands beside the key, further ones below.
  const users = find(entries, 'Used By', 'Mounted By');
  if (users !== undefined && value(users.value) !== undefined)
    [users.value, ...items(users).map((line) => line.text)].forEach((name, i) => {
      if (/^[a-z0-9][a-z0-9.-]{0,252}$/.test(name)) draft.set(['status', 'usedBy', i], name, users);
    });
  const conditions = find(entries, 'Conditions');
  if (conditions !== undefined) putConditions(block, draft, conditions);
}

export function describeVolume(block: Block, draft: Draft): void {
  const { entries } = block;
  putPhase(draft, find(entries, 'Status'));
  putFinalizers(draft, find(entries, 'Finalizers'));
  put(draft, ['spec', 'storageClassName'], find(entries, 'StorageClass'));
  const claim = find(entries, 'Claim');
  const slash = claim?.value.indexOf('/') ?? -1;
  if (claim !== undefined && slash > 0) {
    draft.set(['spec', 'claimRef', 'namespace'], claim.value.slice(0, slash), claim);
    draft.set(['spec', 'claimRef', 'name'], claim.value.slice(slash + 1), claim);
  }
  put(draft, ['spec', 'persistentVolumeReclaimPolicy'], find(entries, 'Reclaim Policy'));
  put(draft, ['spec', 'accessModes'], find(entries, 'Access Modes'), accessModes);
  put(draft, ['spec', 'capacity', 'storage'], find(entries, 'Capacity'));
  put(draft, ['spec', 'volumeMode'], find(entries, 'VolumeMode'));
  put(draft, ['status', 'message'], find(entries, 'Message'));
  put(draft, ['status', 'reason'], find(entries, 'Reason'));
  putSource(draft, find(entries, 'Source')?.children ?? []);
  // Term 0:        kubernetes.io/hostname in [node-1, node-2]
  const terms = flatten(find(entries, 'Node Affinity')?.children ?? []);
  let term = -1;
  let expression = 0;
  for (const entry of terms) {
    if (/^Term \d+$/.test(entry.key)) {
      term++;
      expression = 0;
    }
    const text = /^Term \d+$/.test(entry.key) ? entry.value : entry.text;
    const match = /^(\S{1,320}) (in|not in|exists|does not exist|gt|lt)(?: \[([^\]]{0,4000})\])?$/i.exec(text);
    if (match === null || term < 0) continue;
    const at = ['spec', 'nodeAffinity', 'required', 'nodeSelectorTerms', term, 'matchExpressions', expression++];
    draft.set([...at, 'key'], match[1], entry);
    draft.set([...at, 'operator'], OPERATORS[match[2]?.toLowerCase() ?? ''], entry);
    draft.set([...at, 'values'], match[3]?.split(/,\s*/), entry);
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'In',
  'not in': 'NotIn',
  exists: 'Exists',
  'does not exist': 'DoesNotExist',
  gt: 'Gt',
  lt: 'Lt',
};

function putSource(draft: Draft, fields: readonly Entry[]): void {
  const type = /^\w{1,60}/.exec(find(fields, 'Type')?.value ?? '')?.[0];
  if (type === 'HostPath') put(draft, ['spec', 'hostPath', 'path'], find(fields, 'Path'));
  else if (type === 'LocalVolume') put(draft, ['spec', 'local', 'path'], find(fields, 'Path'));
  else if (type === 'NFS') {
    put(draft, ['spec', 'nfs', 'server'], find(fields, 'Server'));
    put(draft, ['spec', 'nfs', 'path'], find(fields, 'Path'));
  } else if (type === 'CSI') {
    put(draft, ['spec', 'csi', 'driver'], find(fields, 'Driver'));
    put(draft, ['spec', 'csi', 'volumeHandle'], find(fields, 'VolumeHandle'));
  }
}

export function describeStorageClass(block: Block, draft: Draft): void {
  const { entries } = block;
  put(draft, ['provisioner'], find(entries, 'Provisioner'));
  put(draft, ['reclaimPolicy'], find(entries, 'ReclaimPolicy'));
  put(draft, ['volumeBindingMode'], find(entries, 'VolumeBindingMode'));
  put(draft, ['allowVolumeExpansion'], find(entries, 'AllowVolumeExpansion'), (text) => text.toLowerCase() === 'true');
  const parameters = find(entries, 'Parameters');
  if (value(parameters?.value) !== undefined) putPairs(draft, ['parameters'], parameters);
  items(find(entries, 'MountOptions')).forEach((line, i) => draft.set(['mountOptions', i], line.text, line));
  const isDefault = find(entries, 'IsDefaultClass');
  if (isDefault?.value === 'Yes') {
    draft.set(['metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class'], 'true', isDefault);
  }
}
