import { spellTime } from '../../lib/timestamp.ts';
import type { LogHit } from '../../parsers/records.ts';
import { laterBy } from '../../snapshot/logs/hits.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** HEUR, ms: a restart takes seconds; a machine that goes down and comes back takes longer. */
const RESTART_MS = 20_000;

const STOPS = /Stopp(?:ing|ed) /;

/** The last stop after which it came back at once. */
function restartAmong(hits: readonly LogHit[]): readonly [stop: LogHit, start: LogHit] | undefined {
  const lines = hits.toSorted((a, b) => a.last.line - b.last.line);
  for (const stop of lines.toReversed()) {
    if (!STOPS.test(stop.last.text)) continue;
    const start = lines.find(
      ({ origin, last }) => origin.file === stop.origin.file && last.line > stop.last.line && !STOPS.test(last.text),
    );
    const pause = start === undefined ? undefined : laterBy(start.last, stop.last);
    if (start !== undefined && pause !== undefined && pause <= RESTART_MS) return [stop, start];
  }
  return undefined;
}

export default defineCheck({
  id: 'networkd-restarted',
  layer: 5,
  title: 'systemd-networkd was not restarted while pods ran',
  failureTitle: 'systemd-networkd was restarted, which takes foreign routes and rules away',
  why: 'When it starts, systemd-networkd removes routes and ip rules that it did not make itself, unless it is told to leave them: those of network plug-ins (kube-router, Calico, Cilium, the AWS VPC CNI) among them. An upgrade of systemd restarts it (unattended-upgrades). Pods of the node then reach nothing, or no Service, until the plug-in writes its rules again.',
  fix: [
    'Now: restart the pods of the network plug-in (and kube-proxy) on {node}',
    'For the future: ManageForeignRoutes=no and ManageForeignRoutingPolicyRules=no in the section [Network] of /etc/systemd/networkd.conf; keep unattended-upgrades from restarting services on nodes',
  ],
  next: [
    'journalctl -u systemd-networkd --no-pager | tail -20',
    'ip rule; ip route show table all',
    'grep -B3 -A3 systemd /var/log/apt/history.log',
  ],
  severity: 'info',
  confidence: 'medium',
  needs: ['hostLogs'],
  reads: ['networkd-stopped'],
  *run(_facts, { snapshot }) {
    for (const [machine, hits] of byMachine(snapshot, snapshot.hits('networkd-stopped'))) {
      const [stop, start] = restartAmong(hits) ?? [];
      if (stop === undefined || start === undefined) continue;
      const { time } = stop.last;
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        message: `systemd-networkd of ${machine} was restarted${time === undefined ? '' : ` at ${spellTime(time)}`}: unless it is told otherwise it then takes away the routes and ip rules of the network plug-in`,
        evidence: [...snapshot.evidenceOf(stop), ...snapshot.evidenceOf(start)],
        ...(time === undefined ? {} : { since: time }),
      };
    }
  },
});
