import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { versionsOfComponent } from '../../snapshot/control-plane/versions.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'version-skew-controlplane',
  layer: 4,
  title: 'The control-plane components fit each other',
  failureTitle: 'Control-plane components are outside the supported version skew',
  why: 'API servers may differ by one minor version; controller manager and scheduler may be one older than the API server, never newer. More is an upgrade that was left half done.',
  fix: ['Finish the upgrade on every control-plane node (kubeadm upgrade node)'],
  next: [
    'kubectl -n kube-system get pods -l tier=control-plane -o custom-columns="POD:.metadata.name,IMAGE:.spec.containers[0].image"',
  ],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    const servers = versionsOfComponent(snapshot, 'kube-apiserver').toSorted(
      (a, b) => a.version.minor - b.version.minor,
    );
    const [oldest] = servers;
    const newest = servers.at(-1);
    if (oldest === undefined || newest === undefined) return;
    if (newest.version.minor - oldest.version.minor > 1)
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', oldest.node),
        variant: 'apiservers',
        message: `The API servers differ by ${newest.version.minor - oldest.version.minor} minor versions: ${oldest.name} is ${oldest.version.text}, ${newest.name} is ${newest.version.text}`,
        evidence: [oldest.evidence, newest.evidence],
      };
    for (const component of ['kube-controller-manager', 'kube-scheduler'] as const)
      for (const one of versionsOfComponent(snapshot, component)) {
        const newer = one.version.minor > oldest.version.minor;
        if (!newer && newest.version.minor - one.version.minor <= 1) continue;
        yield {
          subject: componentSubject(snapshot, component, one.node),
          variant: newer ? 'newer' : 'older',
          message: `${one.name} is ${one.version.text}, ${newer ? 'newer than' : 'more than one minor version older than'} the API server (${(newer ? oldest : newest).version.text})`,
          evidence: [one.evidence, (newer ? oldest : newest).evidence],
        };
      }
  },
});
