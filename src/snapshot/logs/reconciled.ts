/** The object that a line of a controller is about: controllers write its kind, name and namespace beside the message. */
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

/** controller-runtime's `controllerKind` since 0.11, `reconciler kind` before; Argo CD and Flux have names of their own. */
const KIND =
  /"(?:controllerKind|reconciler kind|reconcilerKind|resourceKind|kind)": ?"([A-Z][A-Za-z0-9]{1,62})(?:\.[\w.-]{1,200})?"/;
const NAME = /"name": ?"([a-z0-9][a-z0-9.-]{0,252})"/;
/** Argo CD's, in logfmt and JSON: `application=argocd/web`. */
const APPLICATION = /\bapplication(?:=|":")"?(?:([a-z0-9][a-z0-9-]{0,62})\/)?([a-z0-9][a-z0-9.-]{0,252})/;
const NAMESPACE = /"namespace": ?"([a-z0-9][a-z0-9-]{0,62})"/;
/** The operator of Prometheus: `sync "ops/main" failed: provision alertmanager configuration: …`. */
const SYNC =
  /\b[Ss]ync \\?"([a-z0-9][a-z0-9-]{0,62})\/([a-z0-9][a-z0-9.-]{0,252})\\?" failed: (?:provision (alertmanager) )?/;

export interface Reconciled {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Empty when the line does not name an object with its kind. */
export function reconciledIn(line: string): Reconciled {
  const kind = KIND.exec(line)?.[1];
  const name = NAME.exec(line)?.[1];
  if (kind === undefined || name === undefined) {
    const [, home, synced, alertmanager] = SYNC.exec(line) ?? [];
    if (home !== undefined && synced !== undefined)
      return { namespace: home, name: synced, ...(alertmanager === undefined ? {} : { kind: 'Alertmanager' }) };
    const [, place, application] = APPLICATION.exec(line) ?? [];
    if (application === undefined) return {};
    return { kind: 'Application', name: application, ...(place === undefined ? {} : { namespace: place }) };
  }
  const namespace = NAMESPACE.exec(line)?.[1];
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** What stood in the way: `"error": "dial tcp …"`, as JSON, zap's console and klog print it. */
const ERROR = /"?\berr(?:or)?"?[:=] ?"((?:[^"\\]|\\.){1,600})"/;
/** Two writers met; it is tried again at once. */
const CONFLICT = /the object has been modified/;

interface ReconcileError extends Reconciled {
  readonly error: string;
  readonly evidence: Evidence;
}

/** controller-runtime names the object of a failed reconciliation always, its kind only since 0.11. */
function reconciledAt(line: string): Reconciled {
  const about = reconciledIn(line);
  const name = about.name === undefined && line.includes('Reconciler error') ? NAME.exec(line)?.[1] : undefined;
  if (name === undefined) return about;
  const namespace = NAMESPACE.exec(line)?.[1];
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

const reconcileErrors = oncePer((snapshot: Snapshot): readonly ReconcileError[] =>
  snapshot.logs.flatMap((log) =>
    log.tail.flatMap(({ line, text }) => {
      const error = text.includes('rr') ? ERROR.exec(text)?.[1] : undefined;
      const about = error === undefined || CONFLICT.test(error) ? {} : reconciledAt(text);
      if (error === undefined || about.name === undefined) return [];
      return [
        {
          ...about,
          error: error.replaceAll('\\"', '"'),
          evidence: { file: log.origin.file, line, text: text.trim().slice(0, 700) },
        },
      ];
    }),
  ),
);

/** The last error that a controller's log has about an object; a row of a table names its kind in lower case. */
export const reconcileErrorOf = (
  snapshot: Snapshot,
  { kind, name, namespace }: Required<Pick<Reconciled, 'kind' | 'name'>> & Reconciled,
): ReconcileError | undefined =>
  reconcileErrors(snapshot).findLast(
    (one) =>
      one.name === name &&
      // A line of old and the heading of a table may know no kind of the API.
      (one.kind === undefined || kind.includes(' ') || one.kind.toLowerCase() === kind.toLowerCase()) &&
      (one.namespace === undefined || namespace === undefined || one.namespace === namespace),
  );
