import { spellTime } from '../../lib/timestamp.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import {
  byCertificateMachine,
  daysLeft,
  hasExpired,
  isAuthority,
  isControlPlaneCertificate,
  someOf,
} from '../../snapshot/control-plane/control-plane-certificates.ts';
import { defineCheck } from '../check.ts';

/** kubernetes-mixin KubeClientCertificateExpiration: 7 days warning, 24 hours critical; 30 days is a note (ours). */
const NOTE_DAYS = 30;
const WARNING_DAYS = 7;
const CRITICAL_DAYS = 1;

export default defineCheck({
  id: 'cert-expiring-soon',
  layer: 4,
  title: 'The certificates of the control plane are valid for weeks',
  failureTitle: 'A control-plane certificate expires soon',
  why: 'kubeadm issues certificates for a year and renews them at upgrades only. The day is known beforehand, the outage is avoidable.',
  fix: ['kubeadm certs renew all on each control-plane node, then restart the static pods'],
  next: ['kubeadm certs check-expiration'],
  severity: 'warning',
  confidence: 'high',
  needs: ['certificates'],
  *run({ certificates }, { snapshot, now }) {
    const soon = certificates.filter((one) => {
      const left = daysLeft(one, now);
      return (
        isControlPlaneCertificate(one) &&
        !isAuthority(one) &&
        !hasExpired(one, now) &&
        left !== undefined &&
        left < NOTE_DAYS
      );
    });
    for (const [node, here] of byCertificateMachine(snapshot, soon)) {
      const ordered = here.toSorted((a, b) => (a.notAfter ?? 0) - (b.notAfter ?? 0));
      const [first, ...rest] = ordered;
      if (first?.notAfter === undefined) continue;
      const left = daysLeft(first, now) ?? 0;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', node),
        severity: left < CRITICAL_DAYS ? 'critical' : Math.floor(left) <= WARNING_DAYS ? 'warning' : 'info',
        message: `${here.length === 1 ? `Certificate ${first.name} ends` : `${here.length} control-plane certificates end`} within ${NOTE_DAYS} days, the first in ${left < 2 ? `${Math.round(left * 24)} hours` : `${Math.floor(left)} days`} (${first.name}, ${spellTime(first.notAfter)})${here.length === 1 ? '' : `: ${someOf(ordered.map((one) => one.name))}`}`,
        evidence: [first.source, ...rest.map((one) => one.source)],
      };
    }
  },
});
