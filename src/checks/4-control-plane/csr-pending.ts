import { groupBy } from '../../lib/group-by.ts';
import { plural } from '../../lib/in-words.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
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
      'logs, exec and metrics of the node fail with "tls: internal error" (nobody approves these by itself)',
    ],
  };
/** The condition that says no, or -1. */
const refusedAt = (csr: ObjectOf<'certificateSigningRequests'>): number =>
  csr.status?.conditions?.findIndex((one) => one.type === 'Denied' || one.type === 'Failed') ?? -1;

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
    const open = certificateSigningRequests.filter((csr) => {
      if (refusedAt(csr) >= 0) return true;
      const approved =
        csr.status?.conditions?.some((one) => one.type === 'Approved') === true ||
        csr.status?.certificate !== undefined;
      return !approved && (ageOf(snapshot, csr) ?? PATIENCE_MS) >= PATIENCE_MS;
    });
    // A kubelet that gets no answer asks anew every quarter of an hour: one is told for all.
    const byAsker = groupBy(
      open,
      (csr) => `${refusedAt(csr) >= 0} ${csr.spec?.signerName ?? ''} ${csr.spec?.username ?? csr.metadata.name}`,
    );
    for (const csrs of byAsker.values()) {
      const [csr] = csrs.toSorted((a, b) => (ageOf(snapshot, b) ?? 0) - (ageOf(snapshot, a) ?? 0));
      if (csr === undefined) continue;
      const at = refusedAt(csr);
      const refusal = csr.status?.conditions?.[at];
      const age = ageOf(snapshot, csr);
      const created = timeOf(csr.metadata.creationTimestamp);
      const node = /^system:node:(\S{1,253})$/.exec(csr.spec?.username ?? '')?.[1];
      // Before 1.18 a request names no signer; those of nodes that wait are for serving certificates, the others are
      // approved at once.
      const signer = csr.spec?.signerName ?? (node === undefined ? '' : 'kubernetes.io/kubelet-serving');
      const [variant, severity, effect] = SIGNERS[signer] ?? [
        'other',
        'warning',
        'whoever asked waits for its certificate',
      ];
      const state =
        refusal === undefined
          ? `is pending${age === undefined ? '' : ` for ${spellDuration(age / 1000)}`}`
          : `is ${refusal.type}${refusal.message === undefined ? '' : `: ${refusal.message}`}`;
      yield {
        subject: {
          kind: 'CertificateSigningRequest',
          name: csr.metadata.name,
          ...(node === undefined ? {} : { node }),
        },
        variant,
        severity: refusal !== undefined || age === undefined ? 'warning' : severity,
        message: `CSR ${csr.metadata.name} of ${csr.spec?.username ?? 'an unknown user'} (${signer === '' ? 'unknown signer' : signer}) ${state}${csrs.length > 1 ? `, as ${plural(csrs.length - 1, 'later one')} of the same` : ''}: ${effect}`,
        evidence: [snapshot.quote(csr, refusal === undefined ? '/status' : `/status/conditions/${at}`)],
        ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
        ...(created === undefined ? {} : { since: created }),
      };
    }
  },
});
