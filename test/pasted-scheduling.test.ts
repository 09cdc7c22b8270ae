/** What people paste of pods that are not placed and volumes that do not come: small texts through the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000       1 ${place}] ${message}`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a pod that the scheduler cannot bind, by its log': {
    files: {
      'kube-scheduler.log': klog(
        'E',
        'scheduler.go:282',
        'Internal error binding pod: pod ink/press-0 was lost on the way',
      ),
      'pods.txt': `NAME      READY   STATUS    RESTARTS   AGE
press-0   0/1     Pending   0          2h
`,
    },
    check: 'infrastructure-log-error',
    words: ['Internal error binding pod', 'ink/press-0'],
  },
  'events whose objects have shorter names than their column is wide for': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON               OBJECT                                                  MESSAGE
22s         Normal    Provisioning         persistentvolumeclaim/plates-press-0   External provisioner is provisioning volume for claim "ink/plates-press-0"
22s         Warning   ProvisioningFailed   persistentvolumeclaim/plates-press-0   failed to provision volume with StorageClass "quill": snapshot old-plates is not Ready
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates-press-0 failed', 'old-plates is not Ready'],
  },
  'an event of several lines in the log of a provisioner': {
    files: {
      'csi-provisioner.log': `${klog('I', 'event.go:389', '"Event occurred" object="ink/plates" fieldPath="" kind="PersistentVolumeClaim" apiVersion="v1" type="Warning" reason="ProvisioningFailed" message=<')}
	failed to provision volume with StorageClass "quill": rpc error: code = ResourceExhausted desc = Not enough nodes fulfil:
	* has a storage pool named [wet]
 >
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates failed', 'storage pool named [wet]'],
  },
  'a claim that goes while a pod waits for it': {
    files: {
      'describe.txt': `$ kubectl describe pod press-1 | tail -3
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  39s (x2 over 39s)  default-scheduler  persistentvolumeclaim "plates-press-1" is being deleted
`,
    },
    check: 'pvc-missing',
    words: ['that is being deleted', 'plates-press-1'],
  },
  'a drain that kubectl refuses, with the node in a line of its own': {
    files: {
      'drain.txt': `There are pending nodes to be drained:
 quill-7
error: pods with local storage (use --delete-local-data to override): press-5d9c7b8f6d-k2xvq
`,
    },
    check: 'drain-refused',
    words: ['press-5d9c7b8f6d-k2xvq', 'quill-7'],
  },
  'Karpenter gets no machine': {
    files: {
      'karpenter.log': ['wet-1', 'wet-2']
        .map(
          (name) =>
            `{"level":"ERROR","time":"2026-03-01T10:00:00.000Z","logger":"controller","message":"failed launching nodeclaim","controller":"nodeclaim.lifecycle","NodeClaim":{"name":"${name}"},"namespace":"","name":"${name}","error":"insufficient capacity, all requested instance types were unavailable during launch"}`,
        )
        .join('\n'),
    },
    check: 'node-provisioning-failed',
    words: ['insufficient capacity', 'wet-1'],
  },
  'an attachment that Azure refuses, in the log of the controllers before CSI': {
    files: {
      'kube-controller-manager.log': [1, 2]
        .map(() =>
          klog(
            'E',
            'azure_storage.go:65',
            'azure attach failed, err: compute.VirtualMachinesClient#CreateOrUpdate: Code="AttachDiskWhileBeingDetached" Message="Cannot attach data disk \'plates\'"',
          ),
        )
        .join('\n'),
    },
    check: 'csi-attach-failed',
    words: ['AttachDiskWhileBeingDetached', 'plates'],
  },
};

describe('what is said first of pasted texts of scheduling and storage', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(root)).toContain(word);
  });
});

const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a disk that was formatted when it was first mounted': {
    'agent.log': `Output: mount: wrong fs type, bad option, bad superblock on /dev/sdq,
       missing codepage or helper program, or other error
${klog('E', 'mount_linux.go:481', 'Disk "/dev/sdq" appears to be unformatted, attempting to format as type: "xfs"')}
${klog('I', 'mount_linux.go:485', 'Disk successfully formatted (mkfs): xfs - /dev/sdq')}
`,
  },
  'a gang that runs and keeps the condition of its wait': {
    'group.txt': `Name:         ink-7
Namespace:    press
API Version:  scheduling.volcano.sh/v1beta1
Kind:         PodGroup
Status:
  Conditions:
    Message:  2/2 tasks in gang unschedulable: pod group is not ready
    Reason:   NotEnoughResources
    Status:   True
    Type:     Unschedulable
    Reason:   tasks in gang are ready to be scheduled
    Status:   True
    Type:     Scheduled
  Phase:      Running
Events:
  Type     Reason         Age  From     Message
  ----     ------         ---- ----     -------
  Warning  Unschedulable  9m   volcano  2/2 tasks in gang unschedulable: pod group is not ready
  Normal   Scheduled      8m   volcano  pod group is ready
`,
  },
};

describe('pasted texts of scheduling that works', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
