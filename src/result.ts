/** The result: the product's contract (`kubestrata/report/v1`). Reports render it and read nothing else. */
import type * as z from 'zod';
import type * as schema from './result-schema.ts';

export const SCHEMA = 'kubestrata/report/v1';

export type Severity = z.infer<typeof schema.severity>;
export type Layer = z.infer<typeof schema.layerNumber>;
export type Subject = z.infer<typeof schema.subject>;
export type Finding = z.infer<typeof schema.finding>;
export type RootCause = z.infer<typeof schema.rootCause>;
export type CheckOutcome = z.infer<typeof schema.checkOutcome>;
export type Tables = z.infer<typeof schema.tables>;
export type Result = z.infer<typeof schema.result>;

/** Worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

export const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  1: 'Application',
  2: 'Pod scheduling',
  3: 'Networking',
  4: 'Cluster infrastructure',
  5: 'Node and hardware',
};
export const LAYERS: readonly Layer[] = [1, 2, 3, 4, 5];

/** `shop/web-1`, or `node-1` for what has no namespace. */
export function pathOf({
  namespace,
  name,
}: {
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** `Pod shop/web-1`. */
export const nameOf = (subject: { readonly kind: string } & Parameters<typeof pathOf>[0]): string =>
  `${subject.kind} ${pathOf(subject)}`;
