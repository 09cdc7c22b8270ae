/** Whom a line of the kubelet's log is about. */
import { refTo, type Ref } from '../ref.ts';
import { podNamedIn } from '../../parsers/pod-name.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

/** The pod that the first line of a hit names; undefined when it names none. */
export function podOfKubeletLine(snapshot: Snapshot, hit: LogHit): Ref | undefined {
  const named = podNamedIn(hit.first.text);
  if (named === undefined) return undefined;
  const { name, uid } = named;
  const namespace =
    named.namespace ??
    snapshot.list('pods').find((pod) => pod.metadata.uid === uid || pod.metadata.name === name)?.metadata.namespace;
  return refTo('Pod', namespace, name);
}
