import type { LogHit } from '../../parsers/records.ts';
import { machineOf, machineSubject, userPodsOn } from '../../snapshot/nodes/node-health.ts';
import { describeUnit, isDown, runsKubelet } from '../../snapshot/nodes/units.ts';
import { timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'kubelet-down',
  layer: 5,
  title: 'The kubelet runs on every node',
  failureTitle: 'The kubelet is not running',
  why: 'Without its kubelet a node goes NotReady (Unknown) after its grace period. Containers that run go on, but nothing is started, probed, restarted or reported there.',
  fix: [
    'On {node}: read the last error of the journal, mend it, then systemctl start kubelet',
    'If someone stopped it: systemctl enable --now kubelet',
  ],
  next: ['systemctl status kubelet', 'journalctl -u kubelet -n 200 --no-pager'],
  severity: 'critical',
  confidence: 'high',
  reads: ['kubelet-exited', 'kubelet-command-failed'],
  needs: ['units'],
  wants: ['nodes', 'pods'],
  *run({ units }, { snapshot }) {
    const told = new Set<string>();
    for (const unit of units) {
      if (!runsKubelet(unit)) continue;
      const node = machineOf(snapshot, unit);
      told.add(node);
      if (!isDown(unit)) continue;
      const pods = userPodsOn(snapshot, node);
      const error = lastError(snapshot, 'kubelet', node);
      const stopped = unit.active === 'inactive' && (unit.exitCode ?? 0) === 0 && unit.result !== 'exit-code';
      yield {
        subject: machineSubject(snapshot, unit),
        variant: stopped ? 'stopped' : unit.active === 'activating' ? 'restarting' : 'failed',
        message:
          `The kubelet of node ${node} is not running: ${unit.unit} is ${describeUnit(unit)}` +
          (stopped ? '; it was stopped, it did not crash' : '') +
          (unit.restarts === undefined || unit.restarts === 0 ? '' : `; restart counter at ${unit.restarts}`) +
          (error === undefined || stopped ? '' : `; last error: ${error.message}`) +
          (pods.length === 0 ? '' : `; ${pods.length} pods are on the node`),
        evidence: [unit.source, ...(error === undefined ? [] : [error.evidence])],
        related: pods.slice(0, 20).map((pod) => ({ kind: 'Pod', ...pod.metadata })),
        ...(unit.since === undefined ? {} : { since: unit.since }),
      };
    }
    // A journal without a name may be any program's.
    const fatal = snapshot
      .hits('kubelet-command-failed')
      .filter((hit) => (hit.program ?? hit.origin.program) === 'kubelet');
    for (const hit of [...snapshot.hits('kubelet-exited'), ...fatal]) {
      const node = machineOf(snapshot, hit);
      if (told.has(node)) continue;
      told.add(node);
      const error = lastError(snapshot, 'kubelet', node);
      yield {
        subject: machineSubject(snapshot, hit),
        variant: 'failed',
        message: `The kubelet of node ${node} ended with an error${hit.count > 1 ? ` ${hit.count} times` : ''}${error === undefined ? inItsWords(hit) : `: ${error.message}`}`,
        evidence: [...snapshot.evidenceOf(hit), ...(error === undefined ? [] : [error.evidence])],
        ...timing(snapshot, [hit]),
      };
    }
  },
});

/** What the kubelet itself said when it gave up; systemd only counts. */
const inItsWords = (hit: LogHit): string => (/kubelet\.service/.test(hit.first.text) ? '' : `: ${wordsOfHits([hit])}`);
