import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import type { HealthCheck } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

/** What a failed health check of the API server points to. */
const MEANING: readonly (readonly [RegExp, string])[] = [
  [/^etcd/, 'etcd does not answer it'],
  [/^kms/, 'the encryption provider (KMS) does not answer it'],
  [/^shutdown$/, 'it is shutting down'],
  [
    /^informer-sync$|^poststarthook\/start-.*informers$/,
    'its caches are not filled yet: it is still starting, or etcd is slow',
  ],
  [/^poststarthook\/apiservice/, 'an aggregated API is not available'],
  [/^poststarthook\//, 'a step of its start is not done: still starting, or etcd or a webhook holds it up'],
];

export default defineCheck({
  id: 'api-not-ready',
  layer: 4,
  title: 'The API server reports itself ready',
  failureTitle: 'The API server reports a failed health check',
  why: 'A direct statement of the API server about itself; load balancers take it out of service.',
  fix: [
    'Follow the name of the failed check: etcd → the etcd findings; kms → the KMS plugin; poststarthook → the log of the API server',
  ],
  next: ["kubectl get --raw '/readyz?verbose'", 'kubectl -n kube-system logs -l component=kube-apiserver --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needs: ['healthChecks'],
  *run({ healthChecks }, { snapshot }) {
    // Who waits for an API server asks again and again: what it answers last counts.
    const keyOf = ({ source, endpoint }: HealthCheck, name: string) => `${source.file}\u0000${endpoint}\u0000${name}`;
    const passed = new Map<string, number>();
    for (const check of healthChecks) {
      const key = keyOf(check, check.check);
      if (check.ok) passed.set(key, Math.max(passed.get(key) ?? 0, check.source.line ?? 0));
    }
    const passedLater = (check: HealthCheck): boolean =>
      [check.check, 'all'].some((name) => (passed.get(keyOf(check, name)) ?? 0) > (check.source.line ?? 0));
    const failed = healthChecks.filter((check) => !check.ok && check.check !== 'all' && !passedLater(check));
    for (const node of new Set(failed.map((check) => check.node))) {
      const here = failed.filter((check) => check.node === node);
      const names = [...new Set(here.map((check) => check.check))];
      const [first, ...rest] = here;
      const [name] = names;
      if (first === undefined || name === undefined) continue;
      const meaning = MEANING.find(([pattern]) => pattern.test(name))?.[1];
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', node),
        ...(name.startsWith('etcd') ? { variant: 'etcd' } : {}),
        message: `${first.endpoint} of the API server fails at ${names.join(', ')}${meaning === undefined ? '' : `: ${meaning}`}`,
        evidence: [first.source, ...rest.map((check) => check.source)],
      };
    }
  },
});
