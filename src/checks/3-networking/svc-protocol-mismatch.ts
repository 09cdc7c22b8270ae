import { outcomeText, probesOf } from '../../snapshot/network/reachability.ts';
import { portsBehind, portText } from '../../snapshot/network/ports.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import { defineCheck } from '../check.ts';

/** Application protocols that run over TCP: a UDP Service port with such a name cannot work. */
const OVER_TCP =
  /^(?:https?|http2|h2c|grpc(?:-web)?|tcp|tls|redis|mysql|postgres(?:ql)?|mongo(?:db)?|amqp|kafka|ws)(?:-|$)/i;

export default defineCheck({
  id: 'svc-protocol-mismatch',
  layer: 3,
  title: 'Service ports use the protocol that the pods speak',
  failureTitle: 'The Service port has another protocol than the container port',
  why: 'kube-proxy forwards only the protocol that the Service port names. Callers that use the other protocol find nothing listening at the Service address.',
  fix: ["Set the protocol of the Service's port to the container's: kubectl edit service {name} -n {namespace}"],
  next: ['kubectl describe service {name} -n {namespace}', 'kubectl get pods -n {namespace} -o wide'],
  severity: 'critical',
  confidence: 'high',
  needs: ['services'],
  wants: ['pods', 'probes'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const ports = service.spec?.ports ?? [];
      for (const [i, port] of ports.entries()) {
        const protocol = port.protocol ?? 'TCP';
        const target = port.targetPort ?? port.port;
        // The same number served over both protocols (DNS) is a pair of Service ports.
        if (ports.some((other) => other !== port && other.port === port.port)) continue;
        const there = portsBehind(snapshot, service).filter(
          (p) => p.port === target || (p.name !== undefined && p.name === target),
        );
        if (there.some((p) => p.protocol === protocol)) continue;
        const [other] = there;
        const named = [port.name, port.appProtocol].find((name) => name !== undefined && OVER_TCP.test(name));
        const contradicted = protocol === 'UDP' && named !== undefined;
        if (other === undefined && !contradicted) continue;
        const failed = probesOf(snapshot, service, port.port).failed;
        const callers = serviceGraph(snapshot)
          .callsTo(service)
          .filter((call) => call.address.port === port.port || call.address.port === undefined);
        const sure =
          contradicted ||
          failed.length > 0 ||
          (protocol === 'UDP' && callers.some((c) => c.address.scheme !== undefined));
        const speaks =
          other === undefined
            ? `its name ${named} stands for TCP`
            : `its container ${other.container} declares ${other.port}/${other.protocol}`;
        const [probe] = failed;
        yield {
          subject: snapshot.subject(service),
          severity: sure ? 'critical' : 'warning',
          confidence: sure ? 'high' : 'medium',
          message: `Service ${service.metadata.name} offers port ${portText(port)} over ${protocol}, but ${speaks}${probe === undefined ? '' : `; a ${probe.tool} probe to ${probe.target}${probe.port === undefined ? '' : `:${probe.port}`} ${outcomeText(probe)}`}`,
          evidence: [
            snapshot.quote(service, `/spec/ports/${i}`),
            ...(other === undefined ? [] : [snapshot.quote(other.pod, other.pointer)]),
            ...(probe === undefined ? [] : [probe.source]),
          ],
          fix: [
            `Set protocol ${other?.protocol ?? 'TCP'} on port ${port.port ?? ''} of the Service: kubectl edit service {name} -n {namespace}`,
          ],
        };
      }
    }
  },
});
