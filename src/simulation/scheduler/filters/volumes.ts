/** Filters over the pod's volumes: binding, node affinity, zone, exclusive use, attach limits (catalogue 5.8). */
import { include } from '../../../lib/group-by.ts';
import { parseQuantity } from '../../../lib/quantity.ts';
import { matchesSelector } from '../../../lib/labels.ts';
import { claimNames, classNameOf, mismatches, NO_PROVISIONER } from '../../../snapshot/scheduling/claims.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../snapshot/kinds/index.ts';
import type { ClusterView, NodeView, PodView } from '../cluster.ts';
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
  const { snapshot } = cluster;
  const mine = mounted(pod, cluster);
  if (mine.length === 0) return APPROVES;
  return (node) => {
    let unknown = false;
    const taken = new Set<string>();
    const sized = [...mine].sort((a, b) => size(a.claim) - size(b.claim));
    for (const { claim, volume } of sized) {
      if (volume !== undefined) {
        const accepts = volumeAccepts(volume, node);
        if (accepts === 'unknown') unknown = true;
        if (accepts === false)
          return [
            {
              filter: 'VolumeBinding',
              kind: 'volume-node-affinity',
              text: "node(s) didn't match PersistentVolume's node affinity",
              object: volume.metadata.name,
              because: `volume ${volume.metadata.name} is bound to ${affinityWords(volume)}`,
            },
          ];
        continue;
      }
      if (claim.spec?.volumeName !== undefined) {
        unknown = true;
        continue;
      }
      const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
      if (selected !== undefined && selected !== node.name)
        return [noVolume(claim, `claim ${claim.metadata.name} is being provisioned for node ${selected}`)];
      const storageClass = snapshot.get('storageClasses', undefined, classNameOf(claim) ?? '');
      if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') continue; // a verdict over the pod, not the node
      const free = snapshot
        .list('persistentVolumes')
        .find(
          (one) =>
            !taken.has(one.metadata.name) && mismatches(claim, one).length === 0 && volumeAccepts(one, node) !== false,
        );
      if (free !== undefined) {
        taken.add(free.metadata.name);
        continue;
      }
      const provisioner = storageClass.provisioner;
      if (provisioner === undefined) unknown = true;
      else if (provisioner === NO_PROVISIONER)
        return [
          noVolume(
            claim,
            `no free volume of class ${classNameOf(claim) ?? ''} fits claim ${claim.metadata.name} on this node`,
          ),
        ];
      else {
        const allowed = storageClass.allowedTopologies ?? [];
        const { labels } = node;
        if (allowed.length > 0 && labels === undefined) unknown = true;
        else if (
          allowed.length > 0 &&
          !allowed.some((term) =>
            (term.matchLabelExpressions ?? []).every((e) => (e.values ?? []).includes(labels?.[e.key ?? ''] ?? '')),
          )
        )
          return [noVolume(claim, `class ${storageClass.metadata.name} does not allow the topology of this node`)];
        const full = lacksCapacity(claim, provisioner, node, cluster);
        if (full !== undefined) return [full];
      }
    }
    return unknown ? 'unknown' : PASSES;
  };
};

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
  node: NodeView,
  cluster: ClusterView,
): Rejection | undefined {
  const { snapshot } = cluster;
  if (snapshot.get('csiDrivers', undefined, driver)?.spec?.storageCapacity !== true) return undefined;
  if (!snapshot.has('csiStorageCapacities')) return undefined;
  const room = snapshot
    .list('csiStorageCapacities')
    .some(
      (one) =>
        one.storageClassName === classNameOf(claim) &&
        matchesSelector(one.nodeTopology, node.labels ?? {}) &&
        (parseQuantity(one.maximumVolumeSize ?? one.capacity ?? '') ?? 0) >= size(claim),
    );
  return room
    ? undefined
    : {
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
      if (present.size + fresh > limit)
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
