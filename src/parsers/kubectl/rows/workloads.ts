/** Rows of the kinds that make pods. */
import type { Path } from '../draft.ts';
import { ago, int, intOrName, pairs, reference, setSelector } from '../values.ts';
import type { Row, RowMapper } from './row.ts';

/** `2/3`: two of three. */
function fraction(text: string | undefined): readonly [number | undefined, number | undefined] {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text ?? '');
  return match === null ? [undefined, undefined] : [Number(match[1]), Number(match[2])];
}

/** CONTAINERS and IMAGES of `-o wide`, side by side. */
function setTemplate(row: Row, template: Path): void {
  const names = row.value('CONTAINERS')?.split(',') ?? [];
  const images = row.value('IMAGES')?.split(',') ?? [];
  names.forEach((name, i) => {
    row.set([...template, 'spec', 'containers', i, 'name'], name);
    row.set([...template, 'spec', 'containers', i, 'image'], images[i]);
  });
}

function setPods(row: Row): void {
  setTemplate(row, ['spec', 'template']);
  setSelector(row.draft, ['spec', 'selector'], row.cell('SELECTOR'), row.source);
}

/** NAME READY UP-TO-DATE AVAILABLE AGE; before 1.15 DESIRED CURRENT UP-TO-DATE AVAILABLE. */
export const deploymentRow: RowMapper = (row) => {
  const [ready, desired] = fraction(row.cell('READY'));
  row.set(['spec', 'replicas'], desired ?? int(row.cell('DESIRED')));
  row.set(['status', 'readyReplicas'], ready);
  row.set(['status', 'replicas'], int(row.cell('CURRENT')));
  row.set(['status', 'updatedReplicas'], int(row.cell('UPTODATE')));
  row.set(['status', 'availableReplicas'], int(row.cell('AVAILABLE')));
  setPods(row);
};

/** NAME DESIRED CURRENT READY AGE. */
export const replicaSetRow: RowMapper = (row) => {
  row.set(['spec', 'replicas'], int(row.cell('DESIRED')));
  row.set(['status', 'replicas'], int(row.cell('CURRENT')));
  row.set(['status', 'readyReplicas'], int(row.cell('READY')));
  setPods(row);
};

/** NAME READY AGE; before 1.13 DESIRED CURRENT AGE. */
export const statefulSetRow: RowMapper = (row) => {
  const [ready, desired] = fraction(row.cell('READY'));
  row.set(['spec', 'replicas'], desired ?? int(row.cell('DESIRED')));
  row.set(['status', 'readyReplicas'], ready);
  row.set(['status', 'replicas'], int(row.cell('CURRENT')));
  setPods(row);
};

/** NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE. */
export const daemonSetRow: RowMapper = (row) => {
  row.set(['status', 'desiredNumberScheduled'], int(row.cell('DESIRED')));
  row.set(['status', 'currentNumberScheduled'], int(row.cell('CURRENT')));
  row.set(['status', 'numberReady'], int(row.cell('READY')));
  row.set(['status', 'updatedNumberScheduled'], int(row.cell('UPTODATE')));
  row.set(['status', 'numberAvailable'], int(row.cell('AVAILABLE')));
  for (const [key, value] of pairs(row.cell('NODESELECTOR')))
    row.set(['spec', 'template', 'spec', 'nodeSelector', key], value);
  setPods(row);
};

/** NAME STATUS COMPLETIONS DURATION AGE; STATUS since 1.31; before 1.11 DESIRED SUCCESSFUL. */
export const jobRow: RowMapper = (row) => {
  // `1/3`, `0/1 of 5` (parallelism without completions).
  const completions = /^(\d{1,9})\/(\d{1,9})(?: of (\d{1,9}))?$/.exec(row.cell('COMPLETIONS') ?? '');
  const desired = completions?.[3] === undefined ? int(completions?.[2]) : undefined;
  row.set(['spec', 'completions'], desired ?? int(row.cell('DESIRED')));
  row.set(['spec', 'parallelism'], int(completions?.[3]));
  row.set(['status', 'succeeded'], int(completions?.[1]) ?? int(row.cell('SUCCESSFUL')));
  const status = row.value('STATUS');
  const condition = status === 'Complete' || status === 'Failed' || status === 'Suspended' ? status : undefined;
  if (condition !== undefined) {
    row.set(['status', 'conditions', 0, 'type'], condition);
    row.set(['status', 'conditions', 0, 'status'], 'True');
  }
  if (status === 'Suspended') row.set(['spec', 'suspend'], true);
  setTemplate(row, ['spec', 'template']);
};

/** NAME SCHEDULE [TIMEZONE] SUSPEND ACTIVE LAST SCHEDULE AGE. */
export const cronJobRow: RowMapper = (row) => {
  row.set(['spec', 'schedule'], row.value('SCHEDULE'));
  row.set(['spec', 'timeZone'], row.value('TIMEZONE'));
  const suspend = row.cell('SUSPEND');
  if (suspend !== undefined) row.set(['spec', 'suspend'], suspend === 'True');
  const active = int(row.cell('ACTIVE'));
  // The cell is a count; names of the active jobs are not told.
  if (active !== undefined)
    row.set(
      ['status', 'active'],
      Array.from({ length: Math.min(active, 100) }, () => ({})),
    );
  row.set(['status', 'lastScheduleTime'], ago(row.value('LASTSCHEDULE')));
  setTemplate(row, ['spec', 'jobTemplate', 'spec', 'template']);
};

/** --horizontal-pod-autoscaler-tolerance of kube-controller-manager: 0.1 unless set. */
const HPA_TOLERANCE = 1.1;

/** NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE. TARGETS: `<unknown>/80%`, `cpu: 12%/80%, 3/5 + 1 more...`. */
export const hpaRow: RowMapper = (row) => {
  const target = reference(row.value('REFERENCE'));
  row.set(['spec', 'scaleTargetRef', 'kind'], target?.kind);
  row.set(['spec', 'scaleTargetRef', 'name'], target?.name);
  row.set(['spec', 'minReplicas'], int(row.cell('MINPODS')));
  row.set(['spec', 'maxReplicas'], int(row.cell('MAXPODS')));
  row.set(['status', 'currentReplicas'], int(row.cell('REPLICAS')));
  const targets = row.cell('TARGETS');
  const percent = /^(?:cpu: )?(?:<unknown>|\d{1,9}%)\s?\/\s?(\d{1,9})%$/.exec(targets ?? '');
  if (percent !== null) {
    row.set(['spec', 'metrics', 0, 'type'], 'Resource');
    row.set(['spec', 'metrics', 0, 'resource', 'name'], 'cpu');
    row.set(['spec', 'metrics', 0, 'resource', 'target', 'averageUtilization'], int(percent[1]));
  }
  // kubectl prints <unknown> exactly when the controller has no current value for the metric.
  if (targets?.includes('<unknown>/') === true || targets?.includes('<unknown> /') === true) {
    row.set(['status', 'conditions', 0, 'type'], 'ScalingActive');
    row.set(['status', 'conditions', 0, 'status'], 'False');
    return;
  }
  // At its maximum, and further from the target than the controller tolerates: it says so in this condition.
  const far = [...(targets ?? '').matchAll(/(\d{1,9})%\s?\/\s?(\d{1,9})%/g)].some(
    ([, current, wanted]) => Number(current) > Number(wanted) * HPA_TOLERANCE,
  );
  const max = int(row.cell('MAXPODS'));
  if (!far || max === undefined || (int(row.cell('REPLICAS')) ?? 0) < max) return;
  row.set(['status', 'conditions', 0, 'type'], 'ScalingLimited');
  row.set(['status', 'conditions', 0, 'status'], 'True');
  row.set(['status', 'conditions', 0, 'reason'], 'TooManyReplicas');
};

/** NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE. */
export const pdbRow: RowMapper = (row) => {
  const bound = (column: string): number | string | undefined => {
    const text = row.value(column);
    return text === undefined || text === 'N/A' ? undefined : intOrName(text);
  };
  row.set(['spec', 'minAvailable'], bound('MINAVAILABLE'));
  row.set(['spec', 'maxUnavailable'], bound('MAXUNAVAILABLE'));
  row.set(['status', 'disruptionsAllowed'], int(row.cell('ALLOWEDDISRUPTIONS')));
};

/** NAME VALUE GLOBAL-DEFAULT AGE [PREEMPTIONPOLICY]. */
export const priorityClassRow: RowMapper = (row) => {
  row.set(['value'], int(row.cell('VALUE')));
  const isDefault = row.cell('GLOBALDEFAULT');
  if (isDefault !== undefined) row.set(['globalDefault'], isDefault === 'true');
  row.set(['preemptionPolicy'], row.value('PREEMPTIONPOLICY'));
};
