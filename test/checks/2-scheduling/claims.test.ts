import { describe, expect, it } from 'vitest';
import deletingInUse from '../../../src/checks/2-scheduling/pvc-deleting-in-use.ts';
import lostOrFailed from '../../../src/checks/2-scheduling/pvc-lost-or-pv-failed.ts';
import missing from '../../../src/checks/2-scheduling/pvc-missing.ts';
import classMissing from '../../../src/checks/2-scheduling/pvc-pending-class-missing.ts';
import noClass from '../../../src/checks/2-scheduling/pvc-pending-no-class.ts';
import provisionerAbsent from '../../../src/checks/2-scheduling/pvc-provisioner-absent.ts';
import provisioningFailed from '../../../src/checks/2-scheduling/pvc-provisioning-failed.ts';
import staticNoMatch from '../../../src/checks/2-scheduling/pvc-static-no-match.ts';
import waitForConsumer from '../../../src/checks/2-scheduling/pvc-wait-for-first-consumer.ts';
import unbound from '../../../src/checks/2-scheduling/sched-pvc-unbound-immediate.ts';
import releasedNotReused from '../../../src/checks/2-scheduling/pv-released-not-reused.ts';
import { ago, aDeployment, anEvent, aPod, run } from '../../build.ts';

type Deep = Record<string, unknown>;
const claim = (spec: Deep = {}, status: Deep = {}, metadata: Deep = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop', uid: 'uid-data', creationTimestamp: ago(600), ...metadata },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    resources: { requests: { storage: '5Gi' } },
    ...spec,
  },
  status: { phase: 'Pending', ...status },
});
const volume = (spec: Deep = {}, status: Deep = {}, metadata: Deep = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv-1', ...metadata },
  spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: '', ...spec },
  status: { phase: 'Available', ...status },
});
const storageClass = (name: string, over: Deep = {}) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'csi.example.com',
  volumeBindingMode: 'Immediate',
  ...over,
});
const about = { kind: 'PersistentVolumeClaim', name: 'data' };
const mounting = (name: string) =>
  aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { nodeName: undefined, volumes: [{ name: 'd', persistentVolumeClaim: { claimName: name } }] },
    status: { phase: 'Pending', podIP: undefined, conditions: undefined, containerStatuses: undefined },
  });

describe('pvc-static-no-match', () => {
  it.each([
    ['capacity', { resources: { requests: { storage: '20Gi' } } }, {}, /requests 20Gi.*capacity of 10Gi/],
    ['access-mode', { accessModes: ['ReadWriteMany'] }, {}, /ReadWriteMany.*offers ReadWriteOnce/],
    ['selector', { selector: { matchLabels: { disk: 'ssd' } } }, {}, /disk=ssd.*labels disk=hdd/],
    ['volume-mode', { volumeMode: 'Block' }, {}, /mode Block/],
    ['occupied', {}, { claimRef: { namespace: 'shop', name: 'other' } }, /belongs to claim shop\/other/],
  ])('says that they differ in %s', async (variant, claimSpec, volumeSpec, words) => {
    const objects = [
      claim(claimSpec),
      volume(volumeSpec, variant === 'occupied' ? { phase: 'Bound' } : {}, { labels: { disk: 'hdd' } }),
      mounting('data'),
    ];
    const { first, found } = await run(staticNoMatch, { objects });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({
      variant,
      severity: 'critical',
      subject: { name: 'data', workload: { kind: 'Deployment', name: 'web' } },
    });
    expect(first?.message).toMatch(words);
    expect(first?.related).toContainEqual({ kind: 'PersistentVolume', name: 'pv-1' });
  });
  it('says that classes differ, when a volume of that class exists but another does not', async () => {
    const objects = [
      claim({ storageClassName: 'manual', resources: { requests: { storage: '20Gi' } } }),
      volume({ storageClassName: 'manual' }),
    ];
    expect((await run(staticNoMatch, { objects })).first?.variant).toBe('capacity');
  });
  it('compares with the free volume before the taken one', async () => {
    const objects = [
      claim({ resources: { requests: { storage: '20Gi' } } }),
      volume(
        { capacity: { storage: '50Gi' }, claimRef: { namespace: 'a', name: 'b' } },
        { phase: 'Bound' },
        { name: 'pv-taken' },
      ),
      volume(),
    ];
    expect((await run(staticNoMatch, { objects })).first?.message).toContain('pv-1, differs in one thing');
  });
  it('is silent when a volume fits, when a class provisions, and when the claim is bound', async () => {
    expect((await run(staticNoMatch, { objects: [claim(), volume()] })).found).toEqual([]);
    expect(
      (
        await run(staticNoMatch, {
          objects: [
            claim({ storageClassName: 'fast' }),
            storageClass('fast'),
            volume({ capacity: { storage: '1Gi' } }),
          ],
        })
      ).found,
    ).toEqual([]);
    expect(
      (await run(staticNoMatch, { objects: [claim({}, { phase: 'Bound' }), volume({ capacity: { storage: '1Gi' } })] }))
        .found,
    ).toEqual([]);
    expect((await run(staticNoMatch, {})).outcome).toBe('not-checked');
  });
});

describe('claims without a class', () => {
  const bare = (name: string) => claim({ storageClassName: undefined }, {}, { name });
  it('are one finding when no default class exists', async () => {
    const bound = claim({ storageClassName: 'fast' }, { phase: 'Bound' }, { name: 'fine' });
    const { found, first } = await run(noClass, { objects: [bare('a'), bare('b'), bound, storageClass('fast')] });
    expect(found).toHaveLength(1);
    expect(first?.message).toMatch(
      /2 claims are Pending.*none of the StorageClasses \(fast\) is the default.*shop\/a, shop\/b.*shop\/fine/,
    );
    expect(first?.related).toHaveLength(2);
  });
  it('are found from events alone', async () => {
    const event = anEvent(
      about,
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
    const { first } = await run(noClass, { objects: [event], complete: false });
    expect(first?.subject).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data' });
    expect(first?.evidence[0]?.text).toContain('no storage class is set');
  });
  it('are no matter with a default class, nor when they are bound', async () => {
    const standard = storageClass('standard', {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    });
    expect((await run(noClass, { objects: [bare('a'), standard] })).found).toEqual([]);
    expect(
      (await run(noClass, { objects: [claim({ storageClassName: undefined }, { phase: 'Bound' })] })).found,
    ).toEqual([]);
  });
});

describe('pvc-pending-class-missing', () => {
  it('says which class is missing and which was meant', async () => {
    const { first } = await run(classMissing, { objects: [claim({ storageClassName: 'fats' }), storageClass('fast')] });
    expect(first?.message).toMatch(/"fats" does not exist; was "fast" meant/);
  });
  it('believes the event', async () => {
    const event = anEvent(about, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fats" not found');
    expect((await run(classMissing, { objects: [event], complete: false })).first?.message).toContain('"fats"');
  });
  it('is silent when the class exists, or a volume carries it, or classes were not listed', async () => {
    expect(
      (await run(classMissing, { objects: [claim({ storageClassName: 'fast' }), storageClass('fast')] })).found,
    ).toEqual([]);
    expect(
      (
        await run(classMissing, {
          objects: [
            claim({ storageClassName: 'manual' }),
            volume({ storageClassName: 'manual' }),
            storageClass('fast'),
          ],
        })
      ).found,
    ).toEqual([]);
    expect(
      (await run(classMissing, { objects: [claim({ storageClassName: 'fast' })], complete: false })).found,
    ).toEqual([]);
  });
});

describe('provisioners', () => {
  const fast = storageClass('fast');
  const dynamic = claim({ storageClassName: 'fast' });
  const waiting = anEvent(
    about,
    'ExternalProvisioning',
    "Waiting for a volume to be created either by the external provisioner 'csi.example.com' or manually by the system administrator.",
    { type: 'Normal', count: 20 },
  );
  it('that do not answer are absent', async () => {
    const { first } = await run(provisionerAbsent, { objects: [dynamic, fast, waiting] });
    expect(first?.message).toContain('csi.example.com');
    const provisioning = anEvent(about, 'Provisioning', 'External provisioner is provisioning volume', {
      type: 'Normal',
    });
    expect((await run(provisionerAbsent, { objects: [dynamic, fast, waiting, provisioning] })).found).toEqual([]);
    expect((await run(provisionerAbsent, { objects: [dynamic] })).outcome).toBe('not-checked');
  });
  it('that refuse have failed, until they succeed', async () => {
    const failed = anEvent(
      about,
      'ProvisioningFailed',
      'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = pool full',
    );
    const { first } = await run(provisioningFailed, { objects: [dynamic, fast, failed] });
    expect(first).toMatchObject({ variant: 'no-capacity' });
    expect(first?.message).toContain('pool full');
    const done = anEvent(about, 'ProvisioningSucceeded', 'Successfully provisioned volume pvc-1', {
      type: 'Normal',
      lastTimestamp: ago(1),
    });
    expect((await run(provisioningFailed, { objects: [dynamic, fast, failed, done] })).found).toEqual([]);
  });
  it('that wait for the first consumer are at peace', async () => {
    const late = storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' });
    const { first } = await run(waitForConsumer, { objects: [claim({ storageClassName: 'late' }), late] });
    expect(first?.severity).toBe('info');
    expect((await run(waitForConsumer, { objects: [dynamic, fast] })).found).toEqual([]);
  });
});

describe('claims and volumes in trouble', () => {
  it('are Lost or Failed', async () => {
    expect(
      (await run(lostOrFailed, { objects: [claim({ volumeName: 'pv-9' }, { phase: 'Lost' })] })).first,
    ).toMatchObject({ variant: 'lost', severity: 'critical' });
    expect(
      (await run(lostOrFailed, { objects: [volume({}, { phase: 'Failed', message: 'could not delete' })] })).first
        ?.message,
    ).toContain('could not delete');
    expect((await run(lostOrFailed, { objects: [claim({}, { phase: 'Bound' }), volume()] })).found).toEqual([]);
  });
  it('are missing: by listing, or by the words of the scheduler', async () => {
    const { first } = await run(missing, { objects: [mounting('dat'), claim({}, { phase: 'Bound' })] });
    expect(first?.message).toMatch(/mounts claim dat, which does not exist.*was "data" meant/);
    const event = anEvent(
      { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' },
      'FailedScheduling',
      '0/4 nodes are available: persistentvolumeclaim "data" not found.',
    );
    expect((await run(missing, { objects: [event], complete: false })).first?.related).toEqual([
      { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' },
    ]);
    expect((await run(missing, { objects: [mounting('data'), claim()] })).found).toEqual([]);
    expect((await run(missing, { objects: [mounting('data')], complete: false })).found).toEqual([]);
  });
  it('are kept by their users or their past', async () => {
    const leaving = claim({}, { phase: 'Bound' }, { deletionTimestamp: ago(60) });
    expect((await run(deletingInUse, { objects: [leaving, mounting('data')] })).first?.message).toContain(
      'still used by',
    );
    expect((await run(deletingInUse, { objects: [leaving, aDeployment()] })).found).toEqual([]);
    const released = volume({ claimRef: { namespace: 'shop', name: 'old' } }, { phase: 'Released' });
    expect((await run(releasedNotReused, { objects: [claim(), released] })).first?.severity).toBe('info');
    expect(
      (await run(releasedNotReused, { objects: [claim({ resources: { requests: { storage: '50Gi' } } }), released] }))
        .found,
    ).toEqual([]);
  });
});

it('sched-pvc-unbound-immediate names the one claim that events alone tell of', async () => {
  const waits = anEvent(
    { kind: 'Pod', name: 'press-0' },
    'FailedScheduling',
    'pod has unbound immediate PersistentVolumeClaims',
  );
  const failed = anEvent(
    { kind: 'PersistentVolumeClaim', name: 'plates' },
    'ProvisioningFailed',
    'controller not configured',
  );
  expect((await run(unbound, { objects: [waits, failed] })).first?.related).toContainEqual(
    expect.objectContaining({ kind: 'PersistentVolumeClaim', name: 'plates' }),
  );
  // A pod that nothing names waits in a namespace that nothing names.
  const nameless = {
    ...anEvent(
      { kind: 'Pod', name: '(unnamed)' },
      'FailedScheduling',
      'pod has unbound immediate PersistentVolumeClaims',
    ),
    involvedObject: { kind: 'Pod', name: '(unnamed)' },
  };
  expect((await run(unbound, { objects: [nameless, failed] })).first?.related).toContainEqual(
    expect.objectContaining({ kind: 'PersistentVolumeClaim', name: 'plates', namespace: 'shop' }),
  );
  const other = anEvent({ kind: 'PersistentVolumeClaim', name: 'ink' }, 'ProvisioningFailed', 'no space');
  expect((await run(unbound, { objects: [waits, failed, other] })).first?.related ?? []).toEqual([]);
});
