import { pointerTo } from '../../lib/json-pointer.ts';
import type { Evidence } from '../../parsers/records.ts';
import { webhooksOf, type WebhookView } from '../../snapshot/control-plane/webhooks.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { passesOver } from '../webhook-selection.ts';

interface Injector {
  readonly product: string;
  /** The annotation (or label) by which a pod asks for it, and with what value. */
  readonly asks: string;
  readonly value: RegExp;
  /** What it puts into the pod. */
  readonly container: RegExp;
  /** Its webhook, by the name of the webhook, its configuration or its Service. */
  readonly webhook: RegExp;
}

const INJECTORS: readonly Injector[] = [
  {
    product: 'KServe',
    asks: 'internal.serving.kserve.io/storage-initializer-sourceuri',
    value: /./,
    container: /^(?:storage-initializer|modelcar(?:-init)?)$/,
    webhook: /kserve/,
  },
  {
    product: 'Vault',
    asks: 'vault.hashicorp.com/agent-inject',
    value: /^(?:true|1|t)$/i,
    container: /^vault-agent(?:-init)?$/,
    webhook: /vault/,
  },
  {
    product: 'Linkerd',
    asks: 'linkerd.io/inject',
    value: /^(?:enabled|ingress)$/,
    container: /^linkerd-proxy$/,
    webhook: /linkerd-proxy-injector/,
  },
  {
    product: 'Istio',
    asks: 'sidecar.istio.io/inject',
    value: /^true$/,
    container: /^istio-proxy$/,
    webhook: /istio|sidecar-injector/,
  },
];

/** An identity in the cloud that the ServiceAccount of a pod has, and that a webhook puts into the pod as variables. */
interface Identity {
  readonly product: string;
  readonly variant: string;
  /** The annotation of the ServiceAccount. */
  readonly annotation: string;
  /** A variable that the webhook puts into every container. */
  readonly variable: string;
  /** The label without which it passes the pod over, with its value. */
  readonly label?: readonly [string, string];
}

const IDENTITIES: readonly Identity[] = [
  {
    product: 'Azure Workload Identity',
    variant: 'azure-identity',
    annotation: 'azure.workload.identity/client-id',
    variable: 'AZURE_FEDERATED_TOKEN_FILE',
    label: ['azure.workload.identity/use', 'true'],
  },
  {
    product: 'IAM roles for service accounts',
    variant: 'aws-identity',
    annotation: 'eks.amazonaws.com/role-arn',
    variable: 'AWS_WEB_IDENTITY_TOKEN_FILE',
  },
];

/** Why the pod has not got the identity of its ServiceAccount; undefined where it has, or where nobody can tell. */
function identityMissed(
  snapshot: Snapshot,
  pod: Pod,
  { product, annotation, variable, label }: Identity,
): { readonly words: string; readonly evidence: readonly [Evidence, ...Evidence[]] } | undefined {
  const name = pod.spec?.serviceAccountName;
  const account = name === undefined ? undefined : snapshot.get('serviceAccounts', pod.metadata.namespace, name);
  if (account?.metadata.annotations?.[annotation] === undefined) return undefined;
  const containers = containersOf(pod);
  if (containers.some(({ spec }) => spec?.env?.some((one) => one.name === variable) === true)) return undefined;
  // A pod that has not begun waits for something else.
  if (!containers.some(({ status }) => (status?.restartCount ?? 0) > 0 || status?.state?.running !== undefined))
    return undefined;
  const unlabelled = label !== undefined && pod.metadata.labels?.[label[0]] !== label[1];
  return {
    words: `ServiceAccount ${account.metadata.name} has an identity of ${product} (${annotation}), and pod ${pod.metadata.name} has not got it (no ${variable})${
      unlabelled
        ? `: the pod lacks the label ${label[0]}: "${label[1]}"`
        : ': its webhook did not answer, or came after the pod'
    }`,
    evidence: [
      snapshot.quote(account, pointerTo('metadata', 'annotations', annotation)),
      ...(snapshot.sourcesOf(pod).length > 0 ? [snapshot.quote(pod, '/metadata/labels')] : []),
    ],
  };
}

/** Where the pod asks for it: annotation or label. */
function askedAt(pod: Pod, { asks, value }: Injector): string | undefined {
  for (const where of ['annotations', 'labels'] as const)
    if (value.test(pod.metadata[where]?.[asks] ?? '')) return pointerTo('metadata', where, asks);
  return undefined;
}

const isOf = ({ webhook }: Injector, view: WebhookView): boolean =>
  view.configuration.kind !== 'ValidatingWebhookConfiguration' &&
  (view.webhook.rules ?? []).some(({ resources }) => resources?.some((one) => one === 'pods' || one === '*')) &&
  [view.name, view.configuration.metadata.name, view.service?.name ?? ''].some((name) => webhook.test(name));

/** Why its webhook was not asked about this pod, as far as the configuration tells. */
function reasonOf(
  snapshot: Snapshot,
  injector: Injector,
  pod: Pod,
): { readonly words: string; readonly evidence: readonly Evidence[]; readonly known: boolean } {
  const views = webhooksOf(snapshot).filter((view) => isOf(injector, view));
  const passed = views.map((view) => passesOver(snapshot, view, pod.metadata.namespace, pod.metadata.labels ?? {}));
  const [first] = passed;
  if (first !== undefined && passed.every((one) => one !== undefined)) return { ...first, known: true };
  return views.length === 0 && snapshot.listed('mutatingWebhookConfigurations')
    ? { words: `no webhook of ${injector.product} is registered for pods`, evidence: [], known: true }
    : {
        words: 'its webhook does not cover the namespace, did not answer (failurePolicy Ignore), or came after the pod',
        evidence: [],
        known: false,
      };
}

export default defineCheck({
  id: 'webhook-injection-missed',
  layer: 2,
  title: 'Pods get what they ask webhooks to put into them',
  failureTitle: 'A webhook did not put into the pod what the pod asks for',
  why: 'Sidecars and init containers of KServe, Vault and meshes come from a mutating webhook, which is asked only while the pod is created. A namespace that its selector leaves out (kube-system, those of the product itself with the label control-plane, on AKS also those that the admissions enforcer protects), a webhook that is down with failurePolicy Ignore, or a pod older than the webhook: then the pod starts without them, and its program misses files, credentials or its proxy.',
  fix: [
    'Run the workload in a namespace that the webhook covers, or give namespace or pod the labels that it selects; then make the pod anew',
    'Where the webhook did not answer: repair its Deployment, then make the pod anew',
  ],
  next: [
    'kubectl get ns {namespace} --show-labels',
    'kubectl get mutatingwebhookconfigurations -o yaml | grep -A12 namespaceSelector',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['mutatingWebhookConfigurations', 'namespaces', 'serviceAccounts'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const containers = containersOf(pod);
      // A row of a table knows no containers by name.
      if (containers.every(({ spec }) => spec === undefined)) continue;
      for (const identity of IDENTITIES) {
        const missed = identityMissed(snapshot, pod, identity);
        if (missed === undefined) continue;
        yield {
          subject: snapshot.subject(pod),
          variant: identity.variant,
          confidence: 'medium',
          title: 'The pod has not got the identity in the cloud of its ServiceAccount',
          message: missed.words,
          evidence: missed.evidence,
          ...(identity.label === undefined
            ? {}
            : { fix: [`Give the template of the pod the label ${identity.label.join(': ')}, then make the pod anew`] }),
        };
      }
      for (const injector of INJECTORS) {
        const at = askedAt(pod, injector);
        if (at === undefined || containers.some(({ name }) => injector.container.test(name))) continue;
        const { words, evidence, known } = reasonOf(snapshot, injector, pod);
        yield {
          subject: snapshot.subject(pod),
          variant: injector.product.toLowerCase(),
          ...(known ? {} : { confidence: 'medium' as const }),
          message: `Pod ${pod.metadata.name} asks ${injector.product} for a container (${injector.asks}) and has none: ${words}`,
          evidence: [snapshot.quote(pod, at), ...evidence],
        };
      }
    }
  },
});
