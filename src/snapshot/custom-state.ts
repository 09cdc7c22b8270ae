/** Custom resources whose controller says that it cannot do what they ask for. */
import type { CustomResource, Evidence } from '../parsers/records.ts';
import type { Snapshot } from './snapshot.ts';
import { groupBy } from '../lib/group-by.ts';
import { oncePer } from '../lib/once-per.ts';

/** Groups whose objects are about the network: certificates of hosts, meshes, policies, addresses, routes. */
const NETWORK =
  /(?:^|\.)(?:cert-manager\.io|istio\.io|linkerd\.io|cilium\.io|projectcalico\.org|tigera\.io|metallb\.io|traefik\.io|containo\.us|konghq\.com|k8s\.aws|externaldns\.k8s\.io|cni\.cncf\.io|gateway\.\w{1,40}\.\w{1,10}|networking\.gke\.io|projectcontour\.io|kubeovn\.io|k8s\.ovn\.org|submariner\.io)$/;
/** OpenShift has one group for the configuration of all its parts. */
const NETWORK_KIND = /^(?:IngressController|DNSRecord|EgressRouter|HTTPProxy)$/;
/** Groups whose objects are about where pods run and what disks they get: gangs, queues, autoscalers, provisioners. */
const SCHEDULING =
  /(?:^|\.)(?:volcano\.sh|kueue\.x-k8s\.io|scheduling\.(?:incubator\.k8s|sigs|sigs\.k8s|x-k8s)\.(?:io|dev)|karpenter\.(?:sh|k8s\.aws|azure\.com)|openebs\.io|longhorn\.io|ceph\.rook\.io|libopenstorage\.org|snapshot\.storage\.k8s\.io|resource\.k8s\.io|topolvm\.io)$/;
/** Groups whose objects are the cluster itself: its machines and versions, operators and how they are installed, backups. */
const INFRASTRUCTURE =
  /(?:^|\.)(?:operators\.coreos\.com|operatorframework\.io|pkg\.crossplane\.io|cluster\.x-k8s\.io|openshift\.io|open-cluster-management\.io|metal3\.io|velero\.io|cattle\.io|clastix\.io|gardener\.cloud|karmada\.io|k0smotron\.io|k0sproject\.io|kops\.k8s\.io|siderolabs\.dev|eks\.amazonaws\.com)$/;
/** The same by their kind, where only events tell of them. */
const SCHEDULING_KIND =
  /^(?:PodGroup|Workload|LocalQueue|ClusterQueue|NodeClaim|NodePool|NodeGroup|EC2NodeClass|AKSNodeClass|CStor\w{1,30}|LVMVolume|ZFSVolume|LogicalVolume|VolumeSnapshot(?:Content)?)$/;

/** Whether a kind of object is about scheduling or storage and has no shape here. */
export const isSchedulingKind = (kind: string): boolean => SCHEDULING_KIND.test(kind);

/** False is trouble. */
const GOOD =
  /^(?:QuotaReserved|Admitted|Launched|Registered|Initialized|ReadyToUse|Ready|Available|Synced|Synchronized|Healthy|Reconciled|ReconcileComplete|Succeeded|Valid|Installed|Deployed|Released|ReleaseAccepted|Provisioned|CanaryChecksSucceeding|LoadBalancerReady|DNSReady)$/;
/** True is trouble; the last ones are what the VPA and the controllers of AWS say. */
const BAD =
  /^(?:Unschedulable|Failing|Degraded|Stalled|Error|Errored|ErrorOccurred|Invalid|NotReady|NotAvailable|Unavailable|ConfigUnsupported|ACK\.Terminal|ACK\.Recoverable)$/;
/** Of any other condition: not met, and its reason says that something went wrong. */
const WENT_WRONG =
  /^(?!No[A-Z]).{0,80}(?:Error|Errors|Failed|Failure|Invalid|NotFound|Missing|Denied|Forbidden|Unauthorized|Unreachable|Refused|Mismatch|Conflict|Unresolved|DoesNotExist)$|^(?:Failed|Invalid|Missing|Error)(?=[A-Z])/;
/** Conditions that are called after trouble which they say is not there. */
const TROUBLE_NAME = /(?:Errors|Missing|Invalid|Denied|Unreachable|Conflict|Pressure|Unavailable|Outdated)$/;
/** And of every condition that is called after what went wrong: ResolutionFailed, CatalogSourcesUnhealthy, SyncError. */
const SAYS_SO = /(?:Failed|Failure|Unhealthy|Error)$/;
const isNegative = (type: string): boolean => BAD.test(type) || SAYS_SO.test(type);
/** Words of a state that is an end, or waits for something that it names. */
const STATE =
  /^(?:[a-z]{0,30}(?:failed|failure|error|errored)|error[a-z]{0,30}|invalid|pending|inqueue|scheduling|degraded|faulted|offline|unhealthy|unrecoverable)$/i;
/** States that are an end by themselves, whether or not the row says why. */
const ENDED = /^(?:failed|unavailable)$/i;
/** What virtual machines wait for: a node, a disk. */
const UNPLACED = /^(?:Scheduling|(?:Error)?Unschedulable|ErrorPvcNotFound|(?:Error)?DataVolume\w{0,30})$/;
/** Reasons that controllers give while they work, and of objects that were stopped on purpose. */
const WORKING =
  /^(?:Progressing|Reconciling|InProgress|Creating|Updating|Suspended|Paused|Pending|Stopped|Halted|Deleting|Terminating|VMINotExists|GuestNotRunning)$/;
/** Kinds of which each object is one attempt: one that failed stays beside those that succeeded after it. */
const ATTEMPT = /(?:Run|Request|Order|Challenge|Backup|Restore|Workflow|Migration|InstallPlan)$/;

/** The reason stands beside the conditions: `Error (see .status.usefulErrorMessage for details)`, and of an Application. */
const ELSEWHERE = /\bsee \.status\.|\bone or more (?:objects failed to apply|synchronization tasks)/;

/** A condition that says of the whole object that it is as it should be. */
const isWell = ({ conditions }: CustomResource): boolean =>
  conditions.some(({ type, status }) => status === 'True' && GOOD.test(type));

export interface CustomTrouble {
  readonly resource: CustomResource;
  /** What the resource is about: the layer of the trouble. */
  readonly about: 'network' | 'scheduling' | 'infrastructure' | 'other';
  /** Condition or state: `Ready=False`, `state pending`. */
  readonly what: string;
  readonly words: string;
  readonly evidence: Evidence;
}

const groupOf = ({ apiVersion = '' }: CustomResource): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/**
 * Without what others say better: a row of a table of an object that is there in full, and an object of which only the
 * revision says why (Crossplane's Provider `store` and its ProviderRevision `store-4f2a`).
 */
function withoutEchoes(troubles: readonly CustomTrouble[]): readonly CustomTrouble[] {
  const byKind = groupBy(troubles, ({ resource }) => resource.resourceKind);
  const saysMore = (one: CustomTrouble, other: CustomTrouble): boolean =>
    other !== one && other.words.length > one.words.length;
  return troubles.filter((one) => {
    const { resourceKind, name, namespace } = one.resource;
    if (
      namespace === undefined &&
      (byKind.get(resourceKind) ?? []).some((other) => other.resource.name === name && saysMore(one, other))
    )
      return false;
    return (
      one.words !== '' ||
      !(byKind.get(`${resourceKind}Revision`) ?? []).some(
        (other) => other.resource.name.startsWith(`${name}-`) && saysMore(one, other),
      )
    );
  });
}

/** One trouble for each such resource: its worst condition, else its state. */
export const customTroubles = oncePer((snapshot: Snapshot): readonly CustomTrouble[] => {
  // What holds up the version of OpenShift is told where its operators are.
  const operatorsTell = snapshot.list('clusterOperators').length > 0;
  const succeeded = new Set(snapshot.facts('customResources').flatMap((one) => (isWell(one) ? one.resourceKind : [])));
  const troubles = snapshot.facts('customResources').flatMap((resource): readonly CustomTrouble[] => {
    if (ATTEMPT.test(resource.resourceKind) && succeeded.has(resource.resourceKind)) return [];
    const group = groupOf(resource);
    const about =
      NETWORK.test(group) || NETWORK_KIND.test(resource.resourceKind)
        ? 'network'
        : SCHEDULING.test(group) ||
            (group === '' && isSchedulingKind(resource.resourceKind)) ||
            UNPLACED.test(resource.state ?? '')
          ? 'scheduling'
          : INFRASTRUCTURE.test(group)
            ? 'infrastructure'
            : 'other';
    const common = { resource, about } as const;
    // A gang keeps the condition of its wait when it runs; what waits for a quota says Pending as its reason.
    const waits = about === 'scheduling' && (resource.state === undefined || STATE.test(resource.state));
    const unmet = resource.conditions.filter(
      ({ type, status, reason = '' }) =>
        (about === 'scheduling'
          ? waits || (type !== 'Unschedulable' && !WORKING.test(reason))
          : !WORKING.test(reason)) &&
        !(resource.resourceKind === 'ClusterVersion' && reason.startsWith('ClusterOperator') && operatorsTell) &&
        ((status === 'False' &&
          (GOOD.test(type) ||
            (WENT_WRONG.test(reason) && !isWell(resource) && !isNegative(type) && !TROUBLE_NAME.test(type)))) ||
          (status === 'True' && isNegative(type))),
    );
    const ended = ENDED.test(resource.state ?? '') ? resource.message : undefined;
    const [worst] = unmet.toSorted((a, b) => (b.message ?? '').length - (a.message ?? '').length);
    if (worst !== undefined) {
      const said = [worst.reason, worst.message].filter((text) => text !== undefined).join(': ');
      const elsewhere = ELSEWHERE.test(said) && resource.message !== undefined;
      const more = elsewhere ? resource.message : ended;
      const words = more === undefined || said.includes(more) ? said : `${more} (${said})`;
      const evidence = elsewhere ? resource.source : worst.source;
      return [{ ...common, what: `${worst.type}=${worst.status}`, words, evidence }];
    }
    const { state, message } = resource;
    // A state without a reason is what starting objects have.
    if (state === undefined) return [];
    if (message === undefined && ENDED.test(state) && about === 'infrastructure')
      return [{ ...common, what: `state ${state}`, words: resource.source.text.trim(), evidence: resource.source }];
    return message !== undefined && (STATE.test(state) || ENDED.test(state))
      ? [{ ...common, what: `state ${state}`, words: message, evidence: resource.source }]
      : [];
  });
  return withoutEchoes(troubles);
});
