/** What the bundle room gives: named files, one after the other, and what it refused. */

/** One file of the bundle. Its bytes can be read once, and must be read (or `skip`ped) before the next file comes. */
export interface BundleFile {
  /** Slash-separated path inside the bundle, normalised; nested archives appear as folders: `node-1.zip/logs/kubelet.log`. */
  readonly path: string;
  /** Unpacked bytes when the container tells beforehand. */
  readonly size?: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Something in the bundle that was not read, and why, in words for the report. */
export interface Refused {
  readonly path: string;
  readonly reason: string;
}

/** An opened bundle: several paths given together are one bundle. */
export interface Bundle {
  /** Base name of the first path, without archive suffixes; `stdin` for `-`. */
  readonly name: string;
  readonly files: AsyncIterable<BundleFile>;
  /** Filled while `files` is read: complete only after its end. */
  readonly refused: readonly Refused[];
}

/** Bounds against hostile or broken input; each one that is hit is listed in `refused` with its name and value. */
export interface Limits {
  readonly entries: number;
  /** Unpacked bytes in all. */
  readonly totalBytes: number;
  readonly fileBytes: number;
  /** Unpacked to packed, judged after the first 16 MiB: real bundles of logs reach 40. */
  readonly ratio: number;
  /** Archives inside archives. */
  readonly nesting: number;
  readonly pathLength: number;
}
