import { spellTime } from '../../lib/timestamp.ts';
import type { Evidence } from '../../parsers/records.ts';
import { hasExpired, isControlPlaneCertificate } from '../../snapshot/control-plane/control-plane-certificates.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** How clients call a certificate whose time is over: curl and OpenSSL, wget and GnuTLS, Go, Java. */
const EXPIRED =
  /certificate (?:has|is) expired|certificate has expired or is not yet valid|CERTIFICATE_VERIFY_FAILED.{0,40}expired|CertificateExpiredException/i;
/** The name in a subject: `CN=shop.example.com`, `/CN=…`, `CN = …`. */
const COMMON_NAME = /\bCN ?= ?(\*?[\w.-]{1,253})/;

/** Whether a certificate for `name` is one for that host; `*.example.com` is for one label below. */
const isFor = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2));

export default defineCheck({
  id: 'tls-certificate-expired',
  layer: 3,
  title: 'The certificates of the sites that were tried are valid',
  failureTitle: 'The certificate of a site has expired',
  why: 'Clients refuse the connection before any request is sent. What renews the certificate (cert-manager, a person) has not done so, or the proxy still serves the old Secret.',
  fix: [
    'Renew the certificate (see why cert-manager does not: kubectl describe certificate,order,challenge -A), and see that the proxy loads the new Secret.',
  ],
  next: ['openssl s_client -connect {host}:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -dates'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['probes', 'certificates'],
  wants: ['ingresses'],
  *run({ probes, certificates }, { snapshot, now }) {
    const expired = certificates.flatMap((one) => {
      const name = COMMON_NAME.exec(one.subject ?? one.name)?.[1];
      // A site's name has dots; what kubelets and control planes carry has checks of its own.
      return name === undefined || !name.includes('.') || isControlPlaneCertificate(one) || !hasExpired(one, now)
        ? []
        : [{ name, one }];
    });
    const sites = new Map<string, { readonly evidence: Evidence[]; ended?: number }>();
    const siteOf = (host: string): { readonly evidence: Evidence[]; ended?: number } => {
      const known = sites.get(host) ?? { evidence: [] };
      sites.set(host, known);
      return known;
    };
    for (const { target, outcome, source } of probes)
      if (outcome === 'failed' && EXPIRED.test(source.text)) siteOf(target).evidence.push(source);
    for (const { name, one } of expired) {
      const tried = [...sites.keys()].find((host) => isFor(name, host));
      const site = siteOf(tried ?? name);
      site.evidence.push(one.source);
      if (one.notAfter !== undefined) site.ended = one.notAfter;
    }
    for (const [host, { evidence, ended }] of sites) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const ingress = snapshot
        .list('ingresses')
        .find((one) => one.spec?.tls?.some(({ hosts }) => hosts?.some((name) => isFor(name, host))));
      const secret = ingress?.spec?.tls?.find(({ hosts }) => hosts?.some((name) => isFor(name, host)))?.secretName;
      yield {
        subject: ingress === undefined ? snapshot.named('Site', host) : snapshot.subject(ingress),
        message: `The certificate of ${host}${secret === undefined ? '' : ` (Secret ${secret} of Ingress ${ingress?.metadata.name ?? ''})`} has expired${ended === undefined ? '' : ` on ${spellTime(ended)}`}: clients refuse it`,
        evidence: [first, ...rest],
        ...(ingress === undefined ? {} : { related: [refOf(ingress)] }),
        params: { host },
        ...(ended === undefined ? {} : { since: ended }),
      };
    }
  },
});
