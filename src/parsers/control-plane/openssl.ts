import { defined } from '../../lib/defined.ts';
import { parseTimestamp } from '../../lib/timestamp.ts';
import { effectiveCommand, ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const DATE = /^\s*(?:notBefore\s*=|Not Before\s*:|notAfter\s*=|Not After\s*:)/;
const FIELD = /^\s*(notBefore|Not Before|notAfter|Not After|subject|Subject|issuer|Issuer)\s*[=:]\s*(.*)$/;
const PATH =
  /^(?:==> |[#>-]{1,5} ?|FileName=\s*|File:\s*)?(\/[^\s:]{1,400}|[^\s:=]{1,200}\.(?:crt|pem|cer|conf))(?: <==| [-=]{2,5}|:)?$/;
const GONE =
  /(?:Can't open|Could not open file or uri for loading certificate from|Error opening Certificate) "?([^\s",]{1,400})/;

/** `Jan  8 15:18:33 2026 GMT`. */
function opensslTime(text: string): number | undefined {
  const match = /^([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{2}:\d{2}:\d{2})\s+(\d{4})(?: GMT)?$/.exec(text.trim());
  return match === null ? undefined : parseTimestamp(`${match[2]} ${match[1]} ${match[4]} ${match[3]} GMT`);
}

interface Block {
  name?: string | undefined;
  subject?: string;
  issuer?: string;
  notBefore?: number | undefined;
  notAfter?: number | undefined;
  sans?: readonly string[];
  isCa?: boolean;
  at: number;
}

/**
 * Certificates as text, several in a row, with lines that name the file before or behind (`==> /etc/… <==`, `# /etc/…`,
 * `FileName= /etc/…`). The dates are given; whether they lie in the past is for the reader who knows the bundle's clock
 * (state `unknown`).
 *
 * Command: `openssl x509 -noout -subject -issuer -dates -in apiserver.crt`, `-ext subjectAltName`, `-text`.
 * Versions: OpenSSL 1.0 to 3.5, LibreSSL 2 and 3.
 * Sample:
 *
 *     subject=CN = kube-apiserver
 *     notBefore=Jan  8 15:13:33 2025 GMT
 *     notAfter=Jan  8 15:18:33 2026 GMT
 *
 * Empty: "unable to load certificate" is unread; a file that does not exist is a certificate in state `missing`.
 */
export default defineParser({
  kind: 'openssl',
  reads: 'openssl x509 -dates/-subject/-issuer/-text/-ext subjectAltName',
  priority: 1,
  matches: (command) => ranTool(command, 'openssl'),
  sniff: (head) => {
    const lines = head.slice(0, 120);
    return (
      lines.some((line) => line.startsWith('notAfter=')) ||
      (lines.some((line) => /^Certificate:$/.test(line)) && lines.some((line) => DATE.test(line)))
    );
  },
  parse: (lines, { origin, emit }) => {
    const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
    const input = command?.flags['in'];
    // Names stand before their block or behind it; the first of either says which.
    const first = lines.find((line) => DATE.test(line) || PATH.test(line.trim()));
    const named = first !== undefined && !DATE.test(first);
    let block: Block = { at: 0 };
    let heading: string | undefined = typeof input === 'string' ? input : undefined;
    let found = 0;
    const flush = (): void => {
      const { at, name, subject, notAfter, ...rest } = block;
      block = { at: 0 };
      if (notAfter === undefined && subject === undefined && rest.notBefore === undefined) return;
      found++;
      emit.fact('certificates', {
        ...factBase(origin, at, lines[at] ?? ''),
        name: name ?? heading ?? subject ?? '',
        state: 'unknown',
        ...defined({ ...rest, subject, notAfter }),
      });
    };
    lines.forEach((line, at) => {
      const trimmed = line.trim();
      const field = FIELD.exec(line);
      const path = field === null ? PATH.exec(trimmed)?.[1] : undefined;
      const gone = GONE.exec(line)?.[1];
      if (
        gone !== undefined &&
        /No such file|cannot open|Error opening|Can't open/.test(`${line} ${lines[at + 1] ?? ''}`)
      ) {
        found++;
        emit.fact('certificates', { ...factBase(origin, at, line), name: gone, state: 'missing' });
      } else if (/^(?:unable to load certificate|Could not (?:find|read) certificate)/i.test(trimmed)) {
        emit.unread(origin, 'openssl could not load a certificate', origin.firstLine + at);
      } else if (path !== undefined) {
        if (named) {
          flush();
          heading = path;
        } else {
          block.name = path;
          flush();
        }
      } else if (/^Certificate:$/.test(trimmed)) flush();
      else if (field !== null) {
        const key = (field[1] ?? '').replace('Not B', 'notB').replace('Not A', 'notA').toLowerCase();
        const value = (field[2] ?? '').trim();
        if (
          (key === 'notafter' && block.notAfter !== undefined) ||
          (key === 'notbefore' && block.notBefore !== undefined)
        )
          flush();
        if ((key === 'subject' && block.subject !== undefined) || (key === 'issuer' && block.issuer !== undefined))
          flush();
        if (key === 'subject') block.subject = value;
        else if (key === 'issuer') block.issuer = value;
        else if (key === 'notbefore') block.notBefore = opensslTime(value);
        else {
          block.notAfter = opensslTime(value);
          if (block.notAfter === undefined)
            emit.unread(origin, 'certificate date of a strange form', origin.firstLine + at);
          block.at = at;
        }
        if (block.notAfter === undefined) block.at = at;
      } else if (/Subject Alternative Name:/.test(line)) {
        block.sans = (lines[at + 1] ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '');
      } else if (trimmed.startsWith('CA:TRUE')) block.isCa = true;
      // A blank line parts certificates only when one is complete: -text prints none, bundles may.
      else if (trimmed === '' && block.notAfter !== undefined && named) flush();
    });
    flush();
    if (found === 0) emit.unread(origin, 'no certificate in it', origin.firstLine);
  },
});
