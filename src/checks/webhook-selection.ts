/** Whether a webhook is asked about the pods of a namespace, as far as its selectors tell. */
import { pointerTo } from '../lib/json-pointer.ts';
import { matchesSelector } from '../lib/labels.ts';
import type { Evidence } from '../parsers/records.ts';
import { selectsNamespace } from '../simulation/network-policy/evaluate.ts';
import type { WebhookView } from '../snapshot/control-plane/webhooks.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

interface PassedOver {
  /** `webhook X passes over namespace Y (label a=b)`. */
  readonly words: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

/** Undefined where it is asked, or nobody knows. Without labels only the namespace is looked at. */
export function passesOver(
  snapshot: Snapshot,
  { webhook, name, index, configuration }: WebhookView,
  space: string | undefined,
  labels?: Readonly<Record<string, string>>,
): PassedOver | undefined {
  const { namespaceSelector, objectSelector } = webhook;
  const object = space === undefined ? undefined : snapshot.get('namespaces', undefined, space);
  const known = object?.metadata.labels;
  const at = `/webhooks/${index}`;
  if (
    space !== undefined &&
    namespaceSelector !== undefined &&
    selectsNamespace(namespaceSelector, space, known) === 'no'
  ) {
    const { matchLabels = {}, matchExpressions = [] } = namespaceSelector;
    const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key = '' }) => key)];
    const key = keys.find((one) => known?.[one] !== undefined);
    return {
      words: `webhook ${name} passes over namespace ${space}${key === undefined ? '' : ` (label ${key}=${known?.[key] ?? ''})`}`,
      evidence: [
        snapshot.quote(configuration, `${at}/namespaceSelector`),
        ...(object === undefined || key === undefined
          ? []
          : [snapshot.quote(object, pointerTo('metadata', 'labels', key))]),
      ],
    };
  }
  return labels === undefined || objectSelector === undefined || matchesSelector(objectSelector, labels)
    ? undefined
    : {
        words: `webhook ${name} passes over the labels of the pod`,
        evidence: [snapshot.quote(configuration, `${at}/objectSelector`)],
      };
}
