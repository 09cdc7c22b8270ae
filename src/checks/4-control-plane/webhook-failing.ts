import type { Evidence } from '../../parsers/records.ts';
import { eventCount, eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import type { AnyObject, Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  webhookFailure,
  webhooksOf,
  type WebhookFailure,
  type WebhookTrouble,
} from '../../snapshot/control-plane/webhooks.ts';
import { isOvercome, refusals } from '../../snapshot/control-plane/admission.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { workloadsSelectedBy } from '../../snapshot/network/service-graph.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

const WORDS: Readonly<Record<WebhookTrouble, string>> = {
  'ca-bundle': 'its caBundle holds no certificate',
  certificate: 'its certificate is not accepted',
  'no-endpoints': 'no ready pod stands behind its Service',
  'service-missing': 'its Service does not exist',
  timeout: 'it does not answer in time',
  refused: 'nothing listens at its address',
  'no-route': 'the API server has no route to it',
  'no-tunnel': 'the API server has no tunnel to the nodes',
  error: 'the call fails',
};

const FIX: Readonly<Partial<Record<WebhookTrouble, string>>> = {
  'ca-bundle':
    "Put the PEM certificate of the webhook's authority into clientConfig.caBundle (cert-manager: check the ca-injector)",
  certificate:
    "Renew the webhook's serving certificate for SERVICE.NAMESPACE.svc and put its authority into clientConfig.caBundle",
  'no-endpoints': 'Bring a pod behind {service} to readiness',
  'service-missing': 'Reinstall what serves the webhook, or delete the webhook configuration that it left behind',
  timeout:
    'Open the way from the API server to the pods of {service} on their target port (firewall between control plane and nodes, NetworkPolicy), then see whether the pod is overloaded',
  refused: 'Check the port of {service} and that its pod listens on it',
  'no-route':
    'Let the API server reach the pods of {service}: routes and firewall between the control plane and the nodes; a managed control plane (EKS) does not know the addresses of an overlay network, so run the webhook with hostNetwork: true or give its pods addresses of the VPC',
  'no-tunnel': 'Repair the konnectivity agents',
};

interface Group {
  readonly failure: WebhookFailure;
  readonly evidence: Evidence[];
  count: number;
  related: Ref[];
  since?: number;
  historic: boolean;
}

/** Calls. */
const FEW = 3;

export default defineCheck({
  id: 'webhook-failing',
  layer: 4,
  title: 'The admission webhooks answer',
  failureTitle: 'An admission webhook cannot be called',
  why: 'The API server asks it before it stores objects. With failurePolicy Fail every object that the webhook covers is refused, pods included.',
  fix: ['In an emergency: set failurePolicy: Ignore, or delete the webhook configuration until its backend works'],
  next: [
    'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -B4 -A12 {webhook}',
    'kubectl get endpointslices,pods -n {serviceNamespace} -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'commandFailures', 'containerLogs', 'hostLogs'],
  wants: ['deployments', 'replicaSets', 'statefulSets'],
  reads: ['webhook-call-failed'],
  *run({ events, commandFailures, replicaSets, deployments, statefulSets }, { snapshot }) {
    const groups = new Map<string, Group>();
    const add = (
      text: string,
      count: number,
      evidence: () => Evidence,
      extra: { related?: Ref; since?: number | undefined; historic?: boolean } = {},
    ): void => {
      const failure = webhookFailure(text);
      if (failure === undefined) return;
      const key = `${failure.webhook}\u0000${failure.trouble}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = { failure, evidence: [], count: 0, related: [], historic: true };
        groups.set(key, group);
      }
      const quote = evidence();
      // The same line as a failed command and as a line of a text.
      if (group.evidence.some((one) => one.file === quote.file && one.line !== undefined && one.line === quote.line))
        return;
      group.count += count;
      group.evidence.push(quote);
      if (extra.related !== undefined) group.related.push(extra.related, ...workloadsOf(snapshot, extra.related));
      if (extra.since !== undefined) group.since = Math.min(group.since ?? Infinity, extra.since);
      if (extra.historic !== true) group.historic = false;
    };
    for (const failure of commandFailures)
      add(failure.message, 1, () => failure.source, { historic: failure.overcome === true });
    for (const event of events) {
      const about = event.involvedObject;
      add(eventMessage(event), eventCount(event), () => snapshot.quoteEvent(event), {
        since: eventFirstTime(event),
        historic: isOvercome(snapshot, event),
        ...(about?.kind === undefined || about.name === undefined
          ? {}
          : {
              related: {
                kind: about.kind,
                ...(about.namespace === undefined ? {} : { namespace: about.namespace }),
                name: about.name,
              },
            }),
      });
    }
    for (const object of [...replicaSets, ...deployments, ...statefulSets] as readonly (AnyObject & {
      readonly status?: { readonly conditions?: readonly { readonly status?: string; readonly message?: string }[] };
    })[])
      object.status?.conditions?.forEach((condition, i) => {
        if (
          condition.status === 'True' ||
          condition.message === undefined ||
          /ReplicaFailure|FailedCreate/.test(JSON.stringify(condition))
        )
          add(condition.message ?? '', 1, () => snapshot.quote(object, `/status/conditions/${i}/message`), {
            related: refOf(object),
          });
      });
    for (const hit of snapshot.hits('webhook-call-failed')) {
      const { since, state } = timing(snapshot, [hit]);
      add(hit.first.text, hit.count, () => snapshot.evidenceOf(hit)[0], { since, historic: state === 'historic' });
    }

    // A name that was cut off with the end of its line is the beginning of another one.
    for (const [key, group] of groups) {
      const { webhook, reason } = group.failure;
      if (reason !== '') continue;
      const whole = [...groups.values()].find((one) => one !== group && one.failure.webhook.startsWith(webhook));
      if (whole === undefined) continue;
      whole.count += group.count;
      whole.evidence.push(...group.evidence);
      whole.related.push(...group.related);
      groups.delete(key);
    }
    const known = webhooksOf(snapshot);
    const hooks = snapshot.hits('api-poststarthook-failed');
    for (const { failure, evidence, count, related, since, historic } of groups.values()) {
      const view = known.find((one) => one.name === failure.webhook);
      const service = view?.service ?? failure.service;
      const configuration = view === undefined ? undefined : refOf(view.configuration);
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const other =
        failure.trouble === 'no-endpoints'
          ? otherPorts(snapshot, service)
          : failure.trouble === 'service-missing'
            ? elsewhere(snapshot, service)
            : undefined;
      const off =
        failure.trouble === 'no-endpoints' && other === undefined ? switchedOff(snapshot, service) : undefined;
      const down = injectorsDown(snapshot, failure.trouble);
      const behind = UNSERVED.has(failure.trouble) ? unreadyBehind(snapshot, service) : [];
      const draft: FindingDraft = {
        subject: configuration ?? { kind: 'Webhook', name: failure.webhook },
        variant: failure.trouble,
        // Whom it fails open for has its object; a call or two that took too long is no trouble.
        ...(failure.open ? { severity: count < FEW ? ('info' as const) : ('warning' as const) } : {}),
        message:
          `The API server cannot call admission webhook "${failure.webhook}"${service === undefined ? '' : ` (Service ${service.namespace === undefined ? '' : `${service.namespace}/`}${service.name}${failure.port === undefined ? '' : `, port ${failure.port}`})`}: ${other ?? WORDS[failure.trouble]}${off === undefined ? '' : ` (Deployment ${off.name} is scaled to 0 replicas)`}: ${failure.reason === '' ? 'no reason given' : failure.reason}` +
          (count > 1 ? ` (${count} times)` : '') +
          (down[0] === undefined ? '' : `; ${down[0].metadata.name}, which writes the caBundle, is not ready`) +
          (behind[0] === undefined ? '' : `; pod ${behind[0].metadata.name}, which serves it, is not ready`) +
          (failure.open ? '; the requests passed (failurePolicy Ignore)' : '') +
          (hooks.length > 0
            ? `; the API server itself cannot start because of it (PostStartHook "${hooks[0]?.groups['hook'] ?? ''}" failed)`
            : ''),
        evidence: [first, ...rest.slice(0, 3), ...hooks.slice(0, 1).map((hit) => snapshot.evidenceOf(hit)[0])],
        ...(FIX[failure.trouble] === undefined
          ? {}
          : {
              fix: [
                FIX[failure.trouble] ?? '',
                'In an emergency: set failurePolicy: Ignore, or delete the webhook configuration until its backend works',
              ],
            }),
        params: {
          webhook: failure.webhook,
          service:
            service === undefined
              ? 'the Service of the webhook'
              : `Service ${service.namespace === undefined ? '' : `${service.namespace}/`}${service.name}`,
          serviceNamespace: service?.namespace ?? 'NAMESPACE',
        },
        related: [
          ...(service === undefined ? [] : [service]),
          ...(off === undefined ? [] : [off]),
          ...[...down, ...behind].slice(0, 5).map((pod) => refOf(pod)),
          { kind: 'Webhook', name: failure.webhook },
          ...related.slice(0, 20),
        ],
        ...(since === undefined ? {} : { since }),
        ...(historic ? { state: 'historic' as const } : {}),
      };
      yield draft;
    }
    // Which webhook holds a request up the API server does not tell when the time of the whole request is up.
    if (groups.size === 0) yield* heldUp(snapshot);
  },
});

/** What writes the caBundle of webhooks: cert-manager's cainjector, the service-ca of OpenShift, jobs of charts. */
const INJECTOR = /(?:ca-?injector|service-ca|certgen|cert-controller)/;

/** Those of them that are not ready, where a certificate or the bundle is not accepted. */
const injectorsDown = (snapshot: Snapshot, trouble: WebhookTrouble): readonly Pod[] =>
  trouble !== 'certificate' && trouble !== 'ca-bundle'
    ? []
    : snapshot
        .list('pods')
        .filter(
          (pod) => INJECTOR.test(pod.metadata.name) && podReady(pod) === false && pod.status?.phase !== 'Succeeded',
        );

/** Troubles that pods show which are down. */
const UNSERVED: ReadonlySet<WebhookTrouble> = new Set(['no-endpoints', 'timeout', 'refused', 'error']);
/** What names of Services have behind the name of what they serve: kyverno-svc, gatekeeper-webhook-service. */
const SERVICE_WORDS = /(?:-(?:svc|service|webhook|server|admission))+$/;

/**
 * Pods that serve a webhook and are not ready: those that its Service selects, or, where nobody shows the Service, those
 * of its namespace that are called like it.
 */
function unreadyBehind(snapshot: Snapshot, ref: Ref | undefined): readonly Pod[] {
  if (ref === undefined) return [];
  const { namespace = 'default', name } = ref;
  const service = snapshot.get('services', namespace, name);
  const stem = `${name.replace(SERVICE_WORDS, '')}-`;
  const serving =
    service?.spec?.selector === undefined
      ? unsteadyPods(snapshot).filter(
          (pod) => pod.metadata.namespace === namespace && pod.metadata.name.startsWith(stem),
        )
      : snapshot.podsSelectedBy(service);
  return serving.filter((pod) => podReady(pod) === false && pod.status?.phase !== 'Succeeded');
}

/** Pods that could not be created in time while the events of it could be stored: not etcd, but what is asked before. */
function* heldUp(snapshot: Snapshot): Iterable<FindingDraft> {
  const late = refusals(snapshot).filter((refusal) => refusal.kind === 'timeout' && refusal.workload !== undefined);
  const [first] = late;
  if (first === undefined) return;
  const workloads = late.flatMap(({ workload }) => workload ?? []);
  const names = [
    ...snapshot.list('mutatingWebhookConfigurations'),
    ...snapshot.list('validatingWebhookConfigurations'),
  ].map(({ metadata }) => metadata.name);
  yield {
    subject: snapshot.named('Component', 'kube-apiserver'),
    variant: 'unnamed',
    confidence: 'medium',
    title: 'The API server does not finish creating pods in time: an admission webhook holds them up',
    message:
      `Pods of ${workloads
        .slice(0, 3)
        .map(({ kind, name }) => `${kind} ${name}`)
        .join(
          ', ',
        )} cannot be created: ${first.text.slice(0, 200)}; what is asked before a pod is stored are the admission webhooks` +
      (names.length === 0 ? '' : ` (configurations here: ${names.slice(0, 5).join(', ')})`),
    evidence: [first.evidence, ...late.slice(1, 3).map(({ evidence }) => evidence)],
    related: workloads.slice(0, 20),
    fix: [
      'Look at the webhooks that cover pods: one whose own pods are not there (or are the very pods that cannot be created), or whose port the control plane does not reach, holds every request until its timeout. Exclude its own namespace, or delete the configuration until it serves',
      'Where there is none: look at etcd and the load of the API server',
    ],
    params: { webhook: 'WEBHOOK', service: 'the Service of the webhook', serviceNamespace: 'NAMESPACE' },
    ...(first.since === undefined ? {} : { since: first.since }),
  };
}

/** The API server found no endpoint for the port that it calls, though the Service has some. */
function otherPorts(snapshot: Snapshot, ref: Ref | undefined): string | undefined {
  if (ref === undefined) return undefined;
  const { namespace = 'default', name } = ref;
  const { addresses, ports } = snapshot.backendsOf({ kind: 'Service', metadata: { namespace, name } });
  const ready = addresses.filter((address) => address.ready);
  if (ready.length === 0) return undefined;
  const numbers = [...new Set(ports.flatMap(({ port }) => port ?? []))].join(', ');
  return `its Service has ${ready.length} ready ${ready.length === 1 ? 'endpoint' : 'endpoints'}${numbers === '' ? '' : ` (port ${numbers})`}, but none for the port that the webhook names`;
}

/** The Deployment behind the Service that somebody scaled to zero: by its labels, else the only one in the namespace. */
function switchedOff(snapshot: Snapshot, ref: Ref | undefined): Ref | undefined {
  if (ref === undefined) return undefined;
  const namespace = ref.namespace ?? 'default';
  const off = snapshot
    .list('deployments')
    .filter(({ metadata, spec }) => metadata.namespace === namespace && spec?.replicas === 0);
  const service = snapshot.get('services', namespace, ref.name);
  const behind = service === undefined ? [] : workloadsSelectedBy(snapshot, service);
  const served = off.filter((deployment) => behind.includes(deployment));
  const [only, ...more] = served.length > 0 ? served : off;
  return only === undefined || more.length > 0
    ? undefined
    : { kind: 'Deployment', namespace, name: only.metadata.name };
}

/** The Service that is missing stands in another namespace: the configuration names the wrong one. */
function elsewhere(snapshot: Snapshot, ref: Ref | undefined): string | undefined {
  const twin = snapshot
    .list('services')
    .find(({ metadata }) => metadata.name === ref?.name && metadata.namespace !== ref.namespace);
  return twin === undefined
    ? undefined
    : `its Service does not exist in namespace ${ref?.namespace ?? 'default'}, but in namespace ${twin.metadata.namespace ?? 'default'}`;
}

/** Whom the refused object belongs to: what a ReplicaSet cannot create is missed at its Deployment. */
function workloadsOf(snapshot: Snapshot, ref: Ref): readonly Ref[] {
  const object =
    snapshot.find(ref) ?? ({ kind: ref.kind, metadata: { name: ref.name, namespace: ref.namespace } } as AnyObject);
  const workload = snapshot.workloadOf(object);
  return workload === undefined ? [] : [workload];
}
