import { releases } from '../../snapshot/releases.ts';
import { defineCheck } from '../check.ts';

/** Helm waits 5 min by default (`--timeout`) and then says failed; what has been pending longer (ms) was cut off. */
const CUT_OFF = 900_000;

export default defineCheck({
  id: 'helm-release-failed',
  layer: 1,
  title: 'The releases of Helm are deployed',
  failureTitle: 'The last operation on a Helm release did not come to its end',
  why: 'What the release was to change is applied in part or not at all. A failed release often waits for its pods: then the findings on them say why. One that is left pending refuses every further upgrade ("another operation is in progress").',
  fix: [
    'Mend what the message or the findings on its pods name, then upgrade again; of a pending release roll back first: helm rollback {name} -n {namespace}.',
  ],
  next: ['helm history {name} -n {namespace}', 'helm status {name} -n {namespace} --show-resources'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['secrets', 'releases'],
  *run(_facts, { snapshot, now }) {
    for (const { name, namespace, revision, status, description, since, evidence } of releases(snapshot)) {
      const pending = status.startsWith('pending-');
      if (!pending && status !== 'failed') continue;
      const age = since === undefined || now === undefined ? undefined : now - since;
      if (pending && age !== undefined && age < CUT_OFF) continue;
      const words = description === undefined ? '' : `: ${description.slice(0, 300)}`;
      yield {
        subject: { ...snapshot.named('HelmRelease', name), ...(namespace === undefined ? {} : { namespace }) },
        variant: pending ? 'pending' : 'failed',
        // Without words about it, a failed release may have been mended by hand long ago.
        ...(description === undefined ? { severity: 'info' as const } : {}),
        message: `Helm release ${name}${Number.isFinite(revision) && revision > 0 ? `, revision ${revision},` : ''} is ${status}${words}`,
        evidence: [evidence],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
