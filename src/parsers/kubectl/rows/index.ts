/** Which columns belong to which kind, and who reads the row. */
import type { ObjectArea } from '../../../snapshot/kinds/index.ts';
import * as core from './core.ts';
import { eventRow } from './event.ts';
import * as networking from './networking.ts';
import { nodeRow } from './node.ts';
import { podRow } from './pod.ts';
import { roleBindingRow } from './rbac.ts';
import type { RowMapper } from './row.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

/** Kinds whose rows say more than name and age. The others are read by `nameOnlyRow`: that they exist is a fact too. */
const MAPPERS: Readonly<Partial<Record<ObjectArea, RowMapper>>> = {
  pods: podRow,
  nodes: nodeRow,
  events: eventRow,
  services: networking.serviceRow,
  endpoints: networking.endpointsRow,
  endpointSlices: networking.endpointSliceRow,
  deployments: workloads.deploymentRow,
  replicaSets: workloads.replicaSetRow,
  statefulSets: workloads.statefulSetRow,
  daemonSets: workloads.daemonSetRow,
  jobs: workloads.jobRow,
  cronJobs: workloads.cronJobRow,
  horizontalPodAutoscalers: workloads.hpaRow,
  podDisruptionBudgets: workloads.pdbRow,
  priorityClasses: workloads.priorityClassRow,
  configMaps: core.configMapRow,
  secrets: core.secretRow,
  namespaces: core.namespaceRow,
  resourceQuotas: core.quotaRow,
  persistentVolumeClaims: storage.claimRow,
  persistentVolumes: storage.volumeRow,
  storageClasses: storage.storageClassRow,
  volumeAttachments: storage.volumeAttachmentRow,
  csiDrivers: storage.csiDriverRow,
  csiNodes: storage.csiNodeRow,
  networkPolicies: networking.networkPolicyRow,
  ingresses: networking.ingressRow,
  ingressClasses: networking.ingressClassRow,
  gatewayClasses: networking.gatewayClassRow,
  gateways: networking.gatewayRow,
  httpRoutes: networking.routeRow,
  grpcRoutes: networking.routeRow,
  openshiftRoutes: networking.openshiftRouteRow,
  peerAuthentications: networking.peerAuthenticationRow,
  virtualServices: networking.virtualServiceRow,
  destinationRules: networking.destinationRuleRow,
  ipAddressPools: networking.addressPoolRow,
  l2Advertisements: networking.poolAdvertisementRow,
  bgpAdvertisements: networking.poolAdvertisementRow,
  leases: networking.leaseRow,
  roleBindings: roleBindingRow,
  clusterRoleBindings: roleBindingRow,
  apiServices: networking.apiServiceRow,
  certificateSigningRequests: core.csrRow,
  componentStatuses: core.componentStatusRow,
  clusterPolicies: core.clusterPolicyRow,
  clusterOperators: core.clusterOperatorRow,
  machineConfigPools: core.machineConfigPoolRow,
};

/** The reader of one kind's rows. */
export function rowMapper(area: ObjectArea): RowMapper {
  return MAPPERS[area] ?? core.nameOnlyRow;
}

/**
 * Columns (as `columnKey` gives them) that only this kind prints, the more specific kinds first. Kinds whose columns
 * others print as well (NAME DATA AGE, NAME STATUS AGE) are told only by the command or by a prefix of the names.
 */
const SIGNATURES: readonly (readonly [ObjectArea, readonly string[]])[] = [
  ['events', ['TYPE', 'REASON', 'OBJECT', 'MESSAGE']],
  ['events', ['LASTSEEN', 'TYPE', 'REASON', 'KIND', 'MESSAGE']],
  ['events', ['COUNT', 'NAME', 'KIND', 'TYPE', 'REASON', 'MESSAGE']],
  ['events', ['COUNT', 'NAME', 'KIND', 'SUBOBJECT', 'REASON', 'SOURCE', 'MESSAGE']],
  ['pods', ['NAME', 'READY', 'STATUS', 'RESTARTS']],
  ['nodes', ['NAME', 'STATUS', 'ROLES', 'VERSION']],
  ['nodes', ['NAME', 'STATUS', 'AGE', 'VERSION']],
  ['services', ['NAME', 'CLUSTERIP', 'EXTERNALIP', 'PORTS']],
  ['endpointSlices', ['NAME', 'ADDRESSTYPE', 'PORTS', 'ENDPOINTS']],
  ['endpoints', ['NAME', 'ENDPOINTS', 'AGE']],
  ['daemonSets', ['NAME', 'DESIRED', 'CURRENT', 'UPTODATE', 'NODESELECTOR']],
  ['deployments', ['NAME', 'UPTODATE', 'AVAILABLE']],
  ['replicaSets', ['NAME', 'DESIRED', 'CURRENT', 'READY']],
  ['jobs', ['NAME', 'COMPLETIONS', 'DURATION']],
  ['jobs', ['NAME', 'DESIRED', 'SUCCESSFUL']],
  ['cronJobs', ['NAME', 'SCHEDULE', 'SUSPEND', 'ACTIVE']],
  ['horizontalPodAutoscalers', ['NAME', 'REFERENCE', 'MINPODS', 'MAXPODS']],
  ['podDisruptionBudgets', ['NAME', 'MINAVAILABLE', 'ALLOWEDDISRUPTIONS']],
  ['persistentVolumes', ['NAME', 'CAPACITY', 'RECLAIMPOLICY', 'CLAIM']],
  ['persistentVolumeClaims', ['NAME', 'STATUS', 'VOLUME', 'CAPACITY', 'ACCESSMODES']],
  ['storageClasses', ['NAME', 'PROVISIONER']],
  ['volumeAttachments', ['NAME', 'ATTACHER', 'PV', 'ATTACHED']],
  ['csiDrivers', ['NAME', 'ATTACHREQUIRED', 'PODINFOONMOUNT']],
  ['ingresses', ['NAME', 'HOSTS', 'ADDRESS', 'PORTS']],
  ['ingressClasses', ['NAME', 'CONTROLLER', 'PARAMETERS']],
  ['networkPolicies', ['NAME', 'PODSELECTOR']],
  ['resourceQuotas', ['NAME', 'REQUEST', 'LIMIT']],
  ['secrets', ['NAME', 'TYPE', 'DATA']],
  ['apiServices', ['NAME', 'SERVICE', 'AVAILABLE']],
  ['certificateSigningRequests', ['NAME', 'REQUESTOR', 'CONDITION']],
  ['priorityClasses', ['NAME', 'VALUE', 'GLOBALDEFAULT']],
  ['componentStatuses', ['NAME', 'STATUS', 'MESSAGE', 'ERROR']],
  ['clusterOperators', ['NAME', 'VERSION', 'AVAILABLE', 'PROGRESSING', 'DEGRADED']],
  ['machineConfigPools', ['NAME', 'CONFIG', 'UPDATED', 'UPDATING', 'DEGRADED']],
  ['leases', ['NAME', 'HOLDER']],
  ['gateways', ['NAME', 'CLASS', 'ADDRESS', 'PROGRAMMED']],
  ['openshiftRoutes', ['NAME', 'HOSTPORT', 'SERVICES']],
  ['virtualServices', ['NAME', 'GATEWAYS', 'HOSTS']],
  ['ipAddressPools', ['NAME', 'AUTOASSIGN', 'AVOIDBUGGYIPS']],
  ['l2Advertisements', ['NAME', 'IPADDRESSPOOLS', 'INTERFACES']],
  ['bgpAdvertisements', ['NAME', 'IPADDRESSPOOLS', 'PEERS']],
];

/** The kind that prints these columns, or undefined when several might. */
export function areaOfColumns(keys: ReadonlySet<string>): ObjectArea | undefined {
  return SIGNATURES.find(([, columns]) => columns.every((column) => keys.has(column)))?.[0];
}

/** Kinds whose columns no other kind prints, custom resources included: these win over an odd name of the command. */
const UNMISTAKABLE: ReadonlySet<ObjectArea> = new Set([
  'pods',
  'nodes',
  'events',
  'services',
  'persistentVolumes',
  'persistentVolumeClaims',
]);

/** True when the columns alone decide about the kind. */
export function isUnmistakable(area: ObjectArea): boolean {
  return UNMISTAKABLE.has(area);
}

/** The columns of the kinds that people pipe through grep or tail, which cuts the header off. */
const DEFAULTS: Readonly<Partial<Record<ObjectArea, { readonly usual: string; readonly wide: string }>>> = {
  pods: { usual: 'NAME READY STATUS RESTARTS AGE', wide: 'IP NODE NOMINATEDNODE READINESSGATES' },
  nodes: {
    usual: 'NAME STATUS ROLES AGE VERSION',
    wide: 'INTERNALIP EXTERNALIP OSIMAGE KERNELVERSION CONTAINERRUNTIME',
  },
  services: { usual: 'NAME TYPE CLUSTERIP EXTERNALIP PORTS AGE', wide: 'SELECTOR' },
  endpoints: { usual: 'NAME ENDPOINTS AGE', wide: '' },
  deployments: { usual: 'NAME READY UPTODATE AVAILABLE AGE', wide: 'CONTAINERS IMAGES SELECTOR' },
  daemonSets: {
    usual: 'NAME DESIRED CURRENT READY UPTODATE AVAILABLE NODESELECTOR AGE',
    wide: 'CONTAINERS IMAGES SELECTOR',
  },
  statefulSets: { usual: 'NAME READY AGE', wide: 'CONTAINERS IMAGES' },
  replicaSets: { usual: 'NAME DESIRED CURRENT READY AGE', wide: 'CONTAINERS IMAGES SELECTOR' },
  namespaces: { usual: 'NAME STATUS AGE', wide: '' },
  apiServices: { usual: 'NAME SERVICE AVAILABLE AGE', wide: '' },
  leases: { usual: 'NAME HOLDER AGE', wide: '' },
  clusterOperators: { usual: 'NAME VERSION AVAILABLE PROGRESSING DEGRADED SINCE MESSAGE', wide: '' },
  events: { usual: 'LASTSEEN TYPE REASON OBJECT MESSAGE', wide: '' },
};

/** Columns of a kind's table without its header (`--no-headers`, `| grep`), or undefined when they are not known. */
export function defaultColumns(area: ObjectArea, wide: boolean, allNamespaces: boolean): readonly string[] | undefined {
  const columns = DEFAULTS[area];
  if (columns === undefined || (wide && area === 'events')) return undefined;
  const text = `${allNamespaces ? 'NAMESPACE ' : ''}${columns.usual}${wide ? ` ${columns.wide}` : ''}`;
  return text.trim().split(' ');
}
