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

/** The five steps, layer 1 first. */
export function walk(examined: Examined, found: readonly Found[], roots: readonly Found[], snapshot: Snapshot): Step[] {
  const rootIds = new Set(roots.map((root) => root.id));
  return LAYERS.map((layer): Step => {
    const mine = found
      .filter(
        (one) =>
          one.check.layer === layer && one.state === 'current' && (one.severity !== 'info' || rootIds.has(one.id)),
      )
      .toSorted((a, b) => Number(rootIds.has(b.id)) - Number(rootIds.has(a.id)));
    const unseen = MUST_SEE[layer].filter((areas) => !areas.some((area) => snapshot.has(area)));
    const verdict = mine.some((one) => rootIds.has(one.id))
      ? 'cause'
      : mine.length > 0
        ? 'symptoms'
        : unseen.length > 0
          ? 'unknown'
          : 'clear';
    const outcomes = examined.outcomes.filter((outcome) => outcome.layer === layer);
    const ran = outcomes.filter((outcome) => outcome.outcome === 'passed' || outcome.outcome === 'failed').length;
    const seen =
      verdict === 'unknown'
        ? `could not be judged: the bundle has no ${unseen.map((areas) => areas.map((area) => areaInfo(area).title).join(' or ')).join(', and no ')}`
        : verdict === 'clear'
          ? `nothing wrong found by ${plural(ran, 'check')}`
          : mine
              .slice(0, 3)
              .map(titleOf)
              .filter((title, i, all) => all.indexOf(title) === i)
              .join('; ');
    return {
      layer,
      name: LAYER_NAMES[layer],
      verdict,
      seen,
      signals: SIGNALS.filter((signal) => signal.layer === layer).map((signal) => {
        const firing = found.find(
          (one) => one.state === 'current' && one.severity !== 'info' && signal.firedBy(one.check.id),
        );
        return {
          id: signal.id,
          question: signal.question,
          fired: firing !== undefined ? true : signal.sees.some((area) => snapshot.has(area)) ? false : null,
          evidence: firing === undefined ? [] : firing.evidence.slice(0, 1).map((e) => ({ ...e })),
        };
      }),
    };
  });
}
