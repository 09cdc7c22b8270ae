import { bySubject, countOf, quotesOf, timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** The runtime answers at its socket, but knows no such service. */
const NOT_SERVED = /unknown service runtime\.v1|CRI v1 runtime API is not implemented/;

export default defineCheck({
  id: 'runtime-cri-disabled',
  layer: 5,
  title: 'The runtime offers the CRI',
  failureTitle: 'The runtime does not offer the CRI version that the kubelet needs',
  why: "The cri plugin of containerd is disabled (the default of Docker's containerd.io package) or did not load, or containerd is too old for this kubelet (CRI v1 needs containerd 1.6).",
  fix: [
    'Remove cri from disabled_plugins in /etc/containerd/config.toml (or write the default with containerd config default), update containerd, restart it.',
  ],
  next: ['grep disabled_plugins /etc/containerd/config.toml', 'containerd --version', 'ctr plugins ls | grep cri'],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-cri-disabled'],
  needsAny: ['hostLogs', 'toolFailures'],
  *run({ toolFailures = [] }, { snapshot }) {
    const told = new Set<string>();
    for (const { subject, hits } of bySubject(snapshot.hits('runtime-cri-disabled'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const evidence = quotesOf(hits);
      if (evidence === undefined) continue;
      if (subject.node !== undefined) told.add(subject.node);
      const count = countOf(hits);
      yield {
        subject,
        message: `The runtime does not offer the CRI version that the kubelet needs${count > 1 ? ` (${count} lines)` : ''}: ${wordsOfHits(hits)}`,
        evidence,
        ...timing(snapshot, hits),
      };
    }
    for (const failure of toolFailures) {
      const node = machineOf(snapshot, failure);
      if (failure.tool !== 'crictl' || told.has(node) || !NOT_SERVED.test(failure.message)) continue;
      told.add(node);
      yield {
        subject: machineSubject(snapshot, failure),
        message: `The runtime of node ${node} answers crictl, but does not offer the CRI version that crictl and the kubelet ask for: ${excerpt(failure.message)}`,
        evidence: [failure.source],
      };
    }
  },
});

/** The words that decide stand at the end. */
function excerpt(text: string): string {
  const said = text.replaceAll(/\s+/g, ' ').trim();
  return said.length <= 260 ? said : `… ${said.slice(-260)}`;
}
