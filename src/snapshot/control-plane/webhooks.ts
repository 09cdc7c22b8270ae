/** Admission webhooks: which there are, and what it says when one cannot be called. */
import type { ObjectOf } from '../kinds/index.ts';
import type { Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

type WebhookConfiguration = ObjectOf<'validatingWebhookConfigurations'> | ObjectOf<'mutatingWebhookConfigurations'>;
type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];

export interface WebhookView {
  readonly configuration: WebhookConfiguration;
  readonly webhook: Webhook;
  readonly name: string;
  /** Its place in the configuration, for quotes. */
  readonly index: number;
  readonly service?: Ref;
}

/** All webhooks of all configurations. */
export function webhooksOf(snapshot: Snapshot): readonly WebhookView[] {
  const configurations: readonly WebhookConfiguration[] = [
    ...snapshot.list('mutatingWebhookConfigurations'),
    ...snapshot.list('validatingWebhookConfigurations'),
  ];
  return configurations.flatMap((configuration) =>
    (configuration.webhooks ?? []).map((webhook, index): WebhookView => {
      const service = webhook.clientConfig?.service;
      return {
        configuration,
        webhook,
        name: webhook.name ?? '',
        index,
        ...(service?.name === undefined
          ? {}
          : { service: { kind: 'Service', namespace: service.namespace ?? 'default', name: service.name } }),
      };
    }),
  );
}

export type WebhookTrouble =
  | 'ca-bundle'
  | 'certificate'
  | 'no-endpoints'
  | 'service-missing'
  | 'timeout'
  | 'refused'
  | 'no-route'
  | 'no-tunnel'
  | 'error';

export interface WebhookFailure {
  readonly webhook: string;
  readonly trouble: WebhookTrouble;
  /** The tail of the message: what the API server met. */
  readonly reason: string;
  readonly service?: Ref;
  readonly port?: number;
  /** failurePolicy Ignore let the request pass. */
  readonly open: boolean;
}

const FAILED =
  /[Ff]ailed calling (?:admission )?webhook(?:, failing (open|closed))? "?([\w.-]{1,253})"?:? ?(?:failed to call webhook: )?(.{0,700})/;
/** OpenShift's operator of the API server tries each webhook itself: `failed to connect to webhook "X" via service "svc.ns.svc:443": …`. */
const TRIED =
  /failed to connect to webhook "([\w.-]{1,253})" via service "([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?::(\d{1,5}))?": (.{1,500})/;
/** Only the API server calls Services by their internal name with the time that it will wait in the query. */
const NAMELESS =
  /(?:failed to call webhook: |^[^"]{0,80}?)(Post "?https:\/\/[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}\.svc(?::\d{1,5})?\/[^\s"]{0,300}\?timeout=\d{1,2}s"?: .{1,500})/;
const URL =
  /(?:Post|Get) "?https:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:\.[a-z0-9.-]{1,100})?(?::(\d{1,5}))?\/?[^"\s]{0,300}"?:? ?/;
const SERVICE = /service "([a-z0-9.-]{1,253})"/;

/** First match wins. The texts are those of apiserver, net/http, crypto/x509 and konnectivity. */
const TROUBLES: readonly (readonly [RegExp, WebhookTrouble])[] = [
  [
    /failed to find (?:any )?"?CERTIFICATE"? PEM|unable to load root certificates|unable to parse bytes as PEM/,
    'ca-bundle',
  ],
  [/x509: |tls: |certificate/, 'certificate'],
  [/no endpoints available/, 'no-endpoints'],
  [/service "[^"]{1,253}" not found|no such host/, 'service-missing'],
  [/No agent available/, 'no-tunnel'],
  [/deadline exceeded|Client\.Timeout|i\/o timeout|timed out|request canceled/, 'timeout'],
  [/connection refused/, 'refused'],
  [/no route to host|network is unreachable|Address is not allowed/, 'no-route'],
];

/** Takes a message apart; undefined when it tells of no failed call. Quotes may be escaped, as inside JSON. */
export function webhookFailure(text: string): WebhookFailure | undefined {
  // Inside JSON, inside CSV, and as word processors write it.
  const plain = text.replace(/\\{1,8}"|""|[\u201c\u201d]/g, '"');
  const match = FAILED.exec(plain);
  if (match === null) return triedFailure(plain) ?? namelessFailure(plain);
  // `Failed calling webhook, failing open X: failed calling webhook "X": failed to call webhook: Post …`
  const inner = FAILED.exec(match[3] ?? '');
  const webhook = inner?.[2] ?? match[2];
  if (webhook === undefined) return undefined;
  return { webhook, ...failedCall(inner?.[3] ?? match[3] ?? ''), open: match[1] === 'open' };
}

/** What an operator met when it tried the webhook on its own. */
function triedFailure(text: string): WebhookFailure | undefined {
  const [, webhook, name, namespace, port, reason = ''] = TRIED.exec(text) ?? [];
  if (webhook === undefined || name === undefined || namespace === undefined) return undefined;
  return {
    webhook,
    ...failedCall(reason),
    service: { kind: 'Service', namespace, name },
    ...(port === undefined ? {} : { port: Number(port) }),
    open: false,
  };
}

/** The end of such a message, its beginning cut off: the Service stands for the webhook that nobody named. */
function namelessFailure(text: string): WebhookFailure | undefined {
  const tail = NAMELESS.exec(text)?.[1];
  if (tail === undefined) return undefined;
  const call = failedCall(tail);
  return { webhook: call.service?.name ?? 'unnamed', ...call, open: false };
}

/** What the API server met when it called a webhook: `Post "https://svc.ns.svc:443/…": REASON`. */
export function failedCall(tail: string): Omit<WebhookFailure, 'webhook' | 'open'> {
  const url = URL.exec(tail);
  const named = SERVICE.exec(tail)?.[1];
  const reason = tail
    .replace(URL, '')
    .replace(/^[:\s]{1,4}/, '')
    .trim();
  // `?timeout=10s` in the URL is what the API server would have waited, not what happened.
  const trouble = TROUBLES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'error';
  const service = url?.[1] ?? named;
  return {
    trouble,
    reason: reason.length <= 240 ? reason : `${reason.slice(0, 240)} …`,
    ...(service === undefined
      ? {}
      : { service: { kind: 'Service', ...(url?.[2] === undefined ? {} : { namespace: url[2] }), name: service } }),
    ...(url?.[3] === undefined ? {} : { port: Number(url[3]) }),
  };
}
