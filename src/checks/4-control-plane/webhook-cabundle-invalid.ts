import { spellTime } from '../../lib/timestamp.ts';
import { X509Certificate } from 'node:crypto';
import type { Evidence } from '../../parsers/records.ts';
import { eventCount, eventMessage } from '../../snapshot/events.ts';
import { webhookFailure, webhooksOf } from '../../snapshot/control-plane/webhooks.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** The block types that stand where a CERTIFICATE should: `[PUBLIC KEY]`. */
const SKIPPED = /following types: \[([A-Z ,]{2,100})\]/;
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]{1,20000}-----END \1-----/g;

export default defineCheck({
  id: 'webhook-cabundle-invalid',
  layer: 4,
  title: 'The webhooks carry valid authority certificates',
  failureTitle: 'The caBundle of an admission webhook is invalid',
  why: 'The API server trusts the webhook by this bundle alone. When it holds no certificate or only expired ones, every call fails, also those that the API server makes at its own start.',
  fix: [
    'Put the PEM certificate (-----BEGIN CERTIFICATE-----) of the authority that signed the serving certificate of webhook {webhook} into clientConfig.caBundle; with cert-manager check the cainjector and its annotation',
    'When the API server does not start because of it: delete the webhook configuration in etcd or start once with the admission plugins for webhooks disabled',
  ],
  next: [
    'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -A14 {webhook}',
    "kubectl get {kind} {name} -o jsonpath='{.webhooks[0].clientConfig.caBundle}' | base64 -d | openssl x509 -noout -subject -dates",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['validatingWebhookConfigurations', 'mutatingWebhookConfigurations', 'containerLogs', 'hostLogs'],
  wants: ['commandFailures', 'events'],
  reads: ['webhook-call-failed'],
  *run({ commandFailures, events }, { snapshot, now }) {
    const told = new Set<string>();
    for (const { configuration, webhook, name, index, service } of webhooksOf(snapshot)) {
      const bundle = webhook.clientConfig?.caBundle;
      // An absent bundle means the system's authorities for a URL, and redaction may have emptied it.
      if (bundle === undefined || bundle === '') continue;
      const text = bundle.startsWith('-----BEGIN') ? bundle : Buffer.from(bundle, 'base64').toString('latin1');
      const trouble = judge(text, now);
      if (trouble === undefined) continue;
      told.add(name);
      yield {
        subject: refOf(configuration),
        variant: trouble.variant,
        message: `The caBundle of webhook "${name}" in ${configuration.metadata.name} ${trouble.words}: the API server refuses its certificate`,
        evidence: [
          {
            ...snapshot.quote(configuration, `/webhooks/${index}/name`),
            text: `webhooks[${index}] ${name}: caBundle ${trouble.words}`,
          },
        ],
        params: { webhook: name },
        related: [...(service === undefined ? [] : [service]), { kind: 'Webhook', name }],
      };
    }
    const said = new Map<string, { evidence: Evidence[]; count: number; reason: string }>();
    const add = (text: string, count: number, evidence: () => Evidence): void => {
      const failure = webhookFailure(text);
      if (failure?.trouble !== 'ca-bundle' || told.has(failure.webhook)) return;
      const known = said.get(failure.webhook) ?? { evidence: [], count: 0, reason: failure.reason };
      known.count += count;
      known.evidence.push(evidence());
      said.set(failure.webhook, known);
    };
    for (const hit of snapshot.hits('webhook-call-failed'))
      add(hit.first.text, hit.count, () => snapshot.evidenceOf(hit)[0]);
    for (const failure of commandFailures) add(failure.message, 1, () => failure.source);
    for (const event of events) add(eventMessage(event), eventCount(event), () => snapshot.quoteEvent(event));
    const hooks = snapshot.hits('api-poststarthook-failed');
    const [hook] = hooks;
    for (const [name, { evidence, count, reason }] of said) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const types = SKIPPED.exec(reason)?.[1];
      yield {
        subject: { kind: 'Webhook', name },
        variant: 'no-certificate',
        message:
          `The caBundle of admission webhook "${name}" holds ${types === undefined ? 'no CERTIFICATE' : `a ${types} instead of a CERTIFICATE`}: ${reason}${count > 1 ? ` (${count} times)` : ''}` +
          (hook === undefined
            ? ''
            : `; kube-apiserver cannot start because of it (PostStartHook "${hook.groups['hook'] ?? ''}" failed)`),
        evidence: [first, ...rest.slice(0, 2), ...(hook === undefined ? [] : [snapshot.evidenceOf(hook)[0]])],
        params: { webhook: name },
        related: [{ kind: 'Webhook', name }],
      };
    }
  },
});

function judge(pem: string, now: number | undefined): { readonly variant: string; readonly words: string } | undefined {
  const blocks = [...pem.matchAll(BLOCK)].slice(0, 50);
  const certificates = blocks.filter((block) => block[1] === 'CERTIFICATE');
  // Collectors blank secrets: what has no PEM block at all was never the cluster's.
  if (blocks.length === 0) return undefined;
  if (certificates.length === 0)
    return {
      variant: 'no-certificate',
      words: `holds ${[...new Set(blocks.map((block) => block[1]))].join(', ')} instead of a CERTIFICATE`,
    };
  const ends: number[] = [];
  for (const [text] of certificates) {
    try {
      ends.push(Date.parse(new X509Certificate(text).validTo));
    } catch {
      // One that cannot be read may be of a kind that this runtime does not know: no verdict.
      return undefined;
    }
  }
  const last = Math.max(...ends);
  return now !== undefined && last < now ? { variant: 'expired', words: `expired on ${spellTime(last)}` } : undefined;
}
