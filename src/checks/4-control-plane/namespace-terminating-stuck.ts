import { spellTime } from '../../lib/timestamp.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { isRow } from '../../snapshot/rows.ts';
import { bySubject, quotesOf } from '../../snapshot/logs/hits.ts';
import { namespacesGone } from '../../snapshot/namespaces-gone.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** Deleting a full namespace takes a minute or two (catalogue). */
const PATIENCE_MS = 5 * 60_000;
/** Most telling first: a failed discovery stops the deletion before anything is looked at. */
const CONDITIONS: readonly (readonly [type: string, words: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'an API group cannot be discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'an API group has an odd name'],
  ['NamespaceDeletionContentFailure', 'some of its objects cannot be deleted'],
  ['NamespaceFinalizersRemaining', 'finalizers hold its objects'],
  ['NamespaceContentRemaining', 'objects remain'],
];

export default defineCheck({
  id: 'namespace-terminating-stuck',
  layer: 4,
  title: 'Namespaces finish deleting',
  failureTitle: 'A namespace is stuck in Terminating',
  why: 'Its conditions name exactly what remains: an API that does not answer, objects, or finalizers whose controller is gone.',
  fix: [
    'Repair the APIService or the controller that the message names; do not remove finalizers by force before you know what they protect',
  ],
  next: ['kubectl get namespace {name} -o jsonpath="{.status.conditions}"', 'kubectl get apiservices | grep False'],
  severity: 'warning',
  confidence: 'high',
  needs: ['namespaces'],
  wants: ['commandFailures'],
  reads: ['namespace-finalizers-remain'],
  heard: (snapshot) => snapshot.hits('namespace-finalizers-remain').length > 0,
  *run({ namespaces }, { snapshot, now }) {
    let told = false;
    const gone = namespacesGone(snapshot);
    for (const namespace of namespaces) {
      // Whoever cut the conditions out of the object left the phase behind; only a namespace that goes has these.
      const going =
        namespace.status?.phase === 'Terminating' ||
        isBeingDeleted(namespace) ||
        (namespace.status?.conditions ?? []).some(
          ({ type, status }) => status === 'True' && CONDITIONS.some(([one]) => one === type),
        );
      if (!going) continue;
      const { name } = namespace.metadata;
      if (gone.has(name)) continue;
      const since = timeOf(namespace.metadata.deletionTimestamp);
      if (since !== undefined && now !== undefined && now - since < PATIENCE_MS) continue;
      const conditions = namespace.status?.conditions ?? [];
      const holding = CONDITIONS.flatMap(([type, words]) => {
        const index = conditions.findIndex((one) => one.type === type && one.status === 'True');
        return index < 0 ? [] : [{ index, words, message: conditions[index]?.message, type }];
      });
      // A row of a table tells neither reason nor age: it may be on its way.
      const untold = holding.length === 0 && since === undefined;
      if (untold && !isRow(snapshot, namespace)) continue;
      const [first] = holding;
      // Rancher and others put finalizers on the namespace itself, beside `kubernetes` in its spec.
      const own = namespace.metadata.finalizers ?? [];
      const waits =
        own.length === 0 ? '' : `finalizer ${own.join(', ')} of the namespace itself waits for its controller`;
      const why = [
        first === undefined
          ? ''
          : first.message === undefined
            ? first.words
            : `${first.words}: ${first.message.slice(0, 300)}`,
        waits,
      ]
        .filter((text) => text !== '')
        .join('; ');
      told = true;
      yield {
        subject: { kind: 'Namespace', name },
        // An older API server, or an excerpt: nothing says why.
        variant: first?.type ?? (own.length > 0 ? 'own-finalizer' : 'unexplained'),
        ...(untold ? { confidence: 'low' as const, title: 'The namespace is being deleted and is still there' } : {}),
        message: `Namespace ${name} is Terminating${untold ? ' (the table does not say since when)' : ''}${since === undefined ? '' : ` since ${spellTime(since)}`}${why === '' ? '' : `: ${why}`}`,
        evidence: [
          snapshot.quote(
            namespace,
            first === undefined
              ? own.length === 0
                ? '/status/phase'
                : '/metadata/finalizers'
              : `/status/conditions/${first.index}`,
          ),
          ...holding.slice(1).map((one) => snapshot.quote(namespace, `/status/conditions/${one.index}`)),
        ],
        ...(since === undefined ? {} : { since }),
      };
    }
    if (told) return;
    // Somebody's words, or lines of a status without its head.
    for (const { subject, hits } of bySubject(snapshot.hits('namespace-finalizers-remain'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const quotes = quotesOf(hits);
      const words = hits.flatMap(({ groups }) => groups['finalizers'] ?? groups['resources'] ?? []);
      if (quotes === undefined) continue;
      yield {
        subject,
        variant: 'told',
        message: `A namespace is Terminating: something in it remains${words.length === 0 ? '' : `: ${words.join('; ')}`}`,
        evidence: quotes,
        params: { name: 'NAME' },
      };
    }
  },
});
