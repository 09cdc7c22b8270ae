import { inWords } from '../../lib/in-words.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import { append } from '../../lib/group-by.ts';
import { isAboutKubelet, serverOf } from '../../snapshot/control-plane/api-access.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { expiryIn } from '../../snapshot/control-plane/control-plane-certificates.ts';
import { bySubject, countOf, quotesOf, timing, weightOf, wordsOfHits } from '../../snapshot/logs/hits.ts';
import type { CommandFailure, LogHit } from '../../parsers/records.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

const NOT_YET = 'the token is not valid yet: a clock is wrong';

/** What the words of the libraries mean. */
const MEANING: readonly (readonly [RegExp, string])[] = [
  [
    /error in cryptographic primitive/,
    'error in cryptographic primitive: the token was signed with another key (service account keys that were changed, or that differ between control-plane nodes)',
  ],
  [/not valid yet/, NOT_YET],
];
const meaningOf = (reason: string): string => MEANING.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;

/** What the API server's OIDC authenticator dislikes in a token, and which of its flags that is about. */
const OIDC: readonly (readonly [RegExp, string])[] = [
  [
    /claims? .{0,200}claim not present|claim not present/,
    "The token lacks the claim that --oidc-username-claim (or --oidc-groups-claim) names: name one that it has, or add the claim (scope) at the identity provider; decode the token's payload to see",
  ],
  [
    /email not verified|email_verified/,
    'The identity provider says that the e-mail address is not verified (email_verified): verify it there, or take another --oidc-username-claim',
  ],
  [/expected audience|aud(?:ience)? claim|not in audience/, 'Set --oidc-client-id to the audience (aud) of the token'],
  [
    /different provider|issuer|issued by/,
    'Set --oidc-issuer-url to the issuer (iss) of the token, letter by letter, the slash at its end included',
  ],
  [/expired/, 'Get a new token (log in again), and check that the refresh token works'],
  [
    /authenticator not initialized|verifier not initialized|signature/,
    'See that the API server reaches the issuer (--oidc-issuer-url, --oidc-ca-file)',
  ],
];
const isOidc = (reason: string): boolean => /^oidc: | claim not present$/.test(reason);
const oidcFix = (reasons: readonly string[]): string | undefined => {
  const reason = reasons.find(isOidc);
  return reason === undefined ? undefined : OIDC.find(([pattern]) => pattern.test(reason))?.[1];
};

/** What clients are told, and what helps against each; the first that fits. */
const REFUSALS: readonly { readonly variant: string; readonly words: RegExp; readonly fix: string }[] = [
  {
    variant: 'unauthorized',
    words: /must be logged in|provide credentials/,
    fix: 'Renew the certificate or token of the client',
  },
  {
    variant: 'unknown-authority',
    words: /signed by unknown authority|self.signed/,
    fix: 'Take a kubeconfig of this cluster: the certificate in it is of another authority than the API server',
  },
  {
    variant: 'wrong-name',
    words: /certificate is valid for|doesn't contain any IP SANs|not valid for any names/,
    fix: 'Call the API server by a name of its certificate, or add the address to the certSANs and make the serving certificate anew (kubeadm init phase certs apiserver)',
  },
  {
    variant: 'not-yet-valid',
    words: /not yet valid/,
    fix: 'Set the clock of the machine that calls, or of the one that issued the certificate (date -u on both); the certificate needs no renewal',
  },
];
const refusalOf = (failure: CommandFailure): (typeof REFUSALS)[number] | undefined =>
  failure.reason === 'unauthorized' ? REFUSALS[0] : REFUSALS.find(({ words }) => words.test(failure.message));

/** Three clients with old tokens are daily business of a cluster (ours). */
const FEW = 3;

/** Each of the API servers, which work, said so less often than that. */
function seldom(snapshot: Snapshot, hits: readonly LogHit[]): boolean {
  const streams = new Set(hits.map(({ origin }) => `${origin.file}:${origin.firstLine}`)).size;
  return (
    countOf(hits) < FEW * streams &&
    hits.every((hit) => {
      const pod = podOfLog(snapshot, hit);
      return pod !== undefined && isWell(pod);
    })
  );
}

/** What the API servers of the bundle are told to write into tokens, and to take. */
const issuersOf = (snapshot: Snapshot): readonly string[] => [
  ...new Set(
    snapshot
      .list('pods')
      .filter(({ metadata }) => metadata.name.startsWith('kube-apiserver'))
      .flatMap(({ spec }) => spec?.containers ?? [])
      .flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])])
      .flatMap((word) => /^--service-account-issuer=(\S{1,300})/.exec(word)?.[1] ?? []),
  ),
];

export default defineCheck({
  id: 'api-cert-problem',
  layer: 4,
  title: 'The API server and its clients trust each other',
  failureTitle: 'TLS or credentials fail between a client and the API server',
  why: 'The certificate is of another authority, lacks the name or address that the client uses, or the credentials of the client are expired or unknown.',
  fix: [
    'Unknown authority: a kubeconfig of this cluster. Wrong name: its address in the certSANs. Unauthorized: new credentials for the client',
  ],
  next: [
    'openssl s_client -connect {server} </dev/null 2>/dev/null | openssl x509 -noout -issuer -dates -ext subjectAltName',
    'kubeadm certs check-expiration',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['commandFailures', 'containerLogs', 'hostLogs'],
  reads: [
    'api-cert-problem',
    'api-oidc-refused',
    'component-unauthorized',
    'client-unauthorized',
    'client-error-unauthorized',
    'api-cert-untrusted',
  ],
  *run({ commandFailures }, { snapshot }) {
    const groups = new Map<string, { failures: CommandFailure[]; fix: string }>();
    for (const failure of commandFailures) {
      const { message } = failure;
      // Expired serving certificates are told by cert-expired-controlplane, webhooks by webhook-failing.
      if (expiryIn(message) !== undefined || /webhook/.test(message) || isAboutKubelet(failure)) continue;
      const refusal = refusalOf(failure);
      if (refusal === undefined) continue;
      const known = groups.get(refusal.variant);
      if (known === undefined) groups.set(refusal.variant, { failures: [failure], fix: refusal.fix });
      else known.failures.push(failure);
    }
    const rejections = [...snapshot.hits('api-oidc-refused'), ...snapshot.hits('api-cert-problem')];
    // Each authenticator is asked in turn: what the one that knows such tokens says tells most.
    const reasonsOf = (hits: readonly LogHit[]): readonly string[] => {
      const all = [...new Set(hits.flatMap((hit) => hit.groups['reason'] ?? []).map(meaningOf))];
      return all.some(isOidc) ? all.filter(isOidc) : all;
    };
    for (const [variant, { failures, fix }] of groups) {
      const [first, ...rest] = failures;
      if (first === undefined) continue;
      const server = serverOf(first);
      // The client hears only that it may not; the server's log says why.
      const said =
        variant === 'unauthorized'
          ? (rejections.find((hit) => isOidc(hit.groups['reason'] ?? '')) ??
            rejections.find((hit) => hit.groups['reason'] !== undefined))
          : undefined;
      const why = said === undefined ? '' : `; the API server says: ${reasonsOf(rejections).slice(0, 3).join('; ')}`;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver'),
        variant,
        message: `${failures.length === 1 ? 'A command was' : `${failures.length} commands were`} refused${server === undefined ? '' : ` at ${server}`}: ${first.message.slice(0, 240)}${why}`,
        evidence: [
          first.source,
          ...(said === undefined ? [] : [snapshot.evidenceOf(said)[0]]),
          ...rest.map(({ source }) => source),
        ],
        fix: [(said === undefined ? undefined : oidcFix(reasonsOf(rejections))) ?? fix],
        params: { server: server ?? 'APISERVER:6443' },
      };
    }
    // What programs met that call the API by its path; the certificate is one, whoever calls.
    const untrusted = new Map<string, LogHit[]>();
    for (const hit of snapshot.hits('api-cert-untrusted')) {
      const variant = /unknown authority/.test(hit.groups['reason'] ?? '') ? 'unknown-authority' : 'wrong-name';
      append(untrusted, variant, hit);
    }
    for (const [variant, hits] of untrusted) {
      const quotes = quotesOf(hits);
      if (quotes === undefined || groups.has(variant)) continue;
      const { server = '', reason = '' } = hits[0]?.groups ?? {};
      const callers = hits.map((hit) => subjectOfHit(hit, snapshot)).filter(({ kind }) => kind !== 'Log');
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver'),
        variant,
        ...(weightOf(snapshot, hits, FEW) === 'few' ? { severity: 'warning' as const } : {}),
        message: `Clients do not accept the certificate of the API server at ${server}: ${reason}`,
        evidence: quotes,
        related: callers
          .slice(0, 20)
          .map(({ kind, namespace, name }) => ({ kind, ...(namespace === undefined ? {} : { namespace }), name })),
        params: { server: server.includes(':') ? server : `${server}:443` },
        ...timing(snapshot, hits),
      };
    }
    const unauthorized = [...snapshot.hits('component-unauthorized'), ...snapshot.hits('client-unauthorized')];
    for (const { subject, hits: all } of bySubject(unauthorized, (hit) => subjectOfHit(hit, snapshot))) {
      // Both know some of the lines of a component.
      const own = all.filter(({ signature }) => signature === 'component-unauthorized');
      const hits = own.length > 0 ? own : all;
      const quotes = quotesOf(hits);
      if (quotes === undefined) continue;
      const count = countOf(hits);
      const program = hits[0]?.program;
      yield {
        subject,
        variant: 'unauthorized',
        // A server that has just started, or whose etcd hangs, says so a few times.
        ...(weightOf(snapshot, hits, FEW) === 'few' ? { severity: 'info' as const } : {}),
        message: `The API server does not accept the credentials of ${program === undefined ? subject.name : `${program}${subject.kind === 'Node' ? ` of node ${subject.name}` : ''}`} (401 Unauthorized${count > 1 ? `, ${count} lines` : ''}): ${wordsOfHits(hits)}`,
        evidence: quotes,
        fix: [
          hits.every(({ signature }) => signature === 'client-unauthorized')
            ? 'Restart the program, so that it reads its token or kubeconfig anew; if that does not help, renew the token or kubeconfig Secret that it uses, and compare --service-account-issuer and the signing keys of the API server with those of the token'
            : 'Renew its certificate, token or bootstrap token, or see that it talks to the right cluster; on EKS map the IAM role of the node (aws-auth ConfigMap or access entry, its ARN without a path) and check that the node asks in the name of that role',
        ],
        params: { server: 'APISERVER:6443' },
        ...timing(snapshot, hits),
      };
    }
    // Whose last word is that it is not authorized was refused here, too.
    const refused = snapshot.hits('client-error-unauthorized').map((hit) => subjectOfHit(hit, snapshot));
    for (const { subject, hits } of bySubject(rejections, () => componentSubject(snapshot, 'kube-apiserver'))) {
      const quotes = quotesOf(hits);
      if (quotes === undefined || groups.has('unauthorized')) continue;
      const count = countOf(hits);
      const reasons = reasonsOf(hits);
      // One client may have an old token. Programs of several workloads have none that was good but for the server.
      const pods = [...unauthorized.map((hit) => subjectOfHit(hit, snapshot)), ...refused].filter(
        ({ kind }) => kind === 'Pod',
      );
      const programs = [...new Set(pods.map(({ name }) => workloadStem(name)))];
      // A signature that does not verify tells of the key, whose token ever it is.
      const otherKey = reasons.some((reason) => reason.includes('cryptographic'));
      const tokens =
        (programs.length > 1 && reasons.some((reason) => reason.includes('bearer token'))) ||
        (programs.length > 0 && otherKey);
      const issuers = tokens ? issuersOf(snapshot) : [];
      yield {
        subject,
        // The certificates of clients, not tokens: of kubelets, first of all.
        variant: reasons.some((reason) => /^(?:x509: )?certificate has expired/.test(reason))
          ? 'expired'
          : tokens
            ? 'tokens'
            : reasons.length > 0 && reasons.every((reason) => reason === NOT_YET)
              ? 'not-yet-valid'
              : 'rejected',
        severity: tokens
          ? 'critical'
          : weightOf(snapshot, hits, FEW) === 'few' || seldom(snapshot, hits)
            ? 'info'
            : 'warning',
        ...(tokens
          ? {
              title: 'The API server refuses the service account tokens of the pods',
              fix: [
                'Compare the signing keys and --service-account-issuer of the API servers with what they were: a new key or issuer goes in front of the old one (both flags may be given several times), until every pod has a new token',
              ],
            }
          : otherKey
            ? { title: 'The API server refuses tokens that are signed with another key than its own' }
            : {}),
        message: tokens
          ? `The API server refuses the service account tokens of ${inWords(programs.slice(0, 4))} (401 Unauthorized): ${reasons.slice(0, 3).join('; ')}${otherKey ? '' : ': they are of another issuer or signed with another key than it takes'}${issuers.length === 0 ? '' : ` (--service-account-issuer=${issuers.join(', ')})`}`
          : `The API server rejected the credentials of clients ${count === 1 ? 'once' : `${count} times`}${reasons.length === 0 ? '' : `: ${reasons.slice(0, 3).join('; ')}`}`,
        evidence: quotes,
        ...(tokens || oidcFix(reasons) === undefined ? {} : { fix: [oidcFix(reasons) ?? ''] }),
        related: (tokens ? pods : refused)
          .slice(0, 20)
          .map(({ kind, namespace, name }) => ({ kind, ...(namespace === undefined ? {} : { namespace }), name })),
        params: { server: 'APISERVER:6443' },
        ...timing(snapshot, hits),
      };
    }
  },
});
