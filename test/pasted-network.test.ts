/** What people paste of a network that fails: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000       1 ${place}] ${message}`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a node port that an old kube-proxy finds taken': {
    files: {
      'kube-proxy.log': `${klog('E', 'proxier.go:1061', `can't open "nodePort for mill/sieve:web" (:31777/tcp), skipping this nodePort: listen tcp :31777: bind: address already in use`)}\n`,
    },
    check: 'svc-nodeport-host-conflict',
    words: ['mill/sieve', '31777'],
  },
  'tables alone: ready pods that are no endpoints, behind a target port by name': {
    files: {
      'paste.txt': `$ kubectl get pods -n mill -o wide
NAME                        READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
sieve-7c9d8b5f6d-k4q2z      1/1     Running   0          9d    10.3.1.20     n-1    <none>           <none>
sieve-7c9d8b5f6d-vx8wt      1/1     Running   0          9d    10.3.2.20     n-2    <none>           <none>
$ kubectl get deploy -n mill -o wide
NAME    READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES          SELECTOR
sieve   2/2     2            2           9d    sieve        example/sieve   app=sieve
$ kubectl get endpoints -n mill
NAME    ENDPOINTS   AGE
sieve   <none>      9d
$ kubectl describe svc sieve -n mill
Name:              sieve
Namespace:         mill
Selector:          app=sieve
Type:              ClusterIP
IP:                10.96.7.7
Port:              web  8080/TCP
TargetPort:        grind/TCP
Endpoints:
`,
    },
    check: 'svc-named-port-missing',
    words: ['sieve', 'grind', '2 pods that it selects are Ready'],
  },
  'tables alone: a target port at which, by their log, the pods do not listen': {
    files: {
      'paste.txt': `$ kubectl get pods -n mill -o wide
NAME                        READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
scale-6f5d8c7b9d-r2k8x      1/1     Running   0          9d    10.3.1.21     n-1    <none>           <none>
$ kubectl get deploy -n mill -o wide
NAME    READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES          SELECTOR
scale   1/1     1            1           9d    scale        example/scale   app=scale
$ kubectl describe svc scale -n mill
Name:              scale
Namespace:         mill
Selector:          app=scale
Type:              ClusterIP
IP:                10.96.7.8
Port:              http  7300/TCP
TargetPort:        7301/TCP
Endpoints:         10.3.1.21:7301
$ kubectl logs -n mill scale-6f5d8c7b9d-r2k8x
2026-03-01 10:00:00 INFO  Uvicorn running on http://0.0.0.0:7300 (Press CTRL+C to quit)
`,
    },
    check: 'svc-target-port-mismatch',
    words: ['scale', 'targetPort 7301', 'say in their log that they listen on 7300'],
  },
  'tables alone: a policy that isolates whom a program asks in vain, by a label of which no table tells': {
    files: {
      'paste.txt': `$ kubectl get pods -n mill -o wide
NAME                        READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
hopper-0                    1/1     Running   0          9d    10.3.1.22     n-1    <none>           <none>
miller-5c6d7b8f9d-z8k2w     1/1     Running   0          9d    10.3.2.22     n-2    <none>           <none>
$ kubectl get svc,endpoints -n mill -o wide
NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE   SELECTOR
service/hopper   ClusterIP   10.96.7.9    <none>        5432/TCP   9d    app=hopper

NAME               ENDPOINTS        AGE
endpoints/hopper   10.3.1.22:5432   9d
$ kubectl get netpol -n mill -o yaml
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: hopper-lid
    namespace: mill
  spec:
    podSelector:
      matchLabels:
        app: hopper
    policyTypes: [Ingress]
    ingress:
    - from:
      - podSelector:
          matchLabels:
            may: grind
$ kubectl logs -n mill miller-5c6d7b8f9d-z8k2w
E, [2026-03-01T10:00:00.000000 #1] ERROR -- : [4f1a] no grain: Net::OpenTimeout (Failed to open TCP connection to hopper:5432 (execution expired))
E, [2026-03-01T10:01:00.000000 #1] ERROR -- : [4f1b] no grain: Net::OpenTimeout (Failed to open TCP connection to hopper:5432 (execution expired))
E, [2026-03-01T10:02:00.000000 #1] ERROR -- : [4f1c] no grain: Net::OpenTimeout (Failed to open TCP connection to hopper:5432 (execution expired))
`,
    },
    check: 'netpol-blocks-flow',
    words: ['hopper-lid', 'none of its rules is known to let this pass'],
  },
  'tables alone: a policy without DNS for pods that get no answer to their look-ups': {
    files: {
      'paste.txt': `$ kubectl get pods -n mill -o wide
NAME                        READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
crane-5c6d7b8f9d-x8k2w      1/1     Running   0          9d    10.3.2.23     n-2    <none>           <none>
$ kubectl get deploy -n mill -o wide
NAME    READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES          SELECTOR
crane   1/1     1            1           9d    crane        example/crane   app=crane
$ kubectl get netpol -n mill -o yaml
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: crane-inside
    namespace: mill
  spec:
    podSelector:
      matchLabels:
        app: crane
    policyTypes: [Egress]
    egress:
    - to:
      - podSelector: {}
$ kubectl logs -n mill crane-5c6d7b8f9d-x8k2w
{"level":50,"time":1772359200000,"msg":"no load: getaddrinfo EAI_AGAIN hopper"}
{"level":50,"time":1772359260000,"msg":"no load: getaddrinfo EAI_AGAIN hopper"}
{"level":50,"time":1772359320000,"msg":"no load: getaddrinfo EAI_AGAIN hopper"}
`,
    },
    check: 'netpol-dns-egress-blocked',
    words: ['crane-inside', 'port 53'],
  },
  'an ExternalName that does not exist': {
    files: {
      'svc.txt': `$ kubectl get svc -n mill
NAME     TYPE           CLUSTER-IP   EXTERNAL-IP            PORT(S)   AGE
weigh    ExternalName   <none>       scales.town.exampel    443/TCP   9d
`,
      'app.txt': `$ kubectl logs -n mill carter-5c6d7b8f9d-x8k2w
2026-03-01T10:00:00Z ERROR no weight: getaddrinfo ENOTFOUND weigh
2026-03-01T10:01:00Z ERROR no weight: getaddrinfo ENOTFOUND weigh
2026-03-01T10:02:00Z ERROR no weight: getaddrinfo ENOTFOUND weigh
`,
    },
    check: 'dns-service-name-fails',
    words: ['scales.town.exampel', 'ExternalName', 'weigh'],
  },
  'an autoscaler that cannot count, in front of it a proxy that gets its answers too late': {
    files: {
      'paste.txt': `$ kubectl get pods -n mill --show-labels
NAME                        READY   STATUS    RESTARTS   AGE   LABELS
ladle-5c6d7b8f9d-x8k2w      1/1     Running   0          9d    app=ladle
$ kubectl get svc -n mill -o wide
NAME    TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR
ladle   ClusterIP   10.96.7.4    <none>        80/TCP    9d    app=ladle
$ kubectl describe hpa ladle -n mill
Name:                                                  ladle
Namespace:                                             mill
Reference:                                             Deployment/ladle
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  <unknown> / 70%
Min replicas:                                          1
Max replicas:                                          6
Conditions:
  Type           Status  Reason                   Message
  ----           ------  ------                   -------
  AbleToScale    True    SucceededGetScale        the HPA controller was able to get the target's current scale
  ScalingActive  False   FailedGetResourceMetric  the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container ladle of Pod ladle-5c6d7b8f9d-x8k2w
$ kubectl logs -n mill gate-6f5d8c7b9d-r2k8x
2026/03/01 10:00:00 [error] 31#31: *96 upstream timed out (110: Operation timed out) while reading response header from upstream, client: 192.0.2.3, server: _, request: "GET /soup HTTP/1.1", upstream: "http://10.96.7.4:80/soup", host: "mill.example"
2026/03/01 10:00:30 [error] 31#31: *97 upstream timed out (110: Operation timed out) while reading response header from upstream, client: 192.0.2.4, server: _, request: "GET /soup HTTP/1.1", upstream: "http://10.96.7.4:80/soup", host: "mill.example"
2026/03/01 10:01:00 [error] 31#31: *98 upstream timed out (110: Operation timed out) while reading response header from upstream, client: 192.0.2.5, server: _, request: "GET /soup HTTP/1.1", upstream: "http://10.96.7.4:80/soup", host: "mill.example"
`,
    },
    check: 'hpa-metrics-unavailable',
    words: ['ladle', 'missing request for cpu', 'It explains'],
  },
  'a policy that shuts out who asks by a Service that nobody pasted': {
    files: {
      'policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: bell-ropes
  namespace: tower
spec:
  podSelector:
    matchLabels:
      part: bell-tower
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          part: ringer
    ports:
    - port: 2181
`,
      'pods.txt': `NAME                        READY   STATUS             RESTARTS   AGE   LABELS
bell-tower-0                1/1     Running            0          24m   part=bell-tower
guide-5c7c6d9b9b-wr2nk      0/1     CrashLoopBackOff   6          14m   part=guide
`,
      'guide.log': `2026-03-01 10:00:01 INFO  ClientCnxn:1025 - Opening socket connection to server bell-tower-client/192.0.2.40:2181. Will not attempt to authenticate using SASL (unknown error)
2026-03-01 10:00:31 WARN  ClientCnxn:1164 - Client session timed out, have not heard from server in 30003ms for sessionid 0x0
`,
    },
    check: 'netpol-blocks-flow',
    words: ['bell-ropes', 'bell-tower-client:2181', 'guide'],
  },
  'a node that somebody else quotes': {
    files: {
      'upgrade-status.txt': `= Updating =
Message: Cluster Operator kube-scheduler is degraded (NodeController_MasterNodesReady)
  Description: NodeControllerDegraded: The master nodes not ready: node "cp-2.harbour.test" not ready since 2026-03-01 09:58:03 +0000 UTC because KubeletNotReady (container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: No CNI configuration file in /etc/kubernetes/cni/net.d/. Has your network provider started?)
`,
    },
    check: 'cni-not-initialized',
    words: ['on node cp-2.harbour.test'],
  },
  'an agent of Jenkins that is sent to a port which the Service has not': {
    files: {
      'agent.log': `INFO: Locating server among [http://forge:8080/]
WARNING: connect timed out
SEVERE: http://forge:8080/ provided port:50000 is not reachable
java.io.IOException: http://forge:8080/ provided port:50000 is not reachable
`,
      'svc.yaml': `apiVersion: v1
kind: Service
metadata:
  name: forge
  namespace: tools
spec:
  selector:
    app: forge
  ports:
  - port: 8080
`,
    },
    check: 'log-upstream-unreachable',
    words: ['forge:50000', 'has no port 50000, it has 8080'],
  },
  'flannel of MicroK8s on a kernel without vxlan': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT                    MESSAGE
28m         Normal    Scheduled                pod/web-7c9d8f6b5-x2x4l   Successfully assigned shop/web-7c9d8f6b5-x2x4l to rasp-1
8s          Warning   FailedCreatePodSandBox   pod/web-7c9d8f6b5-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1111": open /var/snap/microk8s/common/run/flannel/subnet.env: no such file or directory
`,
      'flanneld.txt': `Mar 01 10:00:11 rasp-1 microk8s.daemon-flanneld[379]: I0301 10:00:11.693922     379 vxlan.go:121] VXLAN config: VNI=1 Port=0 GBP=false DirectRouting=false
Mar 01 10:00:11 rasp-1 microk8s.daemon-flanneld[379]: E0301 10:00:11.694711     379 main.go:291] Error registering network: operation not supported
`,
    },
    check: 'kernel-netfilter-missing',
    words: ['rasp-1', 'registering network: operation not supported'],
  },
  'a Windows node whose host network service knows no such network': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT                    MESSAGE
5m          Normal    Scheduled                pod/web-7c9d8f6b5-x2x4l   Successfully assigned shop/web-7c9d8f6b5-x2x4l to pane-2
8s          Warning   FailedCreatePodSandBox   pod/web-7c9d8f6b5-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "1111" network for pod "web-7c9d8f6b5-x2x4l": networkPlugin cni failed to set up pod "web-7c9d8f6b5-x2x4l_shop" network: Failed to create endpoint: 1111-eth0 due to error: hnsCall failed in Win32: Element not found. (0x490)
`,
    },
    check: 'cni-sandbox-failed',
    words: ['pane-2', 'hnsCall failed in Win32'],
  },
  'two configurations of network plug-ins in a listing': {
    files: {
      'ticket.txt': `root@wk-1:~# ls -l /etc/cni/net.d
total 12
-rw------- 1 root root  660 Mar  1 09:00 10-calico.conflist
-rw-r--r-- 1 root root  292 Mar  1 09:10 10-flannel.conflist
-rw------- 1 root root 2778 Mar  1 09:00 calico-kubeconfig
`,
    },
    check: 'cni-conf-conflict',
    words: ['10-calico.conflist', '10-flannel.conflist'],
  },
  'an event of Weave': {
    files: {
      'ticket.txt': `$ kubectl get events -n shop
LAST SEEN   TYPE      REASON                   OBJECT                    MESSAGE
8s          Warning   FailedCreatePodSandBox   pod/web-7c9d8f6b5-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1111": plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/1111": dial tcp 127.0.0.1:6784: connect: connection refused
`,
    },
    check: 'cni-weave-down',
    words: ['127.0.0.1:6784'],
  },
  'a bridge of another range, in the journal of the kubelet': {
    files: {
      'ticket.txt': `Mar 01 10:00:01 wk-1 kubelet[1234]: E0301 10:00:01.223456    1234 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"web-7c9d8f6b5-x2x4l_shop(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0)\\" with CreatePodSandboxError: \\"Failed to create sandbox for pod \\\\\\"web-7c9d8f6b5-x2x4l_shop(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0)\\\\\\": rpc error: code = Unknown desc = failed to setup network for sandbox \\\\\\"1111\\\\\\": plugin type=\\\\\\"bridge\\\\\\" failed (add): failed to set bridge addr: \\\\\\"cni0\\\\\\" already has an IP address different from 10.85.0.1/16\\"" pod="shop/web-7c9d8f6b5-x2x4l" podUID="0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0"
`,
    },
    check: 'cni-bridge-ip-conflict',
    words: ['10.85.0.1/16'],
  },
  'flannel that has not come up, in the journal of the kubelet': {
    files: {
      'ticket.txt': `Mar 01 10:00:01 wk-1 kubelet[1234]: E0301 10:00:01.223456    1234 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"web-7c9d8f6b5-x2x4l_shop(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0)\\" with CreatePodSandboxError: \\"Failed to create sandbox for pod \\\\\\"web-7c9d8f6b5-x2x4l_shop(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0)\\\\\\": rpc error: code = Unknown desc = failed to setup network for sandbox \\\\\\"1111\\\\\\": plugin type=\\\\\\"flannel\\\\\\" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory\\"" pod="shop/web-7c9d8f6b5-x2x4l" podUID="0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0"
`,
    },
    check: 'cni-flannel-subnet-env',
    words: ['/run/flannel/subnet.env'],
  },
  'flannel on a machine without br_netfilter': {
    files: {
      'ticket.txt': `$ kubectl logs -n kube-flannel kube-flannel-ds-x2x4l
E0301 10:00:01.223456       1 main.go:278] Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory
`,
    },
    check: 'br-netfilter-missing',
    words: ['br_netfilter'],
  },
  'an API server that is gone, in two tables': {
    files: {
      'ticket.txt': `$ kubectl get endpoints kubernetes
NAME         ENDPOINTS                                               AGE
kubernetes   192.0.2.10:6443,192.0.2.11:6443,192.0.2.19:6443         400d
$ kubectl get nodes -o wide
NAME   STATUS   ROLES           AGE    VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION      CONTAINER-RUNTIME
cp-1   Ready    control-plane   400d   v1.29.4   192.0.2.10    <none>        Ubuntu 22.04.4 LTS   5.15.0-105-generic  containerd://1.7.12
cp-2   Ready    control-plane   400d   v1.29.4   192.0.2.11    <none>        Ubuntu 22.04.4 LTS   5.15.0-105-generic  containerd://1.7.12
wk-1   Ready    <none>          400d   v1.29.4   192.0.2.21    <none>        Ubuntu 22.04.4 LTS   5.15.0-105-generic  containerd://1.7.12
`,
    },
    check: 'kubernetes-endpoints-stale',
    words: ['192.0.2.19', '192.0.2.10, 192.0.2.11'],
  },
  'two pods with one address, in a table': {
    files: {
      'ticket.txt': `$ kubectl get pods -A -o wide
NAMESPACE   NAME                  READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
shop        web-7c9d8f6b5-x2x4l   1/1     Running   0          20m   10.42.0.9   wk-1   <none>           <none>
shop        api-6d5f8c7b9-c2c4l   1/1     Running   0          20m   10.42.0.9   wk-2   <none>           <none>
`,
    },
    check: 'net-duplicate-ip-or-cidr-overlap',
    words: ['10.42.0.9'],
  },
  'a port name that no pod has, in descriptions without names of ports': {
    files: {
      'ticket.txt': `$ kubectl describe svc web -n shop
Name:              web
Namespace:         shop
Labels:            app=web
Annotations:       <none>
Selector:          app=web
Type:              ClusterIP
IP:                10.43.7.1
Port:              http  80/TCP
TargetPort:        web-http/TCP
Endpoints:         <none>
Session Affinity:  None
Events:            <none>
$ kubectl describe pod web-7c9d8f6b5-x2x4l -n shop
Name:             web-7c9d8f6b5-x2x4l
Namespace:        shop
Node:             wk-1/192.0.2.11
Start Time:       Sun, 01 Mar 2026 07:00:00 +0000
Labels:           app=web
                  pod-template-hash=7c9d8f6b5
Status:           Running
IP:               10.42.0.9
Controlled By:    ReplicaSet/web-7c9d8f6b5
Containers:
  web:
    Container ID:   containerd://1111111111111111111111111111111111111111111111111111111111111111
    Image:          registry.example.test/shop/web:1
    Port:           8080/TCP
    Host Port:      0/TCP
    State:          Running
      Started:      Sun, 01 Mar 2026 07:00:05 +0000
    Ready:          True
    Restart Count:  0
Conditions:
  Type              Status
  Ready             True 
  ContainersReady   True 
`,
    },
    check: 'svc-named-port-missing',
    words: ['web-http'],
  },
  'a look-up that was answered at the second try': {
    files: {
      'ticket.txt': `$ kubectl exec -n shop web-7c9d8f6b5-x2x4l -- dig db.shop.svc.cluster.local
;; communications error to 10.43.0.10#53: timed out

; <<>> DiG 9.18.24 <<>> db.shop.svc.cluster.local
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 48211
;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;db.shop.svc.cluster.local.	IN	A

;; ANSWER SECTION:
db.shop.svc.cluster.local. 5	IN	A	10.43.7.1

;; Query time: 1 msec
;; SERVER: 10.43.0.10#53(10.43.0.10) (UDP)
;; WHEN: Sun Mar 01 10:00:01 UTC 2026
;; MSG SIZE  rcvd: 95
`,
    },
    check: 'dns-five-second-latency',
    words: ['5.0 s'],
  },
  'a resolv.conf without search domains': {
    files: {
      'ticket.txt': `$ kubectl exec -n shop web-7c9d8f6b5-x2x4l -- cat /etc/resolv.conf
nameserver 10.43.0.10
options ndots:5
$ kubectl exec -n shop web-7c9d8f6b5-x2x4l -- nslookup db
Server:		10.43.0.10
Address:	10.43.0.10#53

** server can't find db: NXDOMAIN

`,
    },
    check: 'dns-search-missing',
    words: ['the short name db'],
  },
  'a proxy that wants a login, in the words of curl': {
    files: {
      'ticket.txt': `$ kubectl logs -n shop api-6d5f8c7b9-x2x4l
curl: (56) Received HTTP code 407 from proxy after CONNECT
`,
    },
    check: 'app-proxy-refused',
    words: ['407 from proxy'],
  },
  'a proxy that nobody runs': {
    files: {
      'ticket.txt': `$ kubectl logs -n shop api-6d5f8c7b9-x2x4l
2026/03/01 10:00:01 Get "https://api.example.test/v1": proxyconnect tcp: dial tcp 192.0.2.5:3128: connect: connection refused
`,
    },
    check: 'app-proxy-refused',
    words: ['proxyconnect tcp', '192.0.2.5:3128'],
  },
  'the page of a proxy that takes no large bodies': {
    files: {
      'ticket.txt': `$ curl -s -F file=@big.bin https://shop.example.test/upload
<html>
<head><title>413 Request Entity Too Large</title></head>
<body>
<center><h1>413 Request Entity Too Large</h1></center>
<hr><center>nginx</center>
</body>
</html>
`,
    },
    check: 'ingress-body-too-large',
    words: ['413'],
  },
  'kube-proxy that asks at the Service address': {
    files: {
      'ticket.txt': `$ kubectl logs -n kube-system kube-proxy-x2x4l
E0301 10:00:01.223456       1 reflector.go:158] "Unhandled Error" err="k8s.io/client-go/informers/factory.go:160: Failed to watch *v1.Service: failed to list *v1.Service: Get \\"https://10.96.0.1:443/api/v1/services?labelSelector=%21service.kubernetes.io%2Fheadless%2C%21service.kubernetes.io%2Fservice-proxy-name&limit=500&resourceVersion=0\\": dial tcp 10.96.0.1:443: i/o timeout" logger="UnhandledError"
`,
    },
    check: 'kube-proxy-api-target-wrong',
    words: ['10.96.0.1:443'],
  },
  'a node port that is taken': {
    files: {
      'ticket.txt': `$ kubectl logs -n kube-system kube-proxy-x2x4l
E0301 10:00:01.223456       1 proxier.go:1182] "can't open port, skipping it" err="listen tcp4 :30080: bind: address already in use" port={"Description":"nodePort for shop/web:http","IP":"","IPFamily":"4","Port":30080,"Protocol":"TCP"}
`,
    },
    check: 'svc-nodeport-host-conflict',
    words: [':30080'],
  },
  'a Service that an operator may not change': {
    files: {
      'ticket.txt': `$ kubectl logs -n ops operator-6d5f8c7b9-x2x4l
2026-03-01T10:00:01Z	ERROR	Reconciler error	{"controller": "web", "error": "Service \\"web\\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\\"10.43.7.2\\"}: may not change once set"}
`,
    },
    check: 'network-object-refused',
    words: ['may not change once set'],
  },
  'an agent of Antrea that lost its switch': {
    files: {
      'agent.log': [2, 3, 4]
        .map(
          (s) =>
            `time="2026-03-01T10:00:0${s}Z" level=error msg="Failed to connect to /var/run/openvswitch/br-int.mgmt: dial unix /var/run/openvswitch/br-int.mgmt: connect: connection refused, retry after 1 second."`,
        )
        .join('\n'),
    },
    check: 'cni-antrea-down',
    words: ['br-int.mgmt', 'connection refused'],
  },
  'a Kube-OVN whose node does not reach the join network': {
    files: {
      'cni.txt': `$ kubectl -n kube-system get pods -o wide
NAME                 READY   STATUS             RESTARTS   AGE   IP          NODE
kube-ovn-cni-r7c2w   0/1     CrashLoopBackOff   14         52m   192.0.2.8   n8
$ kubectl -n kube-system logs kube-ovn-cni-r7c2w
deployment "kube-ovn-controller" successfully rolled out
I0301 10:00:51.246703   40123 config.go:199] no --kubeconfig, use in-cluster kubernetes config
E0301 10:01:04.379704   40123 ovs.go:282] ovn0 failed to ping gw 100.64.0.1, exit status 1
F0301 10:01:04.379742   40123 cniserver.go:36] init node gateway failed exit status 1
`,
    },
    check: 'cni-kube-ovn-gateway',
    words: ['kube-ovn-cni-r7c2w', '100.64.0.1'],
  },
  'the description of an HTTPProxy whose Secret Contour does not take': {
    files: {
      'proxy.txt': `$ kubectl describe httpproxy web -n shop
Name:         web
Namespace:    shop
API Version:  projectcontour.io/v1
Kind:         HTTPProxy
Status:
  Conditions:
    Errors:
      Message:             Spec.VirtualHost.TLS Secret "web-cert" is invalid: Secret not found
      Reason:              SecretNotValid
      Status:              True
      Type:                TLSError
    Last Transition Time:  2026-03-01T10:00:10Z
    Message:               At least one error present, see Errors for details
    Reason:                ErrorPresent
    Status:                False
    Type:                  Valid
Events:                    <none>
`,
    },
    check: 'network-resource-not-ready',
    words: ['HTTPProxy web', 'web-cert', 'Secret not found'],
  },
  'a name of the cluster that a wildcard of the search domain catches': {
    files: {
      'ping.txt': `root@box:/# ping -c 2 web.shop.svc.cluster.local
PING web.shop.svc.cluster.local.corp.example.net (203.0.113.225): 48 data bytes
--- web.shop.svc.cluster.local.corp.example.net ping statistics ---
2 packets transmitted, 0 packets received, 100% packet loss
`,
    },
    check: 'dns-search-wildcard',
    words: ['web.shop.svc.cluster.local', 'corp.example.net', 'wildcard'],
  },
  'a Service behind an Ingress whose Deployment is scaled to zero': {
    files: {
      'ticket.txt': `$ kubectl get deploy -n mill
NAME    READY   UP-TO-DATE   AVAILABLE   AGE
chaff   0/0     0            0           80d
$ kubectl logs -n ingress-nginx ingress-nginx-controller-5c8d66c76d-kx7r2 --tail=1
W0301 10:00:16.253022       8 controller.go:826] Service "mill/chaff" does not have any active Endpoint.
`,
    },
    check: 'ingress-backend-missing',
    words: ['A Service behind an Ingress has no ready endpoint', 'Deployment chaff is scaled to 0 replicas'],
  },
  'a name that a search domain knows without an address': {
    files: {
      'ticket.txt': `$ kubectl run -ti --rm probe --image=example/box --restart=Never -- nslookup charts.vendor.io
Server:		10.43.0.10
Address:	10.43.0.10#53

*** Can't find charts.vendor.io.hall.example: No answer

pod "probe" deleted
`,
    },
    check: 'dns-search-wildcard',
    words: ['charts.vendor.io.hall.example', 'search domain hall.example', 'without an address'],
  },
  'a Service that does not answer, in a namespace whose policy lets only some in': {
    files: {
      'ticket.txt': `bash-5.1# curl -m 5 http://till.bakery.svc.cluster.local:8080/prices
curl: (28) Connection timed out after 5001 milliseconds

$ kubectl -n bakery get networkpolicy from-the-edge -o yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: from-the-edge
  namespace: bakery
spec:
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          role: edge
  podSelector:
    matchLabels:
      app: till
  policyTypes:
  - Ingress
`,
    },
    check: 'net-address-not-answering',
    words: ['till.bakery.svc.cluster.local:8080', 'NetworkPolicy from-the-edge of bakery'],
  },
  'a listener whose certificate has no key, at a Gateway that is programmed': {
    files: {
      'gw.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: web}
spec:
  gatewayClassName: kgateway
  listeners: [{name: https, port: 443, protocol: HTTPS}]
status:
  conditions:
  - {type: Accepted, status: "True", reason: Accepted}
  - {type: Programmed, status: "True", reason: Programmed}
  listeners:
  - name: https
    conditions:
    - {type: Programmed, status: "False", reason: Invalid, message: "invalid TLS secret web/edge-tls"}
    - {type: ResolvedRefs, status: "False", reason: InvalidCertificateRef, message: "invalid TLS secret web/edge-tls: no PEM data in key input"}
`,
    },
    check: 'gateway-not-programmed',
    words: ['Listener https of Gateway edge', 'InvalidCertificateRef', 'web/edge-tls'],
  },
  'the description of a Route whose host another one has': {
    files: {
      'route.txt': `$ oc describe route web-v2
Name:			web-v2
Namespace:		shop
Created:		4 minutes ago
Labels:			app=web
Requested Host:		web-shop.apps.example.com
			  exposed on router inner (host apps.example.com) 4 minutes ago
			  rejected by router default: HostAlreadyClaimed (4 minutes ago)
			    - route web already exposes web-shop.apps.example.com and is older
Path:			<none>
TLS Termination:	<none>
Endpoint Port:		8080-tcp

Service:	web
Weight:		100 (100%)
`,
    },
    check: 'route-not-attached',
    words: ['web-v2', 'router default', 'HostAlreadyClaimed', 'route web already exposes'],
  },
  'a SkyDNS that asks itself': {
    files: {
      'dns.log': `2026/03/01 10:00:08 skydns: failure to forward request "read udp 10.0.0.10:53: i/o timeout"
2026/03/01 10:00:09 skydns: failure to forward request "read udp 10.0.0.10:53: i/o timeout"
`,
    },
    check: 'dns-forwards-to-self',
    words: ['10.0.0.10'],
  },
  'a router that has another AS number for MetalLB': {
    files: {
      'speaker.log': ['22', '24', '26']
        .map(
          (
            s,
          ) => `{"caller":"level.go:63","event":"sessionUp","level":"info","localASN":64500,"msg":"BGP session established","peer":"192.0.2.250:179","peerASN":64501,"ts":"2026-03-01T10:00:${s}.1Z"}
{"caller":"level.go:63","error":"got BGP notification code 0x0202 (Bad peer AS)","event":"peerNotification","level":"error","localASN":64500,"msg":"peer sent notification, closing session","peer":"192.0.2.250:179","peerASN":64501,"ts":"2026-03-01T10:00:${s}.2Z"}
`,
        )
        .join(''),
    },
    check: 'cni-bgp-notification',
    words: ['Bad peer AS', '192.0.2.250:179'],
  },
  'a mesh that lets nothing out that it does not know': {
    files: {
      'proxy.log': [11, 13]
        .map(
          (s) =>
            `[2026-03-01T10:00:${s}.101Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - 192.0.2.9:5432 10.244.2.19:410${s} - -`,
        )
        .join('\n'),
    },
    check: 'mesh-route-missing',
    words: ['BlackHoleCluster', '192.0.2.9:5432', 'REGISTRY_ONLY'],
  },
  'a name that no zone of external-dns holds': {
    files: {
      'external-dns.log': `time="2026-03-01T10:00:56Z" level=debug msg="Endpoints generated from ingress: shop/web: [shop.example.com 0 IN A 192.0.2.197 []]"
time="2026-03-01T10:00:56Z" level=debug msg="Skipping record shop.example.com because no hosted zone matching record DNS Name was detected "
`,
    },
    check: 'ext-dns-no-zone',
    words: ['shop.example.com', 'no hosted zone'],
  },
  'a WireGuard tunnel that gets no answer, by the kernel': {
    files: {
      'dmesg.txt': [2, 3]
        .map(
          (n) =>
            `[ 9121.00421${n}] wireguard: wg0: Handshake for peer 7 (192.0.2.14:51820) did not complete after 5 seconds, retrying (try ${n})`,
        )
        .join('\n'),
    },
    check: 'wireguard-no-handshake',
    words: ['wg0', '192.0.2.14:51820'],
  },
  'a WireGuard tunnel that gets no answer, by its own tool': {
    files: {
      'wg.txt': `root@n1:~# wg show
interface: wg0
  public key: AAAA=
  private key: (hidden)
  listening port: 51820

peer: BBBB=
  endpoint: 192.0.2.15:51820
  allowed ips: 10.52.1.0/24
  latest handshake: 41 seconds ago
  transfer: 1.20 GiB received, 2.10 GiB sent

peer: CCCC=
  endpoint: 192.0.2.14:51820
  allowed ips: 10.52.0.0/24
  transfer: 0 B received, 14.20 KiB sent
`,
    },
    check: 'wireguard-no-handshake',
    words: ['n1', '192.0.2.14:51820'],
  },
  'a kube-router whose ipset refuses the sets': {
    files: {
      'kube-router.log': [9, 39]
        .map((s) =>
          klog(
            'E',
            'network_policy_controller.go:236',
            `Aborting sync. Failed to sync network policy chains: failed to perform ipset restore: ipset v7.1: Error in line ${s}: The set with the given name does not exist`,
          ),
        )
        .join('\n'),
    },
    check: 'cni-kube-router-sync',
    words: ['ipset restore', 'The set with the given name does not exist'],
  },
  'a pod that does not reach itself through its Service': {
    files: {
      'hairpin.txt': `$ kubectl get pods,svc,ep -o wide
NAME                       READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
pod/web-6c9d7c5f8-zk2vd    1/1     Running   0          2d    10.244.2.23   n2     <none>           <none>
pod/box                    1/1     Running   0          2h    10.244.1.9    n1     <none>           <none>

NAME          TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE   SELECTOR
service/web   ClusterIP   10.96.13.240   <none>        80/TCP    2d    app=web

NAME            ENDPOINTS        AGE
endpoints/web   10.244.2.23:80   2d
$ kubectl exec web-6c9d7c5f8-zk2vd -- curl -m 5 http://10.96.13.240/
curl: (28) Connection timed out after 5001 milliseconds
command terminated with exit code 28
$ kubectl exec box -- curl -s -o /dev/null -w '%{http_code}' http://10.96.13.240/
200
`,
    },
    check: 'net-pod-to-service-failed',
    words: ['hairpin', 'web-6c9d7c5f8-zk2vd', '10.96.13.240'],
  },
  'packets that leave the node with the address of the pod': {
    files: {
      'capture.txt': `root@n1:~# kubectl get pods -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP             NODE   NOMINATED NODE   READINESS GATES
box    1/1     Running   0          12m   10.244.71.28   n1     <none>           <none>
root@n1:~# kubectl exec box -- curl -m 5 http://192.0.2.37
curl: (28) Connection timed out after 5001 milliseconds
command terminated with exit code 28
root@n1:~# tcpdump -i eth0 host 192.0.2.37 -nnn
tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
10:00:31.204511 IP 10.244.71.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
10:00:32.186596 IP 10.244.71.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
`,
    },
    check: 'net-masquerade-missing',
    words: ['10.244.71.28', 'eth0', 'not masqueraded'],
  },
  'look-ups of five seconds, and a connection table that lost packets': {
    files: {
      'session.txt': `root@n3:~# conntrack -S
cpu=0           found=4746 invalid=152 ignore=312 insert=0 insert_failed=139 drop=0 early_drop=0 error=0 search_restart=0
cpu=1           found=5635 invalid=162 ignore=495 insert=0 insert_failed=130 drop=0 early_drop=0 error=2 search_restart=0
root@n3:~# kubectl exec box -- sh -c 'for i in 1 2; do curl -s -o /dev/null -w "dns %{time_namelookup} total %{time_total}\\n" http://web.shop; done'
dns 0.004311 total 0.009120
dns 5.014101 total 5.019001
`,
    },
    check: 'dns-five-second-latency',
    words: ['5.0 s', '269 packets', 'insert_failed'],
  },
  'an Ingress that an older ingress-nginx ignores for its class': {
    files: {
      'controller.log': `I0301 10:00:09.120450       7 store.go:363] "ignoring add for ingress web based on annotation kubernetes.io/ingress.class with value nginx"
`,
    },
    check: 'ingress-class-unclaimed',
    words: ['Ingress web', 'kubernetes.io/ingress.class: nginx'],
  },
  'a calico-node whose pools hold no address for its tunnel': {
    files: {
      'calico.txt': `$ kubectl get pods -n kube-system -o wide
NAME                READY   STATUS             RESTARTS   AGE   IP          NODE
calico-node-h7tq2   0/1     CrashLoopBackOff   14         51m   192.0.2.9   n9
$ kubectl logs calico-node-h7tq2 -n kube-system
2026-03-01 10:00:22.711 [FATAL][27] tunnel-ip-allocator/allocateip.go 344: Unable to autoassign an address - pools are likely exhausted. IPs=[] ipPools=[10.42.0.0/16] type="vxlanTunnelAddress"
Calico node failed to start
`,
    },
    check: 'cni-ip-exhausted',
    words: ['pools are likely exhausted', 'calico-node-h7tq2'],
  },
  'a Relay of Hubble that does not reach the agents': {
    files: {
      'relay.log': [10, 20]
        .map(
          (s) =>
            `level=warning msg="Failed to create gRPC client" address="192.0.2.11:4244" error="context deadline exceeded" hubble-tls=true next-try-in=${s}s peer=shop/n2 subsys=hubble-relay`,
        )
        .join('\n'),
    },
    check: 'hubble-relay-no-peers',
    words: ['192.0.2.11:4244', 'context deadline exceeded'],
  },
  'a rule of firewalld in front of the one that lets pods through': {
    files: {
      'session.txt': `[ops@n1 ~]$ kubectl -n kube-system logs coredns-6c8f7d5b94-x4kq7
[ERROR] 2 example.com. A: unreachable backend: read udp 10.244.0.4:41880->192.0.2.254:53: i/o timeout
[ops@n1 ~]$ sudo iptables -nvL FORWARD
Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
   12  1021 KUBE-FORWARD  all  --  *      *       0.0.0.0/0            0.0.0.0/0            /* kubernetes forward rules */
   12  1021 REJECT     all  --  *      *       0.0.0.0/0            0.0.0.0/0            reject-with icmp-host-prohibited
    0     0 ACCEPT     all  --  *      *       10.244.0.0/16        0.0.0.0/0
`,
    },
    check: 'host-firewall-blocking',
    words: ['n1', 'icmp-host-prohibited', '12 packets', '10.244.0.0/16'],
  },
  'a node port that answers on the node of the pod alone': {
    files: {
      'session.txt': `ops@n2:~$ curl -m 5 http://192.0.2.85:32745
curl: (28) Connection timed out after 5001 milliseconds
ops@n2:~$ kubectl get svc -o wide
NAME   TYPE       CLUSTER-IP     EXTERNAL-IP   PORT(S)        AGE   SELECTOR
web    NodePort   10.43.61.9   <none>        80:32745/TCP   1h    app=web
ops@n2:~$ sudo iptables -t filter -v --line-numbers -L FORWARD
Chain FORWARD (policy DROP 3 packets, 188 bytes)
num   pkts bytes target     prot opt in     out     source               destination
1    76001  119M cali-FORWARD  all  --  any    any     anywhere             anywhere             /* cali:Ab1Cd2Ef3Gh4Ij5K */
2       15   936 KUBE-FORWARD  all  --  any    any     anywhere             anywhere             /* kubernetes forward rules */
`,
    },
    check: 'host-firewall-blocking',
    words: ['n2', 'policy DROP', '3 packets', 'Service web'],
  },
  'a load balancer address on a node without a pod of the Service': {
    files: {
      'svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  clusterIP: 10.96.41.7
  externalTrafficPolicy: Local
  ports: [{port: 443, targetPort: 8443, nodePort: 30443, protocol: TCP}]
  selector: {app: web}
status: {loadBalancer: {ingress: [{ip: 192.0.2.187}]}}
`,
      'n3.txt': `ops@n3:~$ sudo ipvsadm -Ln -t 192.0.2.187:443
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  192.0.2.187:443 rr
ops@n3:~$ curl -k -m 5 https://192.0.2.187
curl: (7) Failed to connect to 192.0.2.187 port 443: Connection refused
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['Service web', 'node n3', '192.0.2.187:443'],
  },
  'a backend that the health check of the cloud does not like': {
    files: {
      'ing.txt': `$ kubectl -n shop describe ingress web
Name:             web
Namespace:        shop
Address:          192.0.2.125
Default backend:  web:80 (10.8.4.6:8080)
Rules:
  Host        Path  Backends
  ----        ----  --------
  *           *     web:80 (10.8.4.6:8080)
Annotations:  ingress.kubernetes.io/backends: {"k8s-be-30450--79":"UNHEALTHY"}
Events:       <none>
$ curl -s -o /dev/null -w '%{http_code}\\n' http://192.0.2.125/
502
`,
    },
    check: 'ingress-lb-failed',
    words: ['Ingress web', 'k8s-be-30450', 'HTTP 502'],
  },
  'nginx that speaks TLS to a plain port': {
    files: {
      'nginx.log': `2026/03/01 10:00:13 [error] 58#58: *72 SSL_do_handshake() failed (SSL: error:1408F10B:SSL routines:ssl3_get_record:wrong version number) while SSL handshaking to upstream, client: 192.0.2.5, server: web.example.com, request: "POST / HTTP/1.1", upstream: "https://192.0.2.40:80/", host: "web.example.com"
`,
    },
    check: 'ingress-upstream-errors',
    words: ['192.0.2.40:80', 'speaks TLS'],
  },
  'pods on two nodes that do not reach each other': {
    files: {
      'session.txt': `$ kubectl get pods -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
a      1/1     Running   0          20m   10.42.0.31   n1     <none>           <none>
b      1/1     Running   0          20m   10.42.3.17   n2     <none>           <none>
$ kubectl exec a -- ping -c 3 10.42.3.17
PING 10.42.3.17 (10.42.3.17): 56 data bytes

--- 10.42.3.17 ping statistics ---
3 packets transmitted, 0 packets received, 100% packet loss
command terminated with exit code 1
`,
    },
    check: 'net-pod-to-pod-failed',
    words: ['n2', 'VXLAN 8472'],
  },
  'pools of MetalLB whose namespace was asked for advertisements': {
    files: {
      'session.txt': `$ kubectl get ipaddresspools -n metallb-system
NAME   AUTO ASSIGN   AVOID BUGGY IPS   ADDRESSES
rim    true          false             ["192.0.2.40-192.0.2.44"]
$ kubectl get l2advertisements -n metallb-system
No resources found in metallb-system namespace.
`,
    },
    check: 'metallb-pool-not-announced',
    words: ['No L2Advertisement', 'rim'],
  },
  'a node of Antrea without a pod range': {
    files: {
      'agent.log': klog(
        'F',
        'main.go:53',
        'Error running agent: error initializing agent: Spec.PodCIDR is empty for Node n7. Please make sure --allocate-node-cidrs is enabled',
      ),
      'nodes.txt': `NAME   STATUS     ROLES    AGE   VERSION
n7     NotReady   <none>   9m    v1.33.1
`,
    },
    check: 'cni-podcidr-unassigned',
    words: ['Node n7 has no pod CIDR'],
  },
  'a probe that goes through a proxy that is not there': {
    files: {
      'events.txt': `Events:
  Type     Reason     Age                From         Message
  ----     ------     ----               ----         -------
  Warning  Unhealthy  9s (x61 over 20m)  kubelet, n2  Liveness probe failed: Get http://10.42.3.2:8080/live: proxyconnect tcp: dial tcp: lookup gate.corp.example: no such host
  Normal   Killing    2s (x18 over 19m)  kubelet, n2  Killing container with id docker://web:pod "web-7b6c9d5f4-klx2v" container "web" is unhealthy, it will be killed and re-created.
`,
    },
    check: 'net-proxy-in-the-way',
    words: ['http_proxy', 'gate.corp.example', '10.42.3.2'],
  },
  'a server of an Istio gateway to which no VirtualService is bound': {
    files: {
      'istiod.log': `2026-03-01T10:00:08.400120Z	warn	constructed http route config for route https.443.https.shop-gw.edge on port 443 with no vhosts; Setting up a default 404 vhost
`,
    },
    check: 'mesh-route-missing',
    words: ['https.443.https.shop-gw.edge', '404'],
  },
  'a node-local DNS cache whose node names no DNS server': {
    files: {
      'dns.txt': `$ kubectl -n kube-system get pods -o wide
NAME                   READY   STATUS             RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
node-local-dns-t4hxb   0/1     CrashLoopBackOff   9          24m   192.0.2.13   n3     <none>           <none>
$ kubectl -n kube-system logs node-local-dns-t4hxb
2026/03/01 10:00:00 [INFO] Using Corefile /etc/Corefile
plugin/forward: no nameservers found
`,
    },
    check: 'dns-corefile-invalid',
    words: ['no nameservers found', 'node-local-dns-t4hxb'],
  },
  'a network agent of two containers, of which one ends well and one does not': {
    files: {
      'agent.txt': `Name:                 ovnkube-node-q8wzn
Namespace:            openshift-ovn-kubernetes
Node:                 n1/192.0.2.11
Status:               Running
Controlled By:        DaemonSet/ovnkube-node
Containers:
  ovn-controller:
    State:         Waiting
      Reason:      CrashLoopBackOff
    Last State:    Terminated
      Reason:      Completed
      Exit Code:   0
    Ready:         False
    Restart Count: 8
  ovnkube-node:
    State:         Waiting
      Reason:      CrashLoopBackOff
    Last State:    Terminated
      Reason:      Error
      Message:     sbin/iptables -t mangle -C OVN-KUBE-ITP -p TCP -d <nil> --dport 110: exit status 2: iptables v1.8.7 (nf_tables): host/network \`<nil>' not found
Try \`iptables -h' or 'iptables --help' for more information.

      Exit Code:   1
    Ready:         False
    Restart Count: 8
Conditions:
  Type              Status
  Ready             False
`,
    },
    check: 'cni-daemon-down',
    words: ['OVN-KUBE-ITP', '<nil>'],
  },
  'a speaker of kube-router that refuses its peers': {
    files: {
      'bgp.txt': `$ kubectl -n kube-system logs kube-router-n6zr4 --tail=3
${[1, 2, 3].map((n) => `time="2026-03-01T10:0${n}:41Z" level=info msg="Can't find configuration for a new passive connection from:192.0.2.85" Topic=Peer`).join('\n')}
$ kubectl -n kube-system exec kube-router-b5xw8 -- gobgp neighbor
Peer           AS  Up/Down State       |#Received  Accepted
192.0.2.111 64512 02:11:05 Establ      |        1         1
192.0.2.140 64512    never Active      |        0         0
`,
    },
    check: 'cni-bgp-peer-refused',
    words: ['192.0.2.85'],
  },
  'an address that nobody answers for on the wire': {
    files: {
      'arping.txt': `$ arping -I eth0 -c 3 192.0.2.40
ARPING 192.0.2.40 from 192.0.2.9 eth0
Sent 3 probes (3 broadcast(s))
Received 0 response(s)
`,
    },
    check: 'net-address-not-answering',
    words: ['192.0.2.40', 'arping'],
  },
  'a provisioner of gateways that asks for a node port outside of the range': {
    files: {
      'provisioner.log': `time="2026-03-01T10:00:30Z" level=error msg="Reconciler error" caller="logr.go:279" context=kubernetes controller=gateway-controller error="failed to ensure resources for gateway: failed to ensure envoy service for gateway shop/edge: failed to update resource shop/envoy-edge: Service \\"envoy-edge\\" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767" name=edge namespace=shop
`,
    },
    check: 'network-object-refused',
    words: ['shop/edge', 'Invalid value: 8080'],
  },
  'look-ups that fail on the node that has no pod of the cluster DNS': {
    files: {
      'session.txt': `[root@m1 ~]# kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide
NAME                       READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
coredns-7bb4f446c9-5lqxx   1/1     Running   0          41h   10.42.0.5   n1     <none>           <none>
coredns-7bb4f446c9-wrr8z   1/1     Running   0          41h   10.42.1.2   n2     <none>           <none>
[root@m1 ~]# kubectl get pods -o wide
NAME    READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
box-2   1/1     Running   0          20m   10.42.1.31   n2     <none>           <none>
box-3   1/1     Running   0          20m   10.42.3.17   n3     <none>           <none>
[root@m1 ~]# kubectl exec box-2 -- nslookup kubernetes.default
Server:\t\t10.43.0.10
Address:\t10.43.0.10#53

Name:\tkubernetes.default.svc.cluster.local
Address: 10.43.0.1

[root@m1 ~]# kubectl exec box-3 -- nslookup kubernetes.default
;; connection timed out; no servers could be reached

`,
    },
    check: 'net-cross-node-failed',
    words: ['n3 → n1 or n2', 'VXLAN'],
  },
  'two pods of the cluster DNS, asked by their addresses': {
    files: {
      'session.txt': `$ kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide
NAME                       READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
coredns-7bb4f446c9-5lqxx   1/1     Running   0          41h   10.42.0.5   n1     <none>           <none>
coredns-7bb4f446c9-wrr8z   1/1     Running   0          41h   10.42.1.2   n2     <none>           <none>
$ kubectl get pod box -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
box    1/1     Running   0          20m   10.42.0.31   n1     <none>           <none>
$ kubectl exec box -- nslookup web.shop 10.42.0.5
Server:\t\t10.42.0.5
Address:\t10.42.0.5#53

Name:\tweb.shop.svc.cluster.local
Address: 10.43.7.1

$ kubectl exec box -- nslookup web.shop 10.42.1.2
;; connection timed out; no servers could be reached

`,
    },
    check: 'net-cross-node-failed',
    words: ['n1 → n2', 'coredns-7bb4f446c9-wrr8z 10.42.1.2'],
  },
  'a Secret whose certificate is none': {
    files: {
      'ingress-nginx.log': `W0301 10:00:02.220417       7 backend_ssl.go:46] Error obtaining X.509 certificate: unexpected error creating SSL Cert: no valid PEM formatted block found
W0301 10:00:02.220803       7 controller.go:1125] Error getting SSL certificate "shop/front-tls": local SSL certificate shop/front-tls was not found. Using default certificate
`,
    },
    check: 'ingress-tls-secret-bad',
    words: ['shop/front-tls', 'no valid PEM formatted block'],
  },
  'the DNS server of a machine of Talos': {
    files: {
      'dmesg.txt': [5, 7, 9]
        .map(
          (s) =>
            `192.0.2.11: user: warning: [2026-03-01T10:00:0${s}.945825935Z]: [talos] error serving dns request {"component": "dns-resolve-cache", "error": "read udp 192.0.2.11:40217->192.0.2.1:53: i/o timeout"}`,
        )
        .join('\n'),
    },
    check: 'node-dns-silent',
    words: ['192.0.2.1:53', 'i/o timeout'],
  },
  'a controller of Kong that reaches no admin API beside it': {
    files: {
      'ingress-controller.log': [48, 55]
        .map(
          (s) => `E0301 10:00:${s}.293942      10 controller.go:131] unexpected failure updating Kong configuration:
Get http://localhost:8001/certificates?size=1000: dial tcp 127.0.0.1:8001: connect: connection refused`,
        )
        .join('\n'),
      'pods.txt': `$ kubectl get pods -n kong
NAME                                       READY   STATUS    RESTARTS   AGE
kong-ingress-controller-68b7c94d5f-q8n4w   1/2     Running   5          14m
`,
    },
    check: 'ingress-controller-down',
    words: ['127.0.0.1:8001', 'connection refused'],
  },
  'Hubble Relay without its peers': {
    files: {
      'hubble-relay.log': [1, 2, 3]
        .map(
          () =>
            'level=warning msg="Failed to create peer client for peers synchronization; will try again after the timeout has expired" error="context deadline exceeded" subsys=hubble-relay target="hubble-peer.kube-system.svc.cluster.local:443"',
        )
        .join('\n'),
    },
    check: 'hubble-relay-no-peers',
    words: ['hubble-peer.kube-system.svc.cluster.local:443', 'context deadline exceeded'],
  },
  'a pod that Consul never registers': {
    files: {
      'init.log': `2026-03-01T10:00:31.407Z [INFO]  Unable to find registered services; retrying
2026-03-01T10:01:30.318Z [ERROR] Timed out waiting for service registration: error="unable to find registered connect-proxy service"
`,
      'pods.txt': `NAME                      READY   STATUS     RESTARTS   AGE
plates-6c6f4b8d57-p2lhg   0/2     Init:0/1   6          11m
`,
    },
    check: 'mesh-consul-unregistered',
    words: ['plates-6c6f4b8d57-p2lhg', 'connect-proxy'],
  },
  'a pause image whose registry the node cannot look up, as dockershim said it': {
    files: {
      'minikube.log': `Mar 01 10:00:55 node-7 kubelet[2979]: E0301 10:00:55.420981    2979 kuberuntime_sandbox.go:54] CreatePodSandbox for pod "etcd-node-7_kube-system(1f4e6a9c0b7d4283a5c8e1f2d3b4a596)" failed: rpc error: code = Unknown desc = failed pulling image "registry.example/pause:3.1": Error response from daemon: Get https://registry.example/v2/: dial tcp: lookup registry.example on [2001:db8::53]:53: dial udp [2001:db8::53]:53: connect: network is unreachable
`,
    },
    check: 'runtime-sandbox-image-failed',
    words: ['registry.example/pause:3.1', '[2001:db8::53]:53', 'network is unreachable'],
  },
  'Calico on the interface of NodeLocal DNSCache': {
    files: {
      'calico-node.log': `2026-03-01 10:00:56.235 [INFO][11] startup/autodetection_methods.go 103: Using autodetected IPv4 address on interface nodelocaldns: 169.254.20.10/32
2026-03-01 10:00:56.241 [WARNING][11] startup/startup.go 983: Calico node 'node-7' is already using the IPv4 address 169.254.20.10.
2026-03-01 10:00:56.256 [WARNING][11] startup/utils.go 48: Terminating
Calico node failed to start
`,
      'pods.txt': `NAME                READY   STATUS             RESTARTS   AGE
calico-node-4kq7z   0/1     CrashLoopBackOff   7          17m
calico-node-8rk2v   1/1     Running            0          17m
`,
    },
    check: 'cni-calico-wrong-interface',
    words: ['nodelocaldns', '169.254.20.10', 'IP_AUTODETECTION_METHOD', 'calico-node-4kq7z'],
  },
  'routes that Felix cannot write': {
    files: {
      'calico-node.log': [5, 6, 7]
        .map(
          (s) =>
            `2026-03-01 10:00:2${s}.646 [WARNING][223] felix/route_table.go 690: Failed to add route error=file exists ifaceName="eth7" ifaceRegex="^eth7$" ipVersion=0x4 tableIndex=0`,
        )
        .join('\n'),
    },
    check: 'cni-felix-dataplane',
    words: ['file exists', 'eth7'],
  },
  'NodeLocal DNSCache that waits for the lock of iptables': {
    files: {
      'node-local-dns-4kq7z.log': `2026/03/01 10:00:10 [INFO] Using Corefile /etc/coredns/Corefile
[ERROR] Error checking/adding iptables rule {filter OUTPUT [-p udp -s 169.254.20.10 --sport 53 -j ACCEPT -m comment --comment NodeLocal DNS Cache: allow DNS traffic]}, error - error checking rule: exit status 4: Ignoring deprecated --wait-interval option.
Another app is currently holding the xtables lock. Stopped waiting after 5s.
`,
      'pods.txt': `NAMESPACE     NAME                   READY   STATUS             RESTARTS   AGE   NODE
kube-system   node-local-dns-4kq7z   0/1     CrashLoopBackOff   6          38m   node-7
kube-system   node-local-dns-8rk2v   1/1     Running            0          4d    node-8
`,
    },
    check: 'dns-nodelocal-setup-failed',
    words: ['node-local-dns-4kq7z', 'xtables lock', 'exit status 4'],
  },
  'a sandbox whose process is gone': {
    files: {
      'describe.txt': `Name:                 node-local-dns-4kq7z
Namespace:            kube-system
Node:                 node-7/192.0.2.7
Status:               Running
Containers:
  node-cache:
    Image:         registry.k8s.io/dns/k8s-dns-node-cache:1.22.13
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       ContainerCannotRun
      Message:      OCI runtime create failed: container_linux.go:364: creating new parent process caused: container_linux.go:2005: running lstat on namespace path "/proc/4711/ns/ipc" caused: lstat /proc/4711/ns/ipc: no such file or directory: unknown
      Exit Code:    128
    Ready:          False
    Restart Count:  3
`,
    },
    check: 'runtime-kernel-refused',
    words: ['/proc/4711/ns/ipc', 'node-local-dns-4kq7z'],
  },
  'a BGP peer that kube-router does not know': {
    files: {
      'kube-router.log': [24, 54, 84]
        .map(
          (s) =>
            `time="2026-03-01T10:0${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}Z" level=info msg="Can't find configuration for a new passive connection from:192.0.2.2" Topic=Peer`,
        )
        .join('\n'),
    },
    check: 'cni-bgp-peer-refused',
    words: ['192.0.2.2', 'passive connection'],
  },
  'a session that gobgp shows as Active': {
    files: {
      'gobgp.txt': `$ gobgp neighbor
Peer        AS  Up/Down State       |#Advertised Received Accepted
192.0.2.3 64512   never Active      |          0        0        0
192.0.2.4 64512 00:53:22 Establ      |          1        1        1
`,
    },
    check: 'cni-calico-bgp-down',
    words: ['192.0.2.3', 'Active'],
  },
  'several Services that Traefik misses: first the one that does not exist': {
    files: {
      'traefik.log': `time="2026-03-01T10:00:18Z" level=warning msg="Endpoints not available for shop/cups"
time="2026-03-01T10:00:18Z" level=error msg="Service not found for shop/plates"
time="2026-03-01T10:00:19Z" level=warning msg="Endpoints not available for shop/cups"
time="2026-03-01T10:00:19Z" level=error msg="Service not found for shop/plates"
`,
    },
    check: 'ingress-traefik-backend',
    words: ['cannot use Service shop/plates', 'shop/cups'],
  },
  'pings that get lost in the network of pods, and pass between the machines': {
    files: {
      'session.txt': `[root@node-1 ~]# ip -4 addr show flannel.1
4: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default
    inet 10.42.0.0/32 scope global flannel.1
       valid_lft forever preferred_lft forever
[root@node-1 ~]# ping -c 3 10.42.1.0
PING 10.42.1.0 (10.42.1.0) 56(84) bytes of data.

--- 10.42.1.0 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2214ms

[root@node-1 ~]# ping -c 2 192.0.2.73
PING 192.0.2.73 (192.0.2.73) 56(84) bytes of data.

--- 192.0.2.73 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1208ms
`,
    },
    check: 'net-address-not-answering',
    words: ['10.42.1.0', '100% packet loss', 'flannel.1', 'VXLAN'],
  },
  'a real server that IPVS has already': {
    files: {
      'kube-proxy.log': [1, 2]
        .map((n) => klog('E', 'proxier.go:1991', `Failed to add destination: [fd00::${n}]:80, error: file exists`))
        .join('\n'),
    },
    check: 'kube-proxy-sync-errors',
    words: ['[fd00::1]:80', 'file exists'],
  },
  'a mesh whose init container says why in its last message': {
    files: {
      'describe.txt': `Name:           plates-0
Namespace:      shop
Status:         Pending
Init Containers:
  linkerd-init:
    Image:         cr.l5d.io/linkerd/proxy-init:v1.4.0
    State:       Waiting
      Reason:    CrashLoopBackOff
    Last State:  Terminated
      Reason:    Error
      Message:   2026/03/01 10:00:01 Executing commands:
2026/03/01 10:00:01 < iptables v1.8.2 (legacy): can't initialize iptables table \`nat': Permission denied (you must be root)
Perhaps iptables or your kernel needs to be upgraded.

      Exit Code:    1
    Ready:          False
    Restart Count:  4
Containers:
  plates:
    Image:          registry.example/plates:2
    State:          Waiting
      Reason:       PodInitializing
    Ready:          False
`,
    },
    check: 'mesh-init-iptables-failed',
    words: ['you must be root', 'plates-0'],
  },
  'a part of a description beside two pods that fail, of which one restarts as often': {
    files: {
      'part.txt': `    State:       Waiting
      Reason:    CrashLoopBackOff
    Last State:  Terminated
      Reason:    Error
      Message:   level=error msg="Command execution failed" cmd="[/var/lib/cilium/bpf/init.sh]" error="signal: killed" subsys=datapath-loader
level=fatal msg="Error while creating daemon" error="error while initializing daemon: failed while reinitializing datapath: context canceled" subsys=daemon

      Exit Code:    137
    Ready:          False
    Restart Count:  7
`,
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS             RESTARTS   AGE
kube-system   cilium-4kq7z               0/1     CrashLoopBackOff   7          12m
kube-system   coredns-64897985d-8rk2v    0/1     Pending            0          40m
`,
    },
    check: 'cilium-agent-fatal',
    words: ['cilium-4kq7z', 'reinitializing datapath', 'signal: killed'],
  },
  'events whose file is called events': {
    files: {
      'pods.txt': `NAME                READY   STATUS    RESTARTS   AGE
calico-node-4kq7z   0/1     Running   0          3h
calico-node-8rk2v   1/1     Running   0          3h
`,
      'kubectl-describe-pod-events.txt': `Events:
  Type     Reason     Age                   From     Message
  ----     ------     ----                  ----     -------
  Warning  Unhealthy  20s (x640 over 3h)    kubelet  Readiness probe failed: calico/node is not ready: BIRD is not ready: BGP not established with 192.0.2.9
`,
    },
    check: 'cni-calico-not-ready',
    words: ['calico-node-4kq7z', '192.0.2.9'],
  },
  'an upstream of nginx without a port': {
    files: {
      'ingress-nginx.log': [2, 7]
        .map(
          (s) =>
            `2026/03/01 10:00:0${s} [error] 32#32: *20 invalid port in upstream "10.42.0.2:0", client: 192.0.2.7, server: shop.example.com, request: "GET / HTTP/1.1"`,
        )
        .join('\n'),
    },
    check: 'ingress-upstream-errors',
    words: ['10.42.0.2:0', 'invalid port'],
  },
  'a policy check that a gateway cannot make, in a log of JSON': {
    files: {
      'gateway.log': [1, 2, 3]
        .map(
          (s) =>
            `{"upstream_cluster":"-","downstream_remote_address":"192.0.2.7:5465${s}","authority":"shop.example.com","path":"/","response_code":"503","response_flags":"UAEX","start_time":"2026-03-01T10:00:0${s}.402Z","istio_policy_status":"\\"UNAVAILABLE:no healthy upstream\\""}`,
        )
        .join('\n'),
    },
    check: 'ingress-upstream-errors',
    words: ['shop.example.com', 'UAEX', 'no healthy upstream'],
  },
  'MetalLB without a pool': {
    files: {
      'svc.txt': `NAME    TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
front   LoadBalancer   10.98.1.12   <pending>     80:31380/TCP   41m
`,
      'metallb-controller.log': `{"caller":"service_controller.go:60","controller":"ServiceReconciler","level":"info","start reconcile":"shop/front","ts":"2026-03-01T10:00:00Z"}
{"caller":"main.go:75","event":"noConfig","level":"error","msg":"not processing, still waiting for config","service":"shop/front","ts":"2026-03-01T10:00:00Z"}
`,
    },
    check: 'svc-lb-pending',
    words: ['front', 'still waiting for config', 'IPAddressPool'],
  },
  'endpoints whose port has another name than that of the Service': {
    files: {
      'shop.yaml': `apiVersion: v1
kind: Service
metadata:
  name: legacy
spec:
  ports:
  - name: web
    port: 80
    targetPort: 8080
---
apiVersion: v1
kind: Endpoints
metadata:
  name: legacy
subsets:
- addresses:
  - ip: 192.0.2.40
  ports:
  - port: 8080
`,
      'traefik.log': `time="2026-03-01T10:00:00Z" level=error msg="Skipping service: no endpoints found" providerName=kubernetes ingress=legacy serviceName=legacy servicePort="&ServiceBackendPort{Name:,Number:80,}" namespace=default
`,
    },
    check: 'svc-selectorless-unmanaged',
    words: ['legacy', 'calls its port', 'a port without a name'],
  },
  'a selector and labels with the same value under other keys, from tables without their namespace': {
    files: {
      'svc.txt': `NAME          TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)    AGE   SELECTOR
front-svc     ClusterIP   10.43.9.19    <none>        3000/TCP   42m   app.kubernetes.io/name=front
`,
      'pods.txt': `NAME    READY   STATUS    RESTARTS   AGE   LABELS
front   1/1     Running   0          84m   app=front
`,
      'endpoints.txt': `NAME          ENDPOINTS   AGE
front-svc     <none>      42m
`,
    },
    check: 'svc-selector-matches-nothing',
    words: ['front-svc', 'app=front'],
  },
  'a branch interface that the VPC resource controller cannot make': {
    files: {
      'describe.txt': `Name:           plates-0
Namespace:      shop
Node:           node-7/192.0.2.7
Status:         Pending
Events:
  Type     Reason                  Age               From                     Message
  ----     ------                  ----              ----                     -------
  Normal   Scheduled               4m3s              default-scheduler        Successfully assigned shop/plates-0 to node-7
  Warning  BranchAllocationFailed  4m2s              vpc-resource-controller  failed to allocate branch ENI to pod: insufficient capacity, all branch interfaces are in use
  Warning  FailedCreatePodSandBox  12s (x19 over 4m) kubelet                  Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container
`,
    },
    check: 'cni-attachment-failed',
    words: ['branch ENI', 'plates-0', 'node-7'],
  },
  'what the inspection of MicroK8s says of FORWARD, behind a script that nobody knows': {
    files: {
      'session.txt': `ada@vm-1:~$ kubectl get svc web
NAME   TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE
web    ClusterIP   10.152.183.35   <none>        8080/TCP   31m
ada@vm-1:~$ curl -m 5 http://10.152.183.35:8080
curl: (28) Connection timed out after 5001 milliseconds
ada@vm-1:~$ microk8s.inspect
Inspecting services
 WARNING:  IPtables FORWARD policy is DROP. Consider enabling traffic forwarding with: sudo iptables -P FORWARD ACCEPT
`,
    },
    check: 'host-firewall-blocking',
    words: ['FORWARD', 'DROP', 'vm-1'],
  },
  'an ovn-controller that is blocked for seconds': {
    files: {
      'ovs-ovn-4kq7z.log': `2026-03-01T10:00:39.512Z|150433|inc_proc_eng|INFO|node: logical_flow_output, recompute (forced) took 9812ms
2026-03-01T10:00:41.330Z|150436|timeval|WARN|Unreasonably long 13177ms poll interval (10466ms user, 440ms system)
2026-03-01T10:00:41.022Z|150441|rconn|ERR|unix:/var/run/openvswitch/br-int.mgmt: no response to inactivity probe after 5 seconds, disconnecting
`,
    },
    check: 'cni-ovs-too-slow',
    words: ['13177ms', 'recompute'],
  },
  'two Services of an Ingress that fail alike': {
    files: {
      'ingress.log': ['web', 'api']
        .map(
          (name) =>
            `W0301 10:00:00.000000       1 controller.go:1038] Error retrieving endpoints for the service ${name}: No endpoints for service ${name}`,
        )
        .join('\n'),
    },
    check: 'ingress-backend-missing',
    words: ['Service api', 'The same holds for Service web'],
  },
  'a host and path that another Ingress has': {
    files: {
      'patch.txt': `$ kubectl patch ingress cart --patch-file new.yaml -n shop
Error from server (BadRequest): admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: host "_" and path "/cart" is already defined in ingress old/cart
`,
    },
    check: 'ingress-refused',
    words: ['already defined', 'old/cart'],
  },
  'an Ingress that the controller of NGINX rejects': {
    files: {
      'nginx-ingress.log': `${klog('I', 'main.go:223', 'Starting NGINX Ingress Controller Version=3.2.0')}
${klog('I', 'event.go:298', `Event(v1.ObjectReference{Kind:"Ingress", Namespace:"shop", Name:"front", UID:"0f3a", APIVersion:"networking.k8s.io/v1", ResourceVersion:"88", FieldPath:""}): type: 'Warning' reason: 'Rejected' spec.rules[0].host: Required value`)}
`,
    },
    check: 'ingress-refused',
    words: ['front', 'Required value'],
  },
  'a Service of which a row and empty endpoints are shown': {
    files: {
      'svc.txt': `$ kubectl get svc,endpoints -n shop
NAME          TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   10.96.20.118   <none>        80/TCP    12m

NAME            ENDPOINTS   AGE
endpoints/web   <none>      12m
`,
    },
    check: 'svc-no-endpoints',
    words: ['Endpoints web is empty', 'selector'],
  },
  'a Service of which a row and endpoints without a ready address are shown': {
    files: {
      'svc.txt': `$ kubectl get svc -n shop
NAME   TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.96.20.118   <none>        80/TCP    12m
$ kubectl get endpoints -n shop
NAME   ENDPOINTS   AGE
web                12m
`,
    },
    check: 'svc-no-endpoints',
    words: ['web has no ready endpoint'],
  },
  'a Service that exists, and whose name does not': {
    files: {
      'web.log': `Listening on port 3000
Unhandled Rejection at: Promise { <rejected> { Error: getaddrinfo ENOTFOUND orders-db orders-db:3306
`,
      'svc.txt': `$ kubectl get svc
NAME         TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)    AGE
kubernetes   ClusterIP   10.96.0.1     <none>        443/TCP    9d
orders-db    ClusterIP   10.96.14.77   <none>        3306/TCP   9d
`,
    },
    check: 'dns-service-name-fails',
    words: ['orders-db', 'the Service is there'],
  },
  'what subctl finds': {
    files: {
      'diagnose.txt': `sh-5.1$ subctl diagnose all
 ✓ Checking the status of all Submariner pods
 ✗ Checking gateway connections
 ✗ There are no active connections on gateway "gw-1"
`,
    },
    check: 'network-check-failed',
    words: ['no active connections', 'gw-1'],
  },
  'an address that the shell puts in': {
    files: {
      'session.txt': `[localhost web]$ curl $(minikube ip):$NODE_PORT
curl: (7) Failed connect to 172.17.0.2:32137; Connection refused
`,
    },
    check: 'net-address-not-answering',
    words: ['172.17.0.2:32137'],
  },
  'kube-proxy rejects what has no endpoints': {
    files: {
      'rules.txt': `root@n1:~# iptables-save | grep 'no endpoints'
-A KUBE-SERVICES -d 10.43.7.9/32 -p tcp -m comment --comment "shop/cart:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
`,
    },
    check: 'svc-no-endpoints',
    words: ['cart', 'has no endpoints', '10.43.7.9'],
  },
  "an agent that Cilium's own tool misses": {
    files: {
      'status.txt': `ada@laptop:~$ cilium status
Cilium:             1 errors
Operator:           OK
DaemonSet              cilium             Desired: 3, Ready: 2/3, Available: 2/3, Unavailable: 1/3
Errors:                cilium             cilium-t7k2p    unable to retrieve cilium status: container cilium-agent is in CrashLoopBackOff, exited with code 1
`,
    },
    check: 'cni-cilium-cli-error',
    words: ['cilium-t7k2p', 'CrashLoopBackOff'],
  },
  'a proxy that stays behind': {
    files: {
      'proxies.txt': `$ istioctl proxy-status
NAME                        CLUSTER        CDS        LDS        EDS        RDS          ISTIOD                      VERSION
cart-5d8f7c9b6d-2xkpm.shop  Kubernetes     SYNCED     SYNCED     STALE      SYNCED       istiod-7b69ff6f8c-qqq2z     1.20.1
`,
    },
    check: 'istio-proxy-stale',
    words: ['cart-5d8f7c9b6d-2xkpm', 'STALE'],
  },
  'ufw knows nothing of pods': {
    files: {
      'ufw.txt': `ada@n1:~$ sudo ufw status
Status: active

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW       Anywhere
80/tcp                     ALLOW       Anywhere
22/tcp (v6)                ALLOW       Anywhere (v6)
`,
      'pods.txt': `$ kubectl get pods -n kube-system
NAME                       READY   STATUS             RESTARTS   AGE
coredns-5d78c9869d-8xk2m   0/1     Running            0          9m
helper-7c9d8b6f5d-2xkpm    0/1     CrashLoopBackOff   6          9m
$ kubectl logs -n kube-system helper-7c9d8b6f5d-2xkpm
time="2026-03-01T10:00:00Z" level=fatal msg="cannot get the version: Get https://10.43.0.1:443/version?timeout=32s: dial tcp 10.43.0.1:443: i/o timeout"
`,
    },
    check: 'host-firewall-blocking',
    words: ['ufw', '6443', '10.43.0.1'],
  },
  'the firewall of the host drops what pods send': {
    files: {
      'kernel.txt': `ada@n1:~$ journalctl -k
${[3, 4, 9]
  .map(
    (n) =>
      `Mar 01 10:00:0${n} n1 kernel: [UFW BLOCK] IN=cni0 OUT= PHYSIN=veth0a1b2c3d MAC=12:fd SRC=10.42.0.9 DST=192.0.2.44 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=3662 DF PROTO=TCP SPT=41873 DPT=6443 WINDOW=64860 RES=0x00 SYN URGP=0`,
  )
  .join('\n')}
ada@n1:~$ kubectl get pods -n kube-system
NAME                       READY   STATUS    RESTARTS   AGE
coredns-5d78c9869d-8xk2m   0/1     Running   0          9m
`,
    },
    check: 'host-firewall-blocking',
    words: ['10.42.0.9', '6443'],
  },
  'nothing gets out of the pod of CoreDNS': {
    files: {
      'coredns.log': `${[1, 2, 3, 4]
        .map(
          (
            n,
          ) => `[ERROR] plugin/errors: 2 41109216.35575469. HINFO: read udp 10.42.0.5:3453${n}->192.0.2.53:53: i/o timeout
[INFO] plugin/ready: Still waiting on: "kubernetes"`,
        )
        .join('\n')}
[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API
`,
    },
    check: 'dns-coredns-api-blocked',
    words: ['192.0.2.53', 'nothing gets out of the pod'],
  },
  'a certificate of the mesh has run out': {
    files: {
      'session.txt': `$ kubectl exec -n web deploy/front -c front -- curl -s http://stock.shop:8080/count
upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: TLS error: 268436501:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED
`,
    },
    check: 'mesh-upstream-failed',
    words: ['stock.shop', 'CERTIFICATE_EXPIRED'],
  },
  'kube-proxy asks for its node by another name': {
    files: {
      'kube-proxy.log': `${[1, 2, 4].map(() => klog('E', 'node.go:152', 'Failed to retrieve node info: nodes "n1" not found')).join('\n')}
${klog('I', 'server.go:836', "can't determine this node's IP, assuming 127.0.0.1; if this is incorrect, please set the --bind-address flag")}
`,
    },
    check: 'kube-proxy-node-unknown',
    words: ['n1', 'not found', 'hostname-override'],
  },
  'a subnet of pods over the addresses of the nodes': {
    files: {
      'kube-ovn-controller.log': `${klog('E', 'subnet.go:603', 'subnet team-a cidr 10.9.0.0/16 conflict with node n2 address 10.9.0.12')}
${klog('I', 'event.go:285', `Event(v1.ObjectReference{Kind:"Subnet", Namespace:"", Name:"team-a", UID:"0", APIVersion:"kubeovn.io/v1", ResourceVersion:"1", FieldPath:""}): type: 'Warning' reason: 'ValidateLogicalSwitchFailed' subnet team-a cidr 10.9.0.0/16 conflict with node n2 address 10.9.0.12`)}
${klog('I', 'subnet.go:318', 'format subnet team-a, changed false')}
`,
    },
    check: 'cni-subnet-wrong',
    words: ['10.9.0.0/16', 'conflict', 'n2'],
  },
  'agents that end at a range that is none': {
    files: {
      'pods.txt': `$ kubectl get pods -n kube-system
NAME                 READY   STATUS             RESTARTS      AGE
kube-ovn-cni-4kxwz   0/1     CrashLoopBackOff   9 (20s ago)   31m
kube-ovn-cni-9fpqr   0/1     CrashLoopBackOff   9 (31s ago)   31m
`,
      'kube-ovn-cni.log': `${klog('I', 'controller.go:301', 'Started workers')}
${klog('E', 'net.go:118', 'Failed to parse CIDR address 10.77.0/24: invalid CIDR address: 10.77.0/24')}
panic: runtime error: invalid memory address or nil pointer dereference [recovered]
	panic: runtime error: invalid memory address or nil pointer dereference
`,
    },
    check: 'cni-subnet-wrong',
    words: ['10.77.0/24', 'invalid CIDR'],
  },
  'kube-proxy may not write a sysctl, and the agents wait for Services': {
    files: {
      'kube-proxy.log': `${klog('I', 'conntrack.go:100', "Set sysctl 'net/netfilter/nf_conntrack_max' to 524288")}
${klog('F', 'server.go:495', 'open /proc/sys/net/netfilter/nf_conntrack_max: permission denied')}
`,
      'pods.txt': `$ kubectl get pods -n kube-system
NAME               READY   STATUS             RESTARTS   AGE
kindnet-2xk8m      0/1     CrashLoopBackOff   6          8m
kube-proxy-7hw4z   0/1     CrashLoopBackOff   6          8m
`,
    },
    check: 'kube-proxy-fatal',
    words: ['nf_conntrack_max', 'permission denied'],
  },
  'an agent without a log, and one with': {
    files: {
      'pods.txt': `$ kubectl get pods -n kube-system
NAME             READY   STATUS             RESTARTS   AGE
aws-node-2xk8m   0/1     CrashLoopBackOff   6          8m
$ kubectl logs -n kube-system aws-node-2xk8m
${klog('I', 'main.go:20', 'starting')}
${klog('E', 'main.go:88', 'the frobnicator of the agent is missing')}
`,
    },
    check: 'cni-daemon-down',
    words: ['aws-node-2xk8m', 'the frobnicator of the agent is missing'],
  },
  'kube-proxy takes its node for another': {
    files: {
      'session.txt': `[ada@n1 ~]$ sudo iptables-save | grep shop/front
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/front:http" -m tcp --dport 31080 -j KUBE-XLB-ABCDEFGHIJ234567
-A KUBE-SEP-ABCDEFGHIJ23456A -p tcp -m comment --comment "shop/front:http" -m tcp -j DNAT --to-destination 10.42.0.19:8080
-A KUBE-SVC-ABCDEFGHIJ234567 -m comment --comment "shop/front:http" -j KUBE-SEP-ABCDEFGHIJ23456A
-A KUBE-XLB-ABCDEFGHIJ234567 -m comment --comment "shop/front:http has no local endpoints" -j KUBE-MARK-DROP
[ada@n1 ~]$ kubectl get pods -n shop -o wide
NAME                     READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
front-7c9d8b6f5d-2xkpm   1/1     Running   0          9m    10.42.0.19   n1     <none>           <none>
[ada@n1 ~]$ curl -m 5 http://192.0.2.11:31080/
curl: (28) Connection timed out after 5001 milliseconds
`,
    },
    check: 'svc-no-local-endpoint',
    words: ['n1', 'shop/front', '31080', 'front-7c9d8b6f5d-2xkpm'],
  },
  'a control plane of a mesh whose policy controller does not listen': {
    files: {
      'linkerd-destination.log': [0.2, 95, 96]
        .map(
          (at) =>
            `[${at.toFixed(6).padStart(12)}s]  WARN ThreadId(01) watch{port=9996}:controller{addr=localhost:8090}:endpoint{addr=127.0.0.1:8090}: linkerd_reconnect: Failed to connect error=endpoint 127.0.0.1:8090: Connection refused (os error 111) error.sources=[Connection refused (os error 111)]`,
        )
        .join('\n'),
    },
    check: 'mesh-linkerd-local',
    words: ['127.0.0.1:8090', 'refused'],
  },
  'a router that knows no address of its node': {
    files: {
      'kube-router.log': `${klog('I', 'version.go:21', 'Running /usr/local/bin/kube-router version v9.9.9')}
Failed to run kube-router: Failed to create network routing controller: the node has no usable address
`,
    },
    check: 'cni-kube-router-fatal',
    words: ['no usable address'],
  },
  'a controller of OVN that ends with a fatal line': {
    files: {
      'ovnkube-node.log': `${klog('I', 'node.go:380', 'Node n1 ready for ovn initialization')}
${klog('F', 'ovnkube.go:137', 'failed to run ovnkube: failed to init gateway: no bridge to be found')}
`,
    },
    check: 'network-log-error',
    words: ['no bridge to be found'],
  },
  'a load balancer of a cluster of 2016': {
    files: {
      'svc.txt': `$ kubectl describe svc front
Name:           front
Namespace:      shop
Selector:       app=front
Type:           LoadBalancer
IP:         10.3.0.7
Port:           <unnamed>   80/TCP
NodePort:       <unnamed>   31870/TCP
Endpoints:      10.2.29.3:80
Session Affinity:   None
Events:
  FirstSeen             LastSeen            Count   From            SubobjectPath   Reason          Message
  Wed, 02 Mar 2016 10:00:15 +0200   Wed, 02 Mar 2016 10:00:20 +0200 2   {service-controller }           CreatingLoadBalancer    Creating load balancer
  Wed, 02 Mar 2016 10:00:15 +0200   Wed, 02 Mar 2016 10:00:20 +0200 2   {service-controller }           CreatingLoadBalancerFailed  Error creating load balancer (will retry): Failed to create load balancer for service shop/front: could not find any suitable subnets for creating the ELB
`,
    },
    check: 'svc-lb-pending',
    words: ['suitable subnets'],
  },
  'names resolve on the node of the only DNS pod, and nowhere else': {
    files: {
      'session.txt': `ada@n1:~$ kubectl get pods -n kube-system -o wide
NAME                       READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
coredns-5d78c9869d-8xk2m   1/1     Running   0          9d    10.42.0.3   n1     <none>           <none>
ada@n1:~$ kubectl get pods -o wide
NAME    READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
web-a   1/1     Running   0          9d    10.42.0.7    n1     <none>           <none>
web-b   1/1     Running   0          9d    10.42.1.7    n2     <none>           <none>
ada@n1:~$ kubectl exec web-a -- nslookup store.shop.svc.cluster.local
Server:\t\t10.43.0.10
Address:\t10.43.0.10:53

Name:\tstore.shop.svc.cluster.local
Address: 10.43.7.7

ada@n1:~$ kubectl exec web-b -- nslookup store.shop.svc.cluster.local
;; connection timed out; no servers could be reached

`,
    },
    check: 'net-cross-node-failed',
    words: ['n2 → n1', 'VXLAN'],
  },
  'a pool of MetalLB without an advertisement': {
    files: {
      'metallb.txt': `$ kubectl get ipaddresspools.metallb.io,l2advertisements.metallb.io -n metallb-system
NAME                             AUTO ASSIGN   AVOID BUGGY IPS   ADDRESSES
ipaddresspool.metallb.io/front   true          false             ["192.0.2.40-192.0.2.59"]
$ kubectl get l2advertisement,bgpadvertisement -A
No resources found
$ kubectl get svc -n shop
NAME   TYPE           CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE
web    LoadBalancer   10.98.1.12    192.0.2.40    80:31380/TCP   41m
`,
    },
    check: 'metallb-pool-not-announced',
    words: ['L2Advertisement', 'web (192.0.2.40)'],
  },
  'the Antrea agent waits for Open vSwitch': {
    files: {
      'agent.log': [2, 4, 8, 8]
        .map((s) => klog('I', 'ovs_client.go:88', `Not connected yet, will try again in ${s}s`))
        .join('\n'),
    },
    check: 'cni-antrea-down',
    words: ['OVS'],
  },
  'ipamd does not answer its probe': {
    files: {
      'events.txt': `Events:
  Type     Reason     Age                  From     Message
  ----     ------     ----                 ----     -------
  Warning  Unhealthy  78s (x1044 over 5h)  kubelet  Readiness probe failed: {"level":"info","ts":"2026-03-01T10:00:00.361Z","caller":"runtime/proc.go:203","msg":"timeout: failed to connect service \\":50051\\" within 1s"}
  Warning  BackOff    6m (x935 over 5h)    kubelet  Back-off restarting failed container
`,
    },
    check: 'cni-aws-ipamd-down',
    words: ['50051'],
  },
  'a node-local DNS cache whose port is taken': {
    files: {
      'cache.log': `2026/03/01 10:00:00 [INFO] Using Corefile /etc/Corefile
2026/03/01 10:00:00 [INFO] Using Pidfile
listen tcp 169.254.20.10:8080: bind: address already in use
`,
      'pods.txt': `$ kubectl -n kube-system get pods -o wide
NAME                       READY   STATUS             RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
coredns-5d78c9869d-8xk2m   1/1     Running            0          9d    10.42.0.3    n1     <none>           <none>
node-local-dns-2fqxr       0/1     CrashLoopBackOff   12         9d    192.0.2.12   n2     <none>           <none>
node-local-dns-7tq9x       1/1     Running            0          9d    192.0.2.11   n1     <none>           <none>
`,
    },
    check: 'network-program-port-in-use',
    words: ['node-local-dns-2fqxr', '8080'],
  },
  'kube-router without a pod range': {
    files: {
      'kube-router.log': klog(
        'E',
        'network_routes_controller.go:88',
        'Failed to get pod CIDR from node spec. Error: node.Spec.PodCIDR not set for node: n7',
      ),
    },
    check: 'cni-podcidr-unassigned',
    words: ['Node n7'],
  },
  "GCE's controller refuses an Ingress": {
    files: {
      'describe.txt': `Name:             web
Namespace:        shop
Address:
Default backend:  default-http-backend:80 (10.4.0.9:8080)
Rules:
  Host  Path  Backends
  ----  ----  --------
  *     /*    web:80 (10.4.0.17:8080)
Events:
  Type     Reason  Age               From                     Message
  ----     ------  ----              ----                     -------
  Warning  Sync    2m (x21 over 9m)  loadbalancer-controller  Error syncing to GCP: error running load balancer syncing routine: loadbalancer k8s-web does not exist: invalid ingress frontend configuration
`,
    },
    check: 'ingress-lb-failed',
    words: ['invalid ingress frontend'],
  },
  'a kernel without what nftables rules need': {
    files: {
      'kube-proxy.log': `${klog('I', 'server_linux.go:304', '"Using nftables Proxier"')}
${klog('E', 'proxier.go:1214', '"nftables sync failed" err=<')}
\t/dev/stdin:8:87-100: Error: Could not process rule: No such file or directory
 >
${klog('I', 'proxier.go:1117', '"Sync failed" retryingTime="30s"')}`,
    },
    check: 'kube-proxy-sync-errors',
    words: ['Could not process rule: No such file or directory'],
  },
  'kube-proxy ends, and the distribution with it': {
    files: {
      'journal.txt': `Mar 01 10:00:00 n1 microk8s.daemon-kubelite[811]: ${klog('E', 'server.go:147', '"Error running ProxyServer" err="iptables is not supported on this host"')}
Mar 01 10:00:00 n1 systemd[1]: snap.microk8s.daemon-kubelite.service: Main process exited, code=exited, status=255/EXCEPTION
Mar 01 10:00:00 n1 systemd[1]: snap.microk8s.daemon-kubelite.service: Failed with result 'exit-code'.
`,
    },
    check: 'kube-proxy-fatal',
    words: ['iptables is not supported'],
  },
  'a sidecar of an old mesh without its control plane': {
    files: {
      'istio-proxy.log': Array.from(
        { length: 4 },
        (_, i) =>
          `[2026-03-01 10:00:0${i}.170][16][warning][upstream] grpc_mux_impl.cc:235] gRPC config stream closed: 14, no healthy upstream`,
      ).join('\n'),
    },
    check: 'istio-proxy-unconfigured',
    words: ['no healthy upstream'],
  },
  'Traefik and a Service that is not there': {
    files: {
      'traefik.log':
        'time="2026-03-01T10:00:00Z" level=error msg="kubernetes service not found: shop/web" providerName=kubernetescrd ingress=web namespace=shop\n',
    },
    check: 'ingress-traefik-backend',
    words: ['shop/web'],
  },
  'the selector is why the controller finds no endpoint': {
    files: {
      'svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports: [{port: 80}]
  selector: {app: web, tier: front}
`,
      'pods.txt': `$ kubectl get pods -n shop --show-labels
NAME    READY   STATUS    RESTARTS   AGE   LABELS
web-0   1/1     Running   0          9d    app=web,tier=back
`,
      'nginx.log': `W0301 10:00:00.000000       7 controller.go:1101] Service "shop/web" does not have any active Endpoint.\n`,
    },
    check: 'svc-selector-matches-nothing',
    words: ['tier'],
  },
  'the authority is not asked, because pods do not reach the public address': {
    files: {
      'challenge.txt': `Name:         web-tls-1
Namespace:    shop
API Version:  acme.cert-manager.io/v1
Kind:         Challenge
Status:
  Presented:   true
  Reason:      Waiting for HTTP-01 challenge propagation: failed to perform self check GET request 'http://shop.example.com/.well-known/acme-challenge/x': Get "http://shop.example.com/.well-known/acme-challenge/x": EOF
  State:       pending
Events:        <none>
`,
    },
    check: 'network-resource-not-ready',
    words: ['self check', 'PROXY protocol', 'hairpin'],
  },
  "Weave's range lies over a route of the machine": {
    files: { 'logs.txt': 'Network 10.32.0.0/12 overlaps with existing route 10.42.0.0/16 on host\n' },
    check: 'cni-weave-fatal',
    words: ['10.42.0.0/16'],
  },
  'the agents of the network do not reach the API server': {
    files: {
      'out.txt': `$ kubectl get pods -n kube-system
NAME                       READY   STATUS              RESTARTS   AGE
coredns-6f4b4bd8fb-gkgpl   0/1     ContainerCreating   0          24h
weave-net-jhzs7            1/2     CrashLoopBackOff    144        39h
weave-net-wxk9r            1/2     CrashLoopBackOff    143        39h
$ kubectl logs weave-net-jhzs7 -n kube-system
FATA: 2026/03/01 10:00:00.639718 [kube-peers] Could not get peers: Get "https://10.96.0.1:443/api/v1/nodes": dial tcp 10.96.0.1:443: i/o timeout
Failed to get peers
`,
    },
    check: 'apiserver-vip-unreachable-from-pods',
    words: ['10.96.0.1', 'dns-coredns-down'],
  },
  'no address for calico-node': {
    files: {
      'calico.log': `2026-03-01 10:00:00.233 [WARNING][8] startup.go 603: Unable to auto-detect an IPv6 address: no valid IPv6 addresses found on the host interfaces
2026-03-01 10:00:00.233 [WARNING][8] startup.go 1057: Terminating
Calico node failed to start
`,
    },
    check: 'cni-calico-fatal',
    words: ['IPv6'],
  },
  'a policy of the mesh': {
    files: {
      'proxy.log':
        '[2026-03-01T10:00:00.335Z] "GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] - "-" 0 19 0 - "-" "curl" "1" "web.shop:80" "-" inbound|80|| - 10.1.2.3:80 10.1.2.4:57754 outbound_.80_._.web.shop.svc.cluster.local -\n',
    },
    check: 'mesh-policy-denied',
    words: ['AuthorizationPolicy'],
  },
  "packets that Cilium's policies drop": {
    files: {
      'hubble.txt': Array.from(
        { length: 3 },
        (_, i) =>
          `Mar  1 10:00:0${i}.001: shop/web-7f6c:41404 (ID:7) <> db/pg-0:5432 (ID:9) policy-verdict:none INGRESS DENIED (TCP Flags: SYN)`,
      ).join('\n'),
    },
    check: 'policy-drops-flow',
    words: ['db/pg-0:5432'],
  },
  'operators of OpenShift that do not reach their own routes': {
    files: {
      'co.txt': `$ oc get co
NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE   MESSAGE
authentication   4.14.1    False       False         True       31m     OAuthServerRouteEndpointAccessibleControllerAvailable: Get "https://oauth-openshift.apps.example.com/healthz": dial tcp: lookup oauth-openshift.apps.example.com on 10.3.0.10:53: no such host
console          4.14.1    False       False         False      31m     RouteHealthAvailable: failed to GET route (https://console-openshift-console.apps.example.com): Get "https://console-openshift-console.apps.example.com": dial tcp: lookup console-openshift-console.apps.example.com on 10.3.0.10:53: no such host
dns              4.14.1    True        False         False      91d
`,
    },
    check: 'openshift-routes-unreachable',
    words: ['no such host', '*.apps'],
  },
  'the canary of the ingress operator': {
    files: {
      'operator.log': `2026-03-01T10:00:00.425Z	ERROR	operator.canary_controller	wait/wait.go:157	error performing canary route check	{"error": "error sending canary HTTP request to \\"canary-openshift-ingress-canary.apps.example.com\\": Get \\"https://canary-openshift-ingress-canary.apps.example.com\\": EOF"}
`,
    },
    check: 'openshift-routes-unreachable',
    words: ['PROXY protocol'],
  },
  'a policy that drops what is to be forwarded': {
    files: {
      'iptables.txt': `[root@n3 ~]# iptables -vL
Chain INPUT (policy ACCEPT 492K packets, 63M bytes)
 pkts bytes target     prot opt in     out     source               destination
 812K   97M KUBE-FIREWALL  all  --  any    any     anywhere             anywhere

Chain FORWARD (policy DROP 2947 packets, 248K bytes)
 pkts bytes target     prot opt in     out     source               destination
 4310  402K KUBE-FORWARD  all  --  any    any     anywhere             anywhere             /* kubernetes forwarding rules */
`,
    },
    check: 'host-firewall-blocking',
    words: ['FORWARD', 'DROP', '2947', 'n3'],
  },
  'a host firewall that knows nothing of the pod network': {
    files: {
      'rules.txt': `*filter
:INPUT DROP [12:840]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 6443 -j ACCEPT
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
COMMIT
`,
    },
    check: 'host-firewall-blocking',
    words: ['INPUT', '8472'],
  },
  'dnsmasq of kube-dns has too many queries in flight': {
    files: {
      'dns.txt': `$ kubectl get pods -n kube-system -l k8s-app=kube-dns
NAME                       READY   STATUS    RESTARTS   AGE
kube-dns-910330662-r7x4d   3/3     Running   11         20h
$ kubectl get ep kube-dns -n kube-system
NAME       ENDPOINTS   AGE
kube-dns               20h
$ kubectl logs -n kube-system $(kubectl get pods -n kube-system -l k8s-app=kube-dns -o name) -c dnsmasq
${[1, 2, 3].map((i) => klog('I', `nanny.go:10${i}`, 'dnsmasq[280]: Maximum number of concurrent DNS queries reached (max: 150)')).join('\n')}
`,
    },
    check: 'dns-coredns-overloaded',
    words: ['max: 150', 'dns-service-broken'],
  },
  'the resolver of the node is all that kube-dns was given': {
    files: {
      'dnsmasq.log': `${klog('I', 'nanny.go:108', 'dnsmasq[9]: using nameserver 127.0.0.1#10053 for domain cluster.local')}
${klog('I', 'nanny.go:108', 'dnsmasq[9]: ignoring nameserver 127.0.0.1 - local interface')}
`,
    },
    check: 'dns-forwards-to-self',
    words: ['no upstream', 'resolv.conf'],
  },
  'CoreDNS answers SERVFAIL, as its own log of queries says': {
    files: {
      'coredns.log': `2026-03-01T10:00:00.163Z [INFO] 10.42.1.21:33768 - 19438 "A IN api.example.com.cluster.local. udp 46 false 512" NXDOMAIN qr,rd 139 0.000143259s
2026-03-01T10:00:00.164Z [INFO] 10.42.1.21:51916 - 60408 "A IN api.example.com. udp 32 false 512" SERVFAIL qr,rd 32 0.001564637s
`,
    },
    check: 'dns-coredns-servfail',
    words: ['api.example.com', '127.0.0.53'],
  },
  'a wildcard record of a search domain': {
    files: {
      'dns.txt': `/ # nslookup github.com
Server:		10.43.0.10
Address:	10.43.0.10:53

Name:	github.com.lab.example.com
Address: 192.0.2.80

`,
    },
    check: 'dns-search-wildcard',
    words: ['lab.example.com', 'wildcard'],
  },
  'a gateway of the mesh without a route': {
    files: {
      'gw.log':
        '[2026-03-01T10:00:00.979Z] "GET /x HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "192.0.2.7" "curl" "5b1e0c44-7a90-4d21-9c63-2f8e6d0ab715" "shop.example.com" "-" - - 10.1.1.1:8080 10.1.1.2:1 - -\n',
    },
    check: 'mesh-route-missing',
    words: ['shop.example.com', 'VirtualService'],
  },
  'flannel takes the interface that all virtual machines have alike': {
    files: { 'flannel.log': `${klog('I', 'main.go:399', 'Using interface with name enp0s3 and address 10.0.2.15')}\n` },
    check: 'cni-nat-interface',
    words: ['enp0s3', '--iface'],
  },
  'nodes that share an address': {
    files: {
      'nodes.yaml': ['n1', 'n2']
        .map(
          (name) =>
            `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n  annotations:\n    flannel.alpha.coreos.com/public-ip: 10.0.2.15\n`,
        )
        .join('---\n'),
    },
    check: 'net-duplicate-ip-or-cidr-overlap',
    words: ['n1, n2', '10.0.2.15'],
  },
  "the certificate authority does not reach Traefik's port": {
    files: {
      'traefik.log': `time="2026-03-01T10:00:00Z" level=error msg="Unable to obtain ACME certificate for domains \\"shop.example.com\\": unable to generate a certificate for the domains [shop.example.com]: error: one or more domains had a problem:\\n[shop.example.com] acme: error: 400 :: urn:ietf:params:acme:error:connection :: Connection refused\\n" providerName=default.acme\n`,
    },
    check: 'acme-certificate-failed',
    words: ['shop.example.com', 'Connection refused'],
  },
  'Open vSwitch does not bind the port': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT      MESSAGE
28s         Warning   FailedCreatePodSandBox   pod/web-0   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "2b1f": plugin type="ovn-k8s-cni-overlay" name="ovn-kubernetes" failed (add): CNI request failed with status 400: '[shop/web-0 2b1f] failed to configure pod interface: timed out waiting for OVS port binding (ovn-installed) for 0a:58:0a:80:00:1b [10.128.0.27/23]
`,
    },
    check: 'cni-sandbox-failed',
    words: ['OVS port binding', 'ovn-controller'],
  },
  'Felix cannot write its rules': {
    files: {
      'calico-node.log': `2026-03-01 10:00:00.628 [ERROR][62] felix/table.go 1006: Failed to program iptables, loading diags before panic. error=exit status 2 ipVersion=0x4 table="filter"
2026-03-01 10:00:01.640 [PANIC][62] felix/table.go 1018: Failed to program iptables, giving up after retries error=exit status 2 ipVersion=0x4 table="filter"
`,
    },
    check: 'cni-felix-dataplane',
    words: ['iptables', 'FELIX_IPTABLESBACKEND'],
  },
  'the init container of a mesh without iptable_nat': {
    files: {
      'init.log': `2026-03-01T10:00:00.103710Z	error	Command error output: xtables parameter problem: iptables-restore: unable to initialize table 'nat'
2026-03-01T10:00:00.103748Z	error	Failed to execute: iptables-restore --noflush /tmp/iptables-rules-1.txt1, exit status 2
`,
      'pods.txt': `NAME                    READY   STATUS                  RESTARTS   AGE
web-6b5c8f7d9b-2xk7v    0/2     Init:CrashLoopBackOff   9          24m
users-7c8b5d9f6c-q4zlm  0/2     Init:CrashLoopBackOff   9          24m
`,
    },
    check: 'mesh-init-iptables-failed',
    words: ['iptable_nat', 'crashloop-init-container'],
  },
  'a route of OpenShift whose host another one has': {
    files: {
      'route.yaml': `apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: {host: www.example.com}
status:
  ingress:
  - host: www.example.com
    routerName: default
    conditions:
    - {type: Admitted, status: "False", reason: HostAlreadyClaimed, message: route old already exposes www.example.com and is older}
`,
    },
    check: 'route-not-attached',
    words: ['HostAlreadyClaimed', 'www.example.com', 'old'],
  },
  'a table of routes, one without a host': {
    files: {
      'routes.txt': `$ oc get routes -n shop
NAME   HOST/PORT            PATH   SERVICES   PORT   TERMINATION   WILDCARD
old    www.example.com             old        8080                 None
web    HostAlreadyClaimed          web        8080                 None
`,
    },
    check: 'route-not-attached',
    words: ['Route web', 'HostAlreadyClaimed'],
  },
  'nginx asks a port of HTTPS in plain text': {
    files: {
      'nginx.log': `2026/03/01 10:00:00 [error] 28#28: *36 upstream prematurely closed connection while reading response header from upstream, client: 10.1.1.1, server: shop.example.com, request: "GET / HTTP/1.1", upstream: "http://10.42.0.57:9443/", host: "shop.example.com"\n`,
    },
    check: 'ingress-upstream-errors',
    words: ['9443', 'backend-protocol'],
  },
  'the plug-in does not reach the API server': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT      MESSAGE
3m          Warning   FailedCreatePodSandBox   pod/web-0   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "7187" network for pod "web-0": networkPlugin cni failed to set up pod "web-0_shop" network: Get https://[10.233.0.1]:443/api/v1/namespaces/shop: dial tcp 10.233.0.1:443: i/o timeout
`,
    },
    check: 'cni-sandbox-failed',
    words: ['10.233.0.1:443', 'kube-proxy'],
  },
  'an error of a load balancer that no signature knows': {
    files: {
      'speaker.log': `{"caller":"announcer.go:125","event":"createARPResponder","interface":"eth0","level":"info","msg":"created ARP responder for interface","ts":"2026-03-01T10:00:01Z"}
{"caller":"bgp_controller.go:210","error":"peer asn 64513 is not the one that is configured","level":"error","msg":"failed to build the session","ts":"2026-03-01T10:00:02Z"}
`,
    },
    check: 'network-log-error',
    words: ['failed to build the session'],
  },
  'what the tool of the mesh finds itself': {
    files: {
      'check.txt': `$ linkerd check
linkerd-existence
-----------------
√ control plane namespace exists
× control plane pods are ready
    pod/linkerd-destination-7d9c8b6f5d-2xkpm container linkerd-proxy is not ready
    see https://linkerd.io/2/checks/#l5d-api-control-ready for hints

Status check results are ×
`,
    },
    check: 'network-check-failed',
    words: ['linkerd-destination-7d9c8b6f5d-2xkpm', 'linkerd-proxy', 'not ready'],
  },
  'tests of the network plug-in between pods': {
    files: {
      'test.txt': `$ cilium connectivity test
✅ [cilium-test] Waiting for deployment client to become ready...
📋 Test Report
❌ 1/46 tests failed (2/321 actions), 10 tests skipped, 1 scenarios skipped:
Test [no-policies]:
  ❌ no-policies/pod-to-world/http-to-example: cilium-test/client-7b78db77d5-bf9jz (10.42.1.12) -> example.com-http (example.com:80)
`,
    },
    check: 'network-check-failed',
    words: ['pod-to-world', 'example.com:80'],
  },
  "an old systemd's kube-proxy without an address": {
    files: {
      'status.txt': `kube-proxy.service - Kubernetes Kube-Proxy Server
   Loaded: loaded (/usr/lib/systemd/system/kube-proxy.service; enabled)
   Active: failed (Result: start-limit) since Sun 2026-03-01 10:00:24 UTC; 22s ago
  Process: 2400 ExecStart=/usr/bin/kube-proxy (code=exited, status=255)
 Main PID: 2400 (code=exited, status=255)

Mar 01 10:00:24 n1 kube-proxy[2400]: F0301 10:00:24.174215    2400 server.go:101] Unable to create proxer: failed to select a host interface: Unable to select an IP.
`,
    },
    check: 'kube-proxy-fatal',
    words: ['select an IP'],
  },
  'an answer to the authority that is another one': {
    files: {
      'cert-manager.log': `${klog('I', 'sync.go:173', 'propagation check failed: presented key () did not match expected (x.y)')}\n`,
    },
    check: 'acme-challenge-waits',
    words: ['presented key'],
  },
  'a route of APISIX to a Service that is not there': {
    files: {
      'apisix-ingress-controller.log': `2026-03-01T10:00:00+08:00	error	translation/apisix_route.go:154	failed to get service port in backend	{"backend": {"serviceName":"web","servicePort":80}, "error": "service \\"web\\" not found"}
2026-03-01T10:00:00+08:00	error	ingress/apisix_route.go:178	failed to translate ApisixRoute v2	{"error": "service \\"web\\" not found", "object": "shop/web-route"}
`,
    },
    check: 'ingress-backend-missing',
    words: ['shop/web', 'shop/web-route'],
  },
  'a panic whose trace is longer than its log': {
    files: {
      'external-dns.log': `time="2026-03-01T10:00:00Z" level=info msg="Created Kubernetes client"
panic: runtime error: index out of range [1] with length 1

goroutine 1 [running]:
${Array.from({ length: 5 }, (_, i) => `main.step${i}()\n	/src/main.go:4${i} +0x3c5`).join('\n')}
`,
    },
    check: 'network-log-error',
    words: ['index out of range'],
  },
  'an agent whose controller crashes': {
    files: {
      'out.txt': `$ kubectl get pods -n ovn-kubernetes
NAME                              READY   STATUS             RESTARTS      AGE
ovnkube-db-fgchdnljnn-gv24j       2/2     Running            0             9m16s
ovnkube-master-dgkhmmdhfn-8zfsm   1/2     CrashLoopBackOff   5 (40s ago)   9m16s
ovnkube-node-7hlp6                2/3     CrashLoopBackOff   5 (45s ago)   9m16s
$ kubectl logs -n ovn-kubernetes ovnkube-master-dgkhmmdhfn-8zfsm -c ovnkube-master
${klog('W', 'reflector.go:569', 'failed to list *v1.EgressIP: egressips.k8s.ovn.org is forbidden: User "system:serviceaccount:ovn-kubernetes:ovnkube-master" cannot list resource "egressips" in API group "k8s.ovn.org" at the cluster scope')}
${klog('F', 'ovnkube.go:137', 'failed to run ovnkube: failed to start watch factory')}
`,
    },
    check: 'log-rbac-forbidden',
    words: ['egressips', 'ovnkube-master'],
  },
  'an agent that does not reach Typha': {
    files: {
      'calico.txt': `$ kubectl get pods -n calico-system -o wide
NAME                READY   STATUS    RESTARTS   AGE   IP           NODE
calico-node-84g9k   0/1     Running   0          77m   192.0.2.11   n1
$ kubectl logs -n calico-system calico-node-84g9k
2026-03-01 10:00:00.821 [FATAL][38] felix/daemon.go 532: Failed to connect to Typha error=connection to typhas ([{192.0.2.13:5473 n3 0xc0}]) failed
$ kubectl describe pod -n calico-system calico-node-84g9k | tail -3
  Type     Reason     Age                     From     Message
  ----     ------     ----                    ----     -------
  Warning  Unhealthy  2m11s (x500 over 77m)   kubelet  Readiness probe failed: calico/node is not ready: felix is not ready: readiness probe reporting 503
`,
    },
    check: 'cni-agent-waits-controller',
    words: ['Typha', '192.0.2.13:5473'],
  },
  'the last words of a program of the network that crashes': {
    files: {
      'dns.txt': `$ kubectl get pods -n kube-system
NAME                   READY   STATUS             RESTARTS   AGE
node-local-dns-vf7s9   0/1     CrashLoopBackOff   23         2h
$ kubectl -n kube-system logs node-local-dns-vf7s9 --previous
2026/03/01 10:00:20 [INFO] Setting up networking for node cache
2026/03/01 10:00:20 [FATAL] Cannot brew the configuration of the cache: the kettle is empty
`,
    },
    check: 'network-log-error',
    words: ['kettle is empty'],
  },
  'a policy that names the Service address of the API server': {
    files: {
      'np.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: to-api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ipBlock: {cidr: 10.43.0.1/32}}]
      ports: [{port: 443}]
`,
      'manager.log': `{"level":"error","ts":1772359200.1,"msg":"Failed to get API Group-Resources","error":"Get \\"https://10.43.0.1:443/api?timeout=32s\\": dial tcp 10.43.0.1:443: i/o timeout"}\n`,
    },
    check: 'netpol-ipblock-on-cluster-ips',
    words: ['to-api', '10.43.0.1/32', '6443'],
  },
  'no route to the Service address in IPv6': {
    files: {
      'install-cni.log': `2026-03-01 10:00:33.213 [ERROR][1] cni-installer/<nil> <nil>: Unable to create token for CNI kubeconfig error=Post "https://[fd00:10:96::1]:443/api/v1/namespaces/kube-system/serviceaccounts/calico-cni-plugin/token": dial tcp [fd00:10:96::1]:443: connect: network is unreachable\n`,
    },
    check: 'apiserver-vip-unreachable-from-pods',
    words: ['[fd00:10:96::1]:443', 'network is unreachable'],
  },
  'a replica of Redis without its master': {
    files: {
      'redis.txt': `$ kubectl logs redis-1
1:S 01 Mar 2026 10:00:21.917 * Connecting to MASTER redis-0.redis.shop.svc.cluster.local:6379
1:S 01 Mar 2026 10:00:31.925 # Unable to connect to MASTER: Resource temporarily unavailable
1:S 01 Mar 2026 10:00:32.926 * Connecting to MASTER redis-0.redis.shop.svc.cluster.local:6379
1:S 01 Mar 2026 10:00:42.935 # Unable to connect to MASTER: Resource temporarily unavailable
`,
    },
    check: 'log-upstream-unreachable',
    words: ['redis-0.redis.shop', 'Unable to connect to MASTER'],
  },
  'a sidecar of Consul without a Service': {
    files: {
      'init.txt': `$ kubectl get pod api-fmhngljkd-66b8s
NAME                  READY   STATUS     RESTARTS   AGE
api-fmhngljkd-66b8s   0/2     Init:0/1   0          14m
$ kubectl logs api-fmhngljkd-66b8s consul-connect-inject-init
2026-03-01T10:00:13.329Z [INFO]  Check to ensure a Kubernetes service has been created for this application. If your pod is not starting also check the connect-inject deployment logs.
`,
    },
    check: 'mesh-consul-unregistered',
    words: ['Kubernetes service'],
  },
  'a configuration of haproxy that names a missing Service': {
    files: {
      'haproxy-ingress.log': `${klog('W', 'controller.go:790', 'error obtaining service endpoints: error getting service shop/web from the cache: service shop/web was not found')}
${klog('W', 'controller.go:225', 'Error validating config file:')}
[ALERT] 060/100000 (190) : Proxy 'front': unable to find required default_backend: 'shop-web-80'.
`,
    },
    check: 'ingress-backend-missing',
    words: ['shop/web'],
  },
  'the VPC plug-in waits for its daemon': {
    files: {
      'aws-node.log': Array.from(
        { length: 7 },
        (_, i) =>
          `{"level":"info","ts":"2026-03-01T10:00:${10 + 2 * i}.422Z","caller":"entrypoint.sh","msg":"Retrying waiting for IPAM-D"}`,
      ).join('\n'),
    },
    check: 'cni-aws-ipamd-down',
    words: ['IPAM-D'],
  },
  'a canary that the operator of the ingress sends in vain': {
    files: {
      'ingress-operator.log': `2026-03-01T10:00:11.425Z	ERROR	operator.canary_controller	wait/wait.go:157	error performing canary route check	{"error": "error sending canary HTTP request to \\"canary.apps.example.com\\": Get \\"https://canary.apps.example.com\\": EOF"}\n`,
    },
    check: 'openshift-routes-unreachable',
    words: ['canary', 'EOF'],
  },
  'a condition whose message has several lines': {
    files: {
      'ic.txt': `Name:         default
Namespace:    openshift-ingress-operator
API Version:  operator.openshift.io/v1
Kind:         IngressController
Status:
  Conditions:
    Last Transition Time:  2026-03-01T10:00:00Z
    Message:               Canary route checks for the default ingress controller are failing. Last 1 error:
error sending canary HTTP request to "canary.apps.example.com": remote error: tls: certificate required
    Reason:                CanaryChecksRepetitiveFailures
    Status:                False
    Type:                  CanaryChecksSucceeding
`,
    },
    check: 'network-resource-not-ready',
    words: ['certificate required'],
  },
  'the conditions of an HTTPProxy alone': {
    files: {
      'proxy.txt': `$ kubectl get httpproxy web -n shop -o json | jq -r '.status.conditions'
[
  {
    "errors": [{ "message": "Spec.VirtualHost.TLS Secret \\"web-tls\\" is invalid: Secret not found", "reason": "SecretNotValid", "status": "True", "type": "TLSError" }],
    "lastTransitionTime": "2026-03-01T10:00:00Z",
    "message": "At least one error present, see Errors for details",
    "reason": "ErrorPresent",
    "status": "False",
    "type": "Valid"
  }
]
`,
    },
    check: 'network-resource-not-ready',
    words: ['HTTPProxy', 'web-tls', 'not found'],
  },
  'a table of HTTPProxies': {
    files: {
      'proxies.txt': `$ kubectl get httpproxy -n shop
NAME   FQDN              TLS SECRET   STATUS    STATUS DESCRIPTION
web    web.example.com   web-tls      invalid   Spec.VirtualHost.TLS Secret "web-tls" is invalid: Secret not found
api    api.example.com                valid     Valid HTTPProxy
`,
    },
    check: 'network-resource-not-ready',
    words: ['web', 'Secret not found'],
  },
  'addresses that a new pool of MetalLB does not hold': {
    files: {
      'controller.log': `{"caller":"pool_controller.go:45","controller":"PoolReconciler","level":"info","start reconcile":"metallb-system/default","ts":"2026-03-01T10:00:51Z"}
{"caller":"main.go:111","error":"new config not compatible with assigned IPs: service \\"shop/web\\" cannot own [\\"192.0.2.52\\"] under new config","level":"error","msg":"applying new configuration failed","op":"setConfig","ts":"2026-03-01T10:00:51Z"}
`,
    },
    check: 'network-log-error',
    words: ['shop/web', '192.0.2.52'],
  },
  "kubelets behind the API server's HTTP proxy": {
    files: {
      'logs.txt': `$ kubectl logs -n kube-system web-0
Error from server: Get "https://worker-1:10250/containerLogs/kube-system/web-0/app": Not Found
`,
    },
    check: 'net-proxy-in-the-way',
    words: ['worker-1:10250', 'NO_PROXY'],
  },
  'curl that asks the proxy of the site for a Service': {
    files: {
      'curl.txt': `$ kubectl get svc -n shop web
NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.43.12.91   <none>        443/TCP   3h
$ curl -v 10.43.12.91:443
* About to connect() to proxy web.example.com port 3128 (#0)
*   Trying 192.0.2.9...
* Connected to web.example.com (192.0.2.9) port 3128 (#0)
> GET HTTP://10.43.12.91:443/ HTTP/1.1
< HTTP/1.1 503 Service Unavailable
`,
    },
    check: 'net-proxy-in-the-way',
    words: ['web.example.com', '10.43.12.91', 'NO_PROXY'],
  },
  'an API server that does not reach pods': {
    files: {
      'curl.json': `{"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "error trying to reach service: dial tcp 10.44.0.6:8443: i/o timeout", "reason": "ServiceUnavailable", "code": 503}\n`,
    },
    check: 'net-api-proxy-failed',
    words: ['10.44.0.6:8443', 'i/o timeout'],
  },
  'an API server that finds no endpoints': {
    files: {
      'curl.json': `{"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "no endpoints available for service \\"https:web:\\"", "reason": "ServiceUnavailable", "code": 503}\n`,
    },
    check: 'svc-no-endpoints',
    words: ['no endpoints', 'Service web'],
  },
  'a CoreDNS that asks itself': {
    files: {
      'coredns.txt': `$ kubectl logs coredns-gjcdklhmdl-bsjm8 -n kube-system
${[1, 2, 3].map((n) => `[ERROR] plugin/errors: 2 mail.example.com. A: read udp 10.244.2.27:3450${n}->10.96.0.10:53: i/o timeout`).join('\n')}
`,
    },
    check: 'dns-forwards-to-self',
    words: ['10.96.0.10', 'itself'],
  },
  'a tunnel that is narrower on one node': {
    files: {
      'kube-flannel.log': `${klog('E', 'main.go:224', 'Failed to create SubnetManager: error retrieving pod spec: Get "https://10.96.0.1:443/api/v1/pods": net/http: TLS handshake timeout')}\n`,
      'a.txt': `root@n1:~# ip link show wg0
4: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
`,
      'b.txt': `root@n2:~# ip link show wg0
4: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1320 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
`,
    },
    check: 'net-large-packets-fail',
    words: ['wg0', '1320', 'n2'],
  },
  'a check of linkerd whose reason is a list with tabs': {
    files: {
      'ticket.txt': `$ linkerd check
linkerd-identity
----------------
√ certificate config is valid
× issuer cert is within its validity period
    Invalid issuers:
\t* 7310 identity.mesh.example not valid anymore. Expired on 2026-02-27T09:00:00Z
    see https://linkerd.io/2/checks/ for hints

Status check results are ×
`,
    },
    check: 'network-check-failed',
    words: ['Expired on 2026-02-27T09:00:00Z'],
  },
  'a tunnel of the ambient mesh that nobody answers': {
    files: {
      'ztunnel-x2x4l.log': [17, 38]
        .map(
          (second) =>
            `2026-03-01T10:00:${second}.953004Z\terror\taccess\tconnection complete\tsrc.addr=10.244.0.9:58${second} src.workload="cli-0" src.namespace="tools" src.identity="spiffe://cluster.local/ns/tools/sa/cli" dst.addr=10.244.3.10:15008 dst.hbone_addr=10.244.3.10:8080 dst.service="web.shop.svc.cluster.local" dst.workload="web-0" dst.namespace="shop" dst.identity="spiffe://cluster.local/ns/shop/sa/web" direction="outbound" bytes_sent=0 bytes_recv=0 duration="10002ms" error="connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed"\n`,
        )
        .join(''),
    },
    check: 'mesh-hbone-blocked',
    words: ['selects web-0 in namespace shop'],
  },
  'k3s that ends with the controller of its network policies': {
    files: {
      'journal.txt': `Mar 01 10:00:01 n1 k3s[2211]: time="2026-03-01T10:00:01Z" level=fatal msg="unable to initialize network policy controller: IPv4 was enabled but no IPv4 address was found on node"
Mar 01 10:00:01 n1 systemd[1]: k3s.service: Main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:01 n1 systemd[1]: k3s.service: Failed with result 'exit-code'.
`,
    },
    check: 'cni-kube-router-fatal',
    words: ['no IPv4 address was found on node'],
  },
  'a table of nft that ends k3s': {
    files: {
      'journal.txt': `Mar 01 10:00:01 n1 k3s[842]: panic: F0301 10:00:01.257193     842 network_policy_controller.go:413] failed to list rules in filter table FORWARD chain due to running [/usr/sbin/iptables -t filter -S FORWARD --wait]: exit status 1: iptables v1.8.9 (nf_tables): chain \`FORWARD' in table \`filter' is incompatible, use 'nft' tool.
Mar 01 10:00:01 n1 k3s[842]: goroutine 511 [running]:
Mar 01 10:00:01 n1 systemd[1]: k3s.service: Main process exited, code=exited, status=2/INVALIDARGUMENT
Mar 01 10:00:01 n1 systemd[1]: k3s.service: Failed with result 'exit-code'.
`,
    },
    check: 'iptables-table-foreign',
    words: ['FORWARD'],
  },
  'external-dns without the right to its zone': {
    files: {
      'external-dns.log': [1, 2]
        .map(
          (minute) =>
            `time="2026-03-01T10:0${minute}:00Z" level=error msg="Failed to do run once: soft error\\nfailed to list resource records sets for zone /hostedzone/Z0: operation error Route 53: ListResourceRecordSets, https response error StatusCode: 403, api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/dns/1 is not authorized to perform: route53:ListResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0 because no identity-based policy allows the route53:ListResourceRecordSets action"\n`,
        )
        .join(''),
    },
    check: 'dns-records-refused',
    words: ['external-dns', 'hostedzone/Z0'],
  },
  'a site that redirects to itself behind a load balancer that ends TLS': {
    files: {
      'ticket.txt': `$ curl -sIL --max-redirs 2 https://web.example.com/
HTTP/1.1 308 Permanent Redirect
Location: https://web.example.com

HTTP/1.1 308 Permanent Redirect
Location: https://web.example.com

$ kubectl get cm ingress-nginx-controller -n edge -o yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: ingress-nginx-controller
  namespace: edge
data:
  proxy-body-size: 8m
`,
    },
    check: 'ingress-redirect-loop',
    words: ['https://web.example.com', 'HTTP 308', 'does not set use-forwarded-headers'],
  },
  'UDP packets that the connection table sends to a pod that is gone': {
    files: {
      'ticket.txt': `$ kubectl get endpoints -n ops syslog
NAME     ENDPOINTS         AGE
syslog   10.244.2.31:514   61d
root@n1:~# conntrack -L -p udp --dport 514
udp      17 29 src=10.244.2.12 dst=10.96.7.13 sport=43145 dport=514 [UNREPLIED] src=10.244.2.24 dst=10.244.2.12 sport=514 dport=43145 mark=0 use=1
udp      17 28 src=10.244.2.18 dst=10.96.7.13 sport=50751 dport=514 [UNREPLIED] src=10.244.2.24 dst=10.244.2.18 sport=514 dport=50751 mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
`,
    },
    check: 'conntrack-stale-endpoint',
    words: ['10.244.2.24:514', 'now 10.244.2.31'],
  },
  'a tunnel whose packets have a wrong checksum, and a look-up that is lost in it': {
    files: {
      'ticket.txt': `root@n1:~# dig @10.96.0.10 +tries=1 www.example.com
; <<>> DiG 9.18.1 <<>> @10.96.0.10 +tries=1 www.example.com
;; global options: +cmd
;; connection timed out; no servers could be reached

root@n1:~# tcpdump -vni eth0 udp port 4789
10:00:23.699846 IP (tos 0x0, ttl 64, id 7598, offset 0, flags [none], proto UDP (17), length 133)
    192.0.2.22.25362 > 192.0.2.31.4789: [bad udp cksum 0xd2ae -> 0x245b!] VXLAN, flags [I] (0x08), vni 4096
IP (tos 0x0, ttl 63, id 33703, offset 0, flags [none], proto UDP (17), length 83)
    10.244.0.0.13169 > 10.244.1.6.53: [udp sum ok] 41922+ A? www.example.com. (33)
`,
    },
    check: 'net-tunnel-checksum',
    words: ['UDP 4789', 'bad udp cksum'],
  },
  'Open vSwitch that waits for flows that are there': {
    files: {
      'ticket.txt': `$ kubectl -n kube-system exec antrea-agent-x2x4l -c antrea-ovs -- ovs-vsctl get Open_vSwitch . other_config
{flow-restore-wait="true"}
`,
    },
    check: 'ovs-waits-for-flows',
    words: ['flow-restore-wait'],
  },
  'handshakes that hang, and an interface that is narrower on one node': {
    files: {
      'ticket.txt': `root@wk-1:~# ip link show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1380 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:aa:10:3f brd ff:ff:ff:ff:ff:ff
root@wk-2:~# ip link show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:aa:77:01 brd ff:ff:ff:ff:ff:ff
root@wk-1:~# curl -m 15 -sS https://api.example.com:8200/
curl: (28) SSL connection timeout
`,
    },
    check: 'net-large-packets-fail',
    words: ['1380 on wk-1', '1500 on wk-2'],
  },
  'rules in both back ends of iptables, counted': {
    files: {
      'ticket.txt': `[root@wk-1 ~]# iptables-legacy-save -t nat | grep -c KUBE
212
[root@wk-1 ~]# iptables-nft-save -t nat | grep -c KUBE
233
[root@wk-1 ~]# curl -m 5 http://10.96.66.8:8080/
curl: (7) Failed to connect to 10.96.66.8 port 8080: No route to host
`,
    },
    check: 'iptables-backend-conflict',
    words: ['wk-1', '212 in table nat of legacy'],
  },
  'policies without a rule for DNS, and a look-up by exec into a workload': {
    files: {
      'ticket.txt': `$ kubectl -n shop describe netpol
Name:         to-db
Namespace:    shop
Spec:
  PodSelector:     app=web
  Not affecting ingress traffic
  Allowing egress traffic:
    To Port: 5432/TCP
    To:
      PodSelector: app=db
  Policy Types: Egress


Name:         nothing
Namespace:    shop
Spec:
  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)
  Not affecting ingress traffic
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Egress
$ kubectl -n shop exec deploy/web -- nslookup db
;; connection timed out; no servers could be reached

command terminated with exit code 1
`,
    },
    check: 'netpol-default-deny',
    words: ['nothing', 'DNS', 'web'],
  },
  'names of pods below a Service with an address': {
    files: {
      'ticket.txt': `$ kubectl -n shop get svc
NAME    TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)    AGE
queue   ClusterIP   10.43.7.21    <none>        5671/TCP   18m
$ kubectl -n shop exec queue-0 -- nslookup queue-2.queue.shop.svc.cluster.local
Server:		10.43.0.10
Address:	10.43.0.10:53

** server can't find queue-2.queue.shop.svc.cluster.local: NXDOMAIN
`,
    },
    check: 'dns-service-name-fails',
    words: ['queue-2', 'clusterIP: None', '10.43.7.21'],
  },
  'an idle connection that ends under a request': {
    files: {
      'gateway.log': [3, 19, 44]
        .map(
          (minute) =>
            `[2026-03-01T10:${minute < 10 ? '0' : ''}${minute}:14.705Z] "POST /v1 HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 310 95 1 - "10.1.2.9" "curl/8.5.0" "6e3c" "web.example.com" "10.1.8.33:3000" outbound|3000||web.shop.svc.cluster.local 10.1.4.12:41822 10.1.4.12:8443 10.1.2.9:55218 - -\n`,
        )
        .join(''),
    },
    check: 'ingress-upstream-errors',
    words: ['idle keep-alive connection', 'web.shop.svc.cluster.local:3000'],
  },
  'rules of nft that Felix does not understand': {
    files: {
      'calico-node.log': [100, 200, 400]
        .map(
          (ms) =>
            `2026-03-01 10:00:12.${ms} [ERROR][81] felix/table.go 857: iptables-save failed because there are incompatible nft rules in the table.  Remove the nft rules to continue. ipVersion=0x4 table="nat"\n`,
        )
        .join(''),
    },
    check: 'cni-felix-dataplane',
    words: ['incompatible nft rules'],
  },
  'a certificate that an old controller cannot read': {
    files: {
      'ticket.txt': `W0301 10:00:20.552811       5 backend_ssl.go:49] error obtaining PEM from secret shop/web-tls: unexpected error creating pem file: no valid PEM formatted block found
`,
    },
    check: 'ingress-tls-secret-bad',
    words: ['shop/web-tls', 'no valid PEM'],
  },
  'WebSockets that the proxy cuts': {
    files: {
      'ingress.log': [7, 8, 9]
        .map(
          (minute) =>
            `2026/03/01 10:0${minute}:17 [error] 30#30: *${minute} upstream timed out (110: Connection timed out) while proxying upgraded connection, client: 10.1.1.1, server: chat.example.com, request: "GET /ws HTTP/1.1", upstream: "http://10.1.2.57:5000/ws", host: "chat.example.com"\n`,
        )
        .join(''),
    },
    check: 'ingress-websocket-idle',
    words: ['proxy-read-timeout', 'chat.example.com'],
  },
  'a zone of firewalld that forwards nothing from the tunnel to the pods': {
    files: {
      'messages.txt': Array.from(
        { length: 3 },
        (_, n) =>
          `Mar 01 10:00:0${n} wk-1 kernel: filter_FWD_work_REJECT: IN=vxlan.calico OUT=cali12ab34cd56e MAC=9e:02 SRC=192.0.2.77 DST=192.0.2.140 LEN=60 TOS=0x00 PREC=0x00 TTL=62 ID=${n} DF PROTO=TCP SPT=41877 DPT=8080 WINDOW=64860\n`,
      ).join(''),
    },
    check: 'host-firewall-blocking',
    words: ['wk-1', 'port 8080'],
  },
  'a node without an endpoint, which asks for the address of the load balancer': {
    files: {
      'ticket.txt': `$ kubectl describe svc web
Name:                     web
Namespace:                default
Selector:                 app=web
Type:                     LoadBalancer
IP:                       10.43.7.12
LoadBalancer Ingress:     192.0.2.88
Port:                     http  80/TCP
TargetPort:               8080/TCP
NodePort:                 http  31560/TCP
Endpoints:                10.42.2.17:8080
External Traffic Policy:  Local
$ kubectl get pods -o wide
NAME                   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
web-7f64d79cb4-pt2dm   1/1     Running   0          1h    10.42.2.17   wk-2   <none>           <none>
$ ssh wk-1 curl -m 5 -sS http://192.0.2.88/
curl: (28) Connection timed out after 5001 milliseconds
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['wk-1', 'wk-2'],
  },
  'a name with addresses of both kinds, and pods with one': {
    files: {
      'web.log': [1, 2, 3]
        .map(
          (minute) =>
            `2026-03-01T10:0${minute}:00.000Z ERROR Error: connect ENETUNREACH 2001:db8:44::a:443 - Local (:::0)\n`,
        )
        .join(''),
    },
    check: 'log-upstream-unreachable',
    words: ['over IPv6', 'AAAA'],
  },
  'a search list with the root domain, in a shell of an Alpine container': {
    files: {
      'ticket.txt': `$ kubectl exec -n mill sieve-0 -it -- sh
/ # cat /etc/resolv.conf
search mill.svc.cluster.local svc.cluster.local cluster.local .
nameserver 10.96.0.10
options ndots:5
/ # wget -T 5 https://flour.example.net
wget: bad address 'flour.example.net'
/ # exit
`,
    },
    check: 'dns-search-missing',
    words: ['sieve-0', 'search mill.svc.cluster.local svc.cluster.local cluster.local .', 'musl', 'flour.example.net'],
  },
  'a Service without an address whose age only a table shows, beside a log that ended long before': {
    files: {
      'svc.yaml': `apiVersion: v1
kind: Service
metadata:
  creationTimestamp: "2026-03-01T10:00:00Z"
  name: sluice
  namespace: mill
spec:
  clusterIP: 10.96.7.9
  ports:
  - port: 80
    targetPort: 8080
  selector:
    app: sluice
  type: LoadBalancer
status:
  loadBalancer: {}
`,
      'get.txt': `$ kubectl get svc -n mill
NAME     TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
sluice   LoadBalancer   10.96.7.9    <pending>     80:31780/TCP   22m
$ kubectl logs -n kube-system warden-0
time="2026-03-01T10:00:01Z" level=info msg="sluice was added"
`,
    },
    check: 'svc-lb-pending',
    words: ['sluice'],
  },
  'answers that the policy agent of the VPC CNI drops, and the pod that waits for them': {
    files: {
      'flows.log': `Node: n-1.example.internal;SIP: 10.9.9.15;SPORT: 3306;DIP: 10.3.1.77;DPORT: 45182;PROTOCOL: TCP;PolicyVerdict: DENY
Node: n-1.example.internal;SIP: 10.9.9.15;SPORT: 3306;DIP: 10.3.1.77;DPORT: 45174;PROTOCOL: TCP;PolicyVerdict: DENY
Node: n-1.example.internal;SIP: 10.9.9.15;SPORT: 3306;DIP: 10.3.1.77;DPORT: 45190;PROTOCOL: TCP;PolicyVerdict: DENY
`,
      'pods.txt': `NAME                    READY   STATUS    RESTARTS      AGE   IP          NODE   NOMINATED NODE   READINESS GATES
sieve-7f4b6d7d9b-qs8jc  0/1     Running   4 (49s ago)   6m    10.3.1.77   n-1    <none>           <none>
`,
      'sieve.log': `2026-03-01 10:00:00,410 ERROR pool - Exception during pool initialization.
Caused by: java.net.SocketTimeoutException: Connect timed out
`,
    },
    check: 'policy-drops-flow',
    words: ['10.9.9.15', '10.3.1.77'],
  },
};

describe('pasted texts of a network that fails', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses } = await paste(files);
    expect(rootCauses[0]?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(rootCauses[0])).toContain(word);
  });
});

const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bridges that have the same address on every machine': {
    'ticket.txt': ['cp-1', 'cp-2']
      .map(
        (name, n) => `root@${name}:~# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
    inet 192.0.2.100/32 scope global lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.1${n}/24 brd 192.0.2.255 scope global eth0
3: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default
    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
4: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default
    inet 10.96.0.1/32 scope global kube-ipvs0
    inet 10.96.0.10/32 scope global kube-ipvs0
`,
      )
      .join(''),
  },
  'a WireGuard whose peers were heard, or never asked': {
    'wg.txt': `root@n1:~# wg show
interface: wg0
  public key: AAAA=
  private key: (hidden)
  listening port: 51820

peer: BBBB=
  endpoint: 192.0.2.15:51820
  latest handshake: 41 seconds ago
  transfer: 1.20 GiB received, 2.10 GiB sent

peer: DDDD=
  allowed ips: 10.52.9.0/24
`,
  },
  'a capture in which the other side answers': {
    'capture.txt': `root@n1:~# kubectl get pods -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP             NODE   NOMINATED NODE   READINESS GATES
box    1/1     Running   0          12m   10.244.71.28   n1     <none>           <none>
root@n1:~# tcpdump -i eth0 -nn host 192.0.2.37
tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
10:00:31.204511 IP 10.244.71.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
10:00:32.186596 IP 10.244.71.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
10:00:32.187596 IP 192.0.2.37.80 > 10.244.71.28.40112: Flags [S.], seq 1, ack 2520064449, win 64240, length 0
`,
  },
  'a neighbour that kube-router does not know yet': {
    'kube-router.log': `time="2026-03-01T10:00:48Z" level=info msg="Can't find configuration for a new passive connection from:192.0.2.214" Topic=Peer
time="2026-03-01T10:00:48Z" level=info msg="Add a peer configuration for:192.0.2.214" Topic=Peer
time="2026-03-01T10:00:55Z" level=info msg="Peer Up" Key=192.0.2.214 State=BGP_FSM_OPENCONFIRM Topic=Peer
`,
  },
  'a firewall that rejects what nobody misses': {
    'rules.txt': `[ops@n1 ~]$ sudo iptables -nvL FORWARD
Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
 1112  1021 KUBE-FORWARD  all  --  *      *       0.0.0.0/0            0.0.0.0/0            /* kubernetes forward rules */
 1112  1021 FLANNEL-FWD  all  --  *      *       0.0.0.0/0            0.0.0.0/0            /* flanneld forward */
    3   180 REJECT     all  --  *      *       0.0.0.0/0            0.0.0.0/0            reject-with icmp-host-prohibited
`,
  },
  'virtual servers of IPVS, of which one has no backend on this node': {
    'ipvs.txt': `$ ipvsadm -Ln
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr
  -> 192.0.2.1:6443               Masq    1      4          0
TCP  192.0.2.187:443 rr
`,
    'svc.txt': `NAMESPACE   NAME   TYPE           CLUSTER-IP   EXTERNAL-IP    PORT(S)         AGE
shop        web    LoadBalancer   10.96.41.7   192.0.2.187    443:30443/TCP   4d
`,
  },
  'an address of a load balancer, which answers at its port and not to pings': {
    'session.txt': `$ ping -c 2 192.0.2.71
PING 192.0.2.71 (192.0.2.71) 56(84) bytes of data.
From 192.0.2.20 icmp_seq=1 Destination Port Unreachable

--- 192.0.2.71 ping statistics ---
2 packets transmitted, 0 received, +1 errors, 100% packet loss, time 1001ms
$ curl -s -o /dev/null -w '%{http_code}\\n' http://192.0.2.71
200
$ arping -c 1 192.0.2.71
ARPING 192.0.2.71
60 bytes from 52:54:00:6e:1b:9a (192.0.2.71): index=0 time=401.215 usec
`,
  },
  'a lease that was asked for in vain, and held a little later': {
    'kube-vip.log': `E0301 10:00:02.813311       1 leaderelection.go:325] error retrieving resource lock kube-system/plndr-cp-lock: Get "https://kubernetes:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/plndr-cp-lock": dial tcp 127.0.0.1:6443: connect: connection refused
I0301 10:00:17.120934       1 leaderelection.go:258] "Successfully acquired lease" lock="kube-system/plndr-cp-lock"
time="2026-03-01T10:00:36Z" level=info msg="Broadcasting ARP update for 192.0.2.140 (00:50:56:b2:bc:ac) via eth0"
`,
  },
  'busybox that looks up no server first, and resolves': {
    'dns.txt': `$ kubectl exec -n shop box -- nslookup web.shop
nslookup: can't resolve '(null)': Name does not resolve

Name:      web.shop
Address 1: 10.43.7.72 web.shop.svc.cluster.local
`,
  },
  'busybox that looks up names of the cluster in a shell, one below the other': {
    'shell.txt': `/ # nslookup kube-dns.kube-system.svc.cluster.local
nslookup: can't resolve '(null)': Name does not resolve

Name:      kube-dns.kube-system.svc.cluster.local
Address 1: 10.43.0.10 kube-dns.kube-system.svc.cluster.local
/ # nslookup till.bakery.svc.cluster.local
nslookup: can't resolve '(null)': Name does not resolve

Name:      till.bakery.svc.cluster.local
Address 1: 10.43.7.80 till.bakery.svc.cluster.local
`,
  },
  'a policy in another namespace than that of the Service that does not answer here, and answers there': {
    'session.txt': `$ curl -s -o /dev/null -w '%{http_code}\n' http://till.bakery.svc.cluster.local:8080/
200
$ kubectl -n mill get networkpolicy only-own -o yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-own, namespace: mill}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
`,
  },
  'pings that a machine outside of the network of pods does not answer': {
    'session.txt': `[root@node-1 ~]# ping -c 3 192.0.2.73
PING 192.0.2.73 (192.0.2.73) 56(84) bytes of data.

--- 192.0.2.73 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2214ms
`,
  },
  'a sandbox that got its address at the second try, as the events below say': {
    'events.txt': `Events:
  Type     Reason                  Age    From               Message
  ----     ------                  ----   ----               -------
  Normal   Scheduled               6m02s  default-scheduler  Successfully assigned shop/plates-0 to node-7
  Warning  FailedCreatePodSandBox  6m40s  kubelet            Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0b": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container
  Normal   Pulled                  6m11s  kubelet            Container image "registry.example/plates:2" already present on machine
  Normal   Started                 6m11s  kubelet            Started container plates
`,
  },
  'a proxy of Linkerd that starts before its neighbour in the pod': {
    'linkerd-proxy.log': `2026-03-01T10:00:01.2207413Z INFO linkerd2_proxy::app::main routing on V4(127.0.0.1:4140)
2026-03-01T10:00:01.5019338Z WARN proxy={server=out listen=127.0.0.1:4140 remote=10.1.3.7:51206} linkerd2_proxy::proxy::reconnect connect error to Config { addr: V4(127.0.0.1:8086) }: Connection refused (os error 111) (address: 127.0.0.1:8086)
`,
  },
  'a policy of FORWARD while nothing fails': {
    'inspect.txt': `Inspecting services
  Service snap.microk8s.daemon-containerd is running
 WARNING:  IPtables FORWARD policy is DROP. Consider enabling traffic forwarding with: sudo iptables -P FORWARD ACCEPT
`,
  },
  'the last message of a run before this one, which is ready': {
    'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: cilium-4kq7z
  namespace: kube-system
spec:
  containers:
  - name: cilium-agent
    image: quay.io/cilium/cilium:v1.15.0
status:
  phase: Running
  conditions:
  - type: Ready
    status: "True"
  containerStatuses:
  - name: cilium-agent
    ready: true
    restartCount: 1
    state:
      running:
        startedAt: "2026-03-01T08:00:00Z"
    lastState:
      terminated:
        exitCode: 1
        reason: Error
        finishedAt: "2026-03-01T07:59:00Z"
        message: |
          level=fatal msg="Unable to initialize Kubernetes subsystem" error="unable to create k8s client" subsys=daemon
`,
  },
  'a host firewall that knows the pods, and one that drops scans of the internet and multicast': {
    'ufw.txt': `ada@n1:~$ sudo ufw status
Status: active

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW       Anywhere
6443/tcp                   ALLOW       Anywhere
Anywhere                   ALLOW       10.42.0.0/16
`,
    'kern.log': `Mar 01 10:00:03 n1 kernel: [UFW BLOCK] IN=eth0 OUT= MAC=fa:16 SRC=198.51.100.77 DST=192.0.2.44 LEN=40 TOS=0x00 PREC=0x00 TTL=244 ID=54321 PROTO=TCP SPT=40972 DPT=3389 WINDOW=65535 RES=0x00 SYN URGP=0
Mar 01 10:00:04 n1 kernel: [UFW BLOCK] IN=cni0 OUT= MAC=fa:16 SRC=10.42.0.9 DST=224.0.0.251 LEN=40 TOS=0x00 PREC=0x00 TTL=1 ID=54321 PROTO=UDP SPT=5353 DPT=5353 LEN=20
`,
  },
  'kube-proxy of a node that joins': {
    'kube-proxy.log': `${[1, 2, 4].map(() => klog('E', 'node.go:152', 'Failed to retrieve node info: nodes "n1" not found')).join('\n')}
${klog('I', 'node.go:141', 'Successfully retrieved node IP: 192.0.2.7')}
${klog('I', 'shared_informer.go:320', 'Caches are synced for service config')}
`,
  },
  'rules of another mode that were never there': {
    'kube-proxy.log': `${klog('I', 'server_linux.go:66', '"Using iptables proxy"')}
${klog('E', 'proxier.go:733', '"Error cleaning up nftables rules" err=<')}
	could not run nftables command: /dev/stdin:1:1-24: Error: Could not process rule: Operation not supported
	add table ip kube-proxy
	^^^^^^^^^^^^^^^^^^^^^^^^
 >
${klog('E', 'proxier.go:733', '"Error cleaning up nftables rules" err=<')}
	could not run nftables command: /dev/stdin:1:1-25: Error: Could not process rule: Operation not supported
	add table ip6 kube-proxy
	^^^^^^^^^^^^^^^^^^^^^^^^^
 >
${klog('I', 'shared_informer.go:320', 'Caches are synced for service config')}
`,
  },
  'containers of one pod that wait for each other in their first second': {
    'linkerd-proxy.log': `[     0.004000s]  INFO ThreadId(01) linkerd2_proxy::rt: Using single-threaded proxy runtime
[     0.012000s]  WARN ThreadId(01) policy:controller{addr=localhost:8090}:endpoint{addr=127.0.0.1:8090}: linkerd_reconnect: Failed to connect error=endpoint 127.0.0.1:8090: Connection refused (os error 111) error.sources=[Connection refused (os error 111)]
[     2.100000s]  INFO ThreadId(02) daemon:identity: linkerd_app: Certified identity id=web.shop.serviceaccount.identity.linkerd.cluster.local
`,
  },
  'a node without a pod of a Service with the policy Local': {
    'rules.txt': `[ada@n1 ~]$ sudo iptables-save | grep shop/front
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/front:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 31080 -j DROP
-A KUBE-SEP-ABCDEFGHIJ23456A -p tcp -m comment --comment "shop/front:http" -m tcp -j DNAT --to-destination 10.42.1.19:8080
[ada@n1 ~]$ kubectl get pods -n shop -o wide
NAME                     READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
front-7c9d8b6f5d-2xkpm   1/1     Running   0          9m    10.42.1.19   n2     <none>           <none>
`,
  },
  'what kube-router says at its start': {
    'kube-router.log': `${klog('I', 'kube-router.go:223', 'Running /usr/local/bin/kube-router version v1.0.0')}
${klog('I', 'network_routes_controller.go:225', 'Starting network route controller')}
${klog('E', 'bgp_policies.go:42', 'Failed to replace defined set not found defined-set: podcidrprefixset')}
`,
  },
  'a pool of MetalLB that an advertisement for all announces': {
    'metallb.txt': `$ kubectl get ipaddresspool -n metallb-system
NAME    AUTO ASSIGN   AVOID BUGGY IPS   ADDRESSES
front   true          false             ["192.0.2.40-192.0.2.59"]
$ kubectl get l2advertisement -A
NAMESPACE        NAME   IPADDRESSPOOLS   IPADDRESSPOOL SELECTORS   INTERFACES   AGE
metallb-system   all                                                            9d
`,
  },
  'pools of which nobody asked whether they are announced': {
    'metallb.txt': `$ kubectl get ipaddresspool -n metallb-system
NAME    AUTO ASSIGN   AVOID BUGGY IPS   ADDRESSES
front   true          false             ["192.0.2.40-192.0.2.59"]
`,
  },
  'a policy of Docker that flannel makes up for': {
    'iptables.txt': `[root@n3 ~]# iptables -vL
Chain FORWARD (policy DROP 2947 packets, 248K bytes)
 pkts bytes target     prot opt in     out     source               destination
 4310  402K KUBE-FORWARD  all  --  any    any     anywhere             anywhere             /* kubernetes forwarding rules */
 4310  402K FLANNEL-FWD  all  --  any    any     anywhere             anywhere             /* flanneld forward */
`,
  },
  'a host firewall that accepts the other nodes': {
    'rules.txt': `*filter
:INPUT DROP [12:840]
:FORWARD ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -j ACCEPT
-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
COMMIT
`,
  },
  'a Service that had no endpoint when its controller started': {
    'controller.log': `W0301 10:00:00.811300       7 controller.go:1207] Service "shop/web" does not have any active Endpoint.
I0301 10:00:00.832101       7 controller.go:190] "Configuration changes detected, backend reload required"
`,
    'ep.txt': `$ kubectl get endpoints -n shop
NAME   ENDPOINTS          AGE
web    10.42.1.31:8080    41d
`,
  },
  'names that the cluster completes, and those of a site': {
    'dns.txt': `/ # nslookup kubernetes.default
Server:		10.43.0.10
Address:	10.43.0.10:53

Name:	kubernetes.default.svc.cluster.local
Address: 10.43.0.1

/ # nslookup db.prod
Server:		10.43.0.10
Address:	10.43.0.10:53

Name:	db.prod.corp.example.com
Address: 192.0.2.80

`,
  },
  'a node of VirtualBox alone': {
    'flannel.log': `${klog('I', 'main.go:399', 'Using interface with name eth0 and address 10.0.2.15')}\n`,
    'nodes.txt': `$ kubectl get nodes
NAME       STATUS   ROLES    AGE   VERSION
minikube   Ready    <none>   9d    v1.31.0
`,
  },
  'a gateway in the internet that is asked for anything': {
    'gw.log': Array.from({ length: 90 }, (_, i) =>
      i % 9 === 0
        ? `[2026-03-01T10:00:${i % 60}.979Z] "GET /.env HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "192.0.2.7" "bot" "5b1e0c44-7a90-4d21-9c63-2f8e6d0ab715" "198.51.100.7" "-" - - 10.1.1.1:8080 10.1.1.2:1 - -`
        : `[2026-03-01T10:00:${i % 60}.979Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 7 2 - "192.0.2.7" "curl" "5b1e0c44-7a90-4d21-9c63-2f8e6d0ab715" "shop.example.com" "10.1.1.9:80" - - 10.1.1.1:8080 10.1.1.2:1 - -`,
    ).join('\n'),
  },
  'a new Ingress, before its endpoints were there': {
    'traefik.log': `time="2026-03-01T10:00:00Z" level=error msg="Cannot create service: subset not found" serviceName=web servicePort=8080 providerName=kubernetes ingress=web namespace=shop\n`,
    'ep.txt': `$ kubectl get endpoints -n shop
NAME   ENDPOINTS          AGE
web    10.42.0.31:8080    9m
`,
  },
  'a proxy that goes on after an error': {
    'traefik.log': `time="2026-03-01T10:00:00Z" level=error msg="accept tcp [::]:8000: use of something strange" entryPointName=web
time="2026-03-01T10:00:01Z" level=info msg="Configuration received from provider" providerName=kubernetes
time="2026-03-01T10:00:02Z" level=info msg="Configuration loaded" providerName=kubernetes
time="2026-03-01T10:00:03Z" level=info msg="Configuration loaded" providerName=kubernetes
`,
  },
  'a load balancer that is built by now': {
    'ing.txt': `Name:             web
Namespace:        shop
Address:          192.0.2.9
Rules:
  Host        Path  Backends
  ----        ----  --------
  *           /     web:80 (10.42.0.9:80)
Events:
  Type     Reason                  Age                From     Message
  ----     ------                  ----               ----     -------
  Warning  FailedBuildModel        9s (x14 over 52s)  ingress  Failed build model due to ingress: shop/web: Service "web" not found
  Normal   SuccessfullyReconciled  2s                 ingress  Successfully reconciled
`,
  },
  'an ingress controller that does not miss the Service any more': {
    'ingress-nginx.log': `W0301 10:00:00.100000       7 controller.go:1112] Error obtaining Endpoints for Service "shop/web": no object matching key "shop/web" in local store
I0301 10:00:00.102000       7 controller.go:168] "Configuration changes detected, backend reload required"
I0301 10:00:04.102000       7 controller.go:168] "Configuration changes detected, backend reload required"
`,
  },
  'a mesh whose checks pass': {
    'check.txt': `linkerd-version
---------------
√ can determine the latest version
‼ cli is up-to-date
    is running version 2.7.0 but the latest stable version is 2.7.1

Status check results are √
`,
  },
  "the first seconds of Antrea's agent": {
    'antrea-agent.log': `${klog('I', 'ovs_client.go:71', 'Connecting to OVSDB at address /var/run/openvswitch/db.sock')}
${klog('I', 'ovs_client.go:90', 'Not connected yet, will try again in 2s')}
${klog('I', 'agent.go:412', 'Setting up node network')}
${klog('I', 'ovs_client.go:122', 'Created bridge: d139c498')}
`,
  },
  'a field that kube-proxy reads over': {
    'kube-proxy.log': `${klog('I', 'server.go:432', '"Using lenient decoding as strict decoding failed" err="strict decoding error: unknown field \\"udpIdleTimeout\\""')}
${klog('I', 'server_others.go:176', '"Using iptables Proxier"')}
`,
  },
  'a query for loops that nobody answers, and names that resolve': {
    'coredns.log': `[INFO] plugin/reload: Running configuration MD5 = 4e235
${[1, 2].map((n) => `[ERROR] plugin/errors: 2 379795.706375. HINFO: read udp 10.42.0.17:3680${n}->192.0.2.53:53: i/o timeout`).join('\n')}
`,
    'lookup.txt': `$ kubectl exec dnsutils -- nslookup www.example.com
Server:		10.96.0.10
Address:	10.96.0.10#53

Name:	www.example.com
Address: 192.0.2.34
`,
  },
  'the first seconds of the VPC plug-in': {
    'aws-node.log': `{"level":"info","ts":"2026-03-01T10:00:10.422Z","caller":"entrypoint.sh","msg":"Checking for IPAM connectivity ... "}
{"level":"info","ts":"2026-03-01T10:00:12.422Z","caller":"entrypoint.sh","msg":"Retrying waiting for IPAM-D"}
{"level":"info","ts":"2026-03-01T10:00:14.422Z","caller":"entrypoint.sh","msg":"Copying config file ... "}
`,
  },
  'a self check of cert-manager that failed before the certificate was issued': {
    'cert-manager.log': `E0301 10:00:11.322055       1 sync.go:208] "propagation check failed" err="wrong status code '404', expected '200'" logger="cert-manager.controller" resource_name="shop-1-10-39" resource_namespace="shop" resource_kind="Challenge" dnsName="shop.example.com" type="HTTP-01"
I0301 10:00:58.002311       1 acme.go:236] "certificate issued" logger="cert-manager.controller.sign" resource_name="shop-1" resource_namespace="shop" resource_kind="CertificateRequest"
`,
  },
  'a health check of a Service whose traffic policy is Local': {
    'ticket.txt': `$ kubectl -n edge get svc web -o yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: edge
spec:
  clusterIP: 10.96.11.8
  externalTrafficPolicy: Local
  healthCheckNodePort: 31999
  ports:
  - nodePort: 32443
    port: 443
    targetPort: 8443
  selector:
    app: web
  type: LoadBalancer
status:
  loadBalancer:
    ingress:
    - ip: 192.0.2.85
$ for n in wk-1 wk-2; do echo -n "$n "; curl -s -o /dev/null -w '%{http_code}\\n' http://$n:31999/healthz; done
wk-1 503
wk-2 200
`,
  },
  'redirects that lead on, and one that wants its cookie back': {
    'ticket.txt': `$ curl -sIL http://web.example.com/
HTTP/1.1 308 Permanent Redirect
Location: https://web.example.com/

HTTP/2 200
content-type: text/html

$ curl -sI https://docs.example.com/guide
HTTP/2 301
location: https://docs.example.com/guide/

$ curl -sIL --max-redirs 2 https://app.example.com/
HTTP/2 302
location: https://app.example.com/
set-cookie: seen=1; Path=/

HTTP/2 302
location: https://app.example.com/
set-cookie: seen=1; Path=/
`,
  },
  'entries of the connection table that lead where the Service does': {
    'ticket.txt': `$ kubectl get endpoints -n ops syslog
NAME     ENDPOINTS         AGE
syslog   10.244.2.31:514   61d
root@n1:~# conntrack -L -p udp
udp      17 29 src=10.244.2.12 dst=10.96.7.13 sport=43145 dport=514 [UNREPLIED] src=10.244.2.31 dst=10.244.2.12 sport=514 dport=43145 mark=0 use=1
udp      17 119 src=10.244.2.12 dst=192.0.2.53 sport=43146 dport=53 src=192.0.2.53 dst=10.244.2.12 sport=53 dport=43146 [ASSURED] mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
`,
  },
  'external-dns that was denied once, at its start': {
    'external-dns.log': `time="2026-03-01T10:00:17Z" level=error msg="records retrieval failed: failed to list hosted zones: AccessDenied: User: arn:aws:sts::111122223333:assumed-role/dns/1 is not authorized to perform: route53:ListHostedZones because no identity-based policy allows the route53:ListHostedZones action"
time="2026-03-01T10:01:17Z" level=info msg="All records are already up to date"
time="2026-03-01T10:02:17Z" level=info msg="All records are already up to date"
`,
  },
  'a node with another MTU, where nothing hangs': {
    'ticket.txt': `root@wk-1:~# ip link show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP mode DEFAULT group default qlen 1000
root@wk-2:~# ip link show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
`,
  },
  'a name that no pod of a headless Service has yet': {
    'ticket.txt': `$ kubectl -n shop get svc
NAME    TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE
queue   ClusterIP   None         <none>        5671/TCP   18m
$ kubectl -n shop get pods
NAME      READY   STATUS    RESTARTS   AGE
queue-0   1/1     Running   0          18m
$ kubectl -n shop exec queue-0 -- nslookup queue-0.queue.shop.svc.cluster.local
Server:		10.43.0.10
Address:	10.43.0.10:53

Name:	queue-0.queue.shop.svc.cluster.local
Address: 10.42.0.9
`,
  },
  'a WebSocket whose client went away, among many requests': {
    'ingress.log': Array.from(
      { length: 60 },
      (_, at) =>
        `10.1.1.1 - - [01/Mar/2026:10:${10 + Math.floor(at / 2)}:17 +0000] "GET /api/${at} HTTP/1.1" 200 221 "-" "curl/8.5.0" 120 0.003 [shop-web-80] [] 10.1.2.57:5000 221 0.004 200 5f2f`,
    )
      .toSpliced(
        9,
        0,
        '2026/03/01 10:14:30 [error] 30#30: *7 upstream timed out (110: Connection timed out) while proxying upgraded connection, client: 10.1.1.1, server: chat.example.com, request: "GET /ws HTTP/1.1", upstream: "http://10.1.2.57:5000/ws", host: "chat.example.com"',
      )
      .join('\n'),
  },
  'one machine under two names, and the network of VirtualBox': {
    'ticket.txt': `[root@wk-1 ~]# ip -4 addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.21/24 brd 192.0.2.255 scope global eth1
[root@wk-2 ~]# ip -4 addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.22/24 brd 192.0.2.255 scope global eth1
[root@first ~]# ip -4 addr show eth1
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.21/24 brd 192.0.2.255 scope global eth1
`,
  },
  'firewalld, and pods that reach each other': {
    'ticket.txt': `[root@wk-1 ~]# firewall-cmd --state
running
[root@wk-1 ~]# nft list table inet firewalld
table inet firewalld {
	chain filter_FORWARD {
		type filter hook forward priority filter + 10; policy accept;
		ct state { established, related } accept
		reject with icmpx type admin-prohibited
	}
}
[root@wk-1 ~]# kubectl exec tools -- curl -s -o /dev/null -w '%{http_code}\\n' http://10.244.3.71/
200
`,
  },
  'a search list with the root domain where names resolve': {
    'ticket.txt': `$ kubectl exec -n mill sieve-0 -it -- sh
/ # cat /etc/resolv.conf
search mill.svc.cluster.local svc.cluster.local cluster.local .
nameserver 10.96.0.10
options ndots:5
/ # nslookup flour.example.net
Server:		10.96.0.10
Address:	10.96.0.10#53

Name:	flour.example.net
Address: 192.0.2.7

/ # exit
`,
  },
  'an old CoreDNS that tells of each name it did not find as of an error': {
    'coredns.log': `01/Mar/2026:10:00:11 +0000 [ERROR 0 sieve.mill.svc.cluster.local. A] no items found
01/Mar/2026:10:00:11 +0000 [ERROR 0 sieve.svc.cluster.local. A] invalid query name
`,
  },
};

describe('pasted texts of a network that works', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
