import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { failedCall } from '../../snapshot/control-plane/webhooks.ts';
import { defineCheck } from '../check.ts';

/** The same words as those of the signature; kubectl prints them too. */
const FAILED = /conversion webhook for ([\w./=, -]{1,160}?) failed: (.{1,400})/;

interface Failure {
  /** `shop.example.com/v1, Kind=Order`. */
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  readonly evidence: Evidence;
}

export default defineCheck({
  id: 'crd-conversion-failed',
  layer: 4,
  title: 'Custom resources can be converted',
  failureTitle: "A custom resource's conversion webhook fails",
  why: 'Objects of that kind cannot be read at all in another version than the stored one, which also blocks garbage collection, namespaces and quota.',
  fix: [
    'Repair or reinstall the operator that serves the webhook (its Service, pods and certificate); if it was removed on purpose, set spec.conversion.strategy of the CRD to None and migrate the stored objects.',
  ],
  next: ['kubectl get crd -o custom-columns=NAME:.metadata.name,CONVERSION:.spec.conversion.strategy | grep Webhook'],
  severity: 'critical',
  confidence: 'high',
  reads: ['crd-conversion-failed'],
  needsAny: ['commandFailures', 'containerLogs', 'hostLogs'],
  *run({ commandFailures }, { snapshot }) {
    const failures: Failure[] = [
      ...commandFailures.flatMap(({ message, source }) => {
        const [, kind, reason] = FAILED.exec(message) ?? [];
        return kind === undefined || reason === undefined ? [] : [{ kind, reason, count: 1, evidence: source }];
      }),
      ...snapshot.hits('crd-conversion-failed').map((hit) => ({
        kind: hit.groups['kind'] ?? '',
        // The next field of a log of fields is no part of it.
        reason: (hit.groups['reason'] ?? '').replace(/" \w{2,20}=.*$/, ''),
        count: hit.count,
        evidence: snapshot.evidenceOf(hit)[0],
      })),
    ];
    for (const [kind, mine] of groupBy(failures, (failure) => failure.kind)) {
      const [first, ...rest] = mine;
      if (first === undefined) continue;
      const { service, reason } = failedCall(first.reason);
      const name = /Kind=([\w-]{1,100})/.exec(kind)?.[1] ?? kind;
      const count = mine.reduce((sum, failure) => sum + failure.count, 0);
      const where = service === undefined ? '' : ` (Service ${service.namespace ?? ''}/${service.name})`;
      const related: readonly Ref[] = service === undefined ? [] : [service];
      yield {
        subject: snapshot.named('CustomResourceDefinition', name),
        message: `The API server cannot call the conversion webhook of ${kind}${where}${count > 1 ? `, ${count} times` : ''}: ${reason}`,
        evidence: [first.evidence, ...rest.slice(0, 3).map((failure) => failure.evidence)],
        related,
      };
    }
  },
});
