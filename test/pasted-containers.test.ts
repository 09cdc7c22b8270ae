/** What people paste of containers that do not work: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'three runs of a CronJob that failed, in a table': {
    files: {
      'ticket.txt': `$ kubectl get pods -n shop
NAME                     READY   STATUS   RESTARTS   AGE
nightly-29000001-bbxz4   0/1     Error    0          3h
nightly-29000002-cbxz4   0/1     Error    0          2h
nightly-29000003-dbxz4   0/1     Error    0          1h
`,
    },
    check: 'pod-ended-with-error',
    words: ['as 2 before it', 'nightly-29000003-dbxz4'],
  },
  'a framework that is missing, in words before .NET 7': {
    files: {
      'ticket.txt': `$ kubectl logs -n shop orders-6d5f8c7b9-x2x4l --previous
It was not possible to find any compatible framework version
The framework 'Microsoft.NETCore.App', version '5.0.0' was not found.
  - The following frameworks were found:
      3.1.32 at [/usr/share/dotnet/shared/Microsoft.NETCore.App]

You can resolve the problem by installing the specified framework and/or SDK.
`,
    },
    check: 'app-dotnet-framework-missing',
    words: ['Microsoft.NETCore.App', '5.0.0'],
  },
  'php-fpm without a free worker': {
    files: {
      'ticket.txt': `$ kubectl logs -n shop php-6d5f8c7b9-x2x4l --tail=4
[01-Mar-2026 10:00:01] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it
[01-Mar-2026 10:01:01] WARNING: [pool www] child 31, script '/var/www/html/index.php' (request: "GET /index.php") execution timed out (61.123456 sec), terminating
`,
    },
    check: 'app-worker-timeout',
    words: ['pm.max_children setting (5)'],
  },
  'a search cluster without a master, asked by curl': {
    files: {
      'ticket.txt': `$ kubectl exec -n logs es-0 -- curl -s localhost:9200/_cluster/health
{"error":{"root_cause":[{"type":"master_not_discovered_exception","reason":null}],"type":"master_not_discovered_exception","reason":null},"status":503}
`,
    },
    check: 'app-search-no-master',
    words: ['finds no master'],
  },
  'a crash loop in a table, and the kernel of its node': {
    files: {
      'ticket.txt': `$ kubectl get pods -n ml -o wide
NAME                      READY   STATUS             RESTARTS      AGE   IP          NODE   NOMINATED NODE   READINESS GATES
codec-6d5f8c7b9-x2x4l     0/1     CrashLoopBackOff   6 (41s ago)   7m    10.42.0.9   wk-1   <none>           <none>
$ ssh wk-1 dmesg -T | tail -2
[Sun Mar  1 10:00:01 2026] codec[48211]: segfault at 10 ip 00007f3a1c0b2f10 sp 00007ffd2b1a7d60 error 4 in libcodec.so.3[7f3a1c080000+6f000]
[Sun Mar  1 10:00:01 2026] Code: 48 8b 47 10 48 85 c0 74 0c 48 8b 40 08 c3 0f 1f 44 00 00 31
`,
    },
    check: 'exit-139-segfault',
    words: ['codec', 'libcodec.so.3'],
  },
  'a log that ends with a segmentation fault': {
    files: {
      'ticket.txt': `$ kubectl logs -n ml codec-6d5f8c7b9-x2x4l -p
Segmentation fault (core dumped)
`,
    },
    check: 'exit-139-segfault',
    words: ['Segmentation fault (core dumped)'],
  },
  'a pull that is refused, in the journal of the kubelet': {
    files: {
      'ticket.txt': `Mar 01 10:00:01 wk-1 kubelet[1234]: E0301 10:00:01.223456    1234 kuberuntime_image.go:55] "Failed to pull image" err="rpc error: code = Unknown desc = reading manifest 1.27 in docker.io/library/nginx: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit" image="nginx:1.27"
`,
    },
    check: 'image-pull-rate-limited',
    words: ['nginx:1.27', 'rate limit'],
  },
  'sockets of a pod that is not shown, and its Service': {
    files: {
      'ticket.txt': `$ kubectl exec -n shop web-7c9d8f6b5-aaaaa -- netstat -tlnp
Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    
tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      1/node
$ kubectl describe svc web -n shop
Name:                     web
Namespace:                shop
Labels:                   app=web
Annotations:              <none>
Selector:                 app=web
Type:                     ClusterIP
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.43.7.1
IPs:                      10.43.7.1
Port:                     http  80/TCP
TargetPort:               8080/TCP
Endpoints:                10.42.0.9:8080
Session Affinity:         None
Events:                   <none>
`,
    },
    check: 'listens-on-loopback',
    words: ['127.0.0.1:8080', 'Service web'],
  },
  'a program that prints where it listens, and the end of a description': {
    files: {
      'ticket.txt': `$ kubectl logs -n shop web-7c9d8f6b5-aaaaa
 * Serving Flask app 'app'
 * Debug mode: off
WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.
 * Running on http://127.0.0.1:5000
Press CTRL+C to quit
$ kubectl describe pod web-7c9d8f6b5-aaaaa -n shop | tail -4
Events:
  Type     Reason     Age                From     Message
  ----     ------     ----               ----     -------
  Warning  Unhealthy  3s (x9 over 83s)   kubelet  Readiness probe failed: Get "http://10.42.0.9:5000/": dial tcp 10.42.0.9:5000: connect: connection refused
`,
    },
    check: 'listens-on-loopback',
    words: ['127.0.0.1:5000', 'readiness probe'],
  },
  'an init container that runs, without a clock': {
    files: {
      'ticket.txt': `Name:             web-7c9d8f6b5-aaaaa
Namespace:        shop
Node:             wk-1/192.0.2.11
Start Time:       Sun, 01 Mar 2026 07:00:00 +0000
Status:           Pending
IP:               10.42.0.9
Controlled By:    ReplicaSet/web-7c9d8f6b5
Init Containers:
  wait-for-db:
    Container ID:  containerd://1111111111111111111111111111111111111111111111111111111111111111
    Image:         busybox:1.36
    Command:
      sh
      -c
      until nc -z db 5432; do echo waiting; sleep 2; done
    State:          Running
      Started:      Sun, 01 Mar 2026 07:00:05 +0000
    Ready:          False
    Restart Count:  0
Containers:
  web:
    Container ID:  
    Image:         registry.example.test/shop/web:1
    State:          Waiting
      Reason:       PodInitializing
    Ready:          False
    Restart Count:  0
Conditions:
  Type              Status
  Initialized       False 
  Ready             False 
  ContainersReady   False 
  PodScheduled      True 
Events:           <none>
`,
    },
    check: 'pod-init-stuck',
    words: ['wait-for-db still runs'],
  },
  'a row with a readiness gate that is not open': {
    files: {
      'ticket.txt': `$ kubectl get pods -n shop -o wide
NAME                  READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
web-7c9d8f6b5-aaaaa   1/1     Running   0          20m   10.42.0.9   wk-1   <none>           0/1
`,
    },
    check: 'pod-readiness-gate-blocked',
    words: ['READINESS GATES'],
  },
  'an alert as Alertmanager writes it into a chat': {
    files: {
      'ticket.txt': `**Firing**

Labels:
 - alertname = OrdersBacklogHigh
 - namespace = shop
 - severity = critical
Annotations:
 - summary = The backlog of orders grows: 9123 wait
Source: http://prometheus.example.test/graph?g0.expr=x

`,
    },
    check: 'application-alert-firing',
    words: ['OrdersBacklogHigh', '9123 wait'],
  },
  'a volume that asks for the limits of a container which the pod does not have': {
    files: {
      'bell.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: bell-0
  namespace: tower
spec:
  containers:
  - name: clapper
    image: example/clapper:1
  volumes:
  - name: sizes
    projected:
      sources:
      - downwardAPI:
          items:
          - path: memory
            resourceFieldRef:
              containerName: hammer
              resource: limits.memory
status:
  phase: Pending
  containerStatuses:
  - name: clapper
    ready: false
    restartCount: 0
    state:
      waiting:
        reason: ContainerCreating
`,
      'events.txt': `LAST SEEN   TYPE      REASON        OBJECT       MESSAGE
9m          Warning   FailedMount   pod/bell-0   MountVolume.SetUp failed for volume "sizes" : container hammer not found
`,
    },
    check: 'downward-api-container-unknown',
    words: ['bell-0', 'volume sizes', 'container hammer', 'clapper'],
  },
  'a variable that asks for a container by another name, and events alone': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON      OBJECT                          MESSAGE
9m          Normal    Scheduled   pod/chime-6c9d8b5f6d-k4q2z      Successfully assigned tower/chime-6c9d8b5f6d-k4q2z to n-1
2m          Warning   Failed      pod/chime-6c9d8b5f6d-k4q2z      Error: container rope not found
`,
    },
    check: 'downward-api-container-unknown',
    words: ['chime-6c9d8b5f6d-k4q2z', 'rope', 'resourceFieldRef'],
  },
};

describe('pasted texts of containers', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses, findings } = await paste(files);
    const [first] = rootCauses;
    expect(first?.check).toBe(check);
    const said = findings.find(({ id }) => id === first?.finding);
    const text = JSON.stringify([first?.summary, said?.message, said?.evidence]);
    for (const word of words) expect(text).toContain(word);
  });
});

it('tells of many ended pods also where only their rows do', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => `nightly-${29000000 + i}-bbxz4   0/1   Error   0   ${i + 1}h`);
  const text = `$ kubectl get pods -n shop\nNAME   READY   STATUS   RESTARTS   AGE\n${rows.join('\n')}\n`;
  const { findings, rootCauses } = await paste({ 'ticket.txt': text });
  expect(findings.find(({ check }) => check === 'pods-failed-pileup')?.message).toContain('120 ended pods');
  expect(rootCauses).toHaveLength(1);
});
