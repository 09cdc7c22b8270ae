import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { isLaterEvent } from '../../snapshot/ages.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { refTo } from '../../snapshot/ref.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const REASON = 'ErrUnsealFailed';
const KIND = 'SealedSecret';

interface Failure {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly why: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Something newer says that it was unsealed. */
  readonly over: boolean;
}

/** What events tell, a file of the controller's log among them where it is read as events. */
const byEvents = (snapshot: Snapshot): readonly Failure[] =>
  snapshot.list('events').flatMap((event): Failure[] => {
    const about = event.involvedObject;
    if (event.reason !== REASON || about?.name === undefined) return [];
    const namespace = about.namespace ?? event.metadata.namespace;
    const later = snapshot
      .eventsAbout(refTo(KIND, namespace, about.name))
      .some((one) => one.reason === 'Unsealed' && isLaterEvent(one, event));
    const why = eventMessage(event).replace(/^Failed to unseal: /, '');
    return [{ namespace, name: about.name, why, evidence: [snapshot.quoteEvent(event)], over: later }];
  });

/** What the controller's log tells; further down in it stands what it unsealed after all. */
const byLog = (snapshot: Snapshot): readonly Failure[] => {
  const keyOf = ({ groups }: { readonly groups: Readonly<Record<string, string>> }): string =>
    groups['key'] ?? `${groups['namespace'] ?? ''}/${groups['name'] ?? ''}`;
  const unsealed = snapshot.hits('sealed-secret-unsealed');
  const groups = groupBy(snapshot.hits('sealed-secret-locked-line'), keyOf);
  return [...groups].flatMap(([key, hits]): Failure[] => {
    const evidence = quotesOf(hits);
    const last = hits.at(-1);
    const [namespace, name] = key.split('/');
    if (evidence === undefined || last === undefined || name === undefined) return [];
    const over = unsealed.some(
      (one) => keyOf(one) === key && one.origin.file === last.origin.file && one.last.line > last.last.line,
    );
    return [{ namespace, name, why: last.groups['why'] ?? '', evidence, over }];
  });
};

/** Its own row or object says that it is in step. */
const isSynced = (snapshot: Snapshot, { namespace, name }: Failure): boolean =>
  snapshot
    .facts('customResources')
    .some(
      (one) =>
        one.resourceKind === KIND &&
        one.name === name &&
        (one.namespace === undefined || namespace === undefined || one.namespace === namespace) &&
        one.conditions.some(({ type, status }) => type === 'Synced' && status === 'True'),
    );

export default defineCheck({
  id: 'sealed-secret-locked',
  layer: 1,
  title: 'Sealed Secrets can be unsealed',
  failureTitle: 'The controller cannot unseal a SealedSecret, so its Secret is not made',
  why: 'What was sealed can be opened with the key of the controller that it was sealed for (a new cluster or a new installation has another one), and only under the name and in the namespace that it was sealed for (scope strict), unless the scope says otherwise. A Secret of the same name that somebody else made is not overwritten.',
  fix: [
    'Renamed, or copied into another namespace: seal the values anew for that name and namespace, or with the scope namespace-wide or cluster-wide',
    'Another controller key: restore the Secrets with the label sealedsecrets.bitnami.com/sealed-secrets-key from the backup and restart the controller, or seal everything anew with the certificate of this controller',
    'A Secret that is there already: delete it, or annotate it with sealedsecrets.bitnami.com/managed: "true"',
  ],
  next: [
    'kubectl get sealedsecret {name} -n {namespace} -o yaml',
    'kubectl get secrets -A -l sealedsecrets.bitnami.com/sealed-secrets-key',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  reads: ['sealed-secret-locked-line', 'sealed-secret-unsealed'],
  *run(_facts, { snapshot }) {
    const told = new Map<string, Failure>();
    for (const failure of [...byEvents(snapshot), ...byLog(snapshot)]) {
      const key = `${failure.namespace ?? ''}/${failure.name}`;
      const known = told.get(key);
      // Whoever says that it is over has seen more.
      told.set(
        key,
        known === undefined
          ? failure
          : {
              ...known,
              evidence: [...known.evidence, ...failure.evidence],
              over: known.over || failure.over,
            },
      );
    }
    for (const failure of told.values()) {
      const { namespace, name, why, evidence } = failure;
      yield {
        subject: snapshot.named(KIND, name, namespace === undefined ? {} : { namespace }),
        variant: why.includes('no key could decrypt') ? 'key' : why.includes('already exists') ? 'taken' : 'other',
        message: `SealedSecret ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`} cannot be unsealed: ${why.slice(0, 300)}; Secret ${name} is not made (or not renewed)`,
        evidence,
        related: [refTo('Secret', namespace, name), refTo(KIND, namespace, name)],
        ...(failure.over || isSynced(snapshot, failure) ? { state: 'recovered' as const } : {}),
      };
    }
  },
});
