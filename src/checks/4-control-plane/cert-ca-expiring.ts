import { spellTime } from '../../lib/timestamp.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import {
  daysLeft,
  hasExpired,
  isAuthority,
  isControlPlaneCertificate,
  machineOfCertificate,
} from '../../snapshot/control-plane/control-plane-certificates.ts';
import { defineCheck } from '../check.ts';

/** A rotation of the authority touches every node and client: it takes weeks (ours). */
const WARNING_DAYS = 90;
const CRITICAL_DAYS = 30;

export default defineCheck({
  id: 'cert-ca-expiring',
  layer: 4,
  title: 'The certificate authorities of the cluster are valid for months',
  failureTitle: 'A certificate authority of the cluster expires',
  why: 'When the authority ends, every certificate that it signed ends with it, and kubeadm does not renew it.',
  fix: [
    'Rotate the authority as the Kubernetes documentation describes (manual rotation of CA certificates), node by node',
  ],
  next: [
    'kubeadm certs check-expiration',
    'openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['certificates'],
  *run({ certificates }, { snapshot, now }) {
    for (const one of certificates) {
      if (!isControlPlaneCertificate(one) || !isAuthority(one) || one.state === 'missing') continue;
      const left = daysLeft(one, now);
      const expired = hasExpired(one, now);
      if (!expired && (left === undefined || left >= WARNING_DAYS)) continue;
      const at = one.notAfter === undefined ? '' : ` on ${spellTime(one.notAfter)}`;
      yield {
        subject: { ...componentSubject(snapshot, one.name, machineOfCertificate(snapshot, one)), kind: 'Certificate' },
        variant: expired ? 'expired' : 'soon',
        severity: expired || (left ?? 0) < CRITICAL_DAYS ? 'critical' : 'warning',
        message: expired
          ? `The certificate authority ${one.name} has expired${at}: nothing that it signed is trusted any more`
          : `The certificate authority ${one.name} expires${at}, in ${Math.floor(left ?? 0)} days`,
        evidence: [one.source],
      };
    }
  },
});
