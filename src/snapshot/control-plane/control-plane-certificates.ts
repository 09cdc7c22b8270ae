/** Certificates of the control plane, and what tools say when one of them has expired. */
import { append } from '../../lib/group-by.ts';
import type { Certificate } from '../../parsers/records.ts';
import { onlyControlPlaneNode } from './control-plane.ts';
import { machineOf, onlyMachine } from '../nodes/node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/** As `kubeadm certs check-expiration` names them. */
const KUBEADM_NAMES =
  /^(?:admin\.conf|super-admin\.conf|apiserver|apiserver-etcd-client|apiserver-kubelet-client|controller-manager\.conf|etcd-healthcheck-client|etcd-peer|etcd-server|front-proxy-client|scheduler\.conf|ca|etcd-ca|front-proxy-ca)$/;
/** Where kubeadm, k3s, RKE2, MicroK8s and hand-made clusters keep them. */
const PATHS =
  /^\/?(?:etc\/kubernetes\/|etc\/etcd\/|etc\/ssl\/etcd\/|etc\/pki\/etcd|var\/lib\/rancher\/(?:k3s|rke2)\/server\/|var\/lib\/kubernetes\/|var\/snap\/microk8s\/)/;
/** The kubelet's own certificates are told at layer 5; `apiserver-kubelet-client` is the API server's. */
const KUBELET = /(?<!apiserver-)kubelet-(?:client|server)|(?:^|\/)kubelet\.(?:conf|crt|pem)$/;

export function isControlPlaneCertificate(certificate: Certificate): boolean {
  const { name, subject } = certificate;
  if (KUBELET.test(name)) return false;
  return KUBEADM_NAMES.test(name) || PATHS.test(name) || (subject !== undefined && SUBJECTS.test(subject));
}

/** Whom such certificates are issued to, where the file is not named [K8S PKI certificates and requirements]. */
const SUBJECTS =
  /\bCN ?= ?(?:kube-apiserver(?:-etcd-client|-kubelet-client)?|front-proxy-client|kube-etcd(?:-peer|-healthcheck-client)?|kubernetes-admin|system:kube-(?:controller-manager|scheduler))(?:$|[,/ ])/;

/** An authority: kubeadm's second table, or a file that is called so. */
export function isAuthority(certificate: Certificate): boolean {
  return (
    certificate.isCa === true ||
    /^(?:ca|etcd-ca|front-proxy-ca)$|(?:^|\/)(?:[\w-]{1,40}-)?ca\.crt$/.test(certificate.name)
  );
}

/** The file of a certificate where the tool tells it or kubeadm puts it; undefined for one inside of a kubeconfig. */
export function fileOfCertificate({ name }: Certificate): string | undefined {
  // It goes into a command: nothing but a path does.
  if (name.includes('/')) return /^\/?[\w./-]{1,300}$/.test(name) ? `/${name.replace(/^\//, '')}` : undefined;
  if (!KUBEADM_NAMES.test(name) || name.endsWith('.conf')) return undefined;
  const inEtcd = /^etcd-(?<file>ca|server|peer|healthcheck-client)$/.exec(name)?.groups?.['file'];
  return `/etc/kubernetes/pki/${inEtcd === undefined ? name : `etcd/${inEtcd}`}.crt`;
}

/** Days until it ends, negative when it is over; undefined when neither the tool nor the bundle's clock tells. */
export function daysLeft(certificate: Certificate, now: number | undefined): number | undefined {
  if (certificate.notAfter === undefined || now === undefined)
    return certificate.residual === undefined ? undefined : certificate.residual / 86_400;
  return (certificate.notAfter - now) / 86_400_000;
}

export function hasExpired(certificate: Certificate, now: number | undefined): boolean {
  const left = daysLeft(certificate, now);
  return certificate.state === 'expired' || (certificate.state !== 'missing' && left !== undefined && left < 0);
}

/** The machine a certificate lies on, when the bundle tells. */
export function machineOfCertificate(snapshot: Snapshot, certificate: Certificate): string | undefined {
  if (certificate.node !== undefined || onlyMachine(snapshot) !== undefined) return machineOf(snapshot, certificate);
  return onlyControlPlaneNode(snapshot);
}

/** Certificates by machine, in order of appearance. */
export function byCertificateMachine(
  snapshot: Snapshot,
  certificates: readonly Certificate[],
): ReadonlyMap<string | undefined, readonly Certificate[]> {
  const out = new Map<string | undefined, Certificate[]>();
  for (const certificate of certificates) {
    const node = machineOfCertificate(snapshot, certificate);
    append(out, node, certificate);
  }
  return out;
}

/** `a, b, c and 8 more`. */
export function someOf(names: readonly string[], limit = 6): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length <= limit ? shown : `${shown} and ${names.length - limit} more`;
}

/** `…certificate has expired or is not yet valid: current time 2025-10-04T06:00:00Z is after 2025-10-03T17:20:11Z`. */
const EXPIRED =
  /certificate has expired or is not yet valid(?:: current time ([0-9TZ:+-]{10,30}) is after ([0-9TZ:+-]{10,30}))?/;

/** What Go's TLS says about a certificate that is over; undefined for other texts and for "is before" (a wrong clock). */
export function expiryIn(
  text: string,
): { readonly checked?: number; readonly notAfter?: number; readonly ended?: string } | undefined {
  const match = EXPIRED.exec(text);
  if (match === null || /current time [0-9TZ:+-]{10,30} is before/.test(text)) return undefined;
  const checked = Date.parse(match[1] ?? '');
  const notAfter = Date.parse(match[2] ?? '');
  return {
    ...(Number.isNaN(checked) ? {} : { checked }),
    ...(Number.isNaN(notAfter) ? {} : { notAfter, ended: match[2] ?? '' }),
  };
}
