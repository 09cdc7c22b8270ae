import { spellTime } from '../../lib/timestamp.ts';
import type { Evidence } from '../../parsers/records.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import {
  byCertificateMachine,
  expiryIn,
  fileOfCertificate,
  hasExpired,
  isAuthority,
  isControlPlaneCertificate,
  someOf,
} from '../../snapshot/control-plane/control-plane-certificates.ts';
import { defineCheck } from '../check.ts';

/** The other end of a connection that broke off, told from the line. */
const API =
  /https:\/\/[^/"\s]{3,200}\/(?:api|apis|openapi|version|livez|readyz|healthz)\b|Unable to connect to the server|connection to the server/;
const ETCD = /:2379|:2380|etcd|createTransport failed to connect to \{/;

const CHECK_ALL = 'kubeadm certs check-expiration';
const CLOCK = 'date -u';

export default defineCheck({
  id: 'cert-expired-controlplane',
  layer: 4,
  title: 'The certificates of the control plane are valid',
  failureTitle: 'A control-plane certificate has expired',
  why: 'Connections that stand go on; every new one fails: kubectl, the controllers, the scheduler and the kubelets lose the API server one after the other, and the API server loses etcd. Pods that run keep running.',
  fix: [
    'On each control-plane node: kubeadm certs renew all, then restart the static pods (move the manifests out of /etc/kubernetes/manifests and back)',
    'Copy the new /etc/kubernetes/admin.conf to where kubectl reads it; k3s and RKE2 renew when their service is restarted',
  ],
  next: [CHECK_ALL, 'openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -dates', CLOCK],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['certificates', 'commandFailures', 'containerLogs', 'hostLogs'],
  reads: ['x509-expired'],
  *run({ certificates, commandFailures }, { snapshot, now }) {
    const expired = certificates.filter(
      (one) => isControlPlaneCertificate(one) && !isAuthority(one) && hasExpired(one, now),
    );
    // What clients met, one sentence for each peer: the proof that it matters already.
    const met = new Map<
      string,
      { evidence: Evidence[]; count: number; ended?: string; notAfter?: number; component: string }
    >();
    const meet = (text: string, count: number, evidence: Evidence): void => {
      const expiry = expiryIn(text);
      if (expiry === undefined) return;
      const component = API.test(text) ? 'kube-apiserver' : ETCD.test(text) ? 'etcd' : undefined;
      if (component === undefined) return;
      const known = met.get(component);
      if (known !== undefined) {
        known.count += count;
        if (known.evidence.length < 2) known.evidence.push(evidence);
        return;
      }
      met.set(component, {
        evidence: [evidence],
        count,
        component,
        ...(expiry.notAfter === undefined ? {} : { notAfter: expiry.notAfter }),
        ...(expiry.ended === undefined ? {} : { ended: expiry.ended }),
      });
    };
    for (const failure of commandFailures) meet(failure.message, 1, failure.source);
    for (const hit of snapshot.hits('x509-expired')) meet(hit.first.text, hit.count, snapshot.evidenceOf(hit)[0]);

    for (const [node, here] of byCertificateMachine(snapshot, expired)) {
      const [first] = here;
      if (first === undefined) continue;
      const server = here.find((one) => /apiserver(?:\.crt)?$/.test(one.name)) ?? first;
      const file = fileOfCertificate(server);
      const ends = here.flatMap((one) => one.notAfter ?? []);
      const whole = certificates.filter((one) => isControlPlaneCertificate(one) && !isAuthority(one)).length;
      const since = ends.length === 0 ? undefined : Math.min(...ends);
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', node),
        variant: 'file',
        message:
          `${here.length} of ${whole} control-plane certificates${node === undefined ? '' : ` of ${node}`} have expired` +
          (since === undefined ? '' : `, the first on ${spellTime(since)}`) +
          `: ${someOf(here.map((one) => one.name))}` +
          (met.size > 0
            ? `; clients are refused already (${[...met.values()].reduce((sum, one) => sum + one.count, 0)} times)`
            : ''),
        evidence: [
          server.source,
          ...[...met.values()].flatMap((one) => one.evidence.slice(0, 1)),
          ...here.filter((one) => one !== server).map((one) => one.source),
        ],
        ...(since === undefined ? {} : { since }),
        ...(file === undefined ? {} : { next: [CHECK_ALL, `openssl x509 -in ${file} -noout -dates`, CLOCK] }),
      };
    }
    if (expired.length > 0) return;
    for (const { component, ended, notAfter, count, evidence } of met.values()) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject: componentSubject(snapshot, component),
        variant: 'handshake',
        // Go says both things in one sentence; only with its date (since 1.13) it tells which of them it is.
        ...(ended === undefined ? { confidence: 'medium' as const } : {}),
        message: `The certificate that ${component} shows has expired${ended === undefined ? ' (or a clock is behind: the words tell no date)' : ` (valid until ${ended}${notAfter === undefined ? '' : `, that is ${spellTime(notAfter)}`})`}: x509 verification fails ${count === 1 ? 'in the one attempt' : `in ${count} attempts`} that the bundle shows`,
        evidence: [first, ...rest],
        ...(notAfter === undefined ? {} : { since: notAfter }),
      };
    }
  },
});
