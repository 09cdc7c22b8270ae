import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import {
  byCertificateMachine,
  isControlPlaneCertificate,
  someOf,
} from '../../snapshot/control-plane/control-plane-certificates.ts';
import { defineCheck } from '../check.ts';

/** Older clusters have no super-admin.conf (kubeadm 1.29 introduced it), and it may be deleted on purpose. */
const OPTIONAL = /^(?:super-admin\.conf|etcd-|apiserver-etcd-client)/;

export default defineCheck({
  id: 'cert-missing',
  layer: 4,
  title: 'The certificate files of the control plane are there',
  failureTitle: 'A certificate file of the control plane is missing',
  why: 'The component that reads it does not start again.',
  fix: ['Create it anew: kubeadm init phase certs NAME (kubeconfigs: kubeadm init phase kubeconfig NAME)'],
  next: ['kubeadm certs check-expiration', 'ls -la /etc/kubernetes/pki /etc/kubernetes/pki/etcd'],
  severity: 'critical',
  confidence: 'high',
  needs: ['certificates'],
  *run({ certificates }, { snapshot }) {
    const mine = certificates.filter(isControlPlaneCertificate);
    // With an external etcd kubeadm has none of etcd's certificates: all of them are missing then.
    const etcd = mine.filter((one) => /^etcd-(?:server|peer|healthcheck-client)$/.test(one.name));
    const externalEtcd = etcd.length > 0 && etcd.every((one) => one.state === 'missing');
    const missing = mine.filter(
      (one) =>
        one.state === 'missing' &&
        one.externallyManaged !== true &&
        one.name !== 'super-admin.conf' &&
        !(externalEtcd && OPTIONAL.test(one.name)),
    );
    for (const [node, here] of byCertificateMachine(snapshot, missing)) {
      const [first, ...rest] = here;
      if (first === undefined) continue;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', node),
        message: `${here.length === 1 ? 'A certificate file' : `${here.length} certificate files`} of the control plane${node === undefined ? '' : ` on ${node}`} ${here.length === 1 ? 'is' : 'are'} missing: ${someOf(here.map((one) => one.name))}`,
        evidence: [first.source, ...rest.map((one) => one.source)],
      };
    }
  },
});
