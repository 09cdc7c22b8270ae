import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { defineCheck } from '../check.ts';

/** The framework: a small listing that takes 5 s is the signal for layer 4. 2 s is not normal either (ours). */
const CRITICAL_SECONDS = 5;
const WARNING_SECONDS = 2;
/** A table of one namespace, of whatever (ours). */
const TABLE_SECONDS = 10;
const TABLE =
  /\b(?:kubectl|oc)\b(?!.{0,200} (?:-A|--all-namespaces|-w|--watch|-oyaml|-ojson|-o ?json|-o ?yaml)\b).{0,100} get /;
/** Calls whose answer is small on any cluster of usual size. */
const SMALL =
  /(?:kubectl|oc)\b.{0,200}?(?: get (?:nodes?|no|ns|namespaces?|cs|componentstatus(?:es)?|sc|storageclass(?:es)?|leases?)\b| version\b| --raw[= ]'?\/(?:livez|readyz|healthz|version)\b)/;

export default defineCheck({
  id: 'api-slow',
  layer: 4,
  title: 'kubectl answers quickly',
  failureTitle: 'The API server answers slowly',
  why: 'Everything that talks to the API server waits as long: controllers, kubelets, admission. It is the signal to look at etcd, webhooks and aggregated APIs.',
  fix: [
    'Follow the findings about etcd latency, webhooks, unavailable APIServices and rejected requests; raw /livez fast and get slow means discovery, webhooks or etcd, not the network',
  ],
  next: ["time kubectl get --raw /livez; kubectl get nodes -v=8 2>&1 | grep -E 'Response Status|milliseconds'"],
  severity: 'critical',
  confidence: 'medium',
  needs: ['commandTimings'],
  *run({ commandTimings }, { snapshot }) {
    const slow = commandTimings
      .filter(
        ({ command, seconds }) =>
          (seconds >= WARNING_SECONDS && SMALL.test(command)) || (seconds >= TABLE_SECONDS && TABLE.test(command)),
      )
      .toSorted((a, b) => b.seconds - a.seconds);
    const [worst, ...rest] = slow;
    if (worst === undefined) return;
    yield {
      subject: componentSubject(snapshot, 'kube-apiserver'),
      severity: worst.seconds >= CRITICAL_SECONDS ? 'critical' : 'warning',
      message: `"${worst.command}" took ${Math.round(worst.seconds * 10) / 10} s${rest.length === 0 ? '' : `, and ${rest.length} more small ${rest.length === 1 ? 'request' : 'requests'} took over ${WARNING_SECONDS} s`}; it should take well below a second`,
      evidence: [worst.source, ...rest.map((timing) => timing.source)],
    };
  },
});
