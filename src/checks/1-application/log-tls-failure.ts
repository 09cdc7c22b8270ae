import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, times } from '../log-findings.ts';

export default defineCheck({
  id: 'log-tls-failure',
  layer: 1,
  title: 'TLS connections are trusted',
  failureTitle: 'The log shows that TLS fails',
  why: 'Expired or not yet valid certificates, an unknown CA, a name the certificate does not have, or one side that speaks plain text. When many programs say so at once, look at the clocks first.',
  fix: ['Renew the certificate, install the CA, use a name that the certificate has, or set the clock.'],
  next: ['openssl s_client -connect HOST:PORT -servername NAME </dev/null | openssl x509 -noout -dates -subject'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-tls-failure'],
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, ['app-tls-failure'])) {
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'warning' },
        {
          message: `${speaker(hits)} fails at TLS${times(hits.count)}: ${hits.line}`,
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
