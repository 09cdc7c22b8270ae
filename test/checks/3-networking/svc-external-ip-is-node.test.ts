import { describe, expect, it } from 'vitest';
import { paste } from '../../paste.ts';

const NODES = `$ kubectl get nodes -o wide
NAME   STATUS     ROLES           AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION      CONTAINER-RUNTIME
cp-1   Ready      control-plane   23d   v1.31.0   192.0.2.10    <none>        Ubuntu 24.04 LTS     6.8.0-41-generic    containerd://1.7.20
wk-1   NotReady   <none>          23d   v1.31.0   192.0.2.11    <none>        Ubuntu 24.04 LTS     6.8.0-41-generic    containerd://1.7.20
`;
const services = (external: string) => `$ kubectl get svc -n shop
NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.96.44.18   ${external}    80/TCP    4m
`;
const IPVS = `root@cp-1:~# ip addr show kube-ipvs0
6: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default
    link/ether 0a:5d:c1:7e:77:10 brd ff:ff:ff:ff:ff:ff
    inet 10.96.44.18/32 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
    inet 192.0.2.11/32 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
`;
const LIST = `root@cp-1:~# ipvsadm -Ln
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  192.0.2.11:80 rr
  -> 10.244.1.7:8080              Masq    1      0          0
`;
const checksOf = async (text: string): Promise<readonly string[]> =>
  (await paste({ 'ticket.txt': text })).findings.map(({ check }) => check);

describe('svc-external-ip-is-node', () => {
  it.each([IPVS, LIST])('is the cause of nodes that are not ready', async (seen) => {
    const { rootCauses } = await paste({ 'ticket.txt': `${services('192.0.2.11')}\n${NODES}\n${seen}` });
    expect(rootCauses[0]).toMatchObject({
      check: 'svc-external-ip-is-node',
      subject: { kind: 'Service', name: 'web' },
    });
    expect(JSON.stringify(rootCauses[0])).toContain('192.0.2.11 (node wk-1)');
  });

  it('an address of no machine, and a cluster without IPVS', async () => {
    expect(await checksOf(`${services('192.0.2.99')}\n${NODES}\n${IPVS}`)).not.toContain('svc-external-ip-is-node');
    expect(await checksOf(`${services('192.0.2.11')}\n${NODES}`)).not.toContain('svc-external-ip-is-node');
  });
});
