/** Shapes of rbac.authorization.k8s.io: who may do what. */
import { list, obj, tag } from '../../lib/shape.ts';
import { objectMeta } from './meta.ts';

/** Role and ClusterRole. */
export const role = obj({
  metadata: objectMeta,
  rules: list(obj({ apiGroups: list(tag), resources: list(tag), resourceNames: list(tag), verbs: list(tag) })),
});

/** RoleBinding and ClusterRoleBinding. */
export const roleBinding = obj({
  metadata: objectMeta,
  roleRef: obj({ kind: tag, name: tag }),
  subjects: list(obj({ kind: tag, name: tag, namespace: tag })),
});
