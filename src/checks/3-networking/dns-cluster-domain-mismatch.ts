import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import { corefileLines, quoteCorefile } from '../../snapshot/network/corefile.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';

const SIGNATURES = ['app-dns-lookup', 'app-dns-name', 'app-dns-other'] as const;

/** `kubernetes cluster.local in-addr.arpa ip6.arpa {`, the plugin that answers for the names of Services. */
const PLUGIN = /^\s*kubernetes\s+([^{#]{1,400})/;
/** What stands behind `.svc.` in a name of the cluster. */
const DOMAIN = /\.svc\.([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})\.?$/i;

interface Zones {
  readonly domains: readonly string[];
  readonly configMap: string;
  readonly evidence: Evidence;
}

/** The domains that the cluster DNS answers for; undefined where no Corefile says so in plain words. */
const clusterDomains = oncePer((snapshot: Snapshot): Zones | undefined => {
  for (const line of corefileLines(snapshot)) {
    const zones = PLUGIN.exec(line.text)?.[1]?.trim().toLowerCase().split(/\s+/) ?? [];
    const domains = zones
      .map((zone) => zone.replace(/\.$/, ''))
      .filter((zone) => zone.includes('.') && !zone.endsWith('.arpa'));
    // A template that somebody fills in later says nothing.
    if (domains.length === 0 || zones.some((zone) => /[{}$]/.test(zone))) continue;
    return { domains, configMap: line.config.metadata.name, evidence: quoteCorefile(snapshot, line) };
  }
  return undefined;
});

export default defineCheck({
  id: 'dns-cluster-domain-mismatch',
  layer: 3,
  title: 'Names of Services are asked for below the domain of the cluster',
  failureTitle: 'A program asks for names of Services below another domain than that of the cluster',
  why: 'The cluster DNS answers for one domain (usually cluster.local; clusterDomain of the kubelet and the zone of the kubernetes plugin in the Corefile). Below any other domain no Service has a name, and charts or operators that write cluster.local into theirs fail in clusters with another one.',
  fix: [
    'Tell the program or its operator the domain of the cluster (CLUSTER_DOMAIN, clusterDomain of its chart), or ask without it: NAME.NAMESPACE.svc.',
  ],
  next: [
    'kubectl -n kube-system get configmap coredns -o yaml',
    'kubectl exec {name} -n {namespace} -- cat /etc/resolv.conf',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['configMaps'],
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    const zones = clusterDomains(snapshot);
    if (zones === undefined) return;
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      for (const hit of hits.hits) {
        const name = hit.groups['name'] ?? hit.groups['subject'] ?? '';
        const domain = DOMAIN.exec(name)?.[1]?.toLowerCase();
        if (domain === undefined || zones.domains.some((zone) => domain === zone || domain.endsWith(`.${zone}`)))
          continue;
        yield {
          ...logFinding(
            hits,
            { failing: 'critical', ongoing: 'warning' },
            {
              message: `${speaker(hits)} asks for ${name}, and the cluster DNS answers for ${zones.domains.join(' and ')}, not for ${domain} (Corefile in ConfigMap ${zones.configMap}): below ${domain} no Service has a name`,
            },
          ),
          evidence: [snapshot.evidenceOf(hit)[0], zones.evidence],
        };
        break;
      }
    }
  },
});
