import { bool, intOrString, list, map, num, obj, quantity, str, tag, time } from '../../lib/shape.ts';
import { podTemplate } from './core.ts';
import { condition, labelSelector, objectMeta, objectReference } from './meta.ts';

const workloadStatus = {
  observedGeneration: num,
  replicas: num,
  readyReplicas: num,
  availableReplicas: num,
  /** Not of the API: descriptions of ReplicaSets and StatefulSets tell how many pods run, not how many are ready. */
  runningReplicas: num,
  updatedReplicas: num,
  unavailableReplicas: num,
  currentReplicas: num,
  conditions: list(condition),
};

export const deployment = obj({
  metadata: objectMeta,
  spec: obj({
    replicas: num,
    paused: bool,
    selector: labelSelector,
    template: podTemplate,
    minReadySeconds: num,
    progressDeadlineSeconds: num,
    strategy: obj({ type: tag, rollingUpdate: obj({ maxUnavailable: intOrString, maxSurge: intOrString }) }),
  }),
  status: obj(workloadStatus),
});

export const replicaSet = obj({
  metadata: objectMeta,
  spec: obj({ replicas: num, selector: labelSelector, template: podTemplate }),
  status: obj(workloadStatus),
});

export const statefulSet = obj({
  metadata: objectMeta,
  spec: obj({
    replicas: num,
    serviceName: tag,
    podManagementPolicy: tag,
    selector: labelSelector,
    template: podTemplate,
    updateStrategy: obj({ type: tag, rollingUpdate: obj({ partition: num, maxUnavailable: intOrString }) }),
    volumeClaimTemplates: list(
      obj({
        metadata: objectMeta,
        spec: obj({ accessModes: list(tag), storageClassName: str, resources: obj({ requests: map(quantity) }) }),
      }),
    ),
  }),
  status: obj({ ...workloadStatus }),
});

export const daemonSet = obj({
  metadata: objectMeta,
  spec: obj({
    selector: labelSelector,
    template: podTemplate,
    updateStrategy: obj({ type: tag, rollingUpdate: obj({ maxUnavailable: intOrString, maxSurge: intOrString }) }),
  }),
  status: obj({
    desiredNumberScheduled: num,
    currentNumberScheduled: num,
    numberReady: num,
    numberAvailable: num,
    numberMisscheduled: num,
    updatedNumberScheduled: num,
    observedGeneration: num,
    conditions: list(condition),
  }),
});

export const job = obj({
  metadata: objectMeta,
  spec: obj({
    parallelism: num,
    completions: num,
    backoffLimit: num,
    activeDeadlineSeconds: num,
    suspend: bool,
    template: podTemplate,
  }),
  status: obj({
    active: num,
    ready: num,
    succeeded: num,
    failed: num,
    startTime: time,
    completionTime: time,
    conditions: list(condition),
  }),
});

export const cronJob = obj({
  metadata: objectMeta,
  spec: obj({
    schedule: tag,
    timeZone: tag,
    suspend: bool,
    concurrencyPolicy: tag,
    startingDeadlineSeconds: num,
    jobTemplate: obj({ metadata: objectMeta, spec: obj({ template: podTemplate, backoffLimit: num }) }),
  }),
  status: obj({ active: list(objectReference), lastScheduleTime: time }),
});

const metricTarget = obj({ type: tag, averageUtilization: num, averageValue: quantity, value: quantity });
export const horizontalPodAutoscaler = obj({
  metadata: objectMeta,
  spec: obj({
    minReplicas: num,
    maxReplicas: num,
    scaleTargetRef: objectReference,
    metrics: list(
      obj({
        type: tag,
        resource: obj({ name: tag, target: metricTarget }),
        external: obj({ metric: obj({ name: tag }) }),
        pods: obj({ metric: obj({ name: tag }) }),
        object: obj({ metric: obj({ name: tag }) }),
      }),
    ),
  }),
  status: obj({ currentReplicas: num, desiredReplicas: num, conditions: list(condition) }),
});

export const podDisruptionBudget = obj({
  metadata: objectMeta,
  spec: obj({ minAvailable: intOrString, maxUnavailable: intOrString, selector: labelSelector }),
  status: obj({
    currentHealthy: num,
    desiredHealthy: num,
    disruptionsAllowed: num,
    expectedPods: num,
    conditions: list(condition),
  }),
});

export const priorityClass = obj({
  metadata: objectMeta,
  value: num,
  globalDefault: bool,
  preemptionPolicy: tag,
  description: str,
});
