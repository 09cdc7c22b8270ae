import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { refOf } from '../../snapshot/ref.ts';
import { addressesIn } from '../../lib/host-port.ts';
import { spellDuration } from '../../lib/duration.ts';

/** An init container that runs for longer (ms) waits for something (our judgement). */
const STUCK_AFTER = 600_000;

export default defineCheck({
  id: 'pod-init-stuck',
  layer: 1,
  title: 'Init containers end in time',
  failureTitle: 'An init container does not end, so the pod does not start',
  why: 'Init containers often wait for a dependency: a Service, a database, a migration. Their command or log names it.',
  fix: ['Mend what init container {container} waits for.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --tail=20'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['pods'],
  wants: ['containerLogs', 'services'],
  *run(_facts, { snapshot, now }) {
    for (const pod of unsteadyPods(snapshot)) {
      if (isBeingDeleted(pod)) continue;
      for (const container of containersOf(pod)) {
        const started =
          timeOf(
            container.status?.state?.running?.startedAt ?? pod.status?.startTime ?? pod.metadata.creationTimestamp,
          ) ?? Number.NaN;
        if (container.role !== 'init' || container.status?.state?.running === undefined) continue;
        const age = now === undefined || Number.isNaN(started) ? ageOf(snapshot, pod) : now - started;
        if (age !== undefined && age < STUCK_AFTER) continue;
        // Nothing dates the description of a pod: what somebody describes is what does not come up.
        if (age === undefined && pod.status?.startTime === undefined) continue;
        const words = lastWords(logsOfPod(snapshot, pod, container.name));
        const command = [...(container.spec?.command ?? []), ...(container.spec?.args ?? [])].join(' ');
        const targets = [...addressesIn(command), ...addressesIn(words?.text ?? '')].map((address) => address.host);
        for (const word of command.split(/[\s'";]+/)) if (/^[a-z][a-z0-9.-]{1,200}$/.test(word)) targets.push(word);
        const service = targets
          .map((host) => snapshot.resolve(host, pod.metadata.namespace).service)
          .find((found) => found !== undefined);
        yield {
          subject: snapshot.subject(pod, { container: container.name }),
          ...(age === undefined ? { confidence: 'low' as const } : {}),
          message: `Init container ${container.name} ${age === undefined ? 'still runs' : `has been running for ${spellDuration(age / 1000)}`}${
            service === undefined ? '' : `, waiting for Service ${service.metadata.name}`
          }${words === undefined ? '' : `; its log ends with: ${words.text}`}`,
          evidence: [
            snapshot.quote(pod, `${container.at}/state/running`),
            ...(words === undefined ? [] : [words.evidence, ...words.before]),
            ...(command === ''
              ? []
              : [
                  snapshot.quote(
                    pod,
                    `${container.specAt}/${container.spec?.command === undefined ? 'args' : 'command'}`,
                  ),
                ]),
          ],
          params: { container: container.name },
          related: service === undefined ? [] : [refOf(service)],
          ...(Number.isNaN(started) ? {} : { since: started }),
        };
      }
    }
  },
});
