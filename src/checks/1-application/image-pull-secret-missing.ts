import { eventMessage } from '../../snapshot/events.ts';
import { refTo } from '../../snapshot/ref.ts';
import type { Evidence } from '../../parsers/records.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { isWell, podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import { pullFailures } from '../../snapshot/pods/image-pulls.ts';
import { pullSecretsOf } from '../../snapshot/pods/pull-secrets.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const UNABLE = /Unable to retrieve some image pull secrets \(([^)]{1,500})\)/;
const TYPES = new Set(['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg']);

export default defineCheck({
  id: 'image-pull-secret-missing',
  layer: 1,
  title: 'Every imagePullSecret exists and has the right type',
  failureTitle: 'The imagePullSecret does not exist or has the wrong type',
  why: 'Without the Secret the kubelet pulls anonymously: harmless for public images, a refusal (401, 403) for private ones.',
  fix: [
    'Create the Secret {secret} of type kubernetes.io/dockerconfigjson in namespace {namespace}; Secrets do not reach across namespaces.',
  ],
  next: ['kubectl get secret {secret} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['secrets', 'serviceAccounts'],
  *run(_facts, { snapshot }) {
    const refused = new Set(
      pullFailures(snapshot)
        .filter((failure) => failure.cause === 'auth' && !failure.over)
        .map((failure) => failure.seen),
    );
    for (const seen of podsWithNews(snapshot, unusable(snapshot))) {
      const { namespace } = seen.ref;
      const event = seen.events.findLast((e) => UNABLE.test(eventMessage(e)));
      const named = seen.pod === undefined ? [] : pullSecretsOf(snapshot, seen.pod).names;
      if (event === undefined && named.length === 0) continue;
      const told = (UNABLE.exec(event === undefined ? '' : eventMessage(event))?.[1] ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      for (const secret of new Set([...told, ...named])) {
        const { object, absent, wrongType } = look(snapshot, namespace, secret);
        if (!absent && !wrongType && !(told.includes(secret) && object === undefined)) continue;
        const failing = refused.has(seen);
        // Platforms add pull secrets to every ServiceAccount; a pod that runs did not need this one.
        const harmless = !failing && seen.pod !== undefined && (isWell(seen.pod) || !waits(seen.pod));
        const evidence: Evidence[] = [
          ...(event !== undefined && told.includes(secret) ? [snapshot.quoteEvent(event)] : []),
          ...(wrongType && object !== undefined ? [snapshot.quote(object, '/type')] : []),
          ...(seen.pod !== undefined && named.includes(secret)
            ? [snapshot.quote(seen.pod, '/spec/imagePullSecrets')]
            : []),
        ];
        const pull = pullFailures(snapshot).find((failure) => failure.seen === seen);
        if (pull !== undefined) evidence.push(pull.evidence[0]);
        const [first, ...rest] = evidence;
        if (first === undefined) continue;
        yield {
          subject: seen.subject(),
          variant: wrongType ? 'wrong-type' : 'absent',
          severity: failing ? 'critical' : harmless ? 'info' : 'warning',
          message: wrongType
            ? `imagePullSecret ${secret} has type ${object?.type}, which is no registry credential`
            : `imagePullSecret ${secret} does not exist in ${namespace === undefined ? 'the namespace of the pod' : `namespace ${namespace}`}${failing ? `, so the pull is anonymous and the registry refuses it: ${pull?.words ?? ''}` : ''}`,
          evidence: [first, ...rest],
          params: { secret },
          ...(seen.gone ? { state: 'historic' as const } : {}),
          related: [refTo('Secret', namespace, secret)],
        };
      }
    }
  },
});

function look(snapshot: Snapshot, namespace: string | undefined, secret: string) {
  const object = snapshot.get('secrets', namespace, secret);
  return {
    object,
    absent: object === undefined && snapshot.listed('secrets', namespace),
    wrongType: object?.type !== undefined && !TYPES.has(object.type),
  };
}

/** Pods with a pull secret that is not there or no credential, complaint or not. */
function unusable(snapshot: Snapshot): ReadonlySet<Pod> {
  if (!snapshot.has('secrets')) return new Set();
  return new Set(
    snapshot.list('pods').filter((pod) =>
      pullSecretsOf(snapshot, pod).names.some((secret) => {
        const { absent, wrongType } = look(snapshot, pod.metadata.namespace, secret);
        return absent || wrongType;
      }),
    ),
  );
}

const waits = (pod: Pod): boolean => containersOf(pod).some((c) => c.status?.state?.waiting !== undefined);
