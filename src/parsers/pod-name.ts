/**
 * What names a pod in the lines of the kubelet and of those who quote it. One reader for logs, for events and for what
 * people paste of them.
 */

export interface PodName {
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

/** `pod="shop/web-0"` of structured klog lines (kubelet 1.19 and later). */
const STRUCTURED = /\bpod="([a-z0-9.-]{1,63})\/([a-z0-9.-]{1,253})"/;
/** `web-0_shop(6a1c09f2-…)`, the kubelet's own format of a pod in all versions; in events behind `pod=` or `pod `. */
const WRITTEN = /\b([a-z0-9][a-z0-9.-]{0,252})_([a-z0-9-]{1,63})\(([0-9a-f-]{2,40})\)/;
/** `pod "web-0" (UID: "6a1c…")` inside messages of the volume manager. */
const WITH_UID = /\bpod "([a-z0-9.-]{1,253})" \(UID: "([0-9a-f-]{2,40})"\)/;

/** `web-0_shop`, `web-0_shop(6a1c…)`: a whole word in the kubelet's format. */
const WORD = /^([a-z0-9][a-z0-9.-]{0,252})_([a-z0-9-]{1,63})(?:\(|$)/;

/** Endings that controllers give to the names of their pods: `-7d4f8b9c6-x2k9q`, `-x2k9q`, `-0`. */
const GENERATED = /(?:-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|\d{1,4})$/;

/** The name of a pod without what its controller added: that of its workload. */
export const workloadStem = (pod: string): string => pod.replace(GENERATED, '');

/** The pod that a text names; undefined when it names none. Quotes inside of quotes may be escaped. */
export function podNamedIn(text: string): PodName | undefined {
  const line = text.includes('\\"') ? text.replaceAll('\\"', '"') : text;
  const structured = STRUCTURED.exec(line);
  if (structured !== null) return { namespace: structured[1] ?? '', name: structured[2] ?? '' };
  const written = WRITTEN.exec(line);
  if (written !== null) return { namespace: written[2] ?? '', name: written[1] ?? '', uid: written[3] ?? '' };
  const withUid = WITH_UID.exec(line);
  return withUid === null ? undefined : { name: withUid[1] ?? '', uid: withUid[2] ?? '' };
}

/** The pod that a word is: `web-0_shop(6a1c…)` as the kubelet wrote pods before 1.21, `shop/web-0`, or a bare name. */
export function podOfWord(word: string): PodName {
  const written = WORD.exec(word);
  if (written !== null) return { namespace: written[2] ?? '', name: written[1] ?? '' };
  const slash = word.indexOf('/');
  return slash < 0 ? { name: word } : { namespace: word.slice(0, slash), name: word.slice(slash + 1) };
}

/** The first pod with its namespace that lines name. */
export function firstPodIn(
  lines: readonly string[],
): { readonly kind: 'Pod'; readonly name: string; readonly namespace: string } | undefined {
  for (const line of lines) {
    const { name, namespace } = podNamedIn(line) ?? {};
    if (name !== undefined && namespace !== undefined) return { kind: 'Pod', name, namespace };
  }
  return undefined;
}

/** Words of a line that may be names of pods, with or without the namespace before a slash. */
export const wordsOfPods = (text: string): readonly PodName[] =>
  (text.slice(0, 2_000).match(/[a-z0-9][a-z0-9./-]{1,320}/g) ?? []).map((word) =>
    podOfWord(word.replace(/[./-]{1,9}$/, '')),
  );
