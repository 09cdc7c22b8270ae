import { defineCheck } from '../check.ts';

/** What Envoy answers with when it does not get through. */
const ANSWER = /reset reason: (?<how>[\w ]{3,60}), transport failure reason: (?<why>.{3,240})/;

export default defineCheck({
  id: 'mesh-upstream-failed',
  layer: 3,
  title: 'Proxies of the mesh get through to each other',
  failureTitle: 'A proxy of the mesh does not get through to another',
  why: 'Envoy says why the connection to the upstream failed. TLS errors: a certificate of the mesh has expired or is of another root, or one side speaks mTLS and the other does not (PeerAuthentication STRICT, DestinationRule, a pod without sidecar). Delayed connect error 111: nothing listens on the port behind the other proxy.',
  fix: [
    'TLS: compare the certificates of both proxies (istioctl proxy-config secret), restart the pod whose certificate was not renewed, and align PeerAuthentication with DestinationRule. Refused: see that the application listens on the port, on all addresses.',
  ],
  next: [
    'istioctl proxy-status',
    'istioctl proxy-config secret POD -n NAMESPACE',
    'kubectl get peerauthentications,destinationrules -A',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'probes'],
  reads: ['mesh-upstream-line'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    const words = (how: string, why: string): string =>
      `a proxy of the mesh (Envoy) got no connection through, "upstream connect error" (${how.trim()}): ${why.trim()}`;
    for (const probe of snapshot.facts('probes')) {
      const { how = '', why = '' } = ANSWER.exec(probe.source.text)?.groups ?? {};
      const key = `${probe.target} ${why}`;
      if (why === '' || told.has(key)) continue;
      told.add(key);
      const { service } = snapshot.resolve(probe.target, probe.from?.namespace);
      yield {
        subject:
          service === undefined
            ? snapshot.named(probe.from?.pod === undefined ? 'Service' : 'Pod', probe.from?.pod ?? probe.target, {
                namespace: probe.from?.namespace,
              })
            : snapshot.subject(service),
        message: `On the way to ${probe.target} ${words(how, why)}`,
        evidence: [probe.source],
      };
    }
    for (const hit of snapshot.hits('mesh-upstream-line')) {
      const { how = '', why = '' } = hit.groups;
      const subject = snapshot.subjectOfLog(hit.origin, { program: hit.program });
      const key = `${subject.kind}/${subject.name}`;
      if (told.has(key)) continue;
      told.add(key);
      yield {
        subject,
        severity: hit.count > 2 ? 'critical' : 'warning',
        message: `For ${subject.name} ${words(how, why)}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
    }
  },
});
