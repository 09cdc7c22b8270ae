/** Objects of which somebody pasted a part without its name. */

/** The name of such a pod; the store looks for the pod that it can be. */
export const UNNAMED_POD = 'unnamed pod';
/** A machine that nothing in the bundle names. */
export const UNNAMED_NODE = 'unnamed node';

/** How the kubelet writes a pod in its messages: `pod web-7f6c_shop(0f1c…)`, `pod: "web-7f6c_shop(0f1c…)"`. */
const WRITTEN = /\b[Pp]od[:=]? ?"?([a-z0-9][a-z0-9.-]{0,252})_([a-z0-9-]{1,63})\([0-9a-f-]{6,40}\)/;

/** The pod that the kubelet's messages in these lines name. */
export function podWritten(
  lines: readonly string[],
): { readonly kind: 'Pod'; readonly name: string; readonly namespace: string } | undefined {
  for (const line of lines) {
    const match = WRITTEN.exec(line);
    if (match !== null) return { kind: 'Pod', name: match[1] ?? '', namespace: match[2] ?? '' };
  }
  return undefined;
}
