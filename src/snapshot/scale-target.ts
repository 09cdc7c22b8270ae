/** What autoscalers scale. */
import type { ObjectOf } from './kinds/index.ts';
import type { Ref } from './ref.ts';

/** The workload that an autoscaler names, in its own namespace; undefined where a part of the name is not told. */
export function scaleTargetOf({ metadata, spec }: ObjectOf<'horizontalPodAutoscalers'>): Ref | undefined {
  const { kind, name } = spec?.scaleTargetRef ?? {};
  return kind === undefined || name === undefined ? undefined : { kind, namespace: metadata.namespace ?? '', name };
}
