import { describe, expect, it } from 'vitest';
import check from '../../../src/checks/1-application/listens-on-loopback.ts';
import { ago, anEvent, aPod, aService, run } from '../../build.ts';

const NAME = 'web-5d9c7b8f6d-k2xvq';
const pod = aPod(NAME, {
  spec: { containers: [{ name: 'app', ports: [{ containerPort: 8000 }] }] },
  status: {
    podIP: '10.0.1.5',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: ago(900) } } }],
  },
});
const log = (...lines: readonly string[]) => [
  { class: 'container' as const, origin: { namespace: 'shop', pod: NAME, container: 'app' }, lines },
];
const refused = anEvent(
  { kind: 'Pod', name: NAME },
  'Unhealthy',
  'Readiness probe failed: Get "http://10.0.1.5:8000/ready": dial tcp 10.0.1.5:8000: connect: connection refused',
  { count: 40 },
);
const SERVER = 'Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)';
const to8000 = aService('web', { spec: { ports: [{ port: 80, targetPort: 8000 }] } });

describe('listens-on-loopback', () => {
  it('ties the address in the log to the refused probe', async () => {
    const { first } = await run(check, { objects: [pod, refused], logs: log(SERVER) });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', name: NAME } });
    expect(first?.message).toBe(
      `The program in pod ${NAME} listens on 127.0.0.1:8000 only: the readiness probe of the kubelet is refused at port 8000`,
    );
    expect(first?.evidence.map(({ text }) => text)).toEqual([SERVER, expect.stringContaining('connection refused')]);
  });

  it('takes the sockets inside of the pod, and who was refused at the Service', async () => {
    const hostValues = [
      { topic: 'listen', key: '127.0.0.1:8000', value: 'node', pod: { namespace: 'shop', name: NAME } },
    ];
    const probe = (from: string) =>
      ({ tool: 'curl', target: 'web', port: 80, outcome: 'refused', from: { namespace: 'shop', pod: from } }) as const;
    const facts = (from: string) => ({ hostValues, probes: [probe(from)] });
    const { first } = await run(check, { objects: [pod, to8000], facts: facts('tools') });
    expect(first?.message).toContain('a connection to web is refused (curl)');
    expect(first?.related).toContainEqual({ kind: 'Service', name: 'web', namespace: 'shop' });
    // Inside of the pod the port answers; that it does not there is another trouble.
    expect((await run(check, { objects: [pod], facts: facts(NAME) })).found).toEqual([]);
  });

  it('warns where a Service leads to the port, and nobody has tried yet', async () => {
    const found = async (line: string) => (await run(check, { objects: [pod, to8000], logs: log(line) })).found;
    expect((await found(SERVER))[0]).toMatchObject({ severity: 'warning', confidence: 'medium' });
    // Programs print `localhost` wherever they listen.
    expect(await found('Server running on http://localhost:8000')).toEqual([]);
    expect(await found('admin listening on 127.0.0.1:9901')).toEqual([]);
  });

  it('is silent where the program listens elsewhere too, or the kubelet gets its answer', async () => {
    const lines = [SERVER, 'Running on http://10.0.1.5:8000'];
    expect((await run(check, { objects: [pod, refused], logs: log(...lines) })).found).toEqual([]);
    const ready = aPod(NAME, {
      spec: { containers: [{ name: 'app', readinessProbe: { httpGet: { port: 8000 } } }] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
    expect((await run(check, { objects: [ready, to8000], logs: log(SERVER) })).found).toEqual([]);
    expect((await run(check, { objects: [pod] })).outcome).toBe('not-checked');
  });
});
