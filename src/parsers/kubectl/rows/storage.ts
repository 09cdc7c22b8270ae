/** Rows of storage kinds. */
import { accessModes, int, setDeletion } from '../values.ts';
import type { RowMapper } from './row.ts';

/** NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE [VOLUMEMODE]. */
export const claimRow: RowMapper = (row) => {
  const status = row.value('STATUS');
  if (status === 'Terminating') setDeletion(row.draft, row.source);
  else row.set(['status', 'phase'], status);
  row.set(['spec', 'volumeName'], row.value('VOLUME'));
  row.set(['status', 'capacity', 'storage'], row.value('CAPACITY'));
  row.set(['status', 'accessModes'], accessModes(row.value('ACCESSMODES')));
  // An empty cell is the class "" (no dynamic provisioning) or no class at all: the two look the same.
  row.set(['spec', 'storageClassName'], row.value('STORAGECLASS'));
  row.set(['spec', 'volumeMode'], row.value('VOLUMEMODE'));
};

/** NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE [VOLUMEMODE]. */
export const volumeRow: RowMapper = (row) => {
  row.set(['spec', 'capacity', 'storage'], row.value('CAPACITY'));
  row.set(['spec', 'accessModes'], accessModes(row.value('ACCESSMODES')));
  row.set(['spec', 'persistentVolumeReclaimPolicy'], row.value('RECLAIMPOLICY'));
  const status = row.value('STATUS');
  if (status === 'Terminating') setDeletion(row.draft, row.source);
  else row.set(['status', 'phase'], status);
  const claim = row.value('CLAIM');
  const slash = claim?.indexOf('/') ?? -1;
  if (claim !== undefined && slash > 0) {
    row.set(['spec', 'claimRef', 'namespace'], claim.slice(0, slash));
    row.set(['spec', 'claimRef', 'name'], claim.slice(slash + 1));
  }
  row.set(['spec', 'storageClassName'], row.value('STORAGECLASS'));
  row.set(['status', 'reason'], row.value('REASON'));
  row.set(['spec', 'volumeMode'], row.value('VOLUMEMODE'));
};

/** NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE; NAME holds `fast (default)`. */
export const storageClassRow: RowMapper = (row) => {
  row.set(['provisioner'], row.value('PROVISIONER'));
  row.set(['reclaimPolicy'], row.value('RECLAIMPOLICY'));
  row.set(['volumeBindingMode'], row.value('VOLUMEBINDINGMODE'));
  const expand = row.value('ALLOWVOLUMEEXPANSION');
  if (expand !== undefined) row.set(['allowVolumeExpansion'], expand === 'true');
  if ((row.cell('NAME') ?? '').endsWith(' (default)')) {
    row.set(['metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class'], 'true');
  }
};

/** NAME ATTACHER PV NODE ATTACHED AGE. */
export const volumeAttachmentRow: RowMapper = (row) => {
  row.set(['spec', 'attacher'], row.value('ATTACHER'));
  row.set(['spec', 'source', 'persistentVolumeName'], row.value('PV'));
  row.set(['spec', 'nodeName'], row.value('NODE'));
  const attached = row.value('ATTACHED');
  if (attached !== undefined) row.set(['status', 'attached'], attached === 'true');
};

/** NAME ATTACHREQUIRED PODINFOONMOUNT STORAGECAPACITY TOKENREQUESTS REQUIRESREPUBLISH MODES AGE. */
export const csiDriverRow: RowMapper = (row) => {
  for (const [column, field] of [
    ['ATTACHREQUIRED', 'attachRequired'],
    ['PODINFOONMOUNT', 'podInfoOnMount'],
    ['STORAGECAPACITY', 'storageCapacity'],
  ] as const) {
    const text = row.value(column);
    if (text !== undefined) row.set(['spec', field], text === 'true');
  }
  row.set(['spec', 'volumeLifecycleModes'], row.value('MODES')?.split(','));
};

/** NAME DRIVERS AGE: DRIVERS is a count. No driver at all is a statement, the names of some are not told. */
export const csiNodeRow: RowMapper = (row) => {
  if (int(row.cell('DRIVERS')) === 0) row.set(['spec', 'drivers'], []);
};
