import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

/** Pods that an explanation names: `The "linkerd-dst-7d9" pod's "policy" container is not ready`, `pod/linkerd-dst-7d9 …`. */
const POD = /(?:"([a-z0-9][\w.-]{1,252})" pod|\bpods?\/([a-z0-9][\w.-]{1,252}))/;
const SHOWN = 4;

export default defineCheck({
  id: 'network-check-failed',
  layer: 3,
  title: "The network's own checks pass",
  failureTitle: 'A check that the tool of the mesh or network plug-in made itself failed',
  why: 'linkerd check, cilium connectivity test and their like look at the control plane, its certificates and the way between pods, and say what does not answer.',
  fix: ['Mend what the failed check names; those above it in the list come first.'],
  next: ['linkerd check', 'cilium status --verbose'],
  severity: 'warning',
  confidence: 'high',
  needs: ['toolChecks'],
  *run({ toolChecks }) {
    const lists = groupBy(
      toolChecks.filter(({ ok }) => !ok),
      ({ tool, source }) => `${tool}\u0000${source.file}`,
    );
    for (const failed of lists.values()) {
      const [first, ...rest] = failed;
      if (first === undefined) continue;
      const words = failed
        .slice(0, SHOWN)
        .map(({ check, detail }) => (detail === undefined ? check : `${check}: ${detail}`))
        .join('; ');
      const pods = failed.flatMap(({ detail = '' }) => {
        const found = POD.exec(detail);
        const name = found?.[1] ?? found?.[2];
        return name === undefined ? [] : [{ kind: 'Pod', name }];
      });
      const evidence: [Evidence, ...Evidence[]] = [first.source, ...rest.slice(0, SHOWN).map(({ source }) => source)];
      yield {
        subject: { kind: 'Component', name: first.tool },
        message: `${first.tool} finds that ${failed.length === 1 ? 'a check fails' : `${failed.length} checks fail`}: ${words}`,
        evidence,
        related: pods,
      };
    }
  },
});
