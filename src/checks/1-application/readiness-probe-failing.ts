import { headAndTail } from '../../lib/excerpt.ts';
import { plural } from '../../lib/in-words.ts';
import { eventFirstTime, eventTime } from '../../snapshot/events.ts';
import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import { containerSubject, containersOf } from '../../snapshot/pods/containers.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { isStopping } from '../../snapshot/pods/probes.ts';
import { defineCheck } from '../check.ts';
import { hostRefused } from './probe-log.ts';
import { probeTroubles } from './probe-verdict.ts';
import { spellDuration } from '../../lib/duration.ts';

/** A pod that runs unready for longer than this (ms) is no longer starting (kube-mixin KubePodNotReady: 15 min). */
const NOT_READY_FOR = 900_000;
/** ms, HEUR: probes come every few seconds; the kubelet's events of one pod are held back for five minutes at most. */
const QUIET = 600_000;
/** With an error in its log sooner (HEUR: the slowest programs are up after two minutes or say what they wait for). */
const NOT_READY_WITH_ERRORS = 120_000;

/** What "vault status" prints in a probe: OpenBao and Vault are not ready before somebody unseals them. */
const VAULT = /Initialized\s{1,20}(\w{4,5})\s.{0,200}?Sealed\s{1,20}true/s;
/** What only a person can mend. */
function hint(
  detail: string,
): { readonly variant: string; readonly words: string; readonly fix: string[] } | undefined {
  const initialized = VAULT.exec(detail)?.[1];
  if (initialized === undefined) return undefined;
  return initialized === 'false'
    ? {
        variant: 'vault-sealed',
        words: 'Vault is not initialized, and sealed: ',
        fix: ['Initialize and unseal it: "vault operator init", then "vault operator unseal" (or set up auto-unseal).'],
      }
    : {
        variant: 'vault-sealed',
        words: 'Vault is sealed: ',
        fix: ['Unseal it after each restart ("vault operator unseal" in every pod), or set up auto-unseal.'],
      };
}

export default defineCheck({
  id: 'readiness-probe-failing',
  layer: 1,
  title: 'Running containers are ready',
  failureTitle: 'The container runs but is not ready, so it gets no traffic',
  why: 'A pod that is not ready is taken out of its Services. Often the program waits for something it depends on: its log names it.',
  fix: [
    'Follow the wording of the probe failure: refused (not listening or wrong port), status 5xx (a dependency), timeout (slow), no route (network of the node).',
  ],
  next: ['kubectl describe pod {name} -n {namespace}', 'kubectl logs {name} -n {namespace} -c {container} --tail=100'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['containerLogs'],
  reads: ['app-host-refused'],
  *run(_facts, { snapshot, now }) {
    const told = new Set<string>();
    for (const trouble of probeTroubles(snapshot)) {
      const { telling, container, seen } = trouble;
      if (trouble.kind !== 'readiness' || telling === undefined) continue;
      const status = container?.status;
      const quiet =
        telling.event.seenAgo === undefined
          ? (now ?? Number.NaN) - (eventTime(telling.event) ?? Number.NaN)
          : telling.event.seenAgo * 1000;
      // What failed again would have been said again.
      const passed = status === undefined && trouble.count < 3 && quiet > QUIET;
      // Whichever of its containers the event means: all are ready.
      const well = status?.ready ?? (seen.pod !== undefined && isWell(seen.pod));
      const over = seen.gone || well || isStopping(seen) || passed;
      // A container that has ended or waits fails its probe because of that; the finding on its end says more.
      if (!over && status !== undefined && status.state?.running === undefined) continue;
      // One failure while starting is what probes are for.
      if (over && trouble.count < 3) continue;
      told.add(`${seen.ref.namespace}/${seen.ref.name}/${trouble.containerName}`);
      const since = eventFirstTime(telling.event);
      const known = hint(telling.detail);
      const refused = hostRefused(snapshot, trouble);
      yield {
        subject: seen.subject(trouble.containerName),
        variant: known?.variant ?? telling.class,
        ...(known === undefined && refused === undefined ? {} : { fix: known?.fix ?? refused?.fix ?? [] }),
        message: `${trouble.containerName === '' ? 'A container' : `Container ${trouble.containerName}`} fails its readiness probe (${plural(trouble.count, 'time')}): ${known?.words ?? ''}${headAndTail(telling.detail, 300)}${refused?.words ?? ''}`,
        evidence: [
          snapshot.quoteEvent(telling.event),
          ...(status === undefined || container === undefined
            ? []
            : [snapshot.quote(container.pod, `${container.at}/ready`)]),
          ...(refused === undefined ? [] : [refused.evidence]),
        ],
        params: { container: trouble.containerName },
        ...(since === undefined ? {} : { since }),
        ...(over ? { state: 'recovered' as const } : {}),
      };
    }
    for (const pod of unsteadyPods(snapshot)) {
      if (isBeingDeleted(pod) || pod.status?.phase !== 'Running') continue;
      for (const container of containersOf(pod)) {
        const { status } = container;
        if (container.role !== 'app' || status?.ready !== false || status.state?.running === undefined) continue;
        if (told.has(`${pod.metadata.namespace}/${pod.metadata.name}/${container.name}`)) continue;
        const text = status.state.running.startedAt ?? pod.metadata.creationTimestamp;
        const started = text === undefined ? Number.NaN : (timeOf(text) ?? Number.NaN);
        const dated = !Number.isNaN(started) && now !== undefined;
        const age = dated ? now - started : ageOf(snapshot, pod);
        if (age === undefined || age < NOT_READY_WITH_ERRORS) continue;
        const words = lastWords(logsOfPod(snapshot, pod, container.name));
        const error = words === undefined || words.grade === 1 ? undefined : words;
        if (age < NOT_READY_FOR && error === undefined) continue;
        yield {
          subject: containerSubject(snapshot, container),
          variant: 'unknown',
          confidence: 'medium',
          message: `${container.name === '' ? 'A container' : `Container ${container.name}`} has been running for ${spellDuration(age / 1000)} without becoming ready; ${error === undefined ? 'no event says why' : `its log has: ${error.text}`}`,
          evidence: [snapshot.quote(pod, `${container.at}/ready`), ...(error === undefined ? [] : [error.evidence])],
          params: { container: container.name },
          ...(dated ? { since: started } : {}),
        };
      }
    }
  },
});
