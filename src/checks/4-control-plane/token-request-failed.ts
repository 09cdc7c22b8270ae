import { eventMessage } from '../../snapshot/events.ts';
import { isWell, podsWithEvent } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';

/** The API server's answers to the kubelet's TokenRequest, that say why there is no token. */
const ANSWERS: readonly (readonly [pattern: RegExp, variant: string, means: string])[] = [
  [
    /failed to fetch token: (?:the server could not find the requested resource|.{0,60}does not have TokenRequest endpoints enabled)/,
    'not-enabled',
    'the API server issues no tokens (TokenRequest): --service-account-issuer or --service-account-signing-key-file is not set, or it is older than 1.12',
  ],
  [
    /failed to fetch token: .{0,200}does not match the UID in record/,
    'recreated',
    'the pod was deleted and made anew under the same name while the kubelet still mounted the old one',
  ],
  [
    /failed to fetch token: .{0,300}(?:is forbidden|cannot create resource "serviceaccounts\/token"|not authorized)/,
    'refused',
    'the API server does not let this node have the token',
  ],
];

export default defineCheck({
  id: 'token-request-failed',
  layer: 4,
  title: 'The API server issues the tokens of ServiceAccounts',
  failureTitle: 'The API server issues no token for the ServiceAccount of a pod',
  why: 'Before a pod starts, the kubelet asks the API server for a token bound to it (TokenRequest). Without an answer the volume is not mounted and the pod stays in ContainerCreating.',
  fix: [
    'Not enabled: set --service-account-issuer, --service-account-signing-key-file and --service-account-key-file at the API server. Made anew: delete the pod once more, with another name where a controller gives the same one again. Refused: see what the message names.',
  ],
  next: [
    'kubectl get --raw /api/v1 | grep -o serviceaccounts/token',
    'grep service-account /etc/kubernetes/manifests/kube-apiserver.yaml',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithEvent(snapshot, ['FailedMount'])) {
      for (const [pattern, variant, means] of ANSWERS) {
        const event = seen.events.findLast((e) => e.reason === 'FailedMount' && pattern.test(eventMessage(e)));
        if (event === undefined) continue;
        const over = seen.pod !== undefined && isWell(seen.pod);
        yield {
          subject: seen.subject(),
          variant,
          message: `Pod ${seen.ref.name} gets no token: ${means}: ${eventMessage(event).slice(0, 400)}`,
          evidence: [snapshot.quoteEvent(event)],
          ...(seen.gone ? { state: 'historic' as const } : over ? { state: 'recovered' as const } : {}),
        };
        break;
      }
    }
  },
});
