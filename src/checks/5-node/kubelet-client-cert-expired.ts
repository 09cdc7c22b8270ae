import { spellDuration } from '../../lib/duration.ts';
import { spellTime } from '../../lib/timestamp.ts';
import type { Certificate, LogHit } from '../../parsers/records.ts';
import { processesWith, quoteSample } from '../../snapshot/metrics.ts';
import { byMachine, machineOf } from '../../snapshot/nodes/node-health.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

/** Before 1.20 without the file: `… in /etc/kubernetes/kubelet.conf is expired: 2026-02-20 14:03:27 +0000 UTC`. */
const EXPIRED = /client certificate(?: in (\S{1,200}))? is expired: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/;
/** Seconds that the certificate is still valid; +Inf where the kubelet signs in by other means [K8S]. */
const TTL = 'kubelet_certificate_manager_client_ttl_seconds';
const KUBELET_CLIENT = /^kubelet-client|\/kubelet-client|^kubelet\.conf$|\/kubelet\.conf$/;

export default defineCheck({
  id: 'kubelet-client-cert-expired',
  layer: 5,
  title: 'The client certificates of the kubelets are valid',
  failureTitle: 'The kubelet client certificate has expired',
  why: 'The kubelet can no longer sign in to the API server; without a bootstrap kubeconfig it cannot get a new certificate and exits at every start. It happens when a node was off during the rotation, or when the rotation (its CSR) was never approved.',
  fix: [
    'On {node}: make a new kubelet.conf (control plane: kubeadm init phase kubeconfig kubelet --node-name {node}; worker: kubeadm token create --print-join-command, then a bootstrap kubeconfig), delete /var/lib/kubelet/pki/kubelet-client*, restart the kubelet',
    'Approve the pending CSR of the node, if there is one',
  ],
  next: [
    'openssl x509 -in /var/lib/kubelet/pki/kubelet-client-current.pem -noout -dates',
    'journalctl -u kubelet --no-pager | grep -E "bootstrap|certificate" | tail',
    'kubectl get csr',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostLogs', 'certificates', 'metrics'],
  wants: ['certificates'],
  reads: ['kubelet-client-cert-expired'],
  *run({ certificates }, { snapshot, now }) {
    const told = new Set<string>();
    const expired = certificates.filter(
      (one) =>
        KUBELET_CLIENT.test(one.name) &&
        (one.state === 'expired' || (one.notAfter !== undefined && now !== undefined && one.notAfter < now)),
    );
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-client-cert-expired'))) {
      // That the bootstrap file is missing is normal after the join and only tells why no new certificate came.
      const main = hits.filter((hit) => /is expired|has expired|No valid client/.test(hit.first.text));
      const certificate = expired.find((one) => machineOf(snapshot, one) === node);
      const others = hits.filter((one) => !main.includes(one));
      const [hit] = main;
      const evidence = evidenceIn([
        ...main.slice(0, 2).flatMap((one) => snapshot.evidenceOf(one)),
        ...(certificate === undefined ? [] : [certificate.source]),
        ...others.slice(0, 1).flatMap((one) => snapshot.evidenceOf(one)),
      ]);
      if (evidence === undefined || (hit === undefined && certificate === undefined)) continue;
      told.add(node);
      const [, file, date] = EXPIRED.exec(hit?.first.text ?? '') ?? [];
      const count = main.reduce((sum, one) => sum + one.count, 0);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message:
          `The kubelet client certificate of ${node}${file === undefined ? '' : ` in ${file}`} has expired${date === undefined ? ended(certificate) : ` on ${date} UTC`}` +
          (others.length === 0
            ? ''
            : '; there is no bootstrap kubeconfig to get a new one with, so the kubelet exits') +
          (count > 1 ? ` (${count} attempts in the log)` : ''),
        evidence,
      };
    }
    for (const certificate of expired) {
      const node = machineOf(snapshot, certificate);
      // kubeadm's table on a control-plane node has no kubelet.conf row since it rotates by itself.
      if (told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The kubelet client certificate ${certificate.name} of ${node} has expired${ended(certificate)}`,
        evidence: [certificate.source],
      };
    }
    for (const process of processesWith(snapshot, TTL)) {
      const sample = process.latest.families.get(TTL)?.[0];
      const node = machineOf(snapshot, process.latest);
      if (sample === undefined || !Number.isFinite(sample.value) || sample.value > 0 || told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The kubelet of ${node} says that its client certificate expired ${spellDuration(-sample.value)} ago`,
        evidence: [quoteSample(process.latest, sample)],
      };
    }
  },
});

function ended(certificate: Certificate | undefined): string {
  return certificate?.notAfter === undefined ? '' : ` on ${spellTime(certificate.notAfter)}`;
}
