import { bySubject, countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-identity-mismatch',
  layer: 5,
  title: 'Kubelets register under the name of their certificate',
  failureTitle: "The kubelet's certificate names another node than the one it registers",
  why: 'A kubelet may write only the Node and Lease that are called like its user, system:node:NAME. The name of the node comes from --hostname-override, the cloud or the host name, the user from its client certificate; after a change of the host name, or with a cloud provider that names nodes otherwise, they differ and the node never becomes ready.',
  fix: [
    'Give both the same name: set --hostname-override (or the host name) to that of the certificate, or remove the client certificate (/var/lib/kubelet/pki, kubelet.conf) and join again under the new name.',
  ],
  next: [
    'hostname; hostname -f; ps -o args= -C kubelet | tr " " "\\n" | grep -E "hostname|cloud"',
    'openssl x509 -in /var/lib/kubelet/pki/kubelet-client-current.pem -noout -subject',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostLogs'],
  reads: ['node-identity-mismatch'],
  *run(_facts, { snapshot }) {
    const differing = snapshot.hits('node-identity-mismatch').filter(({ groups }) => {
      const user = groups['user'] ?? groups['node'];
      return user !== undefined && groups['object'] !== undefined && user !== groups['object'];
    });
    for (const { subject, hits } of bySubject(differing, (hit) => machineSubject(snapshot, hit))) {
      const quotes = quotesOf(hits);
      const groups = hits.at(-1)?.groups;
      if (quotes === undefined || groups === undefined) continue;
      const count = countOf(hits);
      yield {
        subject,
        message: `The kubelet comes as system:node:${groups['user'] ?? groups['node']} and wants to write ${groups['object']}: the API server refuses it as forbidden${count > 1 ? ` (${count} lines)` : ''}`,
        evidence: quotes,
        ...timing(snapshot, hits),
      };
    }
  },
});
