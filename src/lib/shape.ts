/**
 * Shapes: one declaration that gives both the TypeScript type of the fields we read and the projection that keeps
 * just those fields. Total by design: a value of the wrong type is dropped, never thrown on, because bundles come
 * from strangers and one odd field must not cost the object.
 *
 * Why not zod here: this runs once per field of 150,000 pods; zod costs 0.4 of the whole run there (see
 * docs/architecture.md). zod guards everything that is not on this path: manifest, signatures, the result.
 */
import { bareObject } from './bare-object.ts';
import { intern, ownText } from './intern.ts';

/** Keeps what fits and returns undefined for what does not. */
export interface Shape<T> {
  (value: unknown): T | undefined;
  /** What a reader of bytes may know ahead (see shaped-json.ts); without it the shape gets the parsed value. */
  readonly plan?: Plan;
}

export type Plan =
  /** Texts are kept as they are; longer ones than `limit`, and everything else, are the function's. */
  | { readonly type: 'text'; readonly repeats: boolean; readonly limit?: number }
  /** Neither the words of a text nor the inside of a list or object matter: the function gets `''` or `{}` for them. */
  | { readonly type: 'scalar' }
  | { readonly type: 'list'; readonly item: Shape<unknown> }
  | { readonly type: 'map'; readonly value: Shape<unknown>; readonly omit?: string }
  | { readonly type: 'object'; readonly fields: readonly (readonly [string, Shape<unknown>])[] };

const planned = <T>(plan: Plan, shape: (value: unknown) => T | undefined): Shape<T> => Object.assign(shape, { plan });

/** The type of the values a shape lets through. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

export const str: Shape<string> = planned({ type: 'text', repeats: false }, (v) =>
  typeof v === 'string' ? ownText(v) : undefined,
);
/** A string that repeats over many objects. */
export const tag: Shape<string> = planned({ type: 'text', repeats: true }, (v) =>
  typeof v === 'string' ? intern(v) : undefined,
);
export const num: Shape<number> = planned({ type: 'scalar' }, (v) =>
  typeof v === 'number' && Number.isFinite(v) ? v : undefined,
);
export const bool: Shape<boolean> = planned({ type: 'scalar' }, (v) => (typeof v === 'boolean' ? v : undefined));
/** A Kubernetes quantity; YAML written by people has bare numbers where JSON has strings. */
export const quantity: Shape<string> = planned({ type: 'text', repeats: true }, (v) =>
  typeof v === 'string' ? intern(v) : typeof v === 'number' && Number.isFinite(v) ? String(v) : undefined,
);
/** A port: a number or the name of a container port. */
export const intOrString: Shape<number | string> = planned<number | string>(
  { type: 'text', repeats: true },
  (v) => num(v) ?? tag(v),
);
/** RFC 3339 text; YAML 1.1 readers turn unquoted times into Date. */
export const time: Shape<string> = planned({ type: 'text', repeats: true }, (v) =>
  typeof v === 'string' ? ownText(v) : v instanceof Date && !Number.isNaN(v.getTime()) ? v.toISOString() : undefined,
);
/** Present at all, whatever it holds (`emptyDir: {}`). */
export const present: Shape<true> = planned({ type: 'scalar' }, (v) =>
  v === undefined || v === null || v === false ? undefined : true,
);

/** A list; entries that do not fit are left out. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return planned<readonly T[]>({ type: 'list', item }, (v) => {
    if (!Array.isArray(v)) return undefined;
    const out: T[] = [];
    for (const entry of v) {
      const kept = item(entry);
      if (kept !== undefined) out.push(kept);
    }
    return out;
  });
}

/** A map with free keys (labels, data, resources); the key `omit` is left out. */
export function map<T>(value: Shape<T>, omit?: string): Shape<Readonly<Record<string, T>>> {
  const plan: Plan = { type: 'map', value, ...(omit === undefined ? {} : { omit }) };
  return planned<Readonly<Record<string, T>>>(plan, (v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return undefined;
    const out = bareObject() as Record<string, T>;
    for (const key of Object.keys(v)) {
      const kept = key === omit ? undefined : value((v as Record<string, unknown>)[key]);
      if (kept !== undefined) out[key] = kept;
    }
    return out;
  });
}

/** A text of which at most `limit` characters are kept. */
export function shortText(limit: number): Shape<string> {
  return planned({ type: 'text', repeats: true, limit }, (v) =>
    typeof v !== 'string' ? undefined : v.length <= limit ? ownText(v) : `${v.slice(0, limit)} …`,
  );
}

/** An object with known fields, every one of them optional: half a pod from a table row is still a pod. */
export function obj<F extends Readonly<Record<string, Shape<unknown>>>>(
  fields: F,
): Shape<{ readonly [K in keyof F]?: Infer<F[K]> }> {
  // In declared order, whatever the source's: objects of one kind share one hidden class.
  const entries = Object.entries(fields);
  return planned<{ readonly [K in keyof F]?: Infer<F[K]> }>({ type: 'object', fields: entries }, (v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return undefined;
    const from = v as Record<string, unknown>;
    const out: Record<string, unknown> = {};
    for (const [key, shape] of entries) {
      const value = from[key];
      if (value === undefined || value === null) continue;
      const kept = shape(value);
      if (kept !== undefined) out[key] = kept;
    }
    return out as { readonly [K in keyof F]?: Infer<F[K]> };
  });
}
