import type { LogHit } from '../../parsers/records.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

/** Complaints that a message names; the others are quoted. */
const NAMED = 3;

export default defineCheck({
  id: 'kops-validation-failed',
  layer: 4,
  title: 'kops finds the cluster as it is to be',
  failureTitle: 'kops finds machines that did not join, or system pods that do not run',
  why: 'kops validate compares the instances of the cloud with the nodes and looks at the system pods. A machine that has not joined has a trouble of its own: nodeup, the kubelet, or the address of the API server.',
  fix: [
    'Read the journal of a machine that did not join (nodeup first, then the kubelet); when none joined, look at the control-plane machine: etcd-manager, the API server, kops-controller.',
  ],
  next: [
    'ssh MACHINE journalctl -u kops-configuration -u kubelet -n 100 --no-pager',
    'kubectl -n kube-system get pods -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: [],
  reads: ['kops-validation-failed', 'kops-cluster-ready'],
  *run(_facts, { snapshot }) {
    const hits = snapshot.hits('kops-validation-failed');
    const quotes = quotesOf(hits);
    if (quotes === undefined) return;
    const said = [...new Set(hits.map((hit) => (hit.groups['why'] ?? '').trim()))];
    const machines = new Set(said.filter((text) => text.startsWith('machine '))).size;
    yield {
      subject: { kind: 'Cluster', name: 'cluster' },
      message: `kops finds ${machines > 0 ? `${machines} ${machines === 1 ? 'machine' : 'machines'} that did not join` : 'parts of the cluster that do not work'}: ${said.slice(0, NAMED).join('; ')}${said.length > NAMED ? `; and ${said.length - NAMED} more` : ''}`,
      evidence: quotes,
      ...(hits.every((hit) => readyAfter(hit, snapshot.hits('kops-cluster-ready')))
        ? { state: 'recovered' as const }
        : {}),
    };
  },
});

/** Further down in the same text kops found the cluster ready. */
const readyAfter = (hit: LogHit, ready: readonly LogHit[]): boolean =>
  ready.some(({ origin, last }) => origin.file === hit.origin.file && last.line > hit.last.line);
