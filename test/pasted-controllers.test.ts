/** What controllers and the API server say of workloads, pasted without the objects. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const roots = async (text: string) => (await paste({ 'pasted.txt': `${text}\n` })).rootCauses;

test('a quota of other things than pods, with a capital letter', async () => {
  const [root] = await roots(
    ' version 41: replicationcontrollers "app-41" is forbidden: Exceeded quota: counts, requested: replicationcontrollers=1, used: replicationcontrollers=20, limited: replicationcontrollers=20',
  );
  expect(root).toMatchObject({ check: 'quota-exceeded', subject: { name: 'counts' }, layer: 2 });
});

test('the message of an autoscaler alone', async () => {
  const [root] = await roots(
    'unable to get metrics for resource cpu: unable to fetch metrics from API: the server could not find the requested resource (get pods.metrics.k8s.io)',
  );
  expect(root).toMatchObject({ check: 'hpa-metrics-unavailable', variant: 'no-metrics-api' });
});

test('a field that is refused stands below the name of the object', async () => {
  const [root, ...others] = await roots(
    `$ kubectl create -f pod.yaml
The Pod "edge" is invalid.
spec.containers[0].resources.limits[cpu]: Invalid value: "300m": must be greater than or equal to request`,
  );
  expect(others).toEqual([]);
  expect(root?.check).toBe('manifest-refused');
  expect(root?.summary).toContain('"300m": must be greater than or equal to request');
});

test('a description of a ReplicaSet without its template', async () => {
  const [root] = await roots(
    `Name:           web-58b7dc8856
Namespace:      shop
Controlled By:  Deployment/web
Replicas:       0 current / 1 desired
Pods Status:    0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Events:
  Type     Reason        Age                   From                   Message
  ----     ------        ----                  ----                   -------
  Warning  FailedCreate  8s (x15 over 90s)     replicaset-controller  Error creating: pods "web-58b7dc8856-" is forbidden: error looking up service account shop/web: serviceaccount "web" not found`,
  );
  expect(root?.check).toBe('serviceaccount-missing');
});

test('a rollout whose new pods are refused while the old ones serve on', async () => {
  const told = (updated: number) =>
    roots(
      `$ kubectl get deployments -n shop
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
web    2/2     ${updated}            2           40d
$ kubectl get events -n shop
LAST SEEN   TYPE      REASON         OBJECT                      MESSAGE
60s         Warning   FailedCreate   replicaset/web-58b7dc8856   Error creating: pods "web-58b7dc8856-" is forbidden: error looking up service account shop/web: serviceaccount "web" not found`,
    );
  expect((await told(0)).map(({ check }) => check)).toEqual(['serviceaccount-missing']);
  expect(await told(2)).toEqual([]);
});

test('an autoscaler without a value has the reason of its events, also of one that names none', async () => {
  const described = await roots(
    `Name:                                      web
Namespace:                                 shop
Reference:                                 Deployment/web
Metrics:                                   ( current / target )
  "queue" (target average value):          <unknown> / 100
Min replicas:                              1
Max replicas:                              4
Deployment pods:                           1 current / 1 desired
Events:
  Type     Reason                   Age                 From                       Message
  ----     ------                   ----                ----                       -------
  Warning  FailedGetExternalMetric  2m (x310 over 3h)   horizontal-pod-autoscaler  unable to fetch metrics from external metrics API: no matching metrics found for queue`,
  );
  expect(described.map((root) => root.check)).toEqual(['hpa-metrics-unavailable']);
  expect(described[0]?.summary).toContain('no matching metrics found for queue');
  const listed = await roots(
    `NAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/web   <unknown>/50%   1         10        1          31m

Warning  FailedGetResourceMetric  3s (x40 over 10m)  horizontal-pod-autoscaler  failed to get cpu utilization: missing request for cpu`,
  );
  expect(listed.map((root) => `${root.check}:${root.variant ?? ''} ${root.subject.name}`)).toEqual([
    'hpa-metrics-unavailable:missing-request web',
  ]);
});

test.each([
  'Replicas:       1 current / 1 desired',
  'Replicas:       1 desired | 1 total\nUpdate Strategy: RollingUpdate',
])('descriptions count the pods that run: %s', async (replicas) => {
  const described = (pods: string) => `Name:           web-58b7dc8856
Namespace:      shop
Selector:       app=web
${replicas}
Pods Status:    ${pods} / 0 Succeeded / 0 Failed
Events:         <none>`;
  expect(await roots(described('1 Running / 0 Waiting'))).toEqual([]);
  expect((await roots(described('0 Running / 1 Waiting')))[0]?.check).toBe('deployment-unavailable');
});

test.each([
  [
    `The deployments "quay" is invalid: : ValidatingAdmissionPolicy 'tide-tables' with binding 'all-quays' denied request: no more than 5 replicas`,
    'deployments "quay"',
  ],
  [
    `Error from server (Forbidden): error when creating "quay.yaml": deployments.apps "quay" is forbidden: ValidatingAdmissionPolicy 'tide-tables' with binding 'all-quays' denied request: no more than 5 replicas`,
    'deployments',
  ],
  [
    `time="2026-03-01T10:00:00Z" level=error msg="sync failed: deployments.apps \\"quay\\" is forbidden: ValidatingAdmissionPolicy 'tide-tables' with binding 'all-quays' denied request: no more than 5 replicas"`,
    'deployments.apps "quay"',
  ],
])('a policy that the API server evaluates itself: %s', async (line, object) => {
  const [root, ...others] = await roots(`$ kubectl apply -f quay.yaml\n${line}`);
  expect(others).toEqual([]);
  expect(root).toMatchObject({
    check: 'webhook-denied',
    title: 'An admission policy of the API server denied an object',
  });
  expect(root?.summary).toContain(object);
  expect(root?.summary).toContain("ValidatingAdmissionPolicy 'tide-tables' with binding 'all-quays'");
});
