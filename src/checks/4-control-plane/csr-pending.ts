import { ageOf } from '../../snapshot/ages.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** The controller manager approves the kubelets' client CSRs within seconds. */
const PATIENCE_MS = 5 * 60_000;
const SIGNERS: Readonly<Record<string, readonly [variant: string, severity: 'critical' | 'warning', effect: string]>> =
  {
    'kubernetes.io/kube-apiserver-client-kubelet': [
      'kubelet-client',
      'critical',
      'the node cannot join, or cannot renew its client certificate',
    ],
    'kubernetes.io/kubelet-serving': [
      'kubelet-serving',
      'warning',
      'logs, exec and metrics of the node fail with TLS errors (nobody approves these by itself)',
    ],
  };

export default defineCheck({
  id: 'csr-pending',
  layer: 4,
  title: 'Certificate requests are approved',
  failureTitle: 'A certificate signing request waits or was refused',
  why: 'Nobody approved it: the approver is missing, or the request is not from whom it says.',
  fix: [
    'After you made sure that the node is yours: kubectl certificate approve {name}; for serving certificates run an approver',
  ],
  next: ['kubectl get csr; kubectl describe csr {name}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['certificateSigningRequests'],
  *run({ certificateSigningRequests }, { snapshot }) {
    for (const csr of certificateSigningRequests) {
      const conditions = csr.status?.conditions;
      const refused = conditions?.findIndex((one) => one.type === 'Denied' || one.type === 'Failed') ?? -1;
      const approved =
        conditions?.some((one) => one.type === 'Approved') === true || csr.status?.certificate !== undefined;
      const created = timeOf(csr.metadata.creationTimestamp);
      const age = ageOf(snapshot, csr);
      if (refused < 0 && (approved || (age !== undefined && age < PATIENCE_MS))) continue;
      const [variant, severity, effect] = SIGNERS[csr.spec?.signerName ?? ''] ?? [
        'other',
        'warning',
        'whoever asked waits for its certificate',
      ];
      const node = /^system:node:(\S{1,253})$/.exec(csr.spec?.username ?? '')?.[1];
      yield {
        subject: {
          kind: 'CertificateSigningRequest',
          name: csr.metadata.name,
          ...(node === undefined ? {} : { node }),
        },
        variant,
        severity: refused >= 0 || age === undefined ? 'warning' : severity,
        message: `CSR ${csr.metadata.name} of ${csr.spec?.username ?? 'an unknown user'} (${csr.spec?.signerName ?? 'unknown signer'}) ${refused >= 0 ? `is ${conditions?.[refused]?.type ?? 'Denied'}${conditions?.[refused]?.message === undefined ? '' : `: ${conditions[refused]?.message ?? ''}`}` : `is pending${age === undefined ? '' : ` for ${spellDuration(age / 1000)}`}`}: ${effect}`,
        evidence: [snapshot.quote(csr, refused >= 0 ? `/status/conditions/${refused}` : '/status')],
        ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
        ...(created === undefined ? {} : { since: created }),
      };
    }
  },
});
