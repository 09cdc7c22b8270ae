/**
 * Shapes: one declaration that gives both the TypeScript type of the fields we read and the projection that keeps
 * just those fields. Total by design: a value of the wrong type is dropped, never thrown on, because bundles come
 * from strangers and one odd field must not cost the object.
 *
 * Why not zod here: this runs once per field of 150,000 pods; zod costs 0.4 of the whole run there (see
 * docs/architecture.md). zod guards everything that is not on this path: manifest, signatures, the result.
 */
import { bareObject } from './bare-object.ts';

/** Keeps what fits and returns undefined for what does not. */
export type Shape<T> = (value: unknown) => T | undefined;

/** The type of the values a shape lets through. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

/** Direct-mapped: a slot holds the last string that fell on it. Twice as fast as a Map, whose hash reads every byte. */
const SLOTS = 1 << 14;
const slots = Array.from<string>({ length: SLOTS }).fill('');
/** Longer strings hardly repeat. */
const INTERN_LIMIT = 256;

/** One shared copy of a string that repeats over many objects (namespaces, nodes, images, label values). */
export function intern(text: string): string {
  const n = text.length;
  if (n === 0 || n > INTERN_LIMIT) return text;
  const at =
    (n +
      31 * text.charCodeAt(n - 1) +
      961 * text.charCodeAt(n >> 1) +
      29791 * text.charCodeAt(n >> 2) +
      923521 * text.charCodeAt(n - (n >> 2) - 1)) &
    (SLOTS - 1);
  const known = slots[at] as string;
  if (known === text) return known;
  slots[at] = text;
  return text;
}

export const str: Shape<string> = (v) => (typeof v === 'string' ? v : undefined);
/** A string that repeats over many objects. */
export const tag: Shape<string> = (v) => (typeof v === 'string' ? intern(v) : undefined);
export const num: Shape<number> = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : undefined);
export const bool: Shape<boolean> = (v) => (typeof v === 'boolean' ? v : undefined);
/** A Kubernetes quantity; YAML written by people has bare numbers where JSON has strings. */
export const quantity: Shape<string> = (v) =>
  typeof v === 'string' ? intern(v) : typeof v === 'number' && Number.isFinite(v) ? String(v) : undefined;
/** A port: a number or the name of a container port. */
export const intOrString: Shape<number | string> = (v) => num(v) ?? tag(v);
/** RFC 3339 text; YAML 1.1 readers turn unquoted times into Date. */
export const time: Shape<string> = (v) =>
  typeof v === 'string' ? v : v instanceof Date && !Number.isNaN(v.getTime()) ? v.toISOString() : undefined;
/** Present at all, whatever it holds (`emptyDir: {}`). */
export const present: Shape<true> = (v) => (v === undefined || v === null || v === false ? undefined : true);

/** A list; entries that do not fit are left out. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (v) => {
    if (!Array.isArray(v)) return undefined;
    const out: T[] = [];
    for (const entry of v) {
      const kept = item(entry);
      if (kept !== undefined) out.push(kept);
    }
    return out;
  };
}

/** A map with free keys (labels, data, resources). */
export function map<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return undefined;
    const out = bareObject() as Record<string, T>;
    for (const key of Object.keys(v)) {
      const kept = item((v as Record<string, unknown>)[key]);
      if (kept !== undefined) out[key] = kept;
    }
    return out;
  };
}

/** A map whose long values are cut: annotations hold whole manifests (last-applied-configuration). */
export function shortMap(limit: number): Shape<Readonly<Record<string, string>>> {
  return map((v) => (typeof v !== 'string' ? undefined : v.length <= limit ? v : `${v.slice(0, limit)} …`));
}

/** An object with known fields, every one of them optional: half a pod from a table row is still a pod. */
export function obj<F extends Readonly<Record<string, Shape<unknown>>>>(
  fields: F,
): Shape<{ readonly [K in keyof F]?: Infer<F[K]> }> {
  // In declared order, whatever the source's: objects of one kind share one hidden class.
  const entries = Object.entries(fields);
  return (v) => {
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
  };
}
