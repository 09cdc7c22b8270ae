import { defined } from '../../lib/defined.ts';
import { parseDuration } from '../../lib/duration.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { fieldsOf, objectsOf, parseJson, textOf } from '../../lib/untyped.ts';
import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';

const HEADING = /^(CERTIFICATE(?: AUTHORITY)?)\s+EXPIRES\s+RESIDUAL TIME\b/;
const ROW =
  /^(\S{1,200})\s+([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (\d{2}:\d{2}) ([A-Z]{1,5})\s+(<invalid>|\S{1,30})(?:\s+(\S.*))?$/;
const MISSING = /^!MISSING!\s+(\S{1,200})/;

function parseJsonForm(lines: readonly string[], { origin, emit }: ParserContext): number {
  const start = lines.findIndex((line) => line.trimStart().startsWith('{'));
  if (start < 0) return 0;
  const root = fieldsOf(parseJson(lines.slice(start).join('\n')));
  let found = 0;
  for (const [key, isCa] of [
    ['certificates', false],
    ['certificateAuthorities', true],
  ] as const) {
    for (const item of objectsOf(root[key])) {
      const name = textOf(item['name']);
      if (name === undefined) continue;
      found++;
      const at = Math.max(
        lines.findIndex((line) => line.includes(`"${name}"`)),
        start,
      );
      const missing = item['missing'] === true;
      // Seconds as a number or a Go duration, by version; negative once expired.
      const residual = item['residualTime'];
      const expired = String(residual).startsWith('-') || residual === 0;
      emit.fact('certificates', {
        ...factBase(origin, at, lines[at] ?? ''),
        name,
        isCa,
        state: missing ? 'missing' : residual === undefined ? 'unknown' : expired ? 'expired' : 'valid',
        ...defined({
          notAfter:
            typeof item['expirationDate'] === 'string' && !missing ? parseTimestamp(item['expirationDate']) : undefined,
          authority: typeof item['caName'] === 'string' && item['caName'] !== '' ? item['caName'] : undefined,
          externallyManaged: typeof item['externallyManaged'] === 'boolean' ? item['externallyManaged'] : undefined,
        }),
      });
    }
  }
  return found;
}

/**
 * Certificates of a kubeadm control plane, in all layouts of the table: without and with the authority column, with
 * blank authorities, with EXTERNALLY MANAGED. klog warnings and `[check-expiration] …` lines stand in front.
 * `<invalid>` is kubeadm's word for expired, judged by the clock of that machine.
 *
 * Command: `kubeadm certs check-expiration`, `kubeadm alpha certs check-expiration`, `-o json`.
 * Versions: kubeadm 1.15 to 1.36 (`alpha` until 1.19; `-o json` since 1.30).
 * Sample:
 *
 *     CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
 *     apiserver                  Jan 12, 2026 09:41 UTC   <invalid>       ca                      no
 *     !MISSING! apiserver-etcd-client
 *
 * Empty: a heading without rows is unread.
 */
export default defineParser({
  kind: 'kubeadm-certs',
  reads: 'kubeadm certs check-expiration (1.15 to 1.36; table and -o json)',
  priority: 2,
  matches: (command) => ranTool(command, 'kubeadm') && command.text.includes('check-expiration'),
  sniff: (head) => {
    if (head.slice(0, 80).some((line) => HEADING.test(line))) return true;
    const start = head.slice(0, 40).join('\n');
    return (
      start.includes('"CertificateExpirationInfo"') ||
      (start.includes('"residualTime"') && start.includes('"expirationDate"'))
    );
  },
  parse: (lines, context) => {
    const { origin, emit } = context;
    let isCa: boolean | undefined;
    let found = 0;
    lines.forEach((line, at) => {
      const heading = HEADING.exec(line);
      if (heading !== null) return void (isCa = heading[1] === 'CERTIFICATE AUTHORITY');
      if (isCa === undefined) return;
      const base = factBase(origin, at, line);
      const missing = MISSING.exec(line);
      if (missing?.[1] !== undefined) {
        found++;
        emit.fact('certificates', { ...base, name: missing[1], isCa, state: 'missing' });
        return;
      }
      const row = ROW.exec(line.trimEnd());
      if (row === null) return;
      found++;
      const [, name = '', month = '', day = '', year = '', time = '', zone = '', residual = '', rest = ''] = row;
      const tail = rest.split(/\s+/).filter((word) => word !== '');
      const managed = /^(?:yes|no)$/.test(tail.at(-1) ?? '') ? tail.pop() === 'yes' : undefined;
      emit.fact('certificates', {
        ...base,
        name,
        isCa,
        state: residual === '<invalid>' ? 'expired' : 'valid',
        ...defined({
          notAfter: parseTimestamp(`${day} ${month} ${year} ${time} ${zone}`),
          authority: tail[0],
          externallyManaged: managed,
          residual: parseDuration(residual),
        }),
      });
    });
    if (found === 0) found = parseJsonForm(lines, context);
    if (found === 0) emit.unread(origin, 'no certificate in it', origin.firstLine);
  },
});
