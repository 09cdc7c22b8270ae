import { podsOfComponent, type Component } from '../../snapshot/control-plane.ts';
import { crashes, describeEnd, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';

const COMPONENTS: readonly Component[] = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler'];
const HOUR_MS = 3600_000;

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
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const component of COMPONENTS) {
      const pods = new Set(podsOfComponent(snapshot, component));
      for (const crash of crashes(snapshot)) {
        if (!pods.has(crash.container.pod)) continue;
        const { pod } = crash.container;
        const ended = crash.ended?.finishedAt;
        const state = stateOf(crash, now);
        const recent = ended !== undefined && now !== undefined && now - ended < HOUR_MS;
        // One restart long ago is the history of an upgrade.
        if (!crash.looping && !recent && state !== 'current') continue;
        if (!crash.looping && crash.restarts <= 1 && state === 'recovered') continue;
        const words = lastWordsOfCrash(snapshot, crash);
        yield {
          subject: snapshot.subject(pod as unknown as AnyObject),
          variant: component,
          ...(crash.looping ? {} : { severity: 'warning' as const }),
          message: `${component}${pod.spec?.nodeName === undefined ? '' : ` on node ${pod.spec.nodeName}`} ${crash.looping ? 'is in a crash loop' : 'restarted'}: ${crash.restarts} restarts, the last run ended with ${describeEnd(crash.ended)}${words === undefined ? '' : `; its last words: ${words.text}`}`,
          evidence: [
            snapshot.quote(pod, '/status/containerStatuses/0'),
            ...(words === undefined ? [] : [words.evidence]),
          ],
          state,
          ...(ended === undefined ? {} : { since: ended }),
        };
      }
    }
  },
});
