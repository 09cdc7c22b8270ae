import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const STATUS = /^Status: (active|inactive)\s*$/;
/** `To  Action  From`, with the rules below a line of dashes. */
const HEADER = /^To\s{2,}Action\s{2,}From\s*$/;
const RULE = /^(\S.{0,80}?)\s{2,}((?:ALLOW|DENY|REJECT|LIMIT)(?: (?:IN|OUT|FWD))?)\s{2,}(\S.{0,80}?)\s*$/;

/**
 * The host firewall of Ubuntu and Debian. hostValues, topic `ufw`: `status`, and every rule (key `rule`, value
 * `ALLOW 6443/tcp from Anywhere`).
 *
 * Command: `ufw status`, `ufw status verbose`.
 * Versions: ufw 0.34 to 0.36.
 * Sample:
 *
 *     Status: active
 *
 *     To                         Action      From
 *     --                         ------      ----
 *     22/tcp                     ALLOW       Anywhere
 *
 * Empty: a text without a status is unread; an inactive firewall has no rules.
 */
export default defineParser({
  kind: 'ufw',
  reads: 'ufw status',
  matches: (command) => ranTool(command, 'ufw') && command.words[0] === 'status',
  sniff: (head) => head.some((line) => STATUS.test(line)) && head.some((line) => HEADER.test(line)),
  parse: (lines, { origin, emit }) => {
    const status = lines.findIndex((line) => STATUS.test(line));
    if (status < 0) {
      emit.unread(origin, 'no status of the firewall in it', origin.firstLine);
      return;
    }
    lines.forEach((line, at) => {
      if (line.length > 400) return;
      const fact = (key: string, value: string): void =>
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'ufw', key, value });
      if (at === status) fact('status', STATUS.exec(line)?.[1] ?? '');
      const rule = RULE.exec(line);
      if (at > status && rule !== null) fact('rule', `${rule[2]} ${rule[1]} from ${rule[3]}`);
    });
  },
});
