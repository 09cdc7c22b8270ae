import { groupBy } from '../../lib/group-by.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod, podOfLog } from '../../snapshot/logs/log-owner.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { endOfLog } from '../log-end.ts';

/** Pods of ingress controllers, as their charts name them. */
const CONTROLLER =
  /^(?:ingress-nginx-controller|nginx-ingress(?:-controller)?|traefik|haproxy-ingress|kubernetes-ingress|contour|envoy-gateway|router-default|istio-ingressgateway|kong)-/;

export default defineCheck({
  id: 'ingress-controller-down',
  layer: 3,
  title: 'The ingress controller is up',
  failureTitle: 'The ingress controller is not ready or cannot load its configuration',
  why: 'All traffic from outside comes through it.',
  fix: ['Look at its pods and its log; a snippet or host in an Ingress that nginx refuses stops every reload.'],
  next: ['kubectl -n {namespace} logs {name} --tail=200', 'kubectl -n {namespace} describe pod {name}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'containerLogs'],
  reads: ['ingress-reload-failed'],
  *run({ pods }, { snapshot }) {
    const isController = (pod: Pod) => CONTROLLER.test(pod.metadata.name) && pod.status?.phase !== 'Succeeded';
    const groups = groupBy(
      // While all of them are well nobody need be asked for their company.
      unsteadyPods(snapshot).some(isController) ? pods.filter(isController) : [],
      (pod) => `${pod.metadata.namespace ?? ''}/${snapshot.workloadOf(pod)?.name ?? pod.metadata.name}`,
    );
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined || group.some((pod) => podReady(pod) !== false)) continue;
      const end = endOfLog(lastWords(logsOfPod(snapshot, first)));
      yield {
        subject: snapshot.subject(first),
        message: `${group.length === 1 ? 'The only pod' : `None of the ${group.length} pods`} of the ingress controller ${snapshot.workloadOf(first)?.name ?? first.metadata.name} is ${group.length === 1 ? 'not ' : ''}ready: nothing from outside reaches the cluster${end.words}`,
        evidence: [quoteReadiness(snapshot, first), ...end.evidence],
      };
    }
    for (const hit of snapshot.hits('ingress-reload-failed')) {
      const owner = snapshot.ownerOfLog(hit.origin).pod;
      // nginx inside an application is that application's affair (crash checks).
      const pod = owner ?? podOfLog(snapshot, hit);
      if (pod !== undefined && !CONTROLLER.test(pod.metadata.name)) continue;
      // A bare `[emerg]` may be any nginx; a controller says that it reloads.
      if (pod === undefined && hit.program !== 'ingress' && !/[Rr]eload/.test(hit.first.text)) continue;
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
        variant: 'reload',
        message: `The proxy cannot load its configuration: ${hit.groups['why'] ?? ''}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
      };
    }
  },
});
