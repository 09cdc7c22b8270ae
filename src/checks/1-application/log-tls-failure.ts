import { spellTime } from '../../lib/timestamp.ts';
import type { CustomResource } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';

/** Go's words for a certificate whose time is over; the host stands in front of them. */
const ENDED = /https?:\/\/([\w.-]{1,253}).{0,300}? is after (\d{4}-\d\d-\d\dT[\d:]{8}Z)/;

/** cert-manager's Certificate for the host that has been renewed since the one ended which the host still shows. */
function renewedFor(snapshot: Snapshot, line: string): CustomResource | undefined {
  const [, host, ended] = ENDED.exec(line) ?? [];
  if (host === undefined || ended === undefined) return undefined;
  return snapshot
    .facts('customResources')
    .find(
      (one) =>
        one.resourceKind === 'Certificate' &&
        one.hosts?.some((name) => name === host || name.startsWith(`${host}.`) || host.startsWith(`${name}.`)) ===
          true &&
        (one.validUntil ?? 0) > Date.parse(ended),
    );
}

export default defineCheck({
  id: 'log-tls-failure',
  layer: 1,
  title: 'TLS connections are trusted',
  failureTitle: 'The log shows that TLS fails',
  why: 'Expired or not yet valid certificates, an unknown CA, or a name the certificate does not have. When many programs say so at once, look at the clocks first.',
  fix: ['Renew the certificate, install the CA, use a name that the certificate has, or set the clock.'],
  next: ['openssl s_client -connect HOST:PORT -servername NAME </dev/null | openssl x509 -noout -dates -subject'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-tls-failure'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-tls-failure'])) {
      const renewed = renewedFor(snapshot, hits.line);
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          message: `${speaker(hits)} fails at TLS${times(hits.count)}: ${hits.line}${
            renewed?.validUntil === undefined
              ? ''
              : `; Certificate ${renewed.name} was renewed and is valid until ${spellTime(renewed.validUntil)}: who serves it still shows the old one, which it read when it started`
          }`,
          ...(renewed === undefined
            ? {}
            : {
                evidence: [...hits.evidence, renewed.source],
                fix: [
                  'Restart the pods that serve the certificate, and let something do so at each renewal (a program that reloads its files, or a controller that restarts pods when their Secret changes).',
                ],
              }),
          variant: /expired|not yet valid/.test(hits.line)
            ? 'dates'
            : /unknown authority|verify failed|PKIX|issuer|self.signed/.test(hits.line)
              ? 'untrusted'
              : /valid for/.test(hits.line)
                ? 'name'
                : 'handshake',
        },
      );
    }
  },
});
