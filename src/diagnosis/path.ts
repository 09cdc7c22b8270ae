/**
 * The walk from layer 1 down, as the framework does it: what was seen, which signal says "go one layer down", where
 * the cause lies, what was clear and what could not be judged.
 */
import type { Examined, Found } from '../checks/engine.ts';
import { plural } from '../lib/in-words.ts';
import { LAYER_NAMES, LAYERS, type Layer, type Result } from '../result.ts';
import { areaInfo, type Area } from '../snapshot/areas.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { titleOf } from './finding.ts';

type Step = Result['path'][number];

/** Facts without which a layer must not be called clear; each entry is met by any of its areas. */
const MUST_SEE: Readonly<Record<Layer, readonly (readonly Area[])[]>> = {
  1: [['pods']],
  2: [['pods'], ['nodes', 'events']],
  3: [['services'], ['endpoints', 'endpointSlices']],
  4: [
    ['healthChecks', 'etcdHealth', 'etcdEndpoints', 'componentStatuses', 'metrics', 'apiServices', 'clusterOperators'],
  ],
  5: [['nodes', 'units', 'hostLogs', 'kernelLogs']],
};

/** The framework's questions at each layer; a signal fires when one of its checks has a current finding. */
interface Signal {
  readonly id: string;
  readonly layer: Layer;
  readonly question: string;
  readonly firedBy: (check: string) => boolean;
  readonly sees: readonly Area[];
}
const is =
  (...ids: readonly string[]) =>
  (check: string) =>
    ids.includes(check);
const SIGNALS: readonly Signal[] = [
  {
    id: 'pod-pending',
    layer: 1,
    question: 'Is a pod Pending, so that the application never got to run? Then look at scheduling.',
    firedBy: is('pod-unschedulable', 'pod-never-processed', 'sched-gated'),
    sees: ['pods', 'events'],
  },
  {
    id: 'running-but-unreachable',
    layer: 2,
    question: 'Do the pods run while the service does not answer? Then look at the network.',
    firedBy: (check) =>
      check.startsWith('svc-') ||
      check.startsWith('dns-') ||
      check.startsWith('net-') ||
      check.startsWith('netpol-') ||
      is('log-upstream-unreachable', 'log-dns-failure')(check),
    sees: ['services', 'endpoints', 'endpointSlices', 'containerLogs', 'probes'],
  },
  {
    id: 'everything-slow',
    layer: 3,
    question: 'Is the whole cluster slow, or does the API server or etcd complain? Then look at the control plane.',
    firedBy: (check) =>
      check.startsWith('api-') ||
      check.startsWith('etcd-') ||
      check.startsWith('cert-') ||
      check.startsWith('scheduler-') ||
      check.startsWith('kcm-') ||
      check.startsWith('webhook-'),
    sees: ['healthChecks', 'etcdHealth', 'commandFailures', 'metrics'],
  },
  {
    id: 'only-some-nodes',
    layer: 4,
    question: 'Are only particular nodes affected? Then look at the node and its hardware.',
    firedBy: (check) =>
      check.startsWith('node-') ||
      check.startsWith('kubelet-') ||
      check.startsWith('runtime-') ||
      check.startsWith('gpu-') ||
      check.startsWith('disk-') ||
      check.startsWith('kernel-') ||
      is('restarts-correlated-by-node')(check),
    sees: ['nodes', 'units', 'hostLogs', 'kernelLogs'],
  },
];

/** Findings whose titles say what was seen at a layer. */
const TITLES = 3;

const isLoud = ({ state, severity }: Found): boolean => state === 'current' && severity !== 'info';

/** The signals to go on from a layer, and whether they fire. */
function signalsAt(layer: Layer, found: readonly Found[], snapshot: Snapshot): Step['signals'] {
  return SIGNALS.filter((signal) => signal.layer === layer).map(({ id, question, firedBy, sees }) => {
    const firing = found.find((one) => isLoud(one) && firedBy(one.check.id));
    const judged = firing !== undefined || sees.some((area) => snapshot.has(area));
    return {
      id,
      question,
      fired: judged ? firing !== undefined : null,
      evidence: (firing?.evidence ?? []).slice(0, 1).map((e) => ({ ...e })),
    };
  });
}

/** The five steps, layer 1 first. `roots` are the findings where the walk ends. */
export function walk(
  { outcomes }: Examined,
  found: readonly Found[],
  roots: readonly Found[],
  snapshot: Snapshot,
): Step[] {
  const isRoot = ({ id }: Found): boolean => roots.some((root) => root.id === id);
  const judge = (layer: Layer): Pick<Step, 'verdict' | 'seen'> => {
    const mine = found
      .filter((one) => one.check.layer === layer && (isLoud(one) || (one.state === 'current' && isRoot(one))))
      .toSorted((a, b) => Number(isRoot(b)) - Number(isRoot(a)));
    if (mine.length > 0) {
      const titles = new Set(mine.slice(0, TITLES).map(titleOf));
      return { verdict: mine.some(isRoot) ? 'cause' : 'symptoms', seen: [...titles].join('; ') };
    }
    const unseen = MUST_SEE[layer].filter((areas) => !areas.some((area) => snapshot.has(area)));
    if (unseen.length > 0) {
      const lacks = unseen.map((areas) => areas.map((area) => areaInfo(area).title).join(' or '));
      return { verdict: 'unknown', seen: `could not be judged: the bundle has no ${lacks.join(', and no ')}` };
    }
    const ran = outcomes.filter(
      (one) => one.layer === layer && (one.outcome === 'passed' || one.outcome === 'failed'),
    ).length;
    return { verdict: 'clear', seen: `nothing wrong found by ${plural(ran, 'check')}` };
  };
  return LAYERS.map((layer) => ({
    layer,
    name: LAYER_NAMES[layer],
    ...judge(layer),
    signals: signalsAt(layer, found, snapshot),
  }));
}
