import { connections } from '../../snapshot/network/connections.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-no-local-endpoint',
  layer: 3,
  title: 'kube-proxy knows the endpoints on its own node',
  failureTitle:
    'kube-proxy drops what comes for a Service with traffic policy Local, because it knows no endpoint on its node',
  why: 'With externalTrafficPolicy Local a node hands packets only to pods of its own. kube-proxy tells by the name of the node which endpoints are its own: where it runs under another name than the Node object (host name, --hostname-override), none is.',
  fix: [
    'Compare the name of the node that kube-proxy runs under (--hostname-override, hostnameOverride in its ConfigMap, the log line "Failed to retrieve node info") with kubectl get nodes; correct it, and restart kube-proxy.',
    'Where no pod of the Service runs on {node}, set externalTrafficPolicy to Cluster, or send the traffic to nodes that have one.',
  ],
  next: ['kubectl get nodes -o wide', 'kubectl -n kube-system get configmap kube-proxy -o yaml | grep -i hostname'],
  severity: 'critical',
  confidence: 'high',
  needs: ['hostValues'],
  wants: ['pods', 'probes'],
  *run({ hostValues }, { snapshot }) {
    const facts = hostValues.filter(({ topic, key }) => topic === 'iptables' && key.startsWith('service.'));
    for (const [machine, values] of byMachine(snapshot, facts)) {
      const told = new Set<string>();
      for (const rule of values) {
        const [service = '', port] = rule.value.split(' ');
        if (rule.key !== 'service.nolocal' || told.has(service)) continue;
        const [namespace = '', name = ''] = service.split('/');
        const addresses = new Set(
          values.flatMap(({ key, value }) =>
            key === 'service.endpoint' && value.startsWith(`${service} `) ? [value.slice(service.length + 1)] : [],
          ),
        );
        const here = snapshot
          .list('pods')
          .find(
            (pod) =>
              pod.spec?.nodeName === machine &&
              podReady(pod) === true &&
              addresses.has(pod.status?.podIP ?? '') &&
              pod.spec.hostNetwork !== true,
          );
        const lost = connections(snapshot).find(
          ({ lost: without, probe, toNode, fromNode }) =>
            without && port !== undefined && String(probe.port) === port && (toNode ?? fromNode) === machine,
        );
        // A node without a pod of the Service has such rules by design.
        if (here === undefined && lost === undefined) continue;
        told.add(service);
        yield {
          subject: snapshot.named('Service', name, { namespace }),
          message: `kube-proxy on node ${machine} knows no local endpoint of Service ${service} (traffic policy Local) and drops what comes for it${port === undefined ? '' : ` on port ${port}`}${
            here === undefined
              ? ''
              : `, though pod ${here.metadata.name} runs there, ready: it takes the node for another`
          }${lost === undefined ? '' : '; a connection to it was lost'}`,
          evidence: [
            rule.source,
            ...(here === undefined ? [] : [snapshot.quote(here, '/spec/nodeName')]),
            ...(lost === undefined ? [] : [lost.probe.source]),
          ],
          related: [{ kind: 'Node', name: machine }, ...(here === undefined ? [] : [refOf(here)])],
          params: { node: machine },
        };
      }
    }
  },
});
