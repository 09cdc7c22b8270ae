import {
  bool,
  intOrString,
  list,
  map,
  num,
  obj,
  present,
  quantity,
  str,
  tag,
  time,
  type Infer,
  type Shape,
} from '../../lib/shape.ts';
import { condition, labelSelector, objectMeta, objectReference } from './meta.ts';

const resources = obj({ limits: map(quantity), requests: map(quantity), claims: list(obj({ name: tag })) });

const keyRef = obj({ name: tag, key: tag, optional: bool });
const sourceRef = obj({ name: tag, optional: bool });

const resourceFieldRef = obj({ resource: tag, containerName: tag });

const envVar = obj({
  name: tag,
  value: str,
  valueFrom: obj({
    configMapKeyRef: keyRef,
    secretKeyRef: keyRef,
    fieldRef: obj({ fieldPath: tag }),
    resourceFieldRef,
  }),
});

const hook = {
  exec: obj({ command: list(str) }),
  httpGet: obj({ path: str, port: intOrString, scheme: tag, host: tag }),
  tcpSocket: obj({ port: intOrString, host: tag }),
};
const probe = obj({
  ...hook,
  grpc: obj({ port: num, service: tag }),
  initialDelaySeconds: num,
  timeoutSeconds: num,
  periodSeconds: num,
  successThreshold: num,
  failureThreshold: num,
  terminationGracePeriodSeconds: num,
});
export type Probe = Infer<typeof probe>;

const securityContext = obj({
  runAsUser: num,
  runAsNonRoot: bool,
  readOnlyRootFilesystem: bool,
});

const container = obj({
  name: tag,
  image: tag,
  command: list(str),
  args: list(str),
  ports: list(obj({ name: tag, containerPort: num, hostPort: num, hostIP: tag, protocol: tag })),
  env: list(envVar),
  envFrom: list(obj({ prefix: tag, configMapRef: sourceRef, secretRef: sourceRef })),
  resources,
  volumeMounts: list(obj({ name: tag, mountPath: tag, subPath: str, readOnly: bool })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: obj({ postStart: obj(hook), preStop: obj(hook) }),
  securityContext,
  restartPolicy: tag,
  tty: bool,
  stdin: bool,
});
export type Container = Infer<typeof container>;

const keyToPath = list(obj({ key: tag, path: str }));
const downwardAPI = obj({ items: list(obj({ path: str, resourceFieldRef })) });
const volume = obj({
  name: tag,
  configMap: obj({ name: tag, optional: bool, items: keyToPath }),
  secret: obj({ secretName: tag, optional: bool, items: keyToPath }),
  downwardAPI,
  persistentVolumeClaim: obj({ claimName: tag, readOnly: bool }),
  emptyDir: obj({ medium: tag, sizeLimit: quantity }),
  hostPath: obj({ path: str, type: tag }),
  projected: obj({
    sources: list(
      obj({
        configMap: obj({ name: tag, optional: bool, items: keyToPath }),
        secret: obj({ name: tag, optional: bool, items: keyToPath }),
        serviceAccountToken: obj({ path: str, expirationSeconds: num }),
        downwardAPI,
      }),
    ),
  }),
  nfs: obj({ server: tag, path: str }),
  csi: obj({ driver: tag }),
  ephemeral: obj({ volumeClaimTemplate: obj({ spec: obj({ storageClassName: tag }) }) }),
});

const nodeSelectorTerm = obj({
  matchExpressions: list(obj({ key: tag, operator: tag, values: list(tag) })),
  matchFields: list(obj({ key: tag, operator: tag, values: list(tag) })),
});
export type NodeSelectorTerm = Infer<typeof nodeSelectorTerm>;
const nodeSelector = obj({ nodeSelectorTerms: list(nodeSelectorTerm) });

const podAffinityTerm = obj({
  labelSelector,
  namespaceSelector: labelSelector,
  namespaces: list(tag),
  topologyKey: tag,
  matchLabelKeys: list(tag),
});
export type PodAffinityTerm = Infer<typeof podAffinityTerm>;
const podAffinity = obj({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
});

const toleration = obj({ key: tag, operator: tag, value: tag, effect: tag, tolerationSeconds: num });
export type Toleration = Infer<typeof toleration>;

const topologySpreadConstraint = obj({
  maxSkew: num,
  topologyKey: tag,
  whenUnsatisfiable: tag,
  labelSelector,
  minDomains: num,
  nodeAffinityPolicy: tag,
  nodeTaintsPolicy: tag,
  matchLabelKeys: list(tag),
});
export type TopologySpreadConstraint = Infer<typeof topologySpreadConstraint>;

export const podSpec = obj({
  nodeName: tag,
  schedulerName: tag,
  serviceAccountName: tag,
  serviceAccount: tag,
  automountServiceAccountToken: bool,
  enableServiceLinks: bool,
  restartPolicy: tag,
  terminationGracePeriodSeconds: num,
  activeDeadlineSeconds: num,
  hostNetwork: bool,
  hostPID: bool,
  dnsPolicy: tag,
  dnsConfig: obj({
    nameservers: list(tag),
    searches: list(tag),
    options: list(obj({ name: tag, value: tag })),
  }),
  hostAliases: list(obj({ ip: tag, hostnames: list(tag) })),
  containers: list(container),
  initContainers: list(container),
  ephemeralContainers: list(container),
  volumes: list(volume),
  imagePullSecrets: list(obj({ name: tag })),
  nodeSelector: map(tag),
  affinity: obj({
    nodeAffinity: obj({
      requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  tolerations: list(toleration),
  topologySpreadConstraints: list(topologySpreadConstraint),
  priority: num,
  priorityClassName: tag,
  runtimeClassName: tag,
  overhead: map(quantity),
  readinessGates: list(obj({ conditionType: tag })),
  schedulingGates: list(obj({ name: tag })),
  resources,
  securityContext: obj({
    runAsUser: num,
    runAsNonRoot: bool,
    fsGroup: num,
    fsGroupChangePolicy: tag,
  }),
});
export type PodSpec = Infer<typeof podSpec>;
export const podTemplate = obj({ metadata: objectMeta, spec: podSpec });

/** `finishedAgo`: seconds before the collection, as tables print it; all that is known where nothing dates the bundle. */
const terminated = obj({
  exitCode: num,
  signal: num,
  reason: tag,
  message: str,
  startedAt: time,
  finishedAt: time,
  finishedAgo: num,
});
const containerState = obj({
  waiting: obj({ reason: tag, message: str }),
  running: obj({ startedAt: time }),
  terminated,
});
const containerStatus = obj({
  name: tag,
  ready: bool,
  started: bool,
  restartCount: num,
  image: tag,
  imageID: str,
  containerID: str,
  state: containerState,
  lastState: containerState,
  resources,
  allocatedResources: map(quantity),
});
export type ContainerStatus = Infer<typeof containerStatus>;
export type ContainerState = Infer<typeof containerState>;

export const pod = obj({
  metadata: objectMeta,
  spec: podSpec,
  status: obj({
    phase: tag,
    reason: tag,
    message: str,
    conditions: list(condition),
    podIP: tag,
    podIPs: list(obj({ ip: tag })),
    hostIP: tag,
    startTime: time,
    qosClass: tag,
    nominatedNodeName: tag,
    containerStatuses: list(containerStatus),
    initContainerStatuses: list(containerStatus),
    ephemeralContainerStatuses: list(containerStatus),
    resize: tag,
  }),
});

const taint = obj({ key: tag, value: tag, effect: tag });
export type Taint = Infer<typeof taint>;

export const node = obj({
  metadata: objectMeta,
  spec: obj({ unschedulable: bool, taints: list(taint), podCIDR: tag, providerID: tag }),
  status: obj({
    capacity: map(quantity),
    allocatable: map(quantity),
    /** Not of the API: the sums of requests that kubectl describe prints as "Allocated resources". */
    requested: map(quantity),
    conditions: list(condition),
    addresses: list(obj({ type: tag, address: tag })),
    nodeInfo: obj({
      kubeletVersion: tag,
      kubeProxyVersion: tag,
      containerRuntimeVersion: tag,
      kernelVersion: tag,
      osImage: tag,
      operatingSystem: tag,
      architecture: tag,
      bootID: tag,
      machineID: tag,
      systemUUID: tag,
    }),
    images: list(obj({ sizeBytes: num })),
  }),
});

export const service = obj({
  metadata: objectMeta,
  spec: obj({
    type: tag,
    clusterIP: tag,
    clusterIPs: list(tag),
    externalName: tag,
    externalIPs: list(tag),
    selector: map(tag),
    ports: list(obj({ name: tag, port: num, targetPort: intOrString, nodePort: num, protocol: tag, appProtocol: tag })),
    publishNotReadyAddresses: bool,
    sessionAffinity: tag,
    internalTrafficPolicy: tag,
    externalTrafficPolicy: tag,
    healthCheckNodePort: num,
  }),
  status: obj({ loadBalancer: obj({ ingress: list(obj({ ip: tag, hostname: tag })) }), conditions: list(condition) }),
});

const endpointAddress = obj({ ip: tag, hostname: tag, nodeName: tag, targetRef: objectReference });
const endpointPort = obj({ name: tag, port: num, protocol: tag });
export const endpoints = obj({
  metadata: objectMeta,
  subsets: list(
    obj({ addresses: list(endpointAddress), notReadyAddresses: list(endpointAddress), ports: list(endpointPort) }),
  ),
});

export const configMap = obj({ metadata: objectMeta, data: map(str), binaryData: map(present) });

const ADDRESS_KEY = /(?:^|[_.-])(?:HOST|HOSTNAME|PORT)$/i;
const PLAIN_ADDRESS = /^(?=.{1,253}$)[a-z0-9][a-z0-9.-]*$/i;

/** Keys of a Secret. A bare host name or port under a key that says so is an address, not a secret, and is kept. */
const secretKeys =
  (decode: (text: string) => string): Shape<Readonly<Record<string, string | true>>> =>
  (value) => {
    const keys = map(present)(value);
    if (keys === undefined) return undefined;
    const out = Object.create(null) as Record<string, string | true>;
    for (const key of Object.keys(keys)) {
      const raw = (value as Record<string, unknown>)[key];
      const text = typeof raw === 'string' && raw.length < 400 && ADDRESS_KEY.test(key) ? decode(raw).trim() : '';
      out[key] = PLAIN_ADDRESS.test(text) ? text : true;
    }
    return out;
  };

/** Key names, and addresses: no other value of a Secret ever enters the snapshot. */
export const secret = obj({
  metadata: objectMeta,
  type: tag,
  data: secretKeys((text) => Buffer.from(text, 'base64').toString('utf8')),
  stringData: secretKeys((text) => text),
});

export const serviceAccount = obj({
  metadata: objectMeta,
  secrets: list(objectReference),
  imagePullSecrets: list(obj({ name: tag })),
  automountServiceAccountToken: bool,
});

export const namespace = obj({
  metadata: objectMeta,
  spec: obj({ finalizers: list(tag) }),
  status: obj({ phase: tag, conditions: list(condition) }),
});

/** Both generations: core/v1 (`involvedObject`, `source`, `count`) and events.k8s.io/v1 (`regarding`, `note`, `series`). */
export const event = obj({
  metadata: objectMeta,
  involvedObject: objectReference,
  regarding: objectReference,
  related: objectReference,
  type: tag,
  reason: tag,
  message: str,
  note: str,
  action: tag,
  count: num,
  deprecatedCount: num,
  firstTimestamp: time,
  lastTimestamp: time,
  // Seconds before the collection, as tables print it: see finishedAgo.
  seenAgo: num,
  deprecatedFirstTimestamp: time,
  deprecatedLastTimestamp: time,
  eventTime: time,
  series: obj({ count: num, lastObservedTime: time }),
  source: obj({ component: tag, host: tag }),
  deprecatedSource: obj({ component: tag, host: tag }),
  reportingComponent: tag,
  reportingController: tag,
  reportingInstance: tag,
});

export const persistentVolumeClaim = obj({
  metadata: objectMeta,
  spec: obj({
    accessModes: list(tag),
    resources,
    storageClassName: str,
    volumeName: tag,
    volumeMode: tag,
    selector: labelSelector,
  }),
  status: obj({
    phase: tag,
    accessModes: list(tag),
    capacity: map(quantity),
    conditions: list(condition),
    /** Not of the API: the pods that `kubectl describe pvc` finds. */
    usedBy: list(str),
  }),
});

export const persistentVolume = obj({
  metadata: objectMeta,
  spec: obj({
    capacity: map(quantity),
    accessModes: list(tag),
    persistentVolumeReclaimPolicy: tag,
    storageClassName: str,
    volumeMode: tag,
    claimRef: objectReference,
    nodeAffinity: obj({ required: nodeSelector }),
    csi: obj({ driver: tag, volumeHandle: tag }),
    hostPath: obj({ path: str }),
    local: obj({ path: str }),
    nfs: obj({ server: tag, path: str }),
  }),
  status: obj({ phase: tag, reason: tag, message: str }),
});

export const resourceQuota = obj({
  metadata: objectMeta,
  spec: obj({ hard: map(quantity), scopes: list(tag) }),
  status: obj({ hard: map(quantity), used: map(quantity) }),
});

export const limitRange = obj({
  metadata: objectMeta,
  spec: obj({
    limits: list(
      obj({
        type: tag,
        max: map(quantity),
        min: map(quantity),
        default: map(quantity),
        defaultRequest: map(quantity),
        maxLimitRequestRatio: map(quantity),
      }),
    ),
  }),
});
