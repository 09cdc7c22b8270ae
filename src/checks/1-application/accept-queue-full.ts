import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'accept-queue-full',
  layer: 1,
  title: 'Programs take the connections that wait for them',
  failureTitle: 'A program does not take the connections that wait for it (accept queue full)',
  why: 'The kernel finishes the handshake and queues the connection until the program accepts it. A program that hangs or has no free thread accepts none: the queue (backlog, net.core.somaxconn) fills up, and further connections time out although the port is open.',
  fix: [
    'See what the program on {address} waits for (a thread dump, its pool of threads or connections), and restart it; a larger backlog only delays this.',
  ],
  next: ["ss -tln 'sport = :{port}'", 'nstat -az TcpExtListenOverflows TcpExtListenDrops'],
  severity: 'warning',
  confidence: 'high',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    for (const value of hostValues) {
      if (value.topic !== 'listen-full') continue;
      const [waiting, room] = value.value.split('/');
      yield {
        subject:
          value.pod === undefined
            ? machineSubject(snapshot, value)
            : snapshot.named('Pod', value.pod.name, { namespace: value.pod.namespace }),
        message: `${value.scope === undefined ? 'The program' : value.scope} on ${value.key} does not take its connections: ${waiting} wait, of ${room} that may (Recv-Q of ss)`,
        evidence: [value.source],
        params: { address: value.key, port: value.key.replace(/^.*:/, '') },
      };
    }
  },
});
