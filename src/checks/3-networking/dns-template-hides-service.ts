import { corefileLines, quoteCorefile } from '../../snapshot/network/corefile.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** What a template answers instead of looking a name up. */
const RCODE = /^\s*rcode (NXDOMAIN|SERVFAIL|REFUSED)\b/;
const MATCH = /^\s*match (.{1,500})$/;
/** Names of Services, as the words of a regular expression: `^stock\.shop\.svc`. */
const WORDS = /[a-z][a-z0-9-]{2,62}/g;
/** Words of every name of the cluster. */
const COMMON = new Set(['svc', 'cluster', 'local', 'default']);

export default defineCheck({
  id: 'dns-template-hides-service',
  layer: 3,
  title: 'No template of CoreDNS hides a Service',
  failureTitle: 'A template of CoreDNS answers for a Service that exists',
  why: 'The template plugin answers before the kubernetes plugin is asked. A rule with an rcode for the name of a Service makes that one name fail, while all others resolve.',
  fix: ['Take the template out of the Corefile, or let its match leave out the names of Services.'],
  next: [
    'kubectl -n kube-system get configmap coredns -o yaml',
    'kubectl exec -n {namespace} POD -- nslookup {name}.{namespace}.svc.cluster.local',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['configMaps', 'services'],
  *run({ services }, { snapshot }) {
    const lines = corefileLines(snapshot);
    for (const [i, line] of lines.entries()) {
      if (!/^\s*template\b.*\{\s*$/.test(line.text)) continue;
      const end = lines.findIndex((one, at) => at > i && one.text.trim() === '}');
      const body = lines.slice(i + 1, end < 0 ? undefined : end);
      const rcode = body.find(({ text }) => RCODE.test(text));
      const match = body.find(({ text }) => MATCH.test(text));
      if (rcode === undefined || match === undefined) continue;
      const words = new Set((match.text.toLowerCase().match(WORDS) ?? []).filter((word) => !COMMON.has(word)));
      const hidden = services.filter(({ metadata: { name, namespace } }) => {
        if (!words.has(name)) return false;
        // A rule that names a namespace besides is for that one.
        const others = services.filter((one) => one.metadata.name === name && one.metadata.namespace !== namespace);
        return others.length === 0 || words.has(namespace ?? '');
      });
      for (const service of hidden.slice(0, 5)) {
        const { name } = service.metadata;
        yield {
          subject: snapshot.subject(service),
          message: `The Corefile (ConfigMap ${line.config.metadata.name}) answers look-ups of Service ${name} with ${RCODE.exec(rcode.text)?.[1] ?? ''} (template, ${match.text.trim()}), although the Service exists`,
          evidence: [quoteCorefile(snapshot, match), quoteCorefile(snapshot, rcode)],
          related: [
            refOf(line.config),
            { kind: 'Host', name },
            ...serviceGraph(snapshot)
              .callsTo(service)
              .flatMap(({ address: { pod, workload } }) => [workload, ...(pod === undefined ? [] : [refOf(pod)])]),
          ],
        };
      }
    }
  },
});
