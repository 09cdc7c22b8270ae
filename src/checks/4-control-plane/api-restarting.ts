import { plural } from '../../lib/in-words.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { podsOfComponent, type Component } from '../../snapshot/control-plane/control-plane.ts';
import { crashes, describeEnd, lastWordsOfCrash, sinceEnd, stateOf, timeOfCrash } from '../../snapshot/pods/crashes.ts';
import { subjectOfEtcdHit } from '../../snapshot/control-plane/etcd.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { podsWithEvent } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

const COMPONENTS: readonly Component[] = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler'];
const HOUR_MS = 3600_000;
/** This many starts, no further apart than this on average, are a loop: the kubelet's back-off ends at 5 minutes. */
const LOOP_STARTS = 4;
const LOOP_APART_MS = 10 * 60_000;
/** Until the API server answers, the other components give up and are started again. */
const START_MS = 3 * 60_000;
const START_RESTARTS = 5;

/** Whether a run ended while its pod, and as a rule the control plane, was just starting (ms, both until now). */
const isStart = (pod: number | undefined, end: number | undefined): boolean =>
  pod !== undefined && end !== undefined && pod - end < START_MS;

/** What a log of it is about that does not say which pod wrote it. */
const logOf = (component: Component): Ref => ({ kind: 'Component', name: component });

export default defineCheck({
  id: 'api-restarting',
  layer: 4,
  title: 'The control-plane pods do not restart',
  failureTitle: 'A control-plane component restarts again and again',
  why: 'Often the effect of a slow etcd or of a machine without CPU or memory: probes fail and leases are lost.',
  fix: ['Read the last words of the run before; look at etcd and its disk first, and do not just raise probe timeouts'],
  next: ['crictl ps -a --name "kube-|etcd"', 'kubectl -n kube-system logs {name} --previous --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['containerLogs'],
  reads: ['etcd-started'],
  *run(_facts, { snapshot, now }) {
    const told = new Set<string>();
    for (const component of COMPONENTS) {
      const pods = new Set(podsOfComponent(snapshot, component));
      for (const crash of crashes(snapshot)) {
        if (!pods.has(crash.container.pod)) continue;
        const { pod } = crash.container;
        const state = stateOf(crash, now);
        const age = sinceEnd(crash.ended, now);
        const recent = age !== undefined && age < HOUR_MS;
        // One restart long ago is the history of an upgrade.
        if (!crash.looping && !recent && state !== 'current') continue;
        if (!crash.looping && crash.restarts <= 1 && state === 'recovered') continue;
        const well = !crash.looping && crash.restarts <= START_RESTARTS && crash.container.status?.ready === true;
        if (well && isStart(ageOf(snapshot, pod), age)) continue;
        told.add(component);
        const words = lastWordsOfCrash(snapshot, crash);
        yield {
          subject: snapshot.subject(pod),
          related: [logOf(component)],
          variant: component,
          ...(crash.looping ? {} : { severity: 'warning' as const }),
          message: `${component}${pod.spec?.nodeName === undefined ? '' : ` on node ${pod.spec.nodeName}`} ${crash.looping ? 'is in a crash loop' : 'restarted'}: ${plural(crash.restarts, 'restart')}, the last run ended with ${describeEnd(crash.ended)}${words === undefined ? '' : `; its last words: ${words.text}`}`,
          evidence: [
            snapshot.quote(pod, '/status/containerStatuses/0'),
            ...(words === undefined ? [] : [words.evidence]),
          ],
          state,
          ...timeOfCrash(crash),
        };
      }
    }
    // Only its events are there: the kubelet backs off from starting it again.
    for (const seen of podsWithEvent(snapshot, ['BackOff'])) {
      const component = COMPONENTS.find((name) => seen.ref.name.startsWith(`${name}-`));
      const event = seen.events.findLast((one) => /restarting failed container/.test(eventMessage(one)));
      if (component === undefined || event === undefined || seen.pod !== undefined || told.has(component)) continue;
      told.add(component);
      const probe = seen.events.findLast((one) => one.reason === 'Unhealthy');
      yield {
        subject: seen.subject(),
        related: [logOf(component)],
        variant: component,
        message: `${component} is in a crash loop${probe === undefined ? '' : `; before that: ${eventMessage(probe).slice(0, 200)}`}`,
        evidence: [snapshot.quoteEvent(event), ...(probe === undefined ? [] : [snapshot.quoteEvent(probe)])],
        ...(seen.gone ? { state: 'historic' as const } : {}),
      };
    }
    // etcd as a service of the machine, or a log without its pod: only its log tells of the starts.
    if (told.has('etcd')) return;
    for (const hit of snapshot.hits('etcd-started')) {
      const { first, last, count } = hit;
      if (first.time === undefined || last.time === undefined || count < LOOP_STARTS) continue;
      if (last.time - first.time > (count - 1) * LOOP_APART_MS) continue;
      yield {
        subject: subjectOfEtcdHit(snapshot, hit),
        variant: 'etcd',
        severity: 'warning',
        confidence: 'medium',
        message: `etcd started ${count} times within ${spellDuration((last.time - first.time) / 1000)}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
      return;
    }
  },
});
