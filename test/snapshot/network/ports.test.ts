import { expect, it } from 'vitest';
import type { Service } from '../../../src/snapshot/kinds/index.ts';
import { portsBehind } from '../../../src/snapshot/network/ports.ts';
import { snapshotOf } from '../../build.ts';

const http = { name: 'http', containerPort: 8080 };
const pod = (name: string, containers: readonly object[], initContainers: readonly object[] = []) => ({
  kind: 'Pod',
  metadata: { namespace: 'shop', name, labels: { app: 'web' } },
  spec: { containers, initContainers },
  status: { phase: 'Running' },
});

it('tells each port behind a Service once, of the first pod that declares it', async () => {
  const snapshot = await snapshotOf({
    objects: [
      { kind: 'Service', metadata: { namespace: 'shop', name: 'web' }, spec: { selector: { app: 'web' } } },
      pod('web-1', [{ name: 'app', ports: [http] }]),
      pod('web-2', [{ name: 'app', ports: [http] }], [{ name: 'migrate', ports: [{ containerPort: 1 }] }]),
      pod(
        'web-3',
        [
          { name: 'app', ports: [http, { containerPort: 9090 }] },
          { name: 'proxy', ports: [http] },
        ],
        [{ name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 2, protocol: 'UDP' }] }],
      ),
    ],
  });
  const service = snapshot.get('services', 'shop', 'web') as Service;
  const told = portsBehind(snapshot, service).map(
    ({ pod: { metadata }, pointer, port, protocol }) => `${metadata.name} ${pointer} ${port}/${protocol}`,
  );
  expect(told).toEqual([
    'web-1 /spec/containers/0/ports/0 8080/TCP',
    'web-3 /spec/containers/0/ports/1 9090/TCP',
    'web-3 /spec/containers/1/ports/0 8080/TCP',
    'web-3 /spec/initContainers/0/ports/0 2/UDP',
  ]);
});
