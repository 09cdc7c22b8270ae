import { bool, intOrString, list, map, num, obj, present, str, tag } from '../../lib/shape.ts';
import { condition, labelSelector, objectMeta, objectReference } from './meta.ts';

export const endpointSlice = obj({
  metadata: objectMeta,
  addressType: tag,
  endpoints: list(
    obj({
      addresses: list(tag),
      conditions: obj({ ready: bool, serving: bool, terminating: bool }),
      hostname: tag,
      nodeName: tag,
      zone: tag,
      targetRef: objectReference,
    }),
  ),
  ports: list(obj({ name: tag, port: num, protocol: tag, appProtocol: tag })),
});

const networkPolicyPeer = obj({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: obj({ cidr: tag, except: list(tag) }),
});
const networkPolicyPort = obj({ protocol: tag, port: intOrString, endPort: num });

export const networkPolicy = obj({
  metadata: objectMeta,
  spec: obj({
    podSelector: labelSelector,
    policyTypes: list(tag),
    ingress: list(obj({ from: list(networkPolicyPeer), ports: list(networkPolicyPort) })),
    egress: list(obj({ to: list(networkPolicyPeer), ports: list(networkPolicyPort) })),
  }),
});

const ingressBackend = obj({
  service: obj({ name: tag, port: obj({ number: num, name: tag }) }),
  resource: objectReference,
  serviceName: tag,
  servicePort: intOrString,
});
export const ingress = obj({
  metadata: objectMeta,
  spec: obj({
    ingressClassName: tag,
    defaultBackend: ingressBackend,
    backend: ingressBackend,
    tls: list(obj({ hosts: list(tag), secretName: tag })),
    rules: list(
      obj({
        host: tag,
        http: obj({ paths: list(obj({ path: str, backend: ingressBackend })) }),
      }),
    ),
  }),
  status: obj({ loadBalancer: obj({ ingress: list(obj({ ip: tag, hostname: tag })) }) }),
});

export const ingressClass = obj({ metadata: objectMeta, spec: obj({ controller: tag, parameters: objectReference }) });

export const gatewayClass = obj({
  metadata: objectMeta,
  spec: obj({ controllerName: tag }),
  status: obj({ conditions: list(condition) }),
});
export const gateway = obj({
  metadata: objectMeta,
  spec: obj({
    gatewayClassName: tag,
    listeners: list(obj({ name: tag, hostname: tag, port: num, protocol: tag })),
  }),
  status: obj({
    addresses: list(obj({ type: tag, value: tag })),
    conditions: list(condition),
    listeners: list(obj({ name: tag, conditions: list(condition) })),
  }),
});
const parentRef = obj({ kind: tag, name: tag, namespace: tag, port: num });
/** HTTPRoute, GRPCRoute, TLSRoute: the fields they share. */
export const route = obj({
  metadata: objectMeta,
  spec: obj({
    hostnames: list(tag),
    rules: list(
      obj({
        matches: list(obj({ path: obj({ value: tag }) })),
        filters: list(obj({ type: tag })),
        backendRefs: list(obj({ name: tag })),
      }),
    ),
  }),
  status: obj({ parents: list(obj({ parentRef, controllerName: tag, conditions: list(condition) })) }),
});

/** OpenShift's own, which its routers admit one by one. */
export const openshiftRoute = obj({
  metadata: objectMeta,
  spec: obj({ host: tag, path: str, to: objectReference }),
  status: obj({ ingress: list(obj({ host: tag, routerName: tag, conditions: list(condition) })) }),
});

/** MetalLB's pools, and what announces them: by ARP (L2) or BGP. */
export const addressPool = obj({ metadata: objectMeta, spec: obj({ addresses: list(tag) }) });
export const poolAdvertisement = obj({
  metadata: objectMeta,
  spec: obj({ ipAddressPools: list(tag), ipAddressPoolSelectors: present }),
});

/** The operator of Prometheus: which Services are scraped, at which of their ports. */
export const serviceMonitor = obj({
  metadata: objectMeta,
  spec: obj({
    selector: labelSelector,
    namespaceSelector: obj({ any: bool, matchNames: list(tag) }),
    endpoints: list(obj({ port: tag })),
  }),
});

/** Istio, Cilium and Calico policies are seen, not evaluated: their presence makes a verdict unknown. */
export const foreignPolicy = obj({
  metadata: objectMeta,
  spec: obj({ selector: present, podSelector: labelSelector, types: list(tag) }),
});

/** Cilium: what selected pods may send; who may send to them is not read. */
export const ciliumNetworkPolicy = obj({
  metadata: objectMeta,
  spec: obj({
    endpointSelector: labelSelector,
    enableDefaultDeny: obj({ egress: bool }),
    egress: list(
      obj({
        toPorts: list(obj({ ports: list(obj({ port: tag, endPort: num, protocol: tag })) })),
        toFQDNs: list(obj({ matchName: tag, matchPattern: tag })),
        toEntities: list(tag),
        toEndpoints: present,
        toServices: present,
        toNodes: present,
        toCIDR: present,
        toCIDRSet: present,
        toGroups: present,
      }),
    ),
  }),
});

/** Istio: who in the mesh takes calls without mTLS. */
export const peerAuthentication = obj({
  metadata: objectMeta,
  spec: obj({ selector: present, mtls: obj({ mode: tag }) }),
});

/** Istio: the subsets of a host, told apart by labels of its pods. */
export const destinationRule = obj({
  metadata: objectMeta,
  spec: obj({ host: tag, subsets: list(obj({ name: tag, labels: map(tag) })) }),
});

/** Istio: which host goes to which Service, at which gateways. */
export const virtualService = obj({
  metadata: objectMeta,
  spec: obj({
    hosts: list(tag),
    gateways: list(tag),
    http: list(
      obj({
        match: list(obj({ headers: map(present), sourceLabels: map(tag) })),
        fault: obj({
          abort: obj({ httpStatus: num, grpcStatus: tag, percentage: obj({ value: num }), percent: num }),
          delay: obj({ fixedDelay: tag, percentage: obj({ value: num }), percent: num }),
        }),
        route: list(obj({ destination: obj({ host: tag, subset: tag, port: obj({ number: num }) }) })),
      }),
    ),
  }),
});
/** Istio's own Gateway, which is not that of the Gateway API: for which hosts the proxies that it selects listen. */
export const istioGateway = obj({ metadata: objectMeta, spec: obj({ servers: list(obj({ hosts: list(tag) })) }) });

export const lease = obj({
  metadata: objectMeta,
  spec: obj({
    holderIdentity: tag,
    leaseDurationSeconds: num,
    acquireTime: tag,
    renewTime: tag,
  }),
});

const webhookRule = obj({
  operations: list(tag),
  resources: list(tag),
  scope: tag,
});
/** ValidatingWebhookConfiguration and MutatingWebhookConfiguration. */
export const webhookConfiguration = obj({
  metadata: objectMeta,
  webhooks: list(
    obj({
      name: tag,
      clientConfig: obj({
        url: str,
        caBundle: str,
        service: obj({ name: tag, namespace: tag, path: str, port: num }),
      }),
      rules: list(webhookRule),
      failurePolicy: tag,
      timeoutSeconds: num,
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
    }),
  ),
});

export const apiService = obj({
  metadata: objectMeta,
  spec: obj({
    group: tag,
    version: tag,
    service: obj({ name: tag, namespace: tag, port: num }),
  }),
  status: obj({ conditions: list(condition) }),
});

export const customResourceDefinition = obj({
  metadata: objectMeta,
  spec: obj({
    group: tag,
    scope: tag,
    names: obj({ kind: tag, plural: tag }),
    conversion: obj({
      strategy: tag,
      webhook: obj({ clientConfig: obj({ service: obj({ name: tag, namespace: tag }) }) }),
    }),
    versions: list(obj({ name: tag, served: bool, storage: bool })),
  }),
  status: obj({ conditions: list(condition), storedVersions: list(tag) }),
});

export const certificateSigningRequest = obj({
  metadata: objectMeta,
  spec: obj({ signerName: tag, username: tag, usages: list(tag), expirationSeconds: num }),
  status: obj({ conditions: list(condition), certificate: present }),
});

export const componentStatus = obj({
  metadata: objectMeta,
  conditions: list(obj({ type: tag, status: tag, message: str, error: str })),
});

/** NVIDIA GPU operator: ClusterPolicy and NVIDIADriver. */
export const clusterPolicy = obj({
  metadata: objectMeta,
  spec: obj({
    driver: obj({ enabled: bool, version: tag, image: tag, repository: tag }),
    toolkit: obj({ enabled: bool, version: tag }),
    mig: obj({ strategy: tag }),
  }),
  status: obj({ state: tag, conditions: list(condition), namespace: tag }),
});

/** OpenShift MachineConfigPool: machines that get one configuration, and how far they are. */
export const machineConfigPool = obj({
  metadata: objectMeta,
  spec: obj({ paused: bool }),
  status: obj({
    conditions: list(condition),
    machineCount: num,
    updatedMachineCount: num,
    readyMachineCount: num,
    degradedMachineCount: num,
  }),
});

/** OpenShift ClusterOperator: the platform's own verdict on its parts. */
export const clusterOperator = obj({
  metadata: objectMeta,
  status: obj({
    conditions: list(condition),
    versions: list(obj({ name: tag, version: tag })),
  }),
});
