/** What people paste of traffic that does not reach its Service: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const ROUTE = (gateway: string, port: number): string => `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: kiosk
  namespace: fair
spec:
  hosts: [kiosk.example.com]
  gateways: [${gateway}]
  http:
  - route:
    - destination:
        host: kiosk-web
        port:
          number: ${port}
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata:
  name: plaza
  namespace: mesh-edge
spec:
  servers:
  - hosts: ['*']
    port: {number: 80, name: http, protocol: HTTP}
---
apiVersion: v1
kind: Service
metadata:
  name: kiosk-web
  namespace: fair
spec:
  ports:
  - port: 7100
`;
const access = (words: string): string =>
  `[2026-03-01T10:00:00.979Z] "GET / HTTP/1.1" ${words} - "-" 0 0 0 - "192.0.2.7" "curl" "5d5b9c64-43c3-4e27-9b1b-5c3a7a9a1a0e" "kiosk.example.com" "-" - - 10.244.3.18:8080 192.0.2.7:59367 - -\n`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a page of an error that curl -v fetched: the load balancer ends TLS before a port of TLS': {
    files: {
      'paste.txt': `$ curl -v https://desk.example.com/
*   Trying 192.0.2.17:443...
* Connected to desk.example.com (192.0.2.17) port 443 (#0)
> GET / HTTP/1.1
> Host: desk.example.com
>
< HTTP/1.1 400 Bad Request
< content-type: text/html
<
<html>
<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>
<body>
<center>The plain HTTP request was sent to HTTPS port</center>
</body>
</html>
* Closing connection 0
$ kubectl -n edge get svc front-controller -o yaml
apiVersion: v1
kind: Service
metadata:
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn:aws:acm:eu-west-1:111122223333:certificate/1
  name: front-controller
  namespace: edge
spec:
  ports:
  - name: https
    port: 443
    targetPort: https
  type: LoadBalancer
`,
    },
    check: 'net-protocol-mismatch',
    words: ['front-controller ends TLS itself', 'targetPort https', 'plain HTTP was sent'],
  },
  'an Ingress that says nothing of the TLS of its backend': {
    files: {
      'page.txt': 'What the browser shows:\n\n400 Bad Request\nThe plain HTTP request was sent to HTTPS port\n',
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: loom, namespace: mill}
spec:
  rules:
  - host: loom.example.com
    http:
      paths:
      - path: /
        backend: {service: {name: loom, port: {number: 8443}}}
---
apiVersion: v1
kind: Service
metadata: {name: loom, namespace: mill}
spec:
  ports: [{name: https-web, port: 8443}]
`,
    },
    check: 'net-protocol-mismatch',
    words: ['Ingress loom names no protocol', '8443 (https-web) of Service loom'],
  },
  'an order for gRPC before a server of HTTP/1': {
    files: {
      'front.log': `2026/03/01 10:00:00 [error] 31#31: *9 upstream sent too large http2 frame: 4740180 while reading response header from upstream, client: 10.1.1.1, server: bell.example.com, request: "POST /Bell/Ring HTTP/2.0", upstream: "grpc://10.1.2.3:8080", host: "bell.example.com"
`,
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: bell
  namespace: tower
  annotations: {nginx.ingress.kubernetes.io/backend-protocol: GRPC}
spec:
  rules:
  - host: bell.example.com
    http:
      paths:
      - path: /
        backend: {service: {name: bell, port: {number: 8080}}}
`,
    },
    check: 'net-protocol-mismatch',
    words: ['HTTP/2 (gRPC) and HTTP/1', 'Ingress bell orders GRPC'],
  },
  'curl and a port without TLS': {
    files: {
      'paste.txt': `$ curl https://desk:8080/
curl: (35) error:0A00010B:SSL routines::wrong version number
`,
    },
    check: 'net-protocol-mismatch',
    words: ['desk:8080', 'TLS was spoken to a port that answers in plain text'],
  },
  'a VirtualService that routes to a subset of nobody': {
    files: {
      'paste.txt': `$ kubectl -n mill get virtualservice loom -o yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: loom, namespace: mill}
spec:
  hosts: [loom]
  http:
  - route:
    - destination: {host: loom, subset: blue}
$ kubectl -n mill get destinationrules
No resources found in mill namespace.
$ kubectl -n mill exec deploy/web -- curl -sv http://loom:9000/
< HTTP/1.1 503 Service Unavailable
< server: envoy
`,
    },
    check: 'mesh-virtual-service-wrong',
    words: ['subset blue of loom', 'no DestinationRule for loom'],
  },
  'a fault that a VirtualService injects': {
    files: {
      'vs.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: loom, namespace: mill}
spec:
  hosts: [loom]
  http:
  - fault:
      abort: {httpStatus: 500, percentage: {value: 30}}
      delay: {fixedDelay: 4s}
    route:
    - destination: {host: loom}
`,
    },
    check: 'mesh-virtual-service-wrong',
    words: ['answers 30 % of the requests with 500', 'loom'],
  },
  'a template of CoreDNS that hides a Service': {
    files: {
      'cm.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
        errors
        template IN ANY {
           match "^loom[.]mill[.]svc"
           rcode NXDOMAIN
        }
        kubernetes cluster.local
    }
`,
      'svc.txt': `$ kubectl get svc -n mill
NAME   TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)    AGE
loom   ClusterIP   10.96.18.201   <none>        9000/TCP   40d
web    ClusterIP   10.96.18.202   <none>        80/TCP     40d
`,
      'web-7d8d8c6c54-mg2x5.log': `2026-03-01T10:00:01Z ERROR request to http://loom:9000/ failed, reason: getaddrinfo ENOTFOUND loom
2026-03-01T10:00:03Z ERROR request to http://loom:9000/ failed, reason: getaddrinfo ENOTFOUND loom
2026-03-01T10:00:05Z ERROR request to http://loom:9000/ failed, reason: getaddrinfo ENOTFOUND loom
2026-03-01T10:00:09Z ERROR request to http://loom:9000/ failed, reason: getaddrinfo ENOTFOUND loom
`,
    },
    check: 'dns-template-hides-service',
    words: ['NXDOMAIN', 'Service loom'],
  },
  'a subset of a DestinationRule whose label no pod has': {
    files: {
      'curl.txt': `$ curl -i http://192.0.2.40/
HTTP/1.1 503 Service Unavailable
server: istio-envoy

no healthy upstream
`,
      'istio.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: loom, namespace: mill}
spec:
  hosts: [loom.example.com]
  http:
  - route:
    - destination: {host: loom.mill.svc.cluster.local, subset: blue}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: loom-rule, namespace: mill}
spec:
  host: loom
  subsets: [{name: blue, labels: {colour: blue}}]
`,
      'pods.txt': `$ kubectl get pods -n mill --show-labels
NAME                    READY   STATUS    RESTARTS   AGE   LABELS
loom-7d8d8c6c54-mg2x5   2/2     Running   0          26m   app=loom,pod-template-hash=7d8d8c6c54
`,
    },
    check: 'mesh-virtual-service-wrong',
    words: ['loom-rule', 'colour=blue', 'none of them has'],
  },
  'a Secret that lies in another namespace than its Ingress': {
    files: {
      'curl.txt': `$ curl -kv https://plate.example.com 2>&1 | grep -A3 'Server certificate'
* Server certificate:
*  subject: O=Acme Co; CN=Kubernetes Ingress Controller Fake Certificate
*  SSL certificate verify result: unable to get local issuer certificate (20), continuing anyway.
`,
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: plate, namespace: kiln}
spec:
  tls: [{hosts: [plate.example.com], secretName: plate-cert}]
  rules: [{host: plate.example.com}]
`,
      'secrets.txt': `$ kubectl get secrets -A --field-selector type=kubernetes.io/tls
NAMESPACE   NAME         TYPE                DATA   AGE
vault       plate-cert   kubernetes.io/tls   2      3d
`,
    },
    check: 'ingress-tls-secret-bad',
    words: ['plate-cert', 'does not exist in namespace kiln', 'in namespace vault'],
  },
  'a pod that asks for the load balancer of a Service with policy Local, from a node without an endpoint': {
    files: {
      'paste.txt': `$ kubectl get pods -n edge -o wide
NAME                     READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
front-6b5c9f6f7d-v8x4p   1/1     Running   0          2d    10.3.1.46   n-1    <none>           <none>
asker-7c6d9d88b5-kd2mz   1/1     Running   0          2d    10.3.2.22   n-2    <none>           <none>
$ kubectl describe svc -n edge front
Name:                     front
Namespace:                edge
Selector:                 app=front
Type:                     LoadBalancer
IP:                       10.96.8.70
LoadBalancer Ingress:     192.0.2.96
Port:                     http  80/TCP
TargetPort:               8080/TCP
NodePort:                 http  31037/TCP
Endpoints:                10.3.1.46:8080
External Traffic Policy:  Local
$ kubectl exec -n edge asker-7c6d9d88b5-kd2mz -- wget http://192.0.2.96/
Connecting to 192.0.2.96 (192.0.2.96:80)
wget: can't connect to remote host (192.0.2.96): Connection timed out
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['front', 'node n-2 has no endpoint', 'n-1'],
  },
  'a pod that its own node reaches, and another does not': {
    files: {
      'paste.txt': `kim@n-1:~$ kubectl get pods -o wide
NAME                READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
bell-5f8b9c-8vtr7   1/1     Running   0          22m   10.3.2.9     n-2    <none>           <none>
kim@n-1:~$ curl -m 5 http://10.3.2.9:8080
curl: (28) Connection timed out after 5000 milliseconds
kim@n-1:~$ ssh n-2 curl -s -m 5 http://10.3.2.9:8080
ding
`,
    },
    check: 'net-cross-node-failed',
    words: ['n-1 → n-2', 'answers on node n-2'],
  },
  'the certificate of a search domain, shown for a name outside': {
    files: {
      'paste.txt': `$ kubectl logs -n mill deploy/fetch --tail=1
level=error msg="index failed" error="Get https://git.stone.example/index: tls: failed to verify certificate: x509: certificate is valid for farm.example, www.farm.example, not git.stone.example"
$ kubectl exec -n mill deploy/fetch -- nslookup git.stone.example
Server:		10.96.0.10
Address:	10.96.0.10:53

Name:	git.stone.example.farm.example
Address: 192.0.2.77
`,
    },
    check: 'dns-search-wildcard',
    words: ['git.stone.example', 'farm.example', 'wildcard'],
  },
  'the name of a Service of another namespace, asked for by a pod that is well': {
    files: {
      'asker.log': `2026-03-01 10:00:00.602  INFO 1 --- [main] e.desk.AskerApplication : Started AskerApplication in 6.1 seconds
2026-03-01 10:01:20.277 ERROR 1 --- [exec-3] e.desk.Call : I/O error on GET request for "http://ledger/items": ledger: Name does not resolve
java.net.UnknownHostException: ledger: Name does not resolve
	at java.net.InetAddress.getAllByName0(InetAddress.java:1277)
`,
      'paste.txt': `$ kubectl get pods -n front
NAME                     READY   STATUS    RESTARTS   AGE
asker-6f9d5c7b48-p2xkq   1/1     Running   0          9m
$ kubectl get svc -A
NAMESPACE   NAME     TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE
books       ledger   ClusterIP   10.96.41.88   <none>        80/TCP    41d
front       asker    ClusterIP   10.96.20.17   <none>        80/TCP    9m
`,
    },
    check: 'log-dns-failure',
    words: ['ledger', 'in namespace books'],
  },
  'a program of another pod that is refused at the Service of one that listens on localhost': {
    files: {
      'caller.log': `fail: Example.Errors[1]
      System.Net.Http.HttpRequestException: Connection refused (rate-api:80)
       ---> System.Net.Sockets.SocketException (111): Connection refused
`,
      'rate.txt': `kubectl logs rate-api-6c9fdc5b6b-nw7sl
info: Microsoft.Hosting.Lifetime[14]
      Now listening on: http://localhost:5300

kubectl describe svc rate-api
Name:              rate-api
Namespace:         default
Selector:          app=rate-api
Type:              ClusterIP
IP:                10.96.61.9
Port:              <unset>  80/TCP
TargetPort:        5300/TCP
Endpoints:         10.3.4.71:5300
`,
    },
    check: 'listens-on-loopback',
    words: ['rate-api', 'localhost:5300', 'refused at Service rate-api'],
  },
  'names below a headless Service that is not the one of the StatefulSet, in the words of MongoDB': {
    files: {
      'store.log': `{"t":{"$date":"2026-03-01T10:00:45.502+00:00"},"s":"I","c":"REPL","id":4333208,"ctx":"r0","msg":"Host selection failed","attr":{"error":"HostUnreachable: Error connecting to store-1.store-peers.shop.svc.cluster.local:27017 :: caused by :: Could not find address for store-1.store-peers.shop.svc.cluster.local:27017: SocketException: Host not found (authoritative)"}}
`,
      'objects.yaml': `apiVersion: v1
kind: Service
metadata: {name: store-peers, namespace: shop}
spec: {clusterIP: None, selector: {app: store}, ports: [{port: 27017}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: shop}
spec: {serviceName: store, replicas: 3, selector: {matchLabels: {app: store}}, template: {metadata: {labels: {app: store}}}}
`,
    },
    check: 'dns-service-name-fails',
    words: ['StatefulSet store has serviceName store', 'store-peers'],
  },
  'an HTTPProxy as YAML, with what Contour says of it': {
    files: {
      'proxy.yaml': `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: trunk, namespace: wood}
spec:
  virtualhost: {fqdn: trunk.example.com}
  routes:
  - services: [{name: outer, port: 80}]
status:
  currentStatus: invalid
  description: Service [outer:80] is invalid or missing
`,
    },
    check: 'network-resource-not-ready',
    words: ['trunk', 'invalid', 'outer:80'],
  },
  'a client that gives up while Linkerd waits for the first bytes of a server': {
    files: {
      'app.log': `Error: connect ETIMEDOUT
    at Connection._handleTimeoutError (/srv/app/node_modules/mysql2/lib/connection.js:205:17) {
  code: 'ETIMEDOUT',
  fatal: true
}
`,
      'kubectl-logs-linkerd-proxy.txt': `[     0.002131s]  INFO ThreadId(01) linkerd2_proxy::rt: Using single-threaded proxy runtime
[    14.880217s]  INFO ThreadId(01) outbound:proxy{addr=10.96.0.196:3307}: linkerd_detect: Continuing after timeout: linkerd_proxy_http::version::Version protocol detection timed out after 10s
[    31.114900s]  INFO ThreadId(01) outbound:proxy{addr=10.96.0.196:3307}: linkerd_detect: Continuing after timeout: linkerd_proxy_http::version::Version protocol detection timed out after 10s
`,
    },
    check: 'mesh-linkerd-detect-timeout',
    words: ['3307'],
  },
  'a VirtualService that names a Gateway of another namespace by its bare name': {
    files: { 'mesh.yaml': ROUTE('plaza', 7100), 'gateway.log': access('404 NR route_not_found').repeat(2) },
    check: 'mesh-virtual-service-wrong',
    words: ['fair/kiosk', 'names Gateway plaza', 'is in namespace mesh-edge'],
  },
  'the same, as kubectl lists and describes it': {
    files: {
      'ticket.txt': `$ kubectl get gateways.networking.istio.io -A
NAMESPACE   NAME    AGE
mesh-edge   plaza   4d
$ kubectl -n fair describe virtualservice kiosk
Name:         kiosk
Namespace:    fair
API Version:  networking.istio.io/v1
Kind:         VirtualService
Spec:
  Gateways:
    plaza
  Hosts:
    kiosk.example.com
Events:        <none>
`,
    },
    check: 'mesh-virtual-service-wrong',
    words: ['fair/kiosk (kiosk.example.com)', 'names Gateway plaza', 'is in namespace mesh-edge'],
  },
  'the same, in one listing of both kinds': {
    files: {
      'ticket.txt': `$ kubectl get gw,vs -A
NAMESPACE   NAME                                AGE
mesh-edge   gateway.networking.istio.io/plaza   4d

NAMESPACE   NAME                                       GATEWAYS    HOSTS                   AGE
fair        virtualservice.networking.istio.io/kiosk   ["plaza"]   ["kiosk.example.com"]   4d
`,
    },
    check: 'mesh-virtual-service-wrong',
    words: ['fair/kiosk', 'names Gateway plaza'],
  },
  'a VirtualService that leads to a port which the Service has not': {
    files: { 'mesh.yaml': ROUTE('mesh-edge/plaza', 7101), 'gateway.log': access('503 NC cluster_not_found').repeat(2) },
    check: 'mesh-virtual-service-wrong',
    words: ['port 7101 of kiosk-web', 'it has 7100'],
  },
  'a policy that lets the port of the program in and not that of the tunnel': {
    files: {
      'ztunnel.log':
        '2026-03-01T10:00:00.953004Z\terror\taccess\tconnection complete\tsrc.addr=192.0.2.9:58592 src.workload="poller-0" src.namespace="fair" dst.addr=192.0.2.10:15008 dst.hbone_addr=192.0.2.10:9042 dst.workload="rows-0" dst.namespace="fair" direction="outbound" bytes_sent=0 bytes_recv=0 duration="10002ms" error="connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed"\n',
      'policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: rows-only
  namespace: fair
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - port: 9042
`,
    },
    check: 'mesh-hbone-blocked',
    words: ['rows-only', 'fair/rows-0', '15008'],
  },
  'strict mTLS, and a caller of whom there is only the log': {
    files: {
      'peer.yaml': `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: everywhere
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
`,
      'poller.log':
        'ERROR Get "http://ledger:8080/rows": read tcp 192.0.2.4:51020->192.0.2.40:8080: read: connection reset by peer\n',
      'get.txt': `$ kubectl -n fair get pods,svc
NAME                          READY   STATUS    RESTARTS   AGE
pod/ledger-59f7f6c7f8-ljx4p   2/2     Running   0          3d
pod/till-6fd9c7c8bd-7gq2h     3/3     Running   0          3h

NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE
service/ledger   ClusterIP   192.0.2.40   <none>        8080/TCP   3d
`,
    },
    check: 'mesh-mtls-refused',
    words: ['istio-system/everywhere', 'STRICT', 'fair/ledger'],
  },
  'a Service that may not share its address': {
    files: {
      'svc.yaml': ['stage', 'booth']
        .map(
          (name, at) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: fair
  annotations:
    metallb.io/allow-shared-ip: ground
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector:
    app: ${name}
  ports:
  - port: ${8000 + at}
status:
  loadBalancer: ${at === 0 ? '{ingress: [{ip: 192.0.2.80}]}' : '{}'}
`,
        )
        .join('---\n'),
      'events.txt': `LAST SEEN   TYPE      REASON             OBJECT          MESSAGE
8m          Warning   AllocationFailed   service/booth   Failed to allocate IP for "fair/booth": no available IPs
`,
    },
    check: 'svc-lb-pending',
    words: ['booth', 'fair/stage', 'select the same pods'],
  },
  'an address that a node without the pod announces': {
    files: {
      'ticket.txt': `$ kubectl -n fair get svc stall -o yaml
apiVersion: v1
kind: Service
metadata:
  name: stall
  namespace: fair
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector:
    app: stall
  ports:
  - port: 8443
    nodePort: 30447
status:
  loadBalancer:
    ingress:
    - ip: 192.0.2.31
$ kubectl -n fair get pods -o wide
NAME                     READY   STATUS    RESTARTS   AGE    IP            NODE   NOMINATED NODE   READINESS GATES
stall-5bdc5d9b77-7lz9r   1/1     Running   0          3d2h   10.42.4.208   wk-4   <none>           <none>
$ kubectl -n kube-system get leases | grep l2announce
cilium-l2announce-fair-stall   wk-2   6d1h
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['node wk-2 announces its address 192.0.2.31', 'wk-4'],
  },
  'Calico told to write to the other back end of iptables': {
    files: {
      'ticket.txt': `[root@wk-2 ~]# iptables -V
iptables v1.8.4 (nf_tables)
[root@wk-2 ~]# iptables -S KUBE-SERVICES -t nat | head -1
# Warning: iptables-legacy tables present, use iptables-legacy to see them
$ kubectl -n kube-system describe pod calico-node-v6m4c | grep FELIX
      FELIX_IPV6SUPPORT:      false
      FELIX_IPTABLESBACKEND:  Legacy
`,
    },
    check: 'iptables-backend-conflict',
    words: ['back end legacy', 'node wk-2 is nf_tables', 'both have some'],
  },
  'Calico that took the other back end of iptables for that of its machine': {
    files: {
      'ticket.txt': `[root@wk-2 ~]# iptables --version
iptables v1.8.5 (nf_tables)
[root@wk-2 ~]# kubectl -n kube-system logs calico-node-v6m4c | grep backend
2026-03-01 10:00:00.118 [INFO][64] felix/feature_detect.go 329: Looked up iptables command backendMode="legacy" candidates=[]string{"iptables-legacy-save", "iptables-save"} command="iptables-legacy-save" ipVersion=0x4 saveOrRestore="save"
`,
    },
    check: 'iptables-backend-conflict',
    words: ['has found the back end legacy', 'node wk-2 is nf_tables'],
  },
  'interfaces that grep let through, and large packets that are lost': {
    files: {
      'ip.txt': `[root@wk-3 ~]# ip a | grep mtu
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
4: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default
6: veth12d4a061@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
`,
      'ping.txt': `/ # ping -c 2 -s 1300 192.0.2.98
PING 192.0.2.98 (192.0.2.98): 1300 data bytes

--- 192.0.2.98 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
/ # ping -c 2 -s 1470 192.0.2.98
PING 192.0.2.98 (192.0.2.98): 1470 data bytes

--- 192.0.2.98 ping statistics ---
2 packets transmitted, 0 packets received, 100% packet loss
`,
    },
    check: 'net-large-packets-fail',
    words: ['1500 bytes (MTU of veth12d4a061)', 'flannel.1 takes 1450'],
  },
  'packets for a pod that the kernel takes for martians': {
    files: {
      'ticket.txt': `[root@wk-3 ~]# dmesg | tail -2
[91222.409488] IPv4: martian source 192.0.2.212 from 198.51.100.75, on dev eth1
[91222.409534] ll header: 00000000: 0e d8 07 a0 c0 0c 0e f0 4b 50 fd 5c 08 00        ........KP..
[root@wk-3 ~]# sysctl -a | grep rp_filter
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 1
`,
    },
    check: 'net-reverse-path-filtered',
    words: ['from 198.51.100.75 to 192.0.2.212', 'eth1', 'net.ipv4.conf.eth1.rp_filter is 1'],
  },
  'a look-up with getent that a wildcard answers': {
    files: {
      'ticket.txt': `$ kubectl exec -it tools-0 -- getent hosts charts.vendor.test
192.0.2.20      charts.vendor.test.lab.192.0.2.20.sslip.io
`,
    },
    check: 'dns-search-wildcard',
    words: ['charts.vendor.test', 'lab.192.0.2.20.sslip.io'],
  },
  'a name that has another address with a dot at its end': {
    files: {
      'paste.txt': `/ # cat /etc/resolv.conf
nameserver 10.96.0.10
search mill.svc.cluster.local svc.cluster.local cluster.local corp.farm.example
options ndots:5
/ # nslookup git.stone.example
Server:    10.96.0.10
Address 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local

Name:      git.stone.example
Address 1: 192.0.2.77
/ # nslookup git.stone.example.
Server:    10.96.0.10
Address 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local

Name:      git.stone.example.
Address 1: 203.0.113.9
`,
    },
    check: 'dns-search-wildcard',
    words: ['git.stone.example gives 192.0.2.77', '203.0.113.9', 'search domain corp.farm.example'],
  },
  'a search list with a zone that answers every name': {
    files: {
      'resolv.conf':
        'search fair.svc.cluster.local svc.cluster.local cluster.local 192.0.2.20.nip.io\nnameserver 10.96.0.10\noptions ndots:5\n',
    },
    check: 'dns-search-wildcard',
    words: ['192.0.2.20.nip.io', 'wildcard'],
  },
  'pods that wait, and a node whose subnet has no gateway': {
    files: {
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS              RESTARTS   AGE
kube-system   coredns-6d4b75cb6d-2xw4n   0/1     ContainerCreating   0          31m
`,
      'kubelet.log': `Mar 01 10:00:07 wk-1 kubelet[1180]: E0301 10:00:07.314937    1180 pod_workers.go:965] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"tools-0_fair(3236)\\" with CreatePodSandboxError: \\"rpc error: code = Unknown desc = failed to setup network for sandbox \\\\\\"b207\\\\\\": plugin type=\\\\\\"kube-ovn\\\\\\" failed (add): RPC failed; request ip return 500 configure nic failed network 192.0.2.77/24 with gateway 192.0.2.1 is not ready for interface eth0 after 200 checks: resolve MAC address of 192.0.2.1 timeout: i/o timeout\\"" pod="fair/tools-0"
`,
    },
    check: 'cni-kube-ovn-gateway',
    words: ['192.0.2.1'],
  },
  'a program whose NO_PROXY lacks the address of the API server': {
    files: {
      'watcher.log':
        '{"level":"error","ts":"2026-03-01T10:00:00.793Z","msg":"unable to start","error":"failed to get server groups: Get \\"https://10.96.0.1:443/api\\": Access Denied By Policy"}\n',
      'deploy.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: watcher
  namespace: fair
spec:
  template:
    spec:
      containers:
      - name: main
        image: registry.example.com/watcher:1
        env:
        - {name: HTTPS_PROXY, value: 'http://gate.example.com:3128'}
        - {name: NO_PROXY, value: '.svc,.cluster.local,192.0.2.0/24'}
`,
    },
    check: 'net-proxy-in-the-way',
    words: ['Deployment fair/watcher', 'does not name 10.96.0.1'],
  },
  'a policy that lets pods ask the port of a Service, not that of its pods': {
    files: {
      'policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: names-only
  namespace: fair
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dns-home}}
    ports:
    - {protocol: UDP, port: 53}
---
apiVersion: v1
kind: Service
metadata:
  name: names
  namespace: dns-home
spec:
  selector: {app: names}
  ports:
  - {name: dns, port: 53, protocol: UDP, targetPort: 1053}
`,
    },
    check: 'netpol-port-uses-service-port',
    words: ['names-only allows traffic to port 53', 'targetPort 1053'],
  },
  'a StatefulSet with another Service for the names of its pods': {
    files: {
      'set.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: shelf, namespace: fair}
spec:
  serviceName: shelf
  selector: {matchLabels: {app: shelf}}
---
apiVersion: v1
kind: Service
metadata: {name: shelf-peers, namespace: fair}
spec:
  clusterIP: None
  selector: {app: shelf}
`,
      'lookup.txt': `/ # nslookup shelf-0.shelf-peers.fair.svc.cluster.local
Server:    10.96.0.10
Address 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local

nslookup: can't resolve 'shelf-0.shelf-peers.fair.svc.cluster.local'
`,
    },
    check: 'dns-service-name-fails',
    words: ['StatefulSet shelf has serviceName shelf', 'not below Service shelf-peers'],
  },
  'nodes that were all given one range, in columns of somebody’s own': {
    files: {
      'ticket.txt': `$ kubectl get nodes -o custom-columns=NAME:.metadata.name,RANGE:.spec.podCIDR
NAME   RANGE
wk-1   10.244.0.0/16
wk-2   10.244.0.0/16
`,
    },
    check: 'net-duplicate-ip-or-cidr-overlap',
    words: ['wk-1 (10.244.0.0/16)', 'wk-2 (10.244.0.0/16)'],
  },
  'a proxy of Contour whose Secret is in another namespace': {
    files: {
      'proxy.yaml': `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: stall, namespace: fair}
status:
  conditions:
  - errors:
    - message: 'Spec.VirtualHost.TLS Secret "fair-tls" is invalid: Secret not found'
      reason: SecretNotValid
      status: "True"
      type: TLSError
    message: At least one error present, see Errors for details
    reason: ErrorPresent
    status: "False"
    type: Valid
`,
      'ticket.txt': `$ kubectl get secret -n gate fair-tls
NAME       TYPE                DATA   AGE
fair-tls   kubernetes.io/tls   2      4d
`,
    },
    check: 'network-resource-not-ready',
    words: ['Secret "fair-tls" is invalid', 'written gate/fair-tls'],
  },
  'a body limit written for another controller': {
    files: {
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: photos
  namespace: fair
  annotations: {haproxy.org/max-body-size: 40m, ingress.kubernetes.io/proxy-body-size: 40m}
spec:
  ingressClassName: nginx
  rules:
  - host: photos.example.com
`,
      'controller.log':
        '2026/03/01 10:00:00 [error] 37#37: *4410 client intended to send too large body: 15728640 bytes, client: 192.0.2.9, server: photos.example.com, request: "POST / HTTP/1.1", host: "photos.example.com"\n',
    },
    check: 'ingress-annotation-ignored',
    words: ['fair/photos has class nginx', 'ingress.kubernetes.io/proxy-body-size'],
  },
  'timeouts of nginx on an Ingress of Google, and nothing else': {
    files: {
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  namespace: fair
  annotations: {kubernetes.io/ingress.class: gce, nginx.ingress.kubernetes.io/proxy-read-timeout: "900"}
spec:
  rules:
  - host: chat.example.com
`,
    },
    check: 'ingress-annotation-ignored',
    words: ['fair/chat has class gce'],
  },
  'a long timeout behind a classic load balancer': {
    files: {
      'all.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  namespace: fair
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "900"}
spec:
  ingressClassName: nginx
---
apiVersion: v1
kind: Service
metadata: {name: nginx-ingress, namespace: edge}
spec: {type: LoadBalancer}
status:
  loadBalancer:
    ingress:
    - hostname: a1b2-1180044231.eu-central-1.elb.amazonaws.com
`,
    },
    check: 'lb-idle-timeout-short',
    words: ['chat asks for 900 s', 'idle for 60 s'],
  },
  'a list of clients that meets the address of a node': {
    files: {
      'controller.log':
        '2026/03/01 10:00:00 [error] 93#93: *1187 access forbidden by rule, client: 192.0.2.5, server: fair.example.com, request: "GET / HTTP/2.0", host: "fair.example.com"\n',
      'svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: ingress-front, namespace: edge}
spec: {type: LoadBalancer, externalTrafficPolicy: Cluster}
status: {loadBalancer: {ingress: [{ip: 198.51.100.18}]}}
`,
      'nodes.txt': `NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP
wk-1   Ready    <none>   50d   v1.30.5   192.0.2.5     <none>
`,
    },
    check: 'ingress-source-forbidden',
    words: ['the address of node wk-1', 'Service edge/ingress-front has externalTrafficPolicy Cluster'],
  },
  'backends of GCE that are unhealthy although their pods answer: a firewall is left': {
    files: {
      'paste.txt': `$ kubectl describe ingress kiosk
Name:             kiosk
Namespace:        fair
Address:          203.0.113.40
Default backend:  kiosk-web:80 (10.8.1.5:7100)
Rules:
  Host        Path  Backends
  ----        ----  --------
  *           *     kiosk-web:80 (10.8.1.5:7100)
Annotations:  ingress.kubernetes.io/backends: {"k8s1-11aa-fair-kiosk-web-80-22bb":"UNHEALTHY"}
Events:       <none>
$ kubectl get pods -n fair -o wide
NAME                         READY   STATUS    RESTARTS   AGE   IP         NODE   NOMINATED NODE   READINESS GATES
kiosk-web-5d9f8b7c6d-abcde   1/1     Running   0          3h    10.8.1.5   gk-1   <none>           1/1
$ curl -i http://10.8.1.5:7100/
HTTP/1.1 200 OK
$ curl -i http://203.0.113.40/
HTTP/1.1 502 Bad Gateway
`,
    },
    check: 'ingress-lb-failed',
    words: ['kiosk', 'UNHEALTHY', '10.8.1.5 answers', 'firewall'],
  },
  'backends of GCE that are unhealthy since the pods answer with an error': {
    files: {
      'paste.txt': `$ kubectl describe ingress kiosk
Name:             kiosk
Namespace:        fair
Address:          203.0.113.40
Default backend:  kiosk-web:80 (10.8.1.5:7100)
Rules:
  Host        Path  Backends
  ----        ----  --------
  *           *     kiosk-web:80 (10.8.1.5:7100)
Annotations:  ingress.kubernetes.io/backends: {"k8s1-11aa-fair-kiosk-web-80-22bb":"UNHEALTHY"}
Events:       <none>
$ kubectl get pods -n fair -o wide
NAME                         READY   STATUS    RESTARTS   AGE   IP         NODE   NOMINATED NODE   READINESS GATES
kiosk-web-5d9f8b7c6d-abcde   1/1     Running   0          3h    10.8.1.5   gk-1   <none>           1/1
$ curl -i http://10.8.1.5:7100/
HTTP/1.1 401 Unauthorized
$ curl -i http://203.0.113.40/
HTTP/1.1 502 Bad Gateway
`,
    },
    check: 'ingress-lb-failed',
    words: ['kiosk', 'answers with HTTP 401', 'health check holds for sick'],
  },
  'pools of MetalLB in the ConfigMap that it no longer reads': {
    files: {
      'paste.txt': `$ kubectl get svc -n fair
NAME    TYPE           CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE
stall   LoadBalancer   10.96.4.201   <pending>     80:31001/TCP   41m
$ kubectl get cm -n metallb-system config -o yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
  namespace: metallb-system
data:
  config: |
    address-pools:
    - name: office
      protocol: layer2
      addresses:
      - 192.0.2.80-192.0.2.90
$ kubectl get ipaddresspools -A
No resources found
`,
    },
    check: 'svc-lb-pending',
    words: ['stall', 'ConfigMap config', '0.13', 'no IPAddressPool'],
  },
  'a PROXY header that does not come: nginx prints the request over several lines': {
    files: {
      'paste.txt': `$ curl http://fair.example.com
curl: (52) Empty reply from server
$ kubectl logs -n edge nginx-edge-6c7d8e9f5-qwert
2026/03/01 10:00:03 [error] 31#31: *91 broken header: "GET / HTTP/1.1
Host: fair.example.com
Accept: */*" while reading PROXY protocol, client: 192.0.2.9, server: 0.0.0.0:80
`,
    },
    check: 'net-protocol-mismatch',
    words: ['PROXY protocol'],
  },
  'a gateway pod whose own tunnel takes less than the tunnel that leads to it': {
    files: {
      'client.txt': `box:/$ curl -v -m 15 https://fair.example.com/
*   Trying 203.0.113.9:443...
* Connected to fair.example.com (203.0.113.9) port 443
* TLSv1.3 (OUT), TLS handshake, Client hello (1):
* Closing connection
curl: (28) SSL connection timeout
box:/$ ip link
4: vxlan9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether 5a:00:00:00:00:08 brd ff:ff:ff:ff:ff:ff
`,
      'gateway.txt': `gate:/# ip link show wg1
5: wg1: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1380 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/none
`,
    },
    check: 'net-large-packets-fail',
    words: ['vxlan9', '1450', 'wg1', '1380'],
  },
  'a policy that allows the node port of a Service, in whose table no selector stands': {
    files: {
      'paste.txt': `$ kubectl get networkpolicy -n fair let-in -o yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: let-in
  namespace: fair
spec:
  podSelector: {}
  ingress:
  - ports:
    - port: 30700
      protocol: TCP
  policyTypes:
  - Ingress
$ kubectl get svc,ep -n fair
NAME            TYPE       CLUSTER-IP    EXTERNAL-IP   PORT(S)          AGE
service/stall   NodePort   10.96.4.201   <none>        7000:30700/TCP   14m

NAME              ENDPOINTS                       AGE
endpoints/stall   10.244.1.5:7100,10.244.2.6:7100   14m
$ kubectl exec -n other box -- curl -sm 5 http://stall.fair:7000
command terminated with exit code 28
`,
    },
    check: 'netpol-port-uses-service-port',
    words: ['let-in', '30700', 'node port of Service stall', '7100'],
  },
  'a policy for a label that stands on pods and not on their namespace': {
    files: {
      'paste.txt': `$ kubectl -n fair describe netpol stall-in
Name:         stall-in
Namespace:    fair
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=stall
  Allowing ingress traffic:
    To Port: <any> (traffic allowed to all ports)
    From:
      NamespaceSelector: app.example.com/name=edge
  Not affecting egress traffic
  Policy Types: Ingress
$ kubectl describe ns edge
Name:         edge
Labels:       team=gate
Annotations:  <none>
Status:       Active
$ kubectl -n fair get pods --show-labels
NAME                     READY   STATUS    RESTARTS   AGE   LABELS
stall-5d9f8b7c6d-abcde   1/1     Running   0          3h    app=stall,pod-template-hash=5d9f8b7c6d
$ kubectl -n edge logs deploy/ingress-nginx-controller
2026/03/01 10:00:00 [error] 31#31: *91 upstream timed out (110: Operation timed out) while connecting to upstream, client: 192.0.2.9, server: fair.example.com, request: "GET / HTTP/1.1", upstream: "http://10.244.1.5:7100/", host: "fair.example.com"
`,
    },
    check: 'netpol-selects-nothing',
    words: ['stall-in', 'does not match namespace edge', 'team=gate', '10.244.1.5:7100'],
  },
  'a host port whose UDP packets go to an address that no pod has any more': {
    files: {
      'paste.txt': `$ kubectl get pods -n fair -o wide
NAME            READY   STATUS    RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
counter-7xk2p   1/1     Running   0          9m    10.244.1.77   wk-3   <none>           <none>
stall-lk2fj     1/1     Running   0          8d    10.244.1.12   wk-3   <none>           <none>
root@wk-3:~# conntrack -L -p udp --dport 8125
udp      17 29 src=10.244.1.12 dst=192.0.2.23 sport=48931 dport=8125 [UNREPLIED] src=10.244.1.40 dst=10.244.1.12 sport=8125 dport=48931 mark=0 use=1
conntrack v1.4.5 (conntrack-tools): 1 flow entries have been shown.
`,
    },
    check: 'conntrack-stale-endpoint',
    words: ['10.244.1.40:8125', 'wk-3', 'stale'],
  },
  'look-ups whose answer comes from another address, for want of br_netfilter': {
    files: {
      'paste.txt': `$ kubectl exec -ti box -- nslookup kubernetes
;; reply from unexpected source: 10.244.1.5#53, expected 10.96.0.10#53
;; connection timed out; no servers could be reached

command terminated with exit code 1
$ kubectl get pod box -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
box    1/1     Running   0          4m    10.244.1.9   wk-1   <none>           <none>
wk-1 $ sysctl net.bridge.bridge-nf-call-iptables
sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory
`,
    },
    check: 'br-netfilter-missing',
    words: ['br_netfilter', 'wk-1'],
  },
  'a virtual address that kube-vip announces and nobody has': {
    files: {
      'vip.log': `time="2026-03-01T10:00:00Z" level=info msg="Starting Kube-vip Manager with the ARP engine"
time="2026-03-01T10:20:44Z" level=info msg="Broadcasting ARP update for 192.0.2.100 (02:00:00:00:00:11) via eth0"
time="2026-03-01T10:20:47Z" level=info msg="Broadcasting ARP update for 192.0.2.100 (02:00:00:00:00:11) via eth0"
`,
      'node.txt': `root@cp-1:~# ip -4 addr show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.21/24 brd 192.0.2.255 scope global eth0
       valid_lft forever preferred_lft forever
root@cp-1:~# ping 192.0.2.100
PING 192.0.2.100 (192.0.2.100) 56(84) bytes of data.
From 192.0.2.21 icmp_seq=1 Destination Host Unreachable
From 192.0.2.21 icmp_seq=2 Destination Host Unreachable
root@cp-1:~# kubectl get nodes
Unable to connect to the server: dial tcp 192.0.2.100:6443: connect: no route to host
`,
    },
    check: 'vip-not-on-interface',
    words: ['192.0.2.100', 'eth0 of cp-1', '192.0.2.21'],
  },
  'a node in the network of the pods, where flannel may write no route': {
    files: {
      'flannel.log': `I0301 10:00:01.321240       1 main.go:488] Using interface with name eth0 and address 10.200.3.4
E0301 10:00:12.630142       1 vxlan_network.go:158] failed to add vxlanRoute (10.200.3.0/24 -> 10.200.3.0): invalid argument
E0301 10:00:42.630142       1 vxlan_network.go:158] failed to add vxlanRoute (10.200.3.0/24 -> 10.200.3.0): invalid argument
`,
      'paste.txt': `$ kubectl exec -it box -- nslookup kubernetes.default
;; connection timed out; no servers could be reached
`,
    },
    check: 'cni-flannel-route-refused',
    words: ['10.200.3.0/24', 'overlap'],
  },
};

describe('pasted texts of traffic that does not arrive', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses } = await paste(files);
    expect(rootCauses[0]?.check).toBe(check);
    for (const word of words) expect(rootCauses[0]?.summary).toContain(word);
  });
});

it('a subnet of pods in the network of the nodes explains the agents of the plug-in that fail', async () => {
  const { rootCauses } = await paste({
    'controller.log': `E0301 10:00:02.638029       6 subnet.go:603] subnet ovn-default cidr 192.0.2.0/24 conflict with node wk-1 address 192.0.2.17
`,
    'pods.txt': `NAMESPACE     NAME                 READY   STATUS             RESTARTS        AGE
kube-system   kube-ovn-cni-5x7zq   0/1     CrashLoopBackOff   14 (2m ago)     51m
kube-system   kube-ovn-pinger-gdd8h   0/1     CrashLoopBackOff   13 (3m ago)     51m
kube-system   kube-ovn-controller-6d9f75bd6-jk9lx   1/1     Running   0     51m
`,
  });
  expect(rootCauses.map(({ check }) => check)).not.toContain('cni-daemon-down');
});

/** Texts that look like trouble and are none: nothing above information is said of them. */
const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a VirtualService, its Gateway and its Service': { 'mesh.yaml': ROUTE('mesh-edge/plaza', 7100) },
  'an update conflict of a controller, which goes on': {
    'kube-vip-cloud-provider.log': `I0301 10:00:07.423195       1 loadBalancer.go:190] Updating service [stall], with load balancer IPAM address [192.0.2.25]
E0301 10:00:07.472142       1 controller.go:275] error processing service fair/stall (will retry): failed to ensure load balancer: Error updating Service Spec [stall] : Operation cannot be fulfilled on services "stall": the object has been modified; please apply your changes to the latest version and try again
I0301 10:00:12.490204       1 event.go:291] "Event occurred" object="fair/stall" kind="Service" apiVersion="v1" type="Normal" reason="EnsuredLoadBalancer" message="Ensured load balancer"
`,
  },
  'broadcasts that the kernel takes for martians': {
    'dmesg.txt': `[91222.409488] IPv4: martian source 255.255.255.255 from 192.0.2.75, on dev eth1
[91222.409534] ll header: 00000000: ff ff ff ff ff ff 0e f0 4b 50 fd 5c 08 00        ........KP..
`,
  },
  'a client that a list keeps out': {
    'controller.log':
      '2026/03/01 10:00:00 [error] 93#93: *1187 access forbidden by rule, client: 198.51.100.5, server: fair.example.com, request: "GET / HTTP/2.0", host: "fair.example.com"\n',
    'nodes.txt': `NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP
wk-1   Ready    <none>   50d   v1.30.5   192.0.2.5     <none>
`,
  },
  'a plug-in that goes on without a right': {
    'plugin.log': `{"level":"warn","time":"2026-03-01T10:00:00.070311Z","scope":"cni-plugin","msg":"failed to set up the environment, attempting to continue anyways: failed to remount /: permission denied"}
{"level":"info","time":"2026-03-01T10:00:00.190422Z","scope":"cni-plugin","msg":"done"}
`,
  },
  'a program that asks the API server past its proxy': {
    'watcher.log': '{"level":"info","ts":"2026-03-01T10:00:00.793Z","msg":"ready"}\n',
    'deploy.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: watcher, namespace: fair}
spec:
  template:
    spec:
      containers:
      - name: main
        image: registry.example.com/watcher:1
        env:
        - {name: HTTPS_PROXY, value: 'http://gate.example.com:3128'}
        - {name: NO_PROXY, value: '10.96.0.0/12'}
`,
  },
  'strangers who ask a gateway by its address, beside requests that are served': {
    'access.log': `[2026-03-01T10:00:00.372Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.3.18:8443 192.0.2.7:57605 - -
[2026-03-01T10:00:01.979Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 96 3 2 "192.0.2.8" "curl" "5d5b9c64-43c3-4e27-9b1b-5c3a7a9a1a0e" "kiosk.example.com" "10.244.1.5:7100" outbound|7100||kiosk-web.fair.svc.cluster.local 10.244.3.18:41000 10.244.3.18:8080 192.0.2.8:59367 - -
[2026-03-01T10:00:02.979Z] "GET /.git/config HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "192.0.2.7" "scan" "5d5b9c64-43c3-4e27-9b1b-5c3a7a9a1a0f" "203.0.113.40" "-" - - 10.244.3.18:8080 192.0.2.7:59367 - -
`,
  },
  'a load balancer that looks whether the port of an nginx is open': {
    'nginx.log': `2026/03/01 10:00:00 [error] 31#31: *91 broken header: "" while reading PROXY protocol, client: 192.0.2.41, server: 0.0.0.0:443
203.0.113.66 - - [01/Mar/2026:10:00:04 +0000] "GET /v1 HTTP/2.0" 200 5120 "-" "scout/1.0" 51 0.023 [fair-stall-7100] [] 10.244.1.5:7100 5120 0.023 200 9fb1cd1f2a27d2d1b1fd5b1f2a6fbb0d
2026/03/01 10:00:10 [error] 31#31: *95 broken header: "" while reading PROXY protocol, client: 192.0.2.41, server: 0.0.0.0:443
2026/03/01 10:00:20 [error] 31#31: *99 broken header: "" while reading PROXY protocol, client: 192.0.2.41, server: 0.0.0.0:443
`,
  },
  'a virtual address of kube-vip that another machine holds': {
    'vip.log': `time="2026-03-01T10:20:44Z" level=info msg="Broadcasting ARP update for 192.0.2.100 (02:00:00:00:00:11) via eth0"
time="2026-03-01T10:20:47Z" level=info msg="Broadcasting ARP update for 192.0.2.100 (02:00:00:00:00:11) via eth0"
`,
    'node.txt': `root@cp-2:~# ip -4 addr show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 192.0.2.22/24 brd 192.0.2.255 scope global eth0
root@cp-2:~# ping -c 2 192.0.2.100
PING 192.0.2.100 (192.0.2.100) 56(84) bytes of data.
64 bytes from 192.0.2.100: icmp_seq=1 ttl=64 time=0.3 ms
`,
  },
};

describe('pasted texts of traffic that arrives', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

it('another machine may use another back end of iptables than the one on which Calico looked', async () => {
  const told = async (node: string) =>
    (
      await paste({
        'ticket.txt': `[root@wk-2 ~]# iptables --version
iptables v1.8.5 (nf_tables)
$ kubectl -n kube-system get pods -o wide
NAME                READY   STATUS    RESTARTS   AGE   IP          NODE
calico-node-v6m4c   1/1     Running   0          5d    192.0.2.8   ${node}
$ kubectl -n kube-system logs calico-node-v6m4c | grep backend
2026-03-01 10:00:00.118 [INFO][64] felix/feature_detect.go 329: Looked up iptables command backendMode="legacy" candidates=[]string{"iptables-legacy-save", "iptables-save"} command="iptables-legacy-save" ipVersion=0x4 saveOrRestore="save"
`,
      })
    ).findings.filter(({ check }) => check === 'iptables-backend-conflict');
  expect(await told('wk-2')).toHaveLength(1);
  expect(await told('wk-3')).toEqual([]);
});

it('requests that a VirtualService answers itself weigh more than those that it delays', async () => {
  const severities = async (fault: string) =>
    (
      await paste({
        'vs.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: kiosk
  namespace: fair
spec:
  hosts: [kiosk]
  http:
  - fault:
      ${fault}
    route:
    - destination:
        host: kiosk
`,
      })
    ).findings.map(({ check, variant, severity }) => [check, variant, severity]);
  expect(await severities('delay: { percentage: { value: 100 }, fixedDelay: 2s }')).toEqual([
    ['mesh-virtual-service-wrong', 'fault', 'warning'],
  ]);
  expect(await severities('abort: { percentage: { value: 20 }, httpStatus: 503 }')).toEqual([
    ['mesh-virtual-service-wrong', 'fault', 'critical'],
  ]);
});
