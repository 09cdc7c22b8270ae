/** Volumes of a pod or a pod template. */
import type { Draft, Path } from '../draft.ts';
import { int } from '../values.ts';
import { find, put, type Entry } from './block.ts';

const yes = (text: string): boolean => text === 'true';

/** All volumes below `Volumes:`; the first word of `Type:` tells the kind. */
export function putVolumes(draft: Draft, section: Entry | undefined, volumes: Path): void {
  let count = 0;
  for (const volume of section?.children ?? []) {
    if (volume.key === '') continue;
    const at = [...volumes, count++];
    draft.set([...at, 'name'], volume.key, volume);
    const fields = volume.children;
    const type = /^\w{1,60}/.exec(find(fields, 'Type')?.value ?? '')?.[0] ?? '';
    const name = find(fields, 'Name');
    if (type === 'ConfigMap') {
      put(draft, [...at, 'configMap', 'name'], name);
      put(draft, [...at, 'configMap', 'optional'], find(fields, 'Optional'), yes);
    } else if (type === 'Secret') {
      put(draft, [...at, 'secret', 'secretName'], find(fields, 'SecretName'));
      put(draft, [...at, 'secret', 'optional'], find(fields, 'Optional'), yes);
    } else if (type === 'PersistentVolumeClaim') {
      put(draft, [...at, 'persistentVolumeClaim', 'claimName'], find(fields, 'ClaimName'));
      put(draft, [...at, 'persistentVolumeClaim', 'readOnly'], find(fields, 'ReadOnly'), yes);
    } else if (type === 'EmptyDir') {
      draft.set([...at, 'emptyDir'], Object.create(null), find(fields, 'Type') ?? volume);
      put(draft, [...at, 'emptyDir', 'medium'], find(fields, 'Medium'));
      put(draft, [...at, 'emptyDir', 'sizeLimit'], find(fields, 'SizeLimit'));
    } else if (type === 'HostPath') {
      put(draft, [...at, 'hostPath', 'path'], find(fields, 'Path'));
      put(draft, [...at, 'hostPath', 'type'], find(fields, 'HostPathType'));
    } else if (type === 'NFS') {
      put(draft, [...at, 'nfs', 'server'], find(fields, 'Server'));
      put(draft, [...at, 'nfs', 'path'], find(fields, 'Path'));
    } else if (type === 'CSI') put(draft, [...at, 'csi', 'driver'], find(fields, 'Driver'));
    else if (type === 'EphemeralVolume') {
      put(draft, [...at, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName'], find(fields, 'StorageClass'));
    } else if (type === 'Projected') putProjected(draft, fields, [...at, 'projected', 'sources']);
  }
}

/** Sources of a projected volume stand one after the other, without a border between them. */
function putProjected(draft: Draft, fields: readonly Entry[], sources: Path): void {
  let count = -1;
  let ref = '';
  for (const field of fields) {
    if (field.key === 'ConfigMapName' || field.key === 'SecretName') {
      ref = field.key === 'SecretName' ? 'secret' : 'configMap';
      put(draft, [...sources, ++count, ref, 'name'], field);
    } else if (field.key === 'TokenExpirationSeconds') {
      put(draft, [...sources, ++count, 'serviceAccountToken', 'expirationSeconds'], field, int);
    } else if (field.key === 'ConfigMapOptional' || field.key === 'SecretOptionalName' || field.key === 'Optional') {
      if (count >= 0 && ref !== '') put(draft, [...sources, count, ref, 'optional'], field, yes);
    }
  }
}
