/** Filters over the pod's volumes: binding, node affinity, zone, exclusive use, attach limits (catalogue 5.8). */
import { include } from '../../../lib/group-by.ts';
import { parseQuantity } from '../../../lib/quantity.ts';
import { matchesSelector } from '../../../lib/labels.ts';
import { claimNames, classNameOf, mismatches, NO_PROVISIONER } from '../../../snapshot/scheduling/claims.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import type { ClusterView, Labels, NodeView, PodView } from '../cluster.ts';
import { APPROVES, PASSES, type Filter, type Rejection } from '../filter.ts';
import { matchesTerm } from './node.ts';

interface Mounted {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume | undefined;
}

/** The pod's claims that the bundle has, each with its volume. */
function mounted(pod: PodView, cluster: ClusterView): readonly Mounted[] {
  return claimNames(pod.spec, pod.name).flatMap((name) => {
    const claim = cluster.snapshot.get('persistentVolumeClaims', pod.namespace, name);
    if (claim === undefined) return [];
    const volume = claim.spec?.volumeName;
    return [
      {
        claim,
        volume: volume === undefined ? undefined : cluster.snapshot.get('persistentVolumes', undefined, volume),
      },
    ];
  });
}

/** Whether a volume's own node affinity accepts a node; `unknown` without the node's labels. */
export function volumeAccepts(volume: PersistentVolume, node: NodeView): boolean | 'unknown' {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return true;
  const { labels } = node;
  if (labels === undefined) return 'unknown';
  return terms.some((term) => matchesTerm(term, labels, node.name));
}

/** The node affinity of a volume in words: `kubernetes.io/hostname in [node-3]`. */
export function affinityWords(volume: PersistentVolume): string {
  return (volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [])
    .map((term) =>
      (term.matchExpressions ?? [])
        .map((e) => `${e.key ?? ''} ${(e.operator ?? '').toLowerCase()} [${(e.values ?? []).join(', ')}]`)
        .join(' and '),
    )
    .join(' or ');
}

/** Zone labels of volumes and nodes, new and old. A volume's value may be a set: `a__b`. */
const ZONES: readonly (readonly [string, string])[] = [
  ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'],
];

export const volumeZone: Filter = (pod, cluster) => {
  const volumes = mounted(pod, cluster).flatMap(({ volume }) => (volume === undefined ? [] : [volume]));
  if (volumes.length === 0) return APPROVES;
  return (node) => {
    const { labels } = node;
    if (labels === undefined) return 'unknown';
    for (const volume of volumes)
      for (const [now, before] of ZONES) {
        const wanted = volume.metadata.labels?.[now] ?? volume.metadata.labels?.[before];
        const has = labels[now] ?? labels[before];
        if (wanted !== undefined && has !== undefined && !wanted.split('__').includes(has))
          return [
            {
              filter: 'VolumeZone',
              kind: 'volume-zone',
              text: 'node(s) had no available volume zone',
              object: volume.metadata.name,
              because: `volume ${volume.metadata.name} is in ${wanted}, the node in ${has}`,
            },
          ];
      }
    return PASSES;
  };
};

export const volumeBinding: Filter = (pod, cluster) => {
  // A free volume serves one claim; the small ones choose first.
  const mine = mounted(pod, cluster).toSorted((a, b) => size(a.claim) - size(b.claim));
  if (mine.length === 0) return APPROVES;
  return (node) => {
    let unknown = false;
    const taken = new Set<string>();
    for (const { claim, volume } of mine) {
      const judged =
        volume === undefined ? judgeUnbound(claim, node, cluster.snapshot, taken) : judgeBound(volume, node);
      if (judged === 'unknown') unknown = true;
      else if (judged !== undefined) return [judged];
    }
    return unknown ? 'unknown' : PASSES;
  };
};

/** What keeps one claim from the node; undefined where nothing does. */
type ClaimJudgement = Rejection | 'unknown' | undefined;

function judgeBound(volume: PersistentVolume, node: NodeView): ClaimJudgement {
  const accepts = volumeAccepts(volume, node);
  if (accepts !== false) return accepts === 'unknown' ? 'unknown' : undefined;
  return {
    filter: 'VolumeBinding',
    kind: 'volume-node-affinity',
    text: "node(s) didn't match PersistentVolume's node affinity",
    object: volume.metadata.name,
    because: `volume ${volume.metadata.name} is bound to ${affinityWords(volume)}`,
  };
}

/** Of a claim that has no volume yet, or of whose volume the bundle has only the name. */
function judgeUnbound(
  claim: PersistentVolumeClaim,
  node: NodeView,
  snapshot: Snapshot,
  taken: Set<string>,
): ClaimJudgement {
  if (claim.spec?.volumeName !== undefined) return 'unknown';
  const { name, annotations } = claim.metadata;
  const selected = annotations?.['volume.kubernetes.io/selected-node'];
  if (selected !== undefined && selected !== node.name)
    return noVolume(claim, `claim ${name} is being provisioned for node ${selected}`);
  const className = classNameOf(claim) ?? '';
  const storageClass = snapshot.get('storageClasses', undefined, className);
  // With Immediate binding the claim is at fault, not the node.
  if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') return undefined;
  const free = snapshot
    .list('persistentVolumes')
    .find(
      (one) =>
        !taken.has(one.metadata.name) && mismatches(claim, one).length === 0 && volumeAccepts(one, node) !== false,
    );
  if (free !== undefined) {
    taken.add(free.metadata.name);
    return undefined;
  }
  const { provisioner, allowedTopologies = [] } = storageClass;
  if (provisioner === undefined) return 'unknown';
  if (provisioner === NO_PROVISIONER)
    return snapshot.has('persistentVolumes')
      ? noVolume(claim, `no free volume of class ${className} fits claim ${name} on this node`)
      : 'unknown';
  const { labels } = node;
  const publishes = snapshot.get('csiDrivers', undefined, provisioner)?.spec?.storageCapacity === true;
  if (labels === undefined) return allowedTopologies.length > 0 || publishes ? 'unknown' : undefined;
  const isAllowed = allowedTopologies.some((term) =>
    (term.matchLabelExpressions ?? []).every(({ key = '', values = [] }) => values.includes(labels[key] ?? '')),
  );
  if (allowedTopologies.length > 0 && !isAllowed)
    return noVolume(claim, `class ${className} does not allow the topology of this node`);
  return publishes ? lacksCapacity(claim, provisioner, labels, snapshot) : undefined;
}

const size = (claim: PersistentVolumeClaim): number =>
  parseQuantity(claim.spec?.resources?.requests?.['storage'] ?? '') ?? 0;

const noVolume = (claim: PersistentVolumeClaim, because: string): Rejection => ({
  filter: 'VolumeBinding',
  kind: 'volume-binding',
  text: "node(s) didn't find available persistent volumes to bind",
  object: claim.metadata.name,
  because,
});

/** CSI drivers that publish their capacity refuse nodes whose share is too small. */
function lacksCapacity(
  claim: PersistentVolumeClaim,
  driver: string,
  labels: Labels,
  snapshot: Snapshot,
): ClaimJudgement {
  if (!snapshot.has('csiStorageCapacities')) return 'unknown';
  const room = snapshot
    .list('csiStorageCapacities')
    .some(
      ({ storageClassName, nodeTopology, maximumVolumeSize, capacity }) =>
        storageClassName === classNameOf(claim) &&
        matchesSelector(nodeTopology, labels) &&
        (parseQuantity(maximumVolumeSize ?? capacity ?? '') ?? 0) >= size(claim),
    );
  if (room) return undefined;
  return {
    filter: 'VolumeBinding',
    kind: 'storage-capacity',
    text: 'node(s) did not have enough free storage',
    object: claim.metadata.name,
    because: `driver ${driver} publishes no capacity for claim ${claim.metadata.name} here`,
  };
}

export const volumeRestrictions: Filter = (pod, cluster) => {
  const exclusive = mounted(pod, cluster).filter(
    ({ claim }) => claim.spec?.accessModes?.includes('ReadWriteOncePod') === true,
  );
  const holder = exclusive
    .map(({ claim }) => ({
      claim,
      by: cluster.nodes
        .flatMap((node) => node.pods)
        .find(
          (other) =>
            other.namespace === pod.namespace &&
            other.name !== pod.name &&
            claimNames(other.spec, other.name).includes(claim.metadata.name),
        ),
    }))
    .find(({ by }) => by !== undefined);
  if (holder?.by === undefined) return APPROVES;
  const because = `claim ${holder.claim.metadata.name} is in use by pod ${holder.by.namespace}/${holder.by.name}`;
  return () => [
    {
      filter: 'VolumeRestrictions',
      kind: 'rwop-in-use',
      text: 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
      object: holder.claim.metadata.name,
      because,
    },
  ];
};

const known = new WeakMap<PodView, ReadonlyMap<string, ReadonlySet<string>>>();

/** CSI volumes of a pod, by driver: the handles it needs attached. Made once per pod: every waiting pod asks for all. */
function attached(pod: PodView, cluster: ClusterView): ReadonlyMap<string, ReadonlySet<string>> {
  const made = known.get(pod) ?? findAttached(pod, cluster);
  known.set(pod, made);
  return made;
}

function findAttached(pod: PodView, cluster: ClusterView): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const { claim, volume } of mounted(pod, cluster)) {
    const csi = volume?.spec?.csi;
    const driver =
      csi?.driver ?? cluster.snapshot.get('storageClasses', undefined, classNameOf(claim) ?? '')?.provisioner;
    if (driver === undefined) continue;
    include(out, driver, csi?.volumeHandle ?? `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`);
  }
  return out;
}

export const nodeVolumeLimits: Filter = (pod, cluster) => {
  const wanted = attached(pod, cluster);
  if (wanted.size === 0) return APPROVES;
  return (node) => {
    const csiNode = cluster.snapshot.get('csiNodes', undefined, node.name);
    for (const [driver, handles] of wanted) {
      const limit = csiNode?.spec?.drivers?.find((one) => one.name === driver)?.allocatable?.count;
      if (limit === undefined) continue;
      const present = new Set<string>();
      for (const other of node.pods)
        for (const handle of attached(other, cluster).get(driver) ?? []) present.add(handle);
      const fresh = [...handles].filter((handle) => !present.has(handle)).length;
      // What is attached already needs no further place, however full the node is.
      if (fresh > 0 && present.size + fresh > limit)
        return [
          {
            filter: 'NodeVolumeLimits',
            kind: 'volume-limit',
            text: 'node(s) exceed max volume count',
            object: driver,
            because: `${present.size} of ${limit} volumes of ${driver} are in use on ${node.name}`,
          },
        ];
    }
    return PASSES;
  };
};
