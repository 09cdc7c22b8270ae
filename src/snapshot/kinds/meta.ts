import { bool, list, map, num, obj, shortText, str, tag, time, type Infer } from '../../lib/shape.ts';

export const ownerReference = obj({ apiVersion: tag, kind: tag, name: tag, uid: str, controller: bool });

export const objectMeta = obj({
  name: tag,
  namespace: tag,
  uid: str,
  /** Tells which of two accounts of an object is newer. */
  resourceVersion: str,
  generation: num,
  creationTimestamp: time,
  /** Seconds before the collection, as tables print it: all that is known where nothing dates the bundle. */
  createdAgo: num,
  deletionTimestamp: time,
  /** Seconds since the object should have been gone; 0 where an account only says that it is being deleted. */
  deletedAgo: num,
  deletionGracePeriodSeconds: num,
  labels: map(tag),
  // Checks read short ones (class names, timestamps, flags); the whole manifest that kubectl apply leaves is not read.
  annotations: map(shortText(1024), 'kubectl.kubernetes.io/last-applied-configuration'),
  ownerReferences: list(ownerReference),
  finalizers: list(tag),
});

/** The condition that most kinds share. */
export const condition = obj({
  type: tag,
  status: tag,
  reason: tag,
  message: str,
  lastTransitionTime: time,
  lastHeartbeatTime: time,
  lastProbeTime: time,
  observedGeneration: num,
});
export type Condition = Infer<typeof condition>;

export const labelSelectorRequirement = obj({ key: tag, operator: tag, values: list(tag) });
export const labelSelector = obj({ matchLabels: map(tag), matchExpressions: list(labelSelectorRequirement) });

export const objectReference = obj({
  apiVersion: tag,
  kind: tag,
  namespace: tag,
  name: tag,
  uid: str,
  fieldPath: tag,
});
