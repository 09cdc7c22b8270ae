/** Rows of configuration, quota and the cluster's own bookkeeping. */
import { int } from '../values.ts';
import type { Row, RowMapper } from './row.ts';

/** NAME STATUS AGE. */
export const namespaceRow: RowMapper = (row) => row.set(['status', 'phase'], row.value('STATUS'));

/** NAME TYPE DATA AGE. Key names are not told, only their number. */
export const secretRow: RowMapper = (row) => {
  row.set(['type'], row.value('TYPE'));
  if (int(row.cell('DATA')) === 0) row.set(['data'], {});
};

/** NAME DATA AGE. */
export const configMapRow: RowMapper = (row) => {
  if (int(row.cell('DATA')) === 0) row.set(['data'], {});
};

/** NAME SECRETS AGE. */
export const nameOnlyRow: RowMapper = () => {};

/** NAME [AGE] REQUEST LIMIT: `requests.cpu: 3/4, pods: 5/10`. */
export const quotaRow: RowMapper = (row) => {
  for (const column of ['REQUEST', 'LIMIT']) {
    for (const part of row.value(column)?.split(',') ?? []) {
      const match = /^\s*([^\s:]{1,320}):\s*(\S{1,40})\/(\S{1,40})$/.exec(part);
      if (match === null) continue;
      row.set(['status', 'used', match[1] ?? ''], match[2]);
      row.set(['status', 'hard', match[1] ?? ''], match[3]);
      row.set(['spec', 'hard', match[1] ?? ''], match[3]);
    }
  }
};

/** NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION: `Approved,Issued`, `Pending`, `Denied`. */
export const csrRow: RowMapper = (row) => {
  row.set(['spec', 'signerName'], row.value('SIGNERNAME'));
  row.set(['spec', 'username'], row.value('REQUESTOR'));
  const words = row.value('CONDITION')?.split(',') ?? [];
  if (words.length === 0) return;
  const conditions = words.filter((word) => word === 'Approved' || word === 'Denied' || word === 'Failed');
  if (conditions.length === 0) row.set(['status', 'conditions'], []);
  conditions.forEach((type, i) => {
    row.set(['status', 'conditions', i, 'type'], type);
    row.set(['status', 'conditions', i, 'status'], 'True');
  });
  if (words.includes('Issued')) row.set(['status', 'certificate'], true);
};

/** The words of kubectl for the condition Healthy; without one it prints Unknown. */
const HEALTH = new Map([
  ['Healthy', 'True'],
  ['Unhealthy', 'False'],
]);

/** NAME STATUS MESSAGE ERROR. */
export const componentStatusRow: RowMapper = (row) => {
  row.set(['conditions', 0, 'type'], 'Healthy');
  row.set(['conditions', 0, 'status'], HEALTH.get(row.value('STATUS') ?? '') ?? 'Unknown');
  row.set(['conditions', 0, 'message'], row.value('MESSAGE'));
  row.set(['conditions', 0, 'error'], row.value('ERROR'));
};

function setConditions(row: Row, types: readonly (readonly [string, string])[]): void {
  let i = 0;
  for (const [column, type] of types) {
    const status = row.value(column);
    if (status === undefined) continue;
    row.set(['status', 'conditions', i, 'type'], type);
    row.set(['status', 'conditions', i, 'status'], status);
    i++;
  }
}

/** OpenShift: NAME CONFIG UPDATED UPDATING DEGRADED MACHINECOUNT READYMACHINECOUNT … */
export const machineConfigPoolRow: RowMapper = (row) => {
  setConditions(row, [
    ['UPDATED', 'Updated'],
    ['UPDATING', 'Updating'],
    ['DEGRADED', 'Degraded'],
  ]);
  for (const [column, field] of [
    ['MACHINECOUNT', 'machineCount'],
    ['READYMACHINECOUNT', 'readyMachineCount'],
    ['UPDATEDMACHINECOUNT', 'updatedMachineCount'],
    ['DEGRADEDMACHINECOUNT', 'degradedMachineCount'],
  ] as const) {
    const count = Number(row.value(column) ?? Number.NaN);
    if (Number.isInteger(count)) row.set(['status', field], count);
  }
};

/** `cluster-policy   notReady   2026-03-01T10:00:00Z` of NVIDIA's GPU operator: STATUS is status.state. */
export const clusterPolicyRow: RowMapper = (row) => row.set(['status', 'state'], row.value('STATUS'));

/** OpenShift: NAME VERSION AVAILABLE PROGRESSING DEGRADED SINCE MESSAGE. */
export const clusterOperatorRow: RowMapper = (row) => {
  setConditions(row, [
    ['AVAILABLE', 'Available'],
    ['PROGRESSING', 'Progressing'],
    ['DEGRADED', 'Degraded'],
  ]);
  row.set(['status', 'versions', 0, 'name'], row.value('VERSION') === undefined ? undefined : 'operator');
  row.set(['status', 'versions', 0, 'version'], row.value('VERSION'));
  // MESSAGE is the message of the condition that makes trouble: Degraded True or Available False.
  const message = row.value('MESSAGE');
  if (message === undefined) return;
  const culprit = row.value('DEGRADED') === 'True' ? 2 : row.value('AVAILABLE') === 'False' ? 0 : 1;
  row.set(['status', 'conditions', culprit, 'message'], message);
};
