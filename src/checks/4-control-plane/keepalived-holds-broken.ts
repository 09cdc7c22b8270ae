import type { LogHit } from '../../parsers/records.ts';
import { quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

const lastLine = (hits: readonly LogHit[]): number => Math.max(-1, ...hits.map(({ last }) => last.line));

export default defineCheck({
  id: 'keepalived-holds-broken',
  layer: 4,
  title: 'keepalived gives the virtual address to a machine whose check passes',
  failureTitle: 'keepalived keeps the virtual address on a machine whose own check fails',
  why: 'A script with a weight only lowers the priority of its machine. Where the sum of the weights is smaller than the distance to the next machine, the broken one still has the highest priority: clients of the virtual address (the API server, an ingress) reach what does not answer.',
  fix: [
    'Make the weights larger than the distance between the priorities (or drop weight: then a failed script puts the instance into FAULT), and repair what the script checks on that machine.',
  ],
  next: [
    'grep -E "priority|weight|track_script" /etc/keepalived/keepalived.conf',
    'journalctl -u keepalived --no-pager | grep -E "Script|priority|STATE"',
    'ip addr show',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: [],
  needsAny: ['hostLogs', 'containerLogs'],
  reads: [
    'keepalived-script-failed',
    'keepalived-script-passed',
    'keepalived-leads',
    'keepalived-yields',
    'keepalived-priority',
  ],
  *run(_facts, { snapshot }) {
    const of = (signature: string, file: string): readonly LogHit[] =>
      snapshot.hits(signature).filter(({ origin }) => origin.file === file);
    for (const file of new Set(snapshot.hits('keepalived-script-failed').map(({ origin }) => origin.file))) {
      const failed = of('keepalived-script-failed', file);
      const leads = of('keepalived-leads', file);
      const [first] = failed;
      if (first === undefined || leads.length === 0) continue;
      // It passed again, or the address went elsewhere.
      if (lastLine(of('keepalived-script-passed', file)) > lastLine(failed)) continue;
      if (lastLine(of('keepalived-yields', file)) > lastLine(leads) || lastLine(leads) < lastLine(failed)) continue;
      const scripts = [...new Set(failed.flatMap(({ groups }) => groups['script'] ?? []))];
      const lowered = of('keepalived-priority', file).at(-1);
      const others = leads.flatMap(({ groups }) => groups['other'] ?? []).at(-1);
      const evidence = quotesOf([...failed, ...(lowered === undefined ? [] : [lowered]), ...leads]);
      if (evidence === undefined) continue;
      yield {
        subject: subjectOfHit(first, snapshot),
        message: `The check ${scripts.join(', ')} of keepalived fails, and the machine keeps the virtual address (VRRP master) all the same${lowered === undefined ? '' : `: the weight takes its priority only from ${lowered.groups['from'] ?? ''} to ${lowered.groups['to'] ?? ''}`}${others === undefined ? '' : `, and the others have ${others}`}`,
        evidence,
        ...timing(snapshot, [...failed, ...leads]),
      };
    }
  },
});
