/** The least that people paste: one table, or one line with which kubectl refuses. What is said of it first. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const pods = (status: string, restarts = '7'): string => `$ kubectl get pods -n shop
NAME                    READY   STATUS                       RESTARTS   AGE
api-7d4f8b9c6-x2k9q     1/1     Running                      0          3d4h
web-6c9d7f5b8d-m4t7v    0/1     ${status.padEnd(29)}${restarts.padEnd(11)}3h12m
`;

test.each([
  ['Pending', 'pod-unschedulable', '0'],
  ['ImagePullBackOff', 'image-pull-failed', '0'],
  ['CrashLoopBackOff', 'crashloop-app-error', '7'],
  ['OOMKilled', 'crashloop-oomkilled', '7'],
  ['CreateContainerConfigError', 'container-create-error', '0'],
  ['ContainerCreating', 'pod-containercreating-stuck', '0'],
  ['Init:0/1', 'pod-containercreating-stuck', '0'],
  ['Init:CrashLoopBackOff', 'crashloop-init-container', '7'],
  ['Terminating', 'pod-terminating-stuck', '0'],
  ['Evicted', 'pod-evicted', '0'],
  ['Unknown', 'pod-phase-unknown', '0'],
  ['OutOfcpu', 'pod-admission-rejected', '0'],
  ['RunContainerError', 'exit-128-start-error', '7'],
  ['SchedulingGated', 'sched-gated', '0'],
  ['Completed', 'exit-0-restart-loop', '7'],
])('a pod with the status %s: %s', async (status, check, restarts) => {
  const [first] = (await paste({ 'pods.txt': pods(status, restarts) })).rootCauses;
  expect([first?.check, first?.subject.name]).toEqual([check, 'web-6c9d7f5b8d-m4t7v']);
});

const TABLES: Readonly<Record<string, readonly [check: string, text: string]>> = {
  'a node that is not ready': [
    'node-notready-reported',
    'kubectl get nodes\nNAME     STATUS     ROLES    AGE   VERSION\nnode-1   NotReady   <none>   90d   v1.30.2',
  ],
  'a Deployment without a pod': [
    'deployment-unavailable',
    'kubectl get deploy\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    0/3     0            0           3h',
  ],
  'a claim that stays Pending': [
    'pvc-pending-unexplained',
    'kubectl get pvc\nNAME     STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE\ndata-0   Pending                                      fast           3h',
  ],
  'an autoscaler at its maximum': [
    'hpa-maxed-out',
    'kubectl get hpa\nNAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE\nweb    Deployment/web   cpu: 240%/80%   2         10        10         3h',
  ],
  'an autoscaler without numbers': [
    'hpa-metrics-unavailable',
    'kubectl get hpa\nNAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE\nweb    Deployment/web   <unknown>/80%   2         10        2          3h',
  ],
  'a namespace that is being deleted': [
    'namespace-terminating-stuck',
    'kubectl get ns\nNAME       STATUS        AGE\ndefault    Active        90d\nold-team   Terminating   40d',
  ],
  'a load balancer without an address': [
    'svc-lb-pending',
    'kubectl get svc\nNAME   TYPE           CLUSTER-IP     EXTERNAL-IP   PORT(S)        AGE\nweb    LoadBalancer   10.96.20.118   <pending>     80:31222/TCP   3h',
  ],
};

test.each(Object.entries(TABLES))('%s', async (_, [check, text]) => {
  expect((await paste({ 'table.txt': `$ ${text}\n` })).rootCauses[0]?.check).toBe(check);
});

const REFUSALS: Readonly<Record<string, readonly [check: string, words: string]>> = {
  'The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?': [
    'api-unreachable',
    '10.0.0.10:6443',
  ],
  'The connection to the server localhost:8080 was refused - did you specify the right host or port?': [
    'api-request-refused',
    'no kubeconfig',
  ],
  'Error from server: etcdserver: request timed out': ['api-etcd-latency-high', 'request timed out'],
  'Error from server: etcdserver: no leader': ['api-etcd-latency-high', 'no leader'],
  'Error from server (ServiceUnavailable): the server is currently unable to handle the request': [
    'api-request-refused',
    '503',
  ],
  'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later':
    ['api-apf-rejecting', '429'],
  'Error from server (Forbidden): pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "shop"':
    ['api-request-refused', 'lets ada list pods'],
  'error: the server doesn\'t have a resource type "certificates"': ['api-request-refused', 'serves no certificates'],
  'Error from server (BadRequest): container "app" in pod "web-0" is waiting to start: CreateContainerConfigError': [
    'container-create-error',
    'ConfigMap',
  ],
  'Error from server (BadRequest): container "app" in pod "web-0" is waiting to start: trying and failing to pull image':
    ['image-pull-failed', 'ImagePullBackOff'],
  'error: persistentvolumeclaims "data-0" could not be patched: persistentvolumeclaims "data-0" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize':
    ['volume-resize-failed', 'storageclass'],
  'error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/fluent-bit-2x9zk': [
    'drain-refused',
    'DaemonSet-managed',
  ],
};

test.each(Object.entries(REFUSALS))('%s', async (line, [check, words]) => {
  const command = line.includes('waiting to start')
    ? 'logs web-0 -n shop'
    : line.includes('DaemonSet-managed')
      ? 'drain node-1'
      : 'get pods -n shop';
  const [first] = (await paste({ 'session.txt': `$ kubectl ${command}\n${line}\n` })).rootCauses;
  expect(first?.check).toBe(check);
  expect(first?.summary).toContain(words);
});

test('what a collection is denied or does not find beside what it was given is no trouble', async () => {
  const { rootCauses } = await paste({
    'session.txt': `$ kubectl get nodes
NAME     STATUS   ROLES    AGE   VERSION
node-1   Ready    <none>   90d   v1.30.2
$ kubectl get secrets -n shop
Error from server (Forbidden): secrets is forbidden: User "ada" cannot list resource "secrets" in API group "" in the namespace "shop"
$ kubectl get certificates
error: the server doesn't have a resource type "certificates"
`,
  });
  expect(rootCauses).toEqual([]);
});
