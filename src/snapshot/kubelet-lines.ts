/** Whom a line of the kubelet's log is about. */
import type { LogHit } from '../parsers/records.ts';
import type { Ref, Snapshot } from './snapshot.ts';

/** `pod="shop/web-0"` of structured klog lines (kubelet 1.19 and later). */
const STRUCTURED = /\bpod="([a-z0-9.-]{1,63})\/([a-z0-9.-]{1,253})"/;
/** `pod "web-0" (UID: "6a1c…")` inside messages of the volume manager. */
const WITH_UID = /\bpod "([a-z0-9.-]{1,253})" \(UID: "([0-9a-f-]{2,40})"\)/;
/** `web-0_shop(6a1c…)`, the kubelet's own format of a pod in all versions. */
const PLAIN = /\b([a-z0-9][a-z0-9.-]{0,252})_([a-z0-9-]{1,63})\([0-9a-f-]{2,40}\)/;

/** The pod that the first line of a hit names; undefined when it names none. */
export function podOfKubeletLine(snapshot: Snapshot, hit: LogHit): Ref | undefined {
  const text = hit.first.text.replaceAll('\\"', '"');
  const structured = STRUCTURED.exec(text);
  if (structured !== null) return { kind: 'Pod', namespace: structured[1] as string, name: structured[2] as string };
  const plain = PLAIN.exec(text);
  if (plain !== null) return { kind: 'Pod', namespace: plain[2] as string, name: plain[1] as string };
  const withUid = WITH_UID.exec(text);
  if (withUid === null) return undefined;
  const [, name = '', uid] = withUid;
  const known = snapshot.list('pods').find((pod) => pod.metadata.uid === uid || pod.metadata.name === name);
  return {
    kind: 'Pod',
    name,
    ...(known?.metadata.namespace === undefined ? {} : { namespace: known.metadata.namespace }),
  };
}
