/** A literal that stands in the lines that every log is full of costs each of them a regular expression. */
import { expect, test } from 'vitest';
import { signatures } from '../../src/signatures/registry.ts';

const EVERYDAY = [
  'Mar 01 10:00:00 n1 systemd[1]: run-containerd-runc-k8s.io-4f1c-runc.160861.mount: Deactivated successfully.',
  'Mar 01 10:00:00 n1 systemd[1]: var-lib-docker-overlay2-4f1c-merged.mount: Succeeded.',
  'Mar 01 10:00:00 n1 systemd[1]: Started libcontainer container 4f1c.',
  'Mar 01 10:00:00 n1 systemd[1]: cri-containerd-4f1c.scope: Consumed 1.204s CPU time.',
  'Mar 01 10:00:00 n1 kubelet[812]: I0301 10:00:00.000000     812 kubelet.go:2452] "SyncLoop (PLEG): event for pod" pod="shop/web-0" event={"ID":"4f1c","Type":"ContainerStarted","Data":"4f1c"}',
  'Mar 01 10:00:00 n1 kubelet[812]: I0301 10:00:00.000000     812 reconciler_common.go:218] "operationExecutor.MountVolume started for volume \\"data\\" pod \\"web-0\\" " pod="shop/web-0"',
  'time="2026-03-01T10:00:00.000000000Z" level=info msg="CreateContainer within sandbox \\"4f1c\\" for container &ContainerMetadata{Name:app,Attempt:0,}"',
  'time="2026-03-01T10:00:00.000000000Z" level=info msg="StopPodSandbox for \\"4f1c\\" returns successfully"',
  'I0301 10:00:00.100000       1 httplog.go:132] "HTTP" verb="LIST" URI="/api/v1/pods?limit=500" latency="1.2ms" userAgent="scout/v1.0.2 (linux/amd64) kubernetes/$Format" audit-ID="0d1e" srcIP="192.0.2.7:41000" resp=200',
  '10.0.1.5 - - [01/Mar/2026:10:00:00 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.31"',
  '{"level":"info","ts":"2026-03-01T10:00:00.000Z","msg":"request completed","status":200,"path":"/api/items"}',
];

test('no literal stands in them', () => {
  const found = signatures.flatMap(({ id, literals }) =>
    literals.filter((literal) => EVERYDAY.some((line) => line.includes(literal))).map((literal) => `${id}: ${literal}`),
  );
  expect(found).toEqual([]);
});
