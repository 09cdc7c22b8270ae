import { bool, list, map, num, obj, quantity, str, tag, time } from '../../lib/shape.ts';
import { labelSelector, objectMeta } from './meta.ts';

export const storageClass = obj({
  metadata: objectMeta,
  provisioner: tag,
  parameters: map(str),
  reclaimPolicy: tag,
  volumeBindingMode: tag,
  allowVolumeExpansion: bool,
  mountOptions: list(tag),
  allowedTopologies: list(obj({ matchLabelExpressions: list(obj({ key: tag, values: list(tag) })) })),
});

export const csiDriver = obj({
  metadata: objectMeta,
  spec: obj({
    attachRequired: bool,
    podInfoOnMount: bool,
    storageCapacity: bool,
    volumeLifecycleModes: list(tag),
  }),
});

export const csiNode = obj({
  metadata: objectMeta,
  spec: obj({
    drivers: list(obj({ name: tag, allocatable: obj({ count: num }) })),
  }),
});

export const csiStorageCapacity = obj({
  metadata: objectMeta,
  storageClassName: tag,
  capacity: quantity,
  maximumVolumeSize: quantity,
  nodeTopology: labelSelector,
});

const volumeError = obj({ time, message: str });
export const volumeAttachment = obj({
  metadata: objectMeta,
  spec: obj({ attacher: tag, nodeName: tag, source: obj({ persistentVolumeName: tag }) }),
  status: obj({ attached: bool, attachError: volumeError, detachError: volumeError }),
});
