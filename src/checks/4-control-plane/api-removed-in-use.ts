import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { apiServerReleases } from '../../snapshot/control-plane/versions.ts';
import { headAndTail } from '../../lib/excerpt.ts';
import { processesWith, quoteSample } from '../../snapshot/metrics.ts';
import { podOfLog, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { defineCheck } from '../check.ts';

const FAMILY = 'apiserver_requested_deprecated_apis';
/**
 * `no matches for kind "Ingress" in version "extensions/v1beta1"`: a client asks for what is gone. Terraform names the
 * group of a manifest that it cannot even plan.
 */
const GONE = /no matches for kind "([^"]{1,100})" in (?:version|group) "([^"]{1,100})"/;
/** A tool of another release asks for a version as a whole, which no definition serves. */
const VERSION_GONE =
  /list of server APIs: ([a-z0-9.-]{1,253}\/v\d\w{0,12}): the server could not find the requested resource/;

/** Groups and versions that Kubernetes once served itself and no longer does (deprecation guide, 1.16 to 1.32). */
const BUILT_IN =
  /^(?:extensions\/v1beta1|apps\/v1beta[12]|(?:policy|batch)\/v1beta1|autoscaling\/v2beta[12]|(?:networking|rbac\.authorization|apiextensions|admissionregistration|apiregistration|authentication|authorization|certificates|coordination|discovery|events|node|scheduling|storage)\.k8s\.io\/v1(?:alpha1|beta1)|flowcontrol\.apiserver\.k8s\.io\/v1beta[123])$/;

/** Groups of Kubernetes itself, in versions that stay: a cluster without them is older than they are. */
const TOO_NEW =
  /^(?:apps|batch|policy|autoscaling|(?:networking|rbac\.authorization|apiextensions|admissionregistration|apiregistration|authentication|authorization|certificates|coordination|discovery|events|node|scheduling|storage|flowcontrol\.apiserver)\.k8s\.io)\/v\d{1,2}$/;

/**
 * A release or a manifest that needs what is not there was refused; a look for it in passing was not. "in group" is said
 * by Terraform, and in the logs of operators that start before their CRDs.
 */
const REFUSED = /manifest|RELEASE|INSTALLATION|recognize|ensure CRDs/i;

export default defineCheck({
  id: 'api-removed-in-use',
  layer: 4,
  title: 'No client uses APIs that go away',
  failureTitle: 'A client uses an API version that is removed or will be',
  why: 'At the upgrade that removes it the client breaks; when it is removed already, it is broken now.',
  fix: [
    'Find the client (audit log annotation k8s.io/deprecated) and move it to the newer version; convert stored manifests with kubectl convert',
  ],
  next: ['kubectl get --raw /metrics | grep apiserver_requested_deprecated_apis'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['metrics', 'commandFailures'],
  reads: ['api-kind-not-served', 'api-group-unavailable'],
  *run({ commandFailures }, { snapshot }) {
    const seen = new Set<string>();
    for (const process of processesWith(snapshot, FAMILY))
      for (const sample of process.latest.families.get(FAMILY) ?? []) {
        const { group = '', version = '', resource = '', removed_release: removed = '' } = sample.labels;
        const name = `${resource}.${version}${group === '' ? '' : `.${group}`}`;
        // Without a release nobody has decided to remove it (Endpoints, ComponentStatus).
        if (sample.value !== 1 || removed === '' || seen.has(name)) continue;
        seen.add(name);
        yield {
          subject: componentSubject(snapshot, 'kube-apiserver', process.node),
          variant: name,
          message: `A client requested ${resource} in ${group === '' ? version : `${group}/${version}`}, which Kubernetes ${removed} no longer serves`,
          evidence: [quoteSample(process.latest, sample)],
        };
      }
    const said = [
      ...commandFailures.map(({ message, source }) => ({ message, source, client: undefined })),
      ...snapshot.hits('api-kind-not-served').map((hit) => ({
        // JSON and klog escape the quotes of the message that they carry, some writers of JSON its slashes.
        message: hit.first.text.replaceAll('\\"', '"').replaceAll('\\/', '/'),
        source: snapshot.evidenceOf(hit)[0],
        // An operator that asks for it in its own log is the client.
        client: podOfLog(snapshot, hit) === undefined ? undefined : subjectOfLogHit(snapshot, hit),
      })),
    ];
    const asked = [
      ...commandFailures.map(({ message, source }) => ({ message, source, controller: false })),
      ...snapshot.hits('api-group-unavailable').map((hit) => ({
        message: hit.first.text,
        source: snapshot.evidenceOf(hit)[0],
        controller: hit.program === 'kube-controller-manager',
      })),
    ];
    for (const { message, source, controller } of asked) {
      const version = VERSION_GONE.exec(message)?.[1];
      if (version === undefined || seen.has(version)) continue;
      seen.add(version);
      if (TOO_NEW.test(version) || BUILT_IN.test(version)) {
        const versions = apiServerReleases(snapshot);
        yield {
          subject: componentSubject(snapshot, controller ? 'kube-controller-manager' : 'kube-apiserver'),
          variant: 'mixed',
          message: `An API server does not serve ${version}, a version of Kubernetes' own that another one announces${versions.length > 1 ? ` (the control plane runs ${versions.join(' and ')})` : ''}: the API servers run different releases, and until they are the same, discovery fails: ${headAndTail(message.trim(), 300)}`,
          evidence: [source],
          fix: [
            'Finish the upgrade: bring all API servers to one release, then restart what remembers the old list (kube-controller-manager); namespaces that are being deleted go on then by themselves',
          ],
        };
        continue;
      }
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver'),
        variant: 'gone',
        message: `The cluster does not serve ${version}, which a command asked for: its CRDs are of another release than the tool, or are not installed`,
        evidence: [source],
        fix: [
          'Take the release of the tool that fits what is installed (compare flux version, argocd version and the like, client and server), or upgrade the CRDs and controllers first',
        ],
      };
    }
    for (const { message, source, client } of said) {
      const [, kind, version] = GONE.exec(message) ?? [];
      if (kind === undefined || version === undefined || seen.has(`${kind} ${version}`)) continue;
      seen.add(`${kind} ${version}`);
      const builtIn = BUILT_IN.test(version);
      const tooNew = TOO_NEW.test(version);
      yield {
        subject: client ?? componentSubject(snapshot, 'kube-apiserver'),
        variant: 'gone',
        ...(builtIn || tooNew || REFUSED.test(message) || (client === undefined && message.includes(' in group "'))
          ? {}
          : { severity: 'info' }),
        message: `The cluster does not serve ${kind} in ${version}: ${builtIn ? 'Kubernetes has removed this version' : tooNew ? 'it is older than this version, which the client needs' : 'the version was removed, or its CRD is not installed'}`,
        evidence: [source],
        ...(builtIn || tooNew
          ? {}
          : {
              fix: [
                `Install the CRDs of ${version} before what needs them (Terraform asks for them already when it plans: install the chart in an apply before), or move the manifest to a version that is served`,
              ],
            }),
      };
    }
  },
});
