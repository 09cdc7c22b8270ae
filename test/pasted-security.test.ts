/** What people paste of policies, secrets, identities and certificates: small texts through the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'what Kyverno answers, set apart by empty lines in a description': {
    files: {
      'rs.txt': `Name:           quill-6d5c7b9f84
Namespace:      press
Selector:       app=quill,pod-template-hash=6d5c7b9f84
Controlled By:  Deployment/quill
Replicas:       0 current / 1 desired
Pods Status:    0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Events:
  Type     Reason        Age               From                   Message
  ----     ------        ----              ----                   -------
  Warning  FailedCreate  4s (x3 over 40s)  replicaset-controller  Error creating: admission webhook "validate.kyverno.svc-fail" denied the request: 

resource Pod/press/quill-6d5c7b9f84-x2x4l was blocked due to the following policies 

no-latest-ink:
  pinned-tag: 'validation error: the tag latest is not allowed'
`,
    },
    check: 'pod-forbidden',
    words: ['no-latest-ink', 'the tag latest is not allowed'],
  },
  'a SealedSecret of another namespace, and the pod that waits for it': {
    files: {
      'controller.log': `2026/03/01 10:00:00 Updating tower/bell-keys
2026/03/01 10:00:00 Error updating tower/bell-keys, giving up: no key could decrypt secret (rope)
`,
      'events.txt': `$ kubectl get events -n tower
LAST SEEN   TYPE      REASON   OBJECT                          MESSAGE
12s         Warning   Failed   pod/ringer-7c9d8f6b5-x2x4l      Error: secret "bell-keys" not found
`,
    },
    check: 'sealed-secret-locked',
    words: ['bell-keys', 'tower', 'no key could decrypt secret (rope)', 'The pod names a Secret that does not exist'],
  },
  'the same as an event alone': {
    files: {
      'ticket.txt': `$ kubectl get events -n tower
LAST SEEN   TYPE      REASON            OBJECT                    MESSAGE
9s          Warning   ErrUnsealFailed   sealedsecret/bell-keys    Failed to unseal: Resource "bell-keys" already exists and is not managed by SealedSecret
`,
    },
    check: 'sealed-secret-locked',
    words: ['bell-keys', 'already exists'],
  },
  'a program in Rust that may start no thread': {
    files: {
      'loom.log': `thread 'main' panicked at src/main.rs:7:
OS can't spawn worker thread: Operation not permitted (os error 1)
`,
    },
    check: 'runtime-seccomp-outdated',
    words: ['clone3'],
  },
  'a workload for which SPIRE has no entry': {
    files: {
      'stitcher.log': 'rpc error: code = PermissionDenied desc = no identity issued\n',
      'spire-agent.log': String.raw`time="2026-03-01T10:00:00Z" level=debug msg="PID attested to have selectors" pid=7 selectors="[type:\"k8s\" value:\"sa:stitcher\" type:\"k8s\" value:\"ns:loom\"]" subsystem_name=workload_attestor
time="2026-03-01T10:00:00Z" level=error msg="No identity issued" method=FetchX509SVID pid=7 registered=false service=WorkloadAPI
`,
    },
    check: 'spire-no-identity',
    words: ['ns:loom', 'stitcher.log'],
  },
  'a SPIRE agent that its kubelet does not know': {
    files: {
      'spire-agent.log': String.raw`time="2026-03-01T10:00:00Z" level=error msg="Failed to collect all selectors for PID" error="workload attestor \"k8s\" failed: rpc error: code = Internal desc = workloadattestor(k8s): unexpected status code on pods response: 401 Unauthorized" pid=7 subsystem_name=workload_attestor
time="2026-03-01T10:00:00Z" level=error msg="No identity issued" method=FetchX509SVID pid=7 registered=false service=WorkloadAPI
`,
    },
    check: 'spire-attestor-failed',
    words: ['401 Unauthorized', 'SPIRE issues no identity'],
  },
  'a webhook whose own pod runs out of memory, without its Service': {
    files: {
      'events.txt': `$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON         OBJECT                       MESSAGE
press       9s          Warning   FailedCreate   replicaset/quill-6d5c7b9f84  Error creating: Internal error occurred: failed calling webhook "ink.warden.test": failed to call webhook: Post "https://warden-webhook-service.wards.svc:443/ink?timeout=10s": context deadline exceeded
`,
      'warden.txt': `Name:             warden-7c9d8f6b5-x2x4l
Namespace:        wards
Node:             wk-1/192.0.2.21
Status:           Running
Controlled By:    ReplicaSet/warden-7c9d8f6b5
Containers:
  warden:
    Image:          registry.example.test/warden:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  9
    Limits:
      memory:  96Mi
Conditions:
  Type    Status
  Ready   False
`,
    },
    check: 'crashloop-oomkilled',
    words: ['96Mi', 'An admission webhook cannot be called (Webhook ink.warden.test)'],
  },
  'a certificate that was renewed and is not served yet': {
    files: {
      'till.log': `2026-03-01T10:00:00Z ERROR Get "https://vault-room.shop.svc:8443/keys": x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-27T00:00:00Z
2026-03-01T10:00:09Z ERROR Get "https://vault-room.shop.svc:8443/keys": x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:09Z is after 2026-02-27T00:00:00Z
`,
      'pods.txt': `NAME                          READY   STATUS    RESTARTS   AGE
till-7c9d8f6b5-x2x4l          1/1     Running   0          90d
vault-room-6d5c7b9f84-kkwtz   1/1     Running   0          90d
`,
      'certificate.yaml': `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: vault-room-cert
  namespace: shop
spec:
  dnsNames:
  - vault-room.shop.svc
  secretName: vault-room-tls
status:
  conditions:
  - type: Ready
    status: "True"
    reason: Ready
  notAfter: "2026-05-27T00:00:00Z"
`,
    },
    check: 'log-tls-failure',
    words: ['Certificate vault-room-cert was renewed and is valid until 2026-05-27'],
  },
  'SELinux, a helper pod that may not make a folder, and the claim that waits for it': {
    files: {
      'events.txt': `$ kubectl get events -n tower
LAST SEEN   TYPE      REASON               OBJECT                             MESSAGE
2m          Warning   ProvisioningFailed   persistentvolumeclaim/data-bell-0  failed to provision volume with StorageClass "folders": failed to create volume pvc-0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0: create process timeout after 120 seconds
`,
      'helper.log': `mkdir: can't create directory '/srv/folders/pvc-0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0_tower_data-bell-0': Permission denied
`,
      'audit.log': `type=AVC msg=audit(1772359200.1:9): avc:  denied  { write } for  pid=15 comm="mkdir" name="folders" dev="dm-0" ino=25 scontext=system_u:system_r:container_t:s0:c1,c2 tcontext=system_u:object_r:var_t:s0 tclass=dir permissive=0
`,
    },
    check: 'selinux-denied',
    words: ['name=\\"folders\\"', 'Provisioning the volume failed (PersistentVolumeClaim'],
  },
};

describe('pasted texts of policies, secrets and identities', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses, findings } = await paste(files);
    const [first] = rootCauses;
    expect(first?.check).toBe(check);
    const said = findings.find(({ id }) => id === first?.finding);
    const text = JSON.stringify([first?.summary, said?.message, said?.evidence]);
    for (const word of words) expect(text).toContain(word);
  });
});

const SEALED = 'Event(v1.ObjectReference{Kind:"SealedSecret", Namespace:"tower", Name:"bell-keys", UID:"1"})';

it('is silent on a SealedSecret that was unsealed after all', async () => {
  const { findings } = await paste({
    'controller.log': `2026/03/01 10:00:00 Error updating tower/bell-keys, will retry: no key could decrypt secret (rope)
2026/03/01 10:00:00 ${SEALED}: type: 'Warning' reason: 'ErrUnsealFailed' Failed to unseal: no key could decrypt secret (rope)
2026/03/01 10:02:00 ${SEALED}: type: 'Normal' reason: 'Unsealed' SealedSecret unsealed successfully
`,
  });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});
