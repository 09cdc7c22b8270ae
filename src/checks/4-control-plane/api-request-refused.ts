import { wasAnswered } from '../../snapshot/control-plane/api-access.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import type { CommandFailure } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

interface Refusal {
  readonly pattern: RegExp;
  readonly variant: string;
  readonly says: (groups: Readonly<Record<string, string | undefined>>) => string;
  readonly fix: string;
  /** Only where nothing else was answered: a collection asks for much that a cluster lacks or denies. */
  readonly alone?: true;
}

const REFUSALS: readonly Refusal[] = [
  {
    pattern:
      /etcdserver: request is too large|trying to send message larger than max|Request entity too large|Too long: (?:must have at most|may not be more than) (?<limit>\d{1,10}) (?:bytes|characters)/,
    variant: 'too-large',
    says: ({ limit }) =>
      limit === undefined
        ? 'the object is too large: etcd takes 1.5 MiB in one request, the API server 3 MiB'
        : `an annotation is too long (limit ${limit})`,
    fix: 'Split the object, or keep its contents elsewhere; for large definitions kubectl apply --server-side (or create/replace) writes no last-applied annotation',
  },
  {
    pattern:
      /unable to transform key "(?<key>[^"]{1,300})": (?<why>.{1,200})|Internal error occurred: .{0,200}?(?<call>failed to (?:de|en)crypt.{1,200})/,
    variant: 'encryption',
    says: ({ key, why, call }) =>
      key === undefined
        ? `what is to be stored encrypted cannot be: ${call ?? ''} (the KMS plugin of the EncryptionConfiguration)`
        : `the API server cannot decrypt what etcd holds under ${key}: ${why ?? ''}; it was written with a key or provider that the EncryptionConfiguration no longer lists, or lists otherwise on this API server`,
    fix: 'Give all API servers the same EncryptionConfiguration with every key that was ever used (the new one first), mend what the KMS plugin says (its credentials, its socket), restart them, then write all Secrets anew; an object whose key is lost has to be deleted and made again',
  },
  {
    pattern: /unable to create new content in namespace (?<namespace>[a-z0-9-]{1,63}) because it is being terminated/,
    variant: 'namespace-terminating',
    says: ({ namespace }) => `namespace ${namespace ?? ''} is being deleted (Terminating) and takes nothing new`,
    fix: 'Wait until the namespace is gone and make it anew; if it stays, see what holds it (finalizers, APIs that do not answer)',
  },
  {
    pattern:
      /(?:No|no) API token found for service account "?(?<account>[^",]{1,253})"?|service account (?<missing>\S{1,253}) was not found, retry after/,
    variant: 'no-token',
    says: ({ account, missing }) =>
      account === undefined
        ? `nobody has made the service account ${missing ?? ''}, which the controller manager makes in each namespace: it does not run`
        : `nobody has made a token for service account ${account}: the controller manager does not run, or has no key to sign it (--service-account-private-key-file)`,
    fix: 'Look at kube-controller-manager: it has to run, with --service-account-private-key-file, and the API server with the key that belongs to it (--service-account-key-file)',
  },
  {
    pattern: /request did not complete within (?:the allotted |requested )?timeout/,
    variant: 'not-in-time',
    says: () => 'the API server did not finish it in time: it waits for a webhook or for etcd, or has too much to do',
    fix: 'Look at the admission webhooks that cover the object (one that nobody answers holds every request until its timeout), then at etcd and the load of the API server',
  },
  {
    pattern: /^Error from server \(Forbidden\): .{0,200}User "system:anonymous"/,
    variant: 'anonymous',
    says: () =>
      'the server does not know who asks (system:anonymous): the request carried no credentials that it accepts',
    fix: 'Use a kubeconfig of this cluster whose certificate or token is still valid',
  },
  {
    pattern:
      /exec plugin: (?:invalid apiVersion|is configured)|getting credentials: |exec: executable (?<tool>\S{1,120}) (?:not found|failed)|no Auth Provider found for name/,
    variant: 'credential-plugin',
    says: ({ tool }) =>
      `the kubeconfig gets its credentials from a program${tool === undefined ? '' : ` (${tool})`} that does not work with this kubectl or is not there`,
    fix: 'Update the credential program and make the kubeconfig anew (aws eks update-kubeconfig, gke-gcloud-auth-plugin, kubelogin)',
  },
  {
    pattern: /The connection to the server (?:localhost|127\.0\.0\.1|\[::1\]):8080 was refused/,
    variant: 'kubeconfig',
    says: () => 'kubectl has no kubeconfig, and asks its default, localhost:8080, where nothing listens',
    fix: 'Use the kubeconfig of the cluster: export KUBECONFIG=/etc/kubernetes/admin.conf on a control-plane node (with sudo the variable of the user is not there), or copy it to ~/.kube/config',
    alone: true,
  },
  {
    pattern:
      /context "(?<context>[^"]{1,200})" does not exist|context was not found for specified context: (?<other>\S{1,200})|no configuration has been provided|error loading config file/,
    variant: 'kubeconfig',
    says: ({ context, other }) =>
      `the kubeconfig is missing or incomplete${(context ?? other) === undefined ? '' : ` (context ${context ?? other ?? ''})`}`,
    fix: 'Set KUBECONFIG to the right file, and look at kubectl config get-contexts',
  },
  {
    pattern:
      /^Error from server \(Forbidden\): .{0,200}\bUser "(?<user>(?!system:anonymous)[^"]{1,253})" cannot (?<verb>\w{1,30}) resource "(?<resource>[^"]{1,253})"/,
    variant: 'forbidden',
    says: ({ user, verb, resource }) => `no Role or ClusterRole lets ${user ?? ''} ${verb ?? ''} ${resource ?? ''}`,
    fix: 'Bind a Role or ClusterRole with this verb and resource to the user or its group (kubectl create rolebinding)',
    alone: true,
  },
  {
    pattern: /the server doesn't have a resource type "(?<kind>[^"]{1,253})"/,
    variant: 'no-such-kind',
    says: ({ kind }) =>
      `the cluster serves no ${kind ?? ''}: its CustomResourceDefinition is not installed, or the name is wrong`,
    fix: 'Install the operator or chart that brings the CustomResourceDefinition, and look at kubectl api-resources',
    alone: true,
  },
  {
    // Webhooks, etcd and connections have checks of their own.
    pattern:
      /^Error from server \(InternalError\): (?:error when .{1,200}?: )?Internal error occurred: (?!.{0,300}?(?:webhook|etcdserver|dial tcp|unable to transform key|failed to (?:de|en)crypt|unable to upgrade connection|error dialing backend))(?<why>.{1,300})/,
    variant: 'internal',
    says: ({ why }) => `the API server met an error of its own: ${why ?? ''}`,
    fix: 'Look at the log of kube-apiserver at that time; the message names the part that failed',
  },
  {
    pattern:
      /^Error from server \(ServiceUnavailable\): the server is currently unable to handle the request(?! \(get \w{1,20}\.(?:custom\.|external\.)?metrics)/,
    variant: 'unavailable',
    says: () =>
      'the API server cannot handle it now (503): it starts, has lost etcd, or the server behind an aggregated API is away',
    fix: "Look at kubectl get --raw '/readyz?verbose', at kubectl get apiservices, and at the log of kube-apiserver",
    alone: true,
  },
];

export default defineCheck({
  id: 'api-request-refused',
  layer: 4,
  title: 'The API server takes what clients send',
  failureTitle: 'A request was refused',
  why: 'The words of the refusal say which rule it met: the size of an object, a namespace that is going, a client that has no credentials.',
  fix: ['Follow the message'],
  next: ['kubectl get namespaces', 'kubectl version'],
  severity: 'warning',
  confidence: 'high',
  needs: ['commandFailures'],
  *run({ commandFailures }, { snapshot }) {
    const answered = wasAnswered(snapshot);
    for (const { pattern, variant, says, fix, alone } of REFUSALS) {
      if (alone === true && answered) continue;
      const mine = commandFailures.filter((failure) => pattern.test(failure.message));
      const [first, ...rest] = mine;
      if (first === undefined) continue;
      yield {
        subject: subjectOf(first, variant, pattern) ?? componentSubject(snapshot, 'kube-apiserver'),
        variant,
        message: `A request was refused: ${says(pattern.exec(first.message)?.groups ?? {})}: "${first.message.slice(0, 300)}"`,
        evidence: [first.source, ...rest.slice(0, 3).map((failure) => failure.source)],
        fix: [fix],
      };
    }
  },
});

function subjectOf(failure: CommandFailure, variant: string, pattern: RegExp) {
  const namespace = pattern.exec(failure.message)?.groups?.['namespace'];
  return variant === 'namespace-terminating' && namespace !== undefined
    ? { kind: 'Namespace', name: namespace }
    : undefined;
}
