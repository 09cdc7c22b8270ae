/** What people paste of policies, secrets, identities and certificates: small texts through the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'what a policy engine refuses, in its own log': {
    files: {
      'kyverno.log': `I0301 10:00:01.410420       1 engine.go:47] "validation passed" logger="engine.validate" policy.name="names-in-order" new.kind="Pod" new.name="proof-0"
I0301 10:00:01.413149       1 block.go:29] "blocking admission request" logger="webhooks.resource.validate" gvk="/v1, Kind=Pod" namespace="press" name="proof-0" operation="CREATE" policy="only-our-registry"
`,
    },
    check: 'policy-engine-blocked',
    words: ['only-our-registry', 'proof-0'],
  },
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
  'a login that Vault refuses, and the pod whose init container asks': {
    files: {
      'weft-vault-agent-init.log': `2026-03-01T10:00:00.000Z [ERROR] auth.handler: error authenticating:
  error=
  | Error making API request.
  |
  | URL: PUT http://vault.vault.svc:8200/v1/auth/kubernetes/login
  | Code: 403. Errors:
  |
  | * service account name not authorized
   backoff=1.3s
`,
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS     RESTARTS   AGE
loom        weft-7c9d8f6b5-x2x4l     0/2     Init:0/1   0          12m
vault       vault-0                  1/1     Running    0          20d
`,
    },
    check: 'app-vault-refused',
    words: ['service account name not authorized', '/v1/auth/kubernetes/login', 'loom/weft-7c9d8f6b5-x2x4l'],
  },
  'a Vault that is sealed, and the pod that asks it': {
    files: {
      'weft-vault-agent-init.log': `2026-03-01T10:00:00.000Z [ERROR] auth.handler: error authenticating:
  error=
  | Error making API request.
  |
  | URL: PUT http://vault.vault.svc:8200/v1/auth/kubernetes/login
  | Code: 503. Errors:
  |
  | * Vault is sealed
   backoff=1.3s
`,
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS     RESTARTS   AGE
loom        weft-7c9d8f6b5-x2x4l     0/2     Init:0/1   0          12m
vault       vault-0                  0/1     Running    0          13m
`,
      'events.txt': `$ kubectl get events -n vault
LAST SEEN   TYPE      REASON      OBJECT        MESSAGE
5s          Warning   Unhealthy   pod/vault-0   Readiness probe failed: Key Value --- ----- Seal Type shamir Initialized true Sealed true Total Shares 5 Threshold 3
`,
    },
    check: 'readiness-probe-failing',
    words: ['vault-0', 'sealed', 'Vault gives no secret', 'loom/weft-7c9d8f6b5-x2x4l'],
  },
  'a policy of signatures that answers in several lines': {
    files: {
      'ticket.txt': `$ kubectl apply -f loom.yaml
service/loom created
Error from server (BadRequest): error when creating "loom.yaml": admission webhook "seals.example.test" denied the request: validation failed: failed policy: wax-seals: spec.containers[0].image
registry.example.test/loom@sha256:0f6a signature key validation failed: no signatures found
configmap/loom-settings created
`,
    },
    check: 'webhook-denied',
    words: ['wax-seals', 'no signatures found'],
  },
  'an event of AppArmor alone': {
    files: {
      'ticket.txt': `$ kubectl get events -n loom
LAST SEEN   TYPE      REASON     OBJECT                     MESSAGE
9s          Warning   AppArmor   pod/weft-7c9d8f6b5-x2x4l   Cannot enforce AppArmor: profile "loom-strict" is not loaded
`,
    },
    check: 'runtime-kernel-refused',
    words: ['loom-strict'],
  },
  'kube-proxy whose container SELinux does not let start': {
    files: {
      'ticket.txt': `# kubectl get pods -n kube-system
NAME               READY   STATUS             RESTARTS   AGE
kube-proxy-4wd9x   0/1     CrashLoopBackOff   7          9m
# kubectl describe pod -n kube-system kube-proxy-4wd9x | tail -5
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  9m                 default-scheduler  Successfully assigned kube-system/kube-proxy-4wd9x to keep-2
  Warning  Failed     6m (x6 over 9m)    kubelet            Error: failed to create containerd task: OCI runtime create failed: container_linux.go:370: starting container process caused: permission denied: unknown
`,
      'journal.txt': `Mar 01 10:00:00 keep-2 audit[290]: AVC avc:  denied  { setattr } for  pid=290 comm="runc:[2:INIT]" name="/" dev="pipefs" ino=77 scontext=system_u:system_r:container_t:s0:c1,c2 tcontext=system_u:system_r:unconfined_service_t:s0 tclass=fifo_file permissive=0
`,
    },
    check: 'selinux-denied',
    words: ['runc:[2:INIT]', 'setattr'],
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

it('tells a warning once that the object says of itself', async () => {
  const { findings } = await paste({
    'ticket.txt': `$ kubectl describe clusterissuer guild
Name:         guild
API Version:  cert-manager.io/v1
Kind:         ClusterIssuer
Status:
  Conditions:
    Message:  Error getting keypair for CA issuer: secrets "guild-key" not found
    Reason:   ErrGetKeyPair
    Status:   False
    Type:     Ready
Events:
  Type     Reason         Age               From                         Message
  ----     ------         ----              ----                         -------
  Warning  ErrGetKeyPair  3s (x9 over 20m)  cert-manager-clusterissuers  Error getting keypair for CA issuer: secrets "guild-key" not found
`,
  });
  expect(findings.map(({ check }) => check)).toEqual(['network-resource-not-ready']);
});

it('says nothing of a login that Vault let pass in the end', async () => {
  const { findings } = await paste({
    'weft.log': `2026-03-01T10:00:00.000Z [ERROR] auth.handler: error authenticating: error="Error making API request.

URL: PUT http://vault.vault.svc:8200/v1/auth/kubernetes/login
Code: 403. Errors:

* permission denied" backoff=1.3s
2026-03-01T10:00:02.000Z [INFO]  auth.handler: authentication successful, sending token to sinks
2026-03-01T10:00:02.100Z [INFO]  template.server: template server received new token
`,
  });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

it('counts an answer as past when the same command went through further down', async () => {
  const failed = `$ kubectl apply -f seal.yaml
Error from server (InternalError): error when creating "seal.yaml": Internal error occurred: failed calling webhook "seals.example.test": failed to call webhook: Post "https://sealer.guild.svc:443/check?timeout=10s": x509: certificate signed by unknown authority
`;
  const again = '$ sleep 9; kubectl apply -f seal.yaml\nissuer.example.test/wax created\n';
  const loud = async (text: string): Promise<number> =>
    (await paste({ 'ticket.txt': text })).findings.filter(({ severity }) => severity !== 'info').length;
  expect(await loud(failed)).toBe(1);
  expect(await loud(`${failed}${again}`)).toBe(0);
  expect(await loud(`${failed}${again.replace('seal.yaml', 'other.yaml')}`)).toBe(1);
});
