import { releases } from '../../snapshot/releases.ts';
import { customTroubles } from '../../snapshot/custom-state.ts';
import type { Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Helm waits 5 min by default (`--timeout`) and then says failed; what has been pending longer (ms) was cut off. */
const CUT_OFF = 900_000;

/** What Helm's own words come down to, and what to do about it. */
const MEANINGS: readonly (readonly [RegExp, string, string])[] = [
  [
    /job failed: (?:BackoffLimitExceeded|DeadlineExceeded)/,
    'the Job of a hook failed',
    "Read the log of the hook's Job and pods, mend what they name, delete the Job and upgrade again.",
  ],
  [
    /another operation \(install\/upgrade\/rollback\) is in progress/,
    'an operation before it was cut off and left the release pending',
    'If no helm runs: helm rollback {name} -n {namespace}, then upgrade again.',
  ],
  [
    /invalid ownership metadata|cannot be imported into the current release/,
    'an object of that name exists and is not of this release',
    'Delete the object, or give it the labels and annotations of the release (app.kubernetes.io/managed-by, meta.helm.sh/release-name and release-namespace).',
  ],
  [
    /hooks? (?:failed|\S{1,40} \S{1,200} failed): .{0,200}already exists|: \S{1,80} "[^"]{1,253}" already exists/,
    'an object is left over from an earlier attempt',
    'Delete the object that is left over, then upgrade again; hook-delete-policy before-hook-creation does it each time.',
  ],
  [
    /has no deployed releases/,
    'no revision of it was ever deployed',
    'helm uninstall {name} -n {namespace}, then install it anew.',
  ],
  [
    /timed out waiting for the condition|context deadline exceeded/,
    'its objects did not become ready within --timeout',
    'Mend what the findings on its pods name, then upgrade again.',
  ],
  [
    /no matches for kind|unable to recognize|resource mapping not found/,
    'the cluster does not know a kind of object in it',
    'Install the CRDs first, or use the API version that the cluster serves (helm mapkubeapis for old releases).',
  ],
];

/** What asks Helm for the release (Flux, an operator) and is told that another operation is in progress. */
const deployersOf = (snapshot: Snapshot, release: string): readonly Ref[] =>
  customTroubles(snapshot).flatMap(({ resource, words }) =>
    /another operation \(install\/upgrade\/rollback\) is in progress/.test(words) &&
    (resource.name === release || words.includes(`/${release} `))
      ? [
          {
            kind: resource.resourceKind,
            ...(resource.namespace === undefined ? {} : { namespace: resource.namespace }),
            name: resource.name,
          },
        ]
      : [],
  );

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
  wants: ['customResources'],
  *run(_facts, { snapshot, now }) {
    for (const { name, namespace, revision, status, description, since, evidence } of releases(snapshot)) {
      const pending = status.startsWith('pending-');
      if (!pending && status !== 'failed') continue;
      const age = since === undefined || now === undefined ? undefined : now - since;
      if (pending && age !== undefined && age < CUT_OFF) continue;
      const words = description === undefined ? '' : `: ${description.slice(0, 300)}`;
      // Who deploys it, and hears that it is pending.
      const refused = pending ? deployersOf(snapshot, name) : [];
      const meaning = MEANINGS.find(([pattern]) => pattern.test(description ?? ''));
      yield {
        subject: { ...snapshot.named('HelmRelease', name), ...(namespace === undefined ? {} : { namespace }) },
        variant: pending ? 'pending' : 'failed',
        // Without words about it, a failed release may have been mended by hand long ago.
        ...(description === undefined && refused.length === 0 ? { severity: 'info' as const } : {}),
        message: `Helm release ${name}${Number.isFinite(revision) && revision > 0 ? `, revision ${revision},` : ''} is ${status}${meaning === undefined ? '' : `, ${meaning[1]}`}${words}${refused.length === 0 ? '' : `; each further upgrade is refused: another operation (install/upgrade/rollback) is in progress`}`,
        ...(refused.length === 0 ? {} : { related: refused }),
        ...(meaning === undefined ? {} : { fix: [meaning[2]] }),
        evidence: [evidence],
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
