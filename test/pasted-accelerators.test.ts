/** What people paste of GPUs and other accelerators: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'the GPU operator is killed at its memory limit': {
    files: {
      'describe.txt': `Name:         gpu-operator-5d9c7b7b8-x2x4z
Namespace:    gpus
Node:         n1/10.0.0.1
Status:       Running
Controlled By:  ReplicaSet/gpu-operator-5d9c7b7b8
Containers:
  gpu-operator:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  6
    Limits:
      memory:  96Mi
`,
    },
    check: 'crashloop-oomkilled',
    words: ['96Mi', 'gpu-operator-5d9c7b7b8-x2x4z'],
  },
  'the GPU operator loses its lease': {
    files: {
      'pods.txt': `NAME                           READY   STATUS             RESTARTS      AGE
gpu-operator-5d9c7b7b8-x2x4z   0/1     CrashLoopBackOff   9 (80s ago)   2h
`,
      'gpu-operator.log': `E0301 10:00:08.113214       1 leaderelection.go:332] error retrieving resource lock gpus/1.example.com: Get "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/gpus/leases/1.example.com": context deadline exceeded
I0301 10:00:08.113306       1 leaderelection.go:285] failed to renew lease gpus/1.example.com: timed out waiting for the condition
{"level":"error","ts":1772359208.1,"logger":"setup","msg":"problem running manager","error":"leader election lost"}
`,
    },
    check: 'leader-election-lost',
    words: ['gpu-operator-5d9c7b7b8-x2x4z', 'failed to renew lease'],
  },
  'the toolkit pod asks for a CDI device that is not there': {
    files: {
      'pods.txt': `NAME                                       READY   STATUS             RESTARTS     AGE
nvidia-container-toolkit-daemonset-c5x6r   0/1     CrashLoopBackOff   7 (2m ago)   13m
nvidia-device-plugin-daemonset-w4r7f       0/1     Init:0/1           0            13m
`,
      'describe.txt': `Name:         nvidia-container-toolkit-daemonset-c5x6r
Namespace:    gpus
Node:         n1/10.0.0.1
Status:       Running
Containers:
  nvidia-container-toolkit-ctr:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       StartError
      Message:      failed to create containerd task: could not apply required modification to OCI specification: error modifying OCI spec: failed to inject CDI devices: unresolvable CDI devices management.nvidia.com/gpu=all: unknown
      Exit Code:    128
    Ready:          False
    Restart Count:  7
`,
    },
    check: 'gpu-container-cli-error',
    words: ['management.nvidia.com/gpu=all', 'nvidia-container-toolkit-daemonset-c5x6r', 'n1'],
  },
  'the driver toolkit of OpenShift is of another release': {
    files: {
      'pods.txt': `NAME                            READY   STATUS             RESTARTS      AGE
nvidia-driver-daemonset-9h4kd   1/2     CrashLoopBackOff   30 (2m ago)   3h
`,
      'driver.log': `$ oc logs nvidia-driver-daemonset-9h4kd -c nvidia-driver-ctr
Running nv-ctr-run-with-dtk
WARNING: broken driver toolkit detected, using entitlement-based fallback
+ dnf -q makecache
FATAL: failed to reach RHEL package repositories. Ensure that the cluster can access the proper networks.
`,
    },
    check: 'gpu-driver-pod-failing',
    words: ['broken driver toolkit detected', 'failed to reach RHEL package repositories'],
  },
  'the MIG manager gives its reason in its last error': {
    files: {
      'mig.log': `$ kubectl logs nvidia-mig-manager-p8x4d
Applying the selected MIG config to the node
time="2026-03-01T10:00:04Z" level=error msg="\\nError setting MIGConfig: error attempting multiple config orderings: all orderings failed"
time="2026-03-01T10:00:04Z" level=fatal msg="Error applying MIG configuration with hooks: error setting MIGConfig: error getting GPU instance profile info for '2g.9gb': ERROR_NOT_SUPPORTED"
Changing the 'nvidia.com/mig.config.state' node label to 'failed'
node/n7 labeled
`,
    },
    check: 'gpu-mig-config-failed',
    words: ['2g.9gb', 'ERROR_NOT_SUPPORTED', '"name":"n7"'],
  },
  'an engine says that the reason stands above': {
    files: {
      'pods.txt': `NAME                     READY   STATUS             RESTARTS     AGE
press-6f9c5b8f7d-2kd9t   0/1     CrashLoopBackOff   5 (2m ago)   11m
`,
      'vllm.log': `$ kubectl logs press-6f9c5b8f7d-2kd9t
INFO 03-01 10:00:00 [__init__.py:244] Automatically detected platform cuda.
(EngineCore_DP0 pid=316) ERROR 03-01 10:00:09 [core.py:936] EngineCore failed to start.
(EngineCore_DP0 pid=316) ERROR 03-01 10:00:09 [core.py:936] ValueError: Free memory on device (7.5/11.0 GiB) on startup is less than desired GPU memory utilization (0.9, 9.9 GiB).
RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}
`,
    },
    check: 'crashloop-app-error',
    words: ['Free memory on device (7.5/11.0 GiB)'],
  },
  'a virtual machine asks for a device that KubeVirt does not permit': {
    files: {
      'apply.txt': `$ kubectl apply -f vm.yaml
The request is invalid: spec.template.spec.GPUs: GPU nvidia.com/GA100_SLICE is not permitted in kubevirt-host-device-plugin-config
`,
    },
    check: 'vm-device-not-permitted',
    words: ['nvidia.com/GA100_SLICE', 'permittedHostDevices'],
  },
  'an operator without the object that configures it': {
    files: {
      'operator.log': `$ kubectl logs deploy/sriov-network-operator -n sriov
2026-03-01T10:00:53.6Z  INFO    controller/controller.go:119    default SriovOperatorConfig object not found, cannot reconcile SriovNetworkNodePolicies. Requeue.      {"controller": "sriovnetworknodepolicy"}
`,
    },
    check: 'operator-config-absent',
    words: ['SriovOperatorConfig'],
  },
};

describe('what is pasted of accelerators', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [first] = (await paste(files)).rootCauses;
    expect(first?.check).toBe(check);
    const said = JSON.stringify(first);
    for (const word of words) expect(said).toContain(word);
  });
});

describe('nothing is wrong with', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'what the entry point of an image may not search': {
      'serve.log': `== Triton Inference Server ==
find: '/usr/lib/ssl/private': Permission denied
I0301 10:00:31.7 1 http_server.cc:167] Started Metrics Service at 0.0.0.0:8002
`,
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
