import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const MANIFEST = /^([^.].{0,200})\.(?:ya?ml|json|manifest)$/;
/** What people and editors put behind the name of a file they keep a copy of. */
const COPY =
  /^(?:\.(?:ya?ml|json|manifest))?[._~-]{0,3}(?:\d{1,16}|(?:bak|bck|bkp|backup|old|orig|original|save|saved|copy|prev|previous|working|new|tmp|rpmsave|dpkg-old)\b.{0,60})?~?(?:\.(?:ya?ml|json|manifest))?$/i;

export default defineCheck({
  id: 'static-pod-manifest-doubled',
  layer: 4,
  title: 'Each static pod has one manifest',
  failureTitle: 'A copy of a manifest lies among the static pods',
  why: 'The kubelet reads every file of that folder whose name does not begin with a dot, whatever its ending. Two files with a pod of the same name: one of them runs, and it may be the copy; changes to the other have no effect, and an upgrade waits for them in vain.',
  fix: [
    'Move the copy out of the folder (mv {copy} /root/), not to another name in it; wait until the kubelet has started the pod anew.',
  ],
  next: ['ls -la {folder}', 'grep -H image: {folder}/*'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    const files = hostValues.filter(({ topic }) => topic === 'static-pod-file');
    for (const [machine, ofMachine] of byMachine(snapshot, files)) {
      for (const manifest of ofMachine) {
        const stem = MANIFEST.exec(manifest.key)?.[1];
        if (stem === undefined) continue;
        const copy = ofMachine.find(
          ({ key, value }) =>
            value === manifest.value &&
            key !== manifest.key &&
            key.startsWith(stem) &&
            COPY.test(key.slice(stem.length)),
        );
        // Of kube-apiserver.yaml and kube-apiserver-old.yaml the longer name is the copy.
        if (copy === undefined || copy.key.length < manifest.key.length) continue;
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: stem,
          message: `${copy.key} lies beside ${manifest.key} in ${manifest.value} of ${machine}: the kubelet takes both for static pods, and the copy may be the one that runs`,
          evidence: [manifest.source, copy.source],
          params: { copy: `${copy.value}/${copy.key}`, folder: manifest.value },
        };
      }
    }
  },
});
