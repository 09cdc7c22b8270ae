import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Origin } from '../records.ts';

const CHECK = /^\[([+-])\](\S{1,200}) (?:ok|failed|excluded)\b/;
const SUMMARY = /^(readyz|livez|healthz) check (passed|failed)/;
const PATH = /\/(?:readyz|livez|healthz)\b/;
/** Ports of the control plane's own health checks: API server, etcd, kubelet, controller-manager, scheduler. */
const OWN = /:(?:6443|8443|443|2379|2381|10248|10250|10257|10259)\/(?:readyz|livez|healthz)\b/;
const ENDPOINT = /(readyz|livez|healthz)(?:\b|_)/;

function endpointOf(origin: Origin, lines: readonly string[]): string {
  const summary = lines.map((line) => SUMMARY.exec(line.trim())?.[1]).find((name) => name !== undefined);
  return `/${summary ?? ENDPOINT.exec(origin.command?.text ?? origin.file)?.[1] ?? 'healthz'}`;
}

/**
 * The API server's own health checks, one record a check; the bare `ok` of the short form is one with the name `all`.
 *
 * Command: `kubectl get --raw '/readyz?verbose'` (also /livez and /healthz; by curl too).
 * Versions: Kubernetes 1.0 to 1.36 (/healthz), 1.16 to 1.36 (/readyz, /livez).
 * Sample:
 *
 *     [+]ping ok
 *     [-]etcd failed: reason withheld
 *     readyz check failed
 *
 * Empty: nothing printed is unread.
 */
export default defineParser({
  kind: 'health-endpoint',
  reads: '/readyz?verbose, /livez?verbose, /healthz',
  priority: 2,
  matches: (command) => {
    const { tool, flags } = effectiveCommand(command);
    return tool === 'kubectl' && typeof flags['raw'] === 'string' && PATH.test(flags['raw']);
  },
  sniff: (head, origin) => {
    const lines = head.slice(0, 30).map((line) => line.trim());
    if (
      lines.some((line) => CHECK.test(line)) &&
      (lines.filter((line) => CHECK.test(line)).length > 1 || lines.some((line) => SUMMARY.test(line)))
    )
      return true;
    if (lines.filter((line) => line !== '').length !== 1 || !lines.includes('ok')) return false;
    // The program behind a Service may have a /healthz of its own.
    return ENDPOINT.test(origin.file) || (origin.command !== undefined && OWN.test(origin.command.text));
  },
  parse: (lines, { origin, emit }) => {
    const endpoint = endpointOf(origin, lines);
    let found = 0;
    lines.forEach((line, at) => {
      const check = CHECK.exec(line.trim());
      const bare = /^ok$/i.test(line.trim());
      if (check === null && !bare) return;
      found++;
      emit.fact('healthChecks', {
        ...factBase(origin, at, line),
        endpoint,
        check: check?.[2] ?? 'all',
        ok: check === null || check[1] === '+',
      });
    });
    if (found === 0) {
      const at = lines.findIndex((line) => line.trim() !== '');
      const line = lines[at];
      if (line === undefined) emit.unread(origin, 'no health check in it', origin.firstLine);
      else emit.fact('toolFailures', { ...factBase(origin, at, line), tool: endpoint, message: line.trim() });
    }
  },
});
