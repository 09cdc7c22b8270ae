/** A compile-time proof that every field our shapes declare is a field of the Kubernetes API (kubernetes-types, 1.30). */
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.d.ts';
import type {
  ConfigMap,
  Endpoints,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.d.ts';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import type { CSINode, StorageClass, VolumeAttachment } from 'kubernetes-types/storage/v1.d.ts';
import type { ObjectArea, ObjectOf } from '../../src/snapshot/kinds/index.ts';

/** The paths of A that B does not have. */
type Extra<A, B, Path extends string = ''> = A extends readonly (infer X)[]
  ? B extends readonly (infer Y)[]
    ? Extra<X, NonNullable<Y>, `${Path}[]`>
    : `${Path}[]`
  : A extends object
    ? {
        [K in keyof A & string]: K extends keyof B
          ? Extra<NonNullable<A[K]>, NonNullable<B[K]>, `${Path}.${K}`>
          : `${Path}.${K}`;
      }[keyof A & string]
    : never;

/**
 * Shapes that several kinds share (condition, reference, status of a workload) hold the fields of all of them; and some
 * fields came after 1.30 or are written by older clusters only.
 */
type Shared =
  | `${string}onditions[].${'lastHeartbeatTime' | 'lastProbeTime' | 'lastUpdateTime' | 'observedGeneration'}`
  | `${string}${'Ref' | 'dataSource' | 'secrets[]' | 'active[]'}.${'apiGroup' | 'apiVersion' | 'fieldPath' | 'namespace' | 'uid'}`
  | `.status.${'collisionCount' | 'currentReplicas' | 'fullyLabeledReplicas' | 'unavailableReplicas' | 'updatedReplicas'}`;
type NewOrOld =
  | `${string}spec.resources`
  | '.spec.resources.claims'
  | '.spec.targetCPUUtilizationPercentage'
  | `${string}Error.errorCode`
  | `${string}resourceClaims[].${'resourceClaimName' | 'resourceClaimTemplateName'}`;
/** What kubectl prints and the API does not have: sums of `describe node`, pods of a ReplicaSet that run, ages of restarts in tables. */
type Described =
  | '.status.requested'
  | '.status.usedBy'
  | '.status.runningReplicas'
  | `${string}metadata.${'createdAgo' | 'deletedAgo'}`
  | `${string}.terminated.finishedAgo`
  | '.seenAgo';
type Known = Shared | NewOrOld | Described;

type Nothing<A extends ObjectArea, B> = Exclude<Extra<ObjectOf<A>, B>, Known>;

const none = <T extends never>(): T | undefined => undefined;
none<Nothing<'pods', Pod>>();
none<Nothing<'nodes', Node>>();
none<Nothing<'services', Service>>();
none<Nothing<'endpoints', Endpoints>>();
none<Nothing<'endpointSlices', EndpointSlice>>();
none<Nothing<'deployments', Deployment>>();
none<Nothing<'replicaSets', ReplicaSet>>();
none<Nothing<'statefulSets', StatefulSet>>();
none<Nothing<'daemonSets', DaemonSet>>();
none<Nothing<'jobs', Job>>();
none<Nothing<'cronJobs', CronJob>>();
none<Nothing<'horizontalPodAutoscalers', HorizontalPodAutoscaler>>();
none<Nothing<'podDisruptionBudgets', PodDisruptionBudget>>();
none<Nothing<'configMaps', ConfigMap>>();
none<Nothing<'serviceAccounts', ServiceAccount>>();
none<Nothing<'namespaces', Namespace>>();
none<Nothing<'resourceQuotas', ResourceQuota>>();
none<Nothing<'limitRanges', LimitRange>>();
none<Nothing<'persistentVolumeClaims', PersistentVolumeClaim>>();
none<Nothing<'persistentVolumes', PersistentVolume>>();
none<Nothing<'networkPolicies', NetworkPolicy>>();
none<Nothing<'storageClasses', StorageClass>>();
none<Nothing<'csiNodes', CSINode>>();
none<Nothing<'volumeAttachments', VolumeAttachment>>();
