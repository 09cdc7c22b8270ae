import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { fieldsOf, objectsOf, parseJson, textOf, type Fields } from '../../lib/untyped.ts';
import { jsonBase } from '../json-place.ts';
import { defineParser, type ParserContext } from '../parser.ts';

const timeIn = (object: Fields, ...keys: readonly string[]): number | undefined => {
  const text = keys.map((key) => textOf(object[key])).find((one) => one !== undefined);
  return text === undefined ? undefined : parseTimestamp(text);
};

/** Where a certificate was found: a Secret, a ConfigMap or a file. */
function nameOf(entry: Fields, origin: string): string {
  const source = fieldsOf(entry['source']);
  const name = ['secret', 'secretName', 'configMap', 'configMapName']
    .map((key) => textOf(source[key]))
    .find((one) => one !== undefined);
  const namespace = textOf(source['namespace']) ?? textOf(entry['namespace']);
  const own = name ?? textOf(entry['certificatePath']) ?? textOf(entry['name']) ?? origin;
  return namespace === undefined ? own : `${namespace}/${own}`;
}

function readEntry(entry: Fields, path: readonly (string | number)[], { origin, emit }: ParserContext): number {
  const name = nameOf(entry, origin.file);
  const chain = objectsOf(entry['certificateChain']);
  const errors = Array.isArray(entry['errors']) ? entry['errors'].map(String) : [];
  if (chain.length === 0 && errors.length > 0)
    emit.unread(origin, `certificate ${name} was not collected: ${errors.join('; ')}`);
  const certificates = chain.length > 0 ? chain : timeIn(entry, 'not_after', 'notAfter') === undefined ? [] : [entry];
  certificates.forEach((certificate, i) => {
    const { certificate: _pem, ...shown } = certificate;
    const place = chain.length > 0 ? [...path, 'certificateChain', i] : path;
    const sans = certificate['subjectAlternativeNames'];
    emit.fact('certificates', {
      ...jsonBase(origin, place, shown),
      name: i === 0 ? name : `${name} (issuer ${i})`,
      state: 'unknown',
      ...defined({
        notAfter: timeIn(certificate, 'notAfter', 'not_after'),
        notBefore: timeIn(certificate, 'notBefore', 'not_before'),
        subject: textOf(certificate['subject']),
        issuer: textOf(certificate['issuer']),
        isCa: typeof certificate['isCA'] === 'boolean' ? certificate['isCA'] : undefined,
        sans: Array.isArray(sans) ? sans.map(String) : undefined,
      }),
    });
  });
  return certificates.length + errors.length;
}

/**
 * Certificates as collectors write them: what they found in Secrets, ConfigMaps and files, without the keys.
 *
 * Command: none; `certificates/certificates.json` of Troubleshoot, `ingress_controllers_certs.json` of Insights.
 * Versions: Troubleshoot 0.50 and later, Insights operator 4.16 and later.
 * Sample:
 *
 *     [{"source": {"secretName": "web-tls", "namespace": "shop"}, "certificateChain": [{"notAfter": "2026-03-07T00:00:00Z"}]}]
 *
 * Empty: an empty list says that none was asked for.
 */
export default defineParser({
  kind: 'certificates-json',
  reads: 'certificates.json of Troubleshoot, ingress_controllers_certs.json of Insights',
  priority: 10,
  sniff(head) {
    const text = head.slice(0, 60).join('\n').trimStart();
    return (
      /^\[\s{0,40}\{/.test(text) &&
      (/"certificateChain"\s*:/.test(text) ||
        (/"source"\s*:/.test(text) && /"(?:secret|configMap)(?:Name)?"\s*:/.test(text) && /"errors"\s*:/.test(text)) ||
        (/"not_after"\s*:/.test(text) && /"not_before"\s*:/.test(text)))
    );
  },
  parse(lines, context) {
    const root = parseJson(lines.join('\n'));
    if (!Array.isArray(root)) return context.emit.unread(context.origin, 'not valid JSON');
    const found = objectsOf(root).reduce((sum, entry, i) => sum + readEntry(entry, [i], context), 0);
    if (found === 0 && root.length > 0) context.emit.unread(context.origin, 'no certificate in it');
  },
});
