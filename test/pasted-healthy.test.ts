/** What people paste of programs and machines that work: no finding above information, and nothing left unread. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const HEALTHY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a database whose clients hang up': {
    'postgres.log': `2026-03-01 09:00:01.201 UTC [1] LOG:  database system is ready to accept connections
2026-03-01 09:40:09.104 UTC [415] LOG:  could not receive data from client: Connection reset by peer
2026-03-01 09:40:09.105 UTC [415] LOG:  unexpected EOF on client connection with an open transaction
`,
  },
  'a web server that a client asked for a file that is not there': {
    'nginx.log': `2026/03/01 09:00:01 [notice] 1#1: start worker processes
2026/03/01 09:31:01 [error] 29#29: *8 open() "/srv/www/robots.txt" failed (2: No such file or directory), client: 192.0.2.5, server: localhost, request: "GET /robots.txt HTTP/1.1", host: "tides.example.com"
`,
  },
  'an answer with 4xx of Spring above an error of its business': {
    'kubectl-logs-berths.txt': `2026-03-01T09:00:07.601Z  INFO 1 --- [berths] [           main] e.h.BerthsApplication                    : Started BerthsApplication in 7.012 seconds (process running for 7.9)
2026-03-01T09:11:12.001Z  WARN 1 --- [berths] [nio-8080-exec-4] .w.s.m.s.DefaultHandlerExceptionResolver : Resolved [org.springframework.web.HttpRequestMethodNotSupportedException: Request method 'GET' is not supported]
2026-03-01T09:22:51.101Z ERROR 1 --- [berths] [nio-8080-exec-7] e.h.BerthController                      : berth 17 not found
`,
  },
  "Grafana's log, which begins with the name of its logger, goes on after an error": {
    'grafana.log': `logger=settings t=2026-03-01T09:01:11.010Z level=info msg="Starting Grafana" version=11.3.0
logger=provisioning.plugins t=2026-03-01T09:01:12.101Z level=error msg="can't read plugin provisioning files" error="open /etc/grafana/plugins: no such file or directory"
logger=http.server t=2026-03-01T09:01:12.301Z level=info msg="HTTP Server Listen" address=[::]:3000
`,
  },
  'k3s waits for the containerd that it has just started': {
    'journal.txt': `Mar 01 09:00:12 quay k3s[820]: time="2026-03-01T09:00:12Z" level=info msg="Waiting for API server to become available"
Mar 01 09:00:13 quay k3s[820]: time="2026-03-01T09:00:13Z" level=info msg="Waiting for containerd startup: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/k3s/containerd/containerd.sock: connect: no such file or directory\\""
Mar 01 09:00:14 quay k3s[820]: time="2026-03-01T09:00:14Z" level=info msg="containerd is now running"
`,
  },
  'a container that was gone before it was killed': {
    'events.txt': `LAST SEEN   TYPE      REASON          OBJECT               MESSAGE
2m          Normal    Killing         pod/berths-7b4-zz4   Stopping container web
118s        Warning   FailedKillPod   pod/berths-7b4-zz4   error killing pod: failed to "KillContainer" for "web" with KillContainerError: "rpc error: code = NotFound desc = an error occurred when try to find container \\"77aa\\": not found"
`,
  },
  'cert-manager asks itself first, and the certificate is issued': {
    'cert-manager.log': `E0301 09:13:51.101010       1 sync.go:208] "propagation check failed" err="failed to perform self check GET request 'http://tides.example.com/.well-known/acme-challenge/aa1f': Get \\"http://tides.example.com/.well-known/acme-challenge/aa1f\\": dial tcp 192.0.2.20:80: connect: connection refused" logger="cert-manager.controller" dnsName="tides.example.com"
I0301 09:14:21.101010       1 acme.go:233] "certificate issued" logger="cert-manager.controller" resource_name="tides-3"
`,
  },
  'one attempt at the lease that failed in a log that goes on': {
    'kcm.log': `E0301 02:30:11.101010       1 leaderelection.go:429] Failed to update lock optimistically: Put "https://192.0.2.11:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager?timeout=5s": context deadline exceeded, falling back to slow path
I0301 08:30:14.101010       1 replica_set.go:679] "Finished syncing" logger="replicaset-controller" key="harbour/berths-6f7d8c5b94" duration="12.3ms"
`,
  },
  'what tools of network and storage print when all is well': {
    'node-status.txt': `Calico process is running.

IPv4 BGP status
+--------------+-------------------+-------+------------+-------------+
| PEER ADDRESS |     PEER TYPE     | STATE |   SINCE    |    INFO     |
+--------------+-------------------+-------+------------+-------------+
| 192.0.2.22   | node-to-node mesh | up    | 2026-02-27 | Established |
+--------------+-------------------+-------+------------+-------------+
`,
    'cilium.txt': `KVStore:                 Disabled
Kubernetes:              Ok         1.31 (v1.31.4) [linux/amd64]
Cilium:                  Ok   1.16.5 (v1.16.5-aabbccdd)
IPAM:                    IPv4: 19/126 allocated from 10.9.2.0/25,
Cluster health:          4/4 reachable   (2026-03-01T09:22:11Z)
`,
    'proxies.txt': `NAME                  CLUSTER        CDS        LDS        EDS        RDS        ECDS         ISTIOD                    VERSION
berths-5d8-hx2.quay   Kubernetes     SYNCED     SYNCED     SYNCED     SYNCED     NOT SENT     istiod-5c8b7d6f9c-q2jzl   1.20.3
`,
    'bond.txt': `Ethernet Channel Bonding Driver: v6.8.0

Bonding Mode: fault-tolerance (active-backup)
MII Status: up

Slave Interface: eno1
MII Status: up
Link Failure Count: 0
`,
    'raid.txt': `Personalities : [raid1]
md2 : active raid1 sdc1[0] sdd1[1]
      937559104 blocks super 1.2 [2/2] [UU]
`,
  },
  'the parts of Calico, as its operator sees them': {
    't.txt': `$ kubectl get tigerastatus
NAME        AVAILABLE   PROGRESSING   DEGRADED   SINCE
apiserver   True        False         False      40d
calico      True        False         False      40d
`,
  },
};

describe('healthy', () => {
  it.each(Object.entries(HEALTHY))('%s', async (_name, files) => {
    const { findings, bundle } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(bundle.unread).toEqual([]);
  });
});

/** The same with one fault: silence is not won by blindness. */
const FAULTS: Readonly<Record<string, Pasted>> = {
  'a part of Calico is degraded': {
    files: {
      't.txt': `$ kubectl get tigerastatus
NAME        AVAILABLE   PROGRESSING   DEGRADED   SINCE
apiserver   True        False         False      40d
calico      False       True          True       40d
`,
    },
    check: 'network-resource-not-ready',
    words: ['calico', 'Degraded'],
  },
  'the pool of a node of Cilium is used up': {
    files: {
      'cilium.txt': `KVStore:                 Disabled
Cilium:                  Ok   1.16.5 (v1.16.5-aabbccdd)
IPAM:                    IPv4: 126/126 allocated from 10.9.2.0/25,
`,
    },
    check: 'cni-ip-exhausted',
    words: ['126/126', '10.9.2.0/25'],
  },
  'containerd does not come up below k3s': {
    files: {
      'journal.txt': ['13', '14', '15', '16']
        .map(
          (second) =>
            `Mar 01 09:00:${second} quay k3s[820]: time="2026-03-01T09:00:${second}Z" level=info msg="Waiting for containerd startup: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/k3s/containerd/containerd.sock: connect: no such file or directory\\""\n`,
        )
        .join(''),
    },
    check: 'kubelet-runtime-not-responding',
    words: ['containerd.sock'],
  },
  'cert-manager still asks itself in vain': {
    files: {
      'cert-manager.log': `E0301 09:13:51.101010       1 sync.go:208] "propagation check failed" err="failed to perform self check GET request 'http://tides.example.com/.well-known/acme-challenge/aa1f': Get \\"http://tides.example.com/.well-known/acme-challenge/aa1f\\": dial tcp 192.0.2.20:80: connect: connection refused" logger="cert-manager.controller" dnsName="tides.example.com"
`,
    },
    check: 'acme-challenge-waits',
    words: ['tides.example.com', 'connection refused'],
  },
};

describe('the same with a fault', () => {
  it.each(Object.entries(FAULTS))('%s', async (_name, { files, check, words }) => {
    const { rootCauses } = await paste(files);
    const [first] = rootCauses;
    expect(first?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(first)).toContain(word);
  });
});
